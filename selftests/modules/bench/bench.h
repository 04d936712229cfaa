/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_BENCH_H
#define TSRW_BENCH_H

#include <linux/bits.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>

#define BENCH_FLOWS_MAX	BIT(23)
#define BENCH_BATCH	64	/* packets between two looks at the clock */

/* Segments of a connection in their order, and what else may come by */
enum bench_kind {
	BENCH_SYN,		/* leaves */
	BENCH_SYN_ACK,		/* arrives */
	BENCH_ACK,		/* leaves: the third segment */
	BENCH_DATA,		/* leaves */
	BENCH_DATA_ACK,		/* arrives */
	BENCH_FIN,		/* leaves */
	BENCH_FIN_ACK,		/* arrives: the other end's FIN */
	BENCH_LAST_ACK,		/* leaves */
	BENCH_PLAIN,		/* leaves: data without TSopt */
	BENCH_UDP,		/* leaves */
	BENCH_ARP,		/* leaves */
};

/* What must become of timestamps */
enum bench_expect {
	BENCH_ANY,
	BENCH_KEPT,		/* both ways */
	BENCH_REWRITTEN,	/* TSval rewritten, TSecr restored */
};

/**
 * struct bench_flow - where the inside end of a connection stands
 * @seq: of what it sends next
 * @tsval: the last one that it sent
 * @outside: as what @tsval left
 */
struct bench_flow {
	u32 seq;
	u32 tsval;
	u32 outside;
};

struct bench_subject;

/**
 * struct bench_run - a subject, and the connections that it knows
 * @net: where it is
 * @dev: the device that packets cross
 * @subject: what does something with them
 * @ipv6: packets are IPv6, not IPv4
 * @expect: what must become of their timestamps
 * @known: how many connections the subject knows: all with lower numbers
 * @first: of them, the first one that packets are of
 * @used: how many of them packets are of
 * @kind: of the packets at hand
 * @state: for a device's hooks, by bench_arrives()
 * @flows: the connections, @reserved of them
 * @reserved: how many there may be
 * @skbs: the packets of a batch, made anew for each
 */
struct bench_run {
	struct net *net;
	struct net_device *dev;
	const struct bench_subject *subject;
	bool ipv6;
	enum bench_expect expect;
	u32 known;
	u32 first;
	u32 used;
	enum bench_kind kind;
	struct nf_hook_state state[2];
	struct bench_flow *flows;
	u32 reserved;
	struct sk_buff *skbs[BENCH_BATCH];
};

/**
 * struct bench_subject - what does something with packets
 * @name: how it is asked for
 * @from_link: what leaves begins with its link layer header, as in a netdev hook
 * @begin: get ready, or NULL
 * @dress: give a packet what it has when it comes by, or NULL
 * @run: the verdict on it: what is measured; RCU read side, bottom halves off
 * @undress: take it away again, or NULL
 * @end: undo @begin, or NULL
 */
struct bench_subject {
	const char *name;
	bool from_link;
	int (*begin)(struct bench_run *run);
	void (*dress)(struct bench_run *run, struct sk_buff *skb);
	unsigned int (*run)(struct bench_run *run, struct sk_buff *skb);
	void (*undress)(struct bench_run *run, struct sk_buff *skb);
	void (*end)(struct bench_run *run);
};

/**
 * bench_arrives - does a kind of packet come from outside?
 * @kind: the kind
 */
static inline bool bench_arrives(enum bench_kind kind)
{
	return kind == BENCH_SYN_ACK || kind == BENCH_DATA_ACK ||
	       kind == BENCH_FIN_ACK;
}

/* segment.c */
struct sk_buff *bench_segment_alloc(void);
void bench_segment_build(struct sk_buff *skb, struct bench_run *run, u32 index);
bool bench_segment_is_right(struct sk_buff *skb, struct bench_run *run,
			    enum bench_expect expect, u32 index);

/* subject.c, conntrack.c, floor.c */
const struct bench_subject *bench_subject_find(const char *name);
void bench_state_inet(const struct bench_run *run, struct nf_hook_state *state);
extern const struct bench_subject bench_conntrack;
extern const struct bench_subject bench_synproxy;
extern const struct bench_subject bench_floor;

/* latency.c */
void bench_latency_start(void);
void bench_latency_stop(u64 *worst, u64 *count);

/* run.c */
int bench_run_begin(struct bench_run *run, u32 flows, u64 *cost);
int bench_run_measure(struct bench_run *run, const char *name, u32 batches,
		      u64 *median, u64 *worst);
void bench_run_end(struct bench_run *run);
int bench_run_fork(const struct bench_run *run, struct bench_run *twin);
void bench_run_join(struct bench_run *twin);

/* parallel.c */
int bench_parallel_measure(const struct bench_run *run, u32 cpus, u32 shared,
			   u32 batches, u64 *median, u64 *packets);

#endif /* TSRW_BENCH_H */
