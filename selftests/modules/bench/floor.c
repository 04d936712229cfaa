// SPDX-License-Identifier: GPL-2.0-only
/*
 * The floor: what nobody can do without who rewrites timestamps by flow.  Headers
 * as they mostly are, a keyed hash, a chain, one addition, the checksum: no
 * fragments, no states, no counters, no second thoughts.  It knows SYNs only to
 * have entries.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/tcp.h>
#include <net/checksum.h>

#include "bench.h"

struct floor_key {
	u32 word[9];
};

struct floor_entry {
	struct hlist_node node;
	struct floor_key key;
	u32 offset;
};

static struct {
	hsiphash_key_t secret;
	u32 mask;
	struct hlist_head *head;
} table;

/* Behind an IP header without options */
static struct tcphdr *read_key(const struct bench_run *run,
			       const struct sk_buff *skb, struct floor_key *key)
{
	bool arrives = bench_arrives(run->kind);
	struct tcphdr *th;
	u32 source, dest;

	if (run->ipv6) {
		const struct ipv6hdr *ip6h = ipv6_hdr(skb);

		if (ip6h->nexthdr != IPPROTO_TCP)
			return NULL;
		th = (struct tcphdr *)(ip6h + 1);
		memcpy(key->word, arrives ? &ip6h->daddr : &ip6h->saddr, 16);
		memcpy(key->word + 4, arrives ? &ip6h->saddr : &ip6h->daddr, 16);
	} else {
		const struct iphdr *iph = ip_hdr(skb);

		if (iph->protocol != IPPROTO_TCP || iph->ihl != 5)
			return NULL;
		th = (struct tcphdr *)(iph + 1);
		key->word[0] = (__force u32)(arrives ? iph->daddr : iph->saddr);
		key->word[1] = (__force u32)(arrives ? iph->saddr : iph->daddr);
	}
	source = (__force u32)th->source;
	dest = (__force u32)th->dest;
	key->word[run->ipv6 ? 8 : 2] = arrives ? dest << 16 | source :
						 source << 16 | dest;
	return th;
}

/* Where the TSval is, or NULL */
static __be32 *find_tsopt(struct tcphdr *th)
{
	__be32 *options = (__be32 *)(th + 1);

	if (th->syn)
		return options + 2;
	if (th->doff != 8 || options[0] != htonl(0x0101080a))
		return NULL;
	return options + 1;
}

static struct hlist_head *chain_of(const struct bench_run *run,
				   const struct floor_key *key)
{
	u32 hash = run->ipv6 ? hsiphash(key, sizeof(*key), &table.secret) :
			       hsiphash_3u32(key->word[0], key->word[1],
					     key->word[2], &table.secret);

	return &table.head[hash & table.mask];
}

static bool is_equal(const struct bench_run *run, const struct floor_key *a,
		     const struct floor_key *b)
{
	return run->ipv6 ? !memcmp(a, b, sizeof(*a)) : !memcmp(a, b, 12);
}

static bool insert_entry(const struct bench_run *run, const struct floor_key *key)
{
	struct floor_entry *entry = kmalloc(sizeof(*entry), GFP_ATOMIC);

	if (!entry)
		return false;
	entry->key = *key;
	entry->offset = 123456789;
	hlist_add_head_rcu(&entry->node, chain_of(run, key));
	return true;
}

static void translate_tsopt(const struct bench_run *run, struct tcphdr *th, u32 offset)
{
	__be32 *field = find_tsopt(th);
	__be32 old, new;

	if (!field)
		return;
	if (bench_arrives(run->kind)) {
		field++;
		offset = -offset;
	}
	old = get_unaligned(field);
	new = htonl(ntohl(old) + offset);
	put_unaligned(new, field);
	csum_replace4(&th->check, old, new);
}

static unsigned int run_floor(struct bench_run *run, struct sk_buff *skb)
{
	struct floor_entry *entry;
	struct tcphdr *th;
	struct floor_key key;

	th = read_key(run, skb, &key);
	if (!th)
		return NF_ACCEPT;
	if (run->kind == BENCH_SYN && !insert_entry(run, &key))
		return NF_DROP;
	hlist_for_each_entry_rcu(entry, chain_of(run, &key), node)
		if (is_equal(run, &entry->key, &key)) {
			translate_tsopt(run, th, entry->offset);
			return NF_ACCEPT;
		}
	return NF_DROP;
}

/* As many chains as connections, like nf_tsrewrite's at its limit */
static int begin_floor(struct bench_run *run)
{
	u32 n = roundup_pow_of_two(run->reserved);

	table.head = kvcalloc(n, sizeof(*table.head), GFP_KERNEL);
	if (!table.head)
		return -ENOMEM;
	table.mask = n - 1;
	get_random_bytes(&table.secret, sizeof(table.secret));
	return 0;
}

static void end_floor(struct bench_run *run)
{
	struct hlist_node *next;
	struct floor_entry *entry;
	u32 i;

	for (i = 0; i <= table.mask; i++) {
		hlist_for_each_entry_safe(entry, next, &table.head[i], node)
			kfree(entry);
		cond_resched();
	}
	kvfree(table.head);
}

const struct bench_subject bench_floor = {
	.name = "floor", .begin = begin_floor, .run = run_floor,
	.end = end_floor,
};
