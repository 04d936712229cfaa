// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offsets in the labels of conntrack.  A label has 128 bits, and others may use them: the
 * offset is in one word of 32 bits, and in the next one a hash of it, by which a label is told
 * from bits that somebody else has set.  Both are in network byte order.
 *
 * A connection has one such label.  If both of its devices are attached, and each direction is
 * rewritten, that of the second flow is not kept: the hash is of the direction, too.
 */
#include <linux/jhash.h>
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

struct label {
	__be32 offset;
	__be32 check;
};

static struct label make_label(u32 offset, enum ip_conntrack_dir dir)
{
	/* Any salt will do, as long as it stays the same */
	return (struct label){ htonl(offset), htonl(jhash_2words(offset, dir, 0x7473) | 1) };
}

/* Return: false if the connection has no room for labels */
static bool read_label(const struct nf_conn *ct, unsigned int word, struct label *label)
{
	struct nf_conn_labels *labels = nf_ct_labels_find(ct);
	__be32 *words;

	if (!labels)
		return false;
	words = (__be32 *)labels->bits + word;
	*label = (struct label){ READ_ONCE(words[0]), READ_ONCE(words[1]) };
	return true;
}

static void write_label(struct nf_conn *ct, unsigned int word, const struct label *label)
{
	u32 keep[WORDS], data[WORDS] = {};

	memset(keep, 0xff, sizeof(keep));
	memset(keep + word, 0, sizeof(*label));
	memcpy(data + word, label, sizeof(*label));
	nf_connlabels_replace(ct, data, keep, WORDS);
}

static bool is_of_direction(const struct label *label, enum ip_conntrack_dir dir)
{
	return label->check == make_label(ntohl(label->offset), dir).check;
}

static enum tsrw_labels_stored store_offset(const struct sk_buff *skb, unsigned int word,
					    u32 offset)
{
	enum ip_conntrack_info info;
	struct nf_conn *ct = nf_ct_get(skb, &info);
	enum ip_conntrack_dir dir = CTINFO2DIR(info);
	struct label label;

	if (!ct || !read_label(ct, word, &label))
		return TSRW_LABELS_NO_ROOM;
	if (is_of_direction(&label, !dir))
		return TSRW_LABELS_NO_ROOM;
	if ((label.offset || label.check) && !is_of_direction(&label, dir))
		return TSRW_LABELS_TAKEN;
	label = make_label(offset, dir);
	write_label(ct, word, &label);
	return TSRW_LABELS_STORED;
}

/* @dir: conntrack's, in which the packets leave that are rewritten */
static bool recall_offset(const struct nf_conn *ct, enum ip_conntrack_dir dir,
			  unsigned int word, u32 *offset)
{
	struct label label;

	if (!read_label(ct, word, &label) || !is_of_direction(&label, dir))
		return false;
	*offset = ntohl(label.offset);
	return true;
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
			    unsigned int word, u32 *offset)
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
	found = recall_offset(ct, !NF_CT_DIRECTION(hash), word, offset);
	nf_ct_put(ct);
	return found;
}

static bool recall_leaving(const struct sk_buff *skb, unsigned int word, u32 *offset)
{
	enum ip_conntrack_info info;
	const struct nf_conn *ct = nf_ct_get(skb, &info);

	return ct && recall_offset(ct, CTINFO2DIR(info), word, offset);
}

static const struct tsrw_labels_ops ops = {
	.owner = THIS_MODULE,
	.enable = enable_labels,
	.disable = nf_connlabels_put,
	.store = store_offset,
	.recall_leaving = recall_leaving,
	.recall_arriving = recall_arriving,
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
