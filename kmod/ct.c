// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offsets in the labels of conntrack.  A label has 128 bits, and others may use some of them:
 * two words of 32 bits are for the offsets of the two directions, in network byte order, as a
 * connection has two flows if both of its devices are attached.  0 is none: an offset of 0
 * need not be kept, as it changes nothing.
 */
#include <linux/module.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_labels.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include "defaults.h"
#include "labels.h"

#define WORDS	(NF_CT_LABELS_MAX_SIZE / sizeof(u32))

static int enable_labels(struct net *net)
{
	return nf_connlabels_get(net, NF_CT_LABELS_MAX_SIZE * BITS_PER_BYTE - 1);
}

/* Return: the word of a direction in which packets leave */
static unsigned int word_of(unsigned int first, enum ip_conntrack_dir dir)
{
	return first + (dir == IP_CT_DIR_ORIGINAL ? 0 : 1);
}

static __be32 *words_of(const struct nf_conn *ct)
{
	struct nf_conn_labels *labels = nf_ct_labels_find(ct);

	return labels ? (__be32 *)labels->bits : NULL;
}

static void write_word(struct nf_conn *ct, unsigned int word, __be32 value)
{
	u32 keep[WORDS], data[WORDS] = {};

	memset(keep, 0xff, sizeof(keep));
	keep[word] = 0;
	data[word] = (__force u32)value;
	nf_connlabels_replace(ct, data, keep, WORDS);
}

static enum tsrw_labels_stored store_offset(const struct sk_buff *skb, unsigned int first,
					    u32 offset, bool is_new)
{
	enum ip_conntrack_info info;
	struct nf_conn *ct = nf_ct_get(skb, &info);
	__be32 *words, value = htonl(offset);
	unsigned int word;

	words = ct ? words_of(ct) : NULL;
	if (!words)
		return TSRW_LABELS_NO_ROOM;
	word = word_of(first, CTINFO2DIR(info));
	if (is_new && READ_ONCE(words[word]) && READ_ONCE(words[word]) != value)
		return TSRW_LABELS_TAKEN;
	write_word(ct, word, value);
	return TSRW_LABELS_STORED;
}

static bool read_offset(const struct nf_conn *ct, unsigned int word, u32 *offset)
{
	const __be32 *words = words_of(ct);

	*offset = words ? ntohl(READ_ONCE(words[word])) : 0;
	return *offset;
}

static void set_addr(union nf_inet_addr *to, const struct in6_addr *from, u8 family)
{
	if (family == NFPROTO_IPV4)
		to->ip = from->s6_addr32[3];
	else
		to->in6 = *from;
}

/* As it arrives: from outside */
static void make_tuple(struct nf_conntrack_tuple *tuple, const struct tsrw_flow_key *key)
{
	u8 family = ipv6_addr_v4mapped(&key->inside_addr) ? NFPROTO_IPV4 : NFPROTO_IPV6;

	memset(tuple, 0, sizeof(*tuple));
	tuple->src.l3num = family;
	tuple->dst.protonum = IPPROTO_TCP;
	set_addr(&tuple->src.u3, &key->outside_addr, family);
	set_addr(&tuple->dst.u3, &key->inside_addr, family);
	tuple->src.u.tcp.port = key->outside_port;
	tuple->dst.u.tcp.port = key->inside_port;
}

static bool recall_arriving(struct net *net, const struct tsrw_flow_key *key,
			    unsigned int first, u32 *offset)
{
	struct nf_conntrack_tuple_hash *hash;
	struct nf_conntrack_tuple tuple;
	struct nf_conn *ct;
	bool found;

	make_tuple(&tuple, key);
	hash = nf_conntrack_find_get(net, &nf_ct_zone_dflt, &tuple);
	if (!hash)
		return false;
	ct = nf_ct_tuplehash_to_ctrack(hash);
	found = read_offset(ct, word_of(first, !NF_CT_DIRECTION(hash)), offset);
	nf_ct_put(ct);
	return found;
}

static bool recall_offset(struct net *net, const struct sk_buff *skb,
			  const struct tsrw_flow_key *key, unsigned int first, u32 *offset)
{
	enum ip_conntrack_info info;
	const struct nf_conn *ct;

	if (!skb)
		return recall_arriving(net, key, first, offset);
	ct = nf_ct_get(skb, &info);
	return ct && read_offset(ct, word_of(first, CTINFO2DIR(info)), offset);
}

static const struct tsrw_labels_ops ops = {
	.owner = THIS_MODULE,
	.enable = enable_labels,
	.disable = nf_connlabels_put,
	.store = store_offset,
	.recall = recall_offset,
};

static int __init ct_init(void)
{
	return tsrw_labels_register(&ops);
}

static void __exit ct_exit(void)
{
	tsrw_labels_unregister(&ops);
}

module_init(ct_init);
module_exit(ct_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The tsrewrite developers");
MODULE_DESCRIPTION("Keeps the offsets of TCP timestamps in the labels of conntrack");
MODULE_VERSION(TSREWRITE_VERSION);
