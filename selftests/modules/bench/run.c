// SPDX-License-Identifier: GPL-2.0-only
/*
 * Batches of packets, each made before the clock is looked at and judged after.
 */
#include <linux/prandom.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/timekeeping.h>

#include "bench.h"

/**
 * struct sequence - the kinds of packet that one measurement sends in turn
 * @name: how it is asked for
 * @unknown: of connections that are unknown so far, not of any that are known
 * @len: how many kinds
 * @kind: the kinds, each a batch over the same connections
 * @timed: a bit for each that counts
 */
struct sequence {
	const char *name;
	bool unknown;
	unsigned int len;
	enum bench_kind kind[8];
	unsigned int timed;
};

static const struct sequence sequences[] = {
	{ "begin", true, 3, { BENCH_SYN, BENCH_SYN_ACK, BENCH_ACK }, 0x1 },
	{ "egress", false, 2, { BENCH_DATA, BENCH_DATA_ACK }, 0x1 },
	{ "ingress", false, 2, { BENCH_DATA, BENCH_DATA_ACK }, 0x2 },
	{ "no-tsopt", false, 1, { BENCH_PLAIN }, 0x1 },
	{ "no-flow", true, 1, { BENCH_DATA }, 0x1 },
	{ "udp", false, 1, { BENCH_UDP }, 0x1 },
	{ "arp", false, 1, { BENCH_ARP }, 0x1 },
	{ "life", true, 8, { BENCH_SYN, BENCH_SYN_ACK, BENCH_ACK, BENCH_DATA,
			     BENCH_DATA_ACK, BENCH_FIN, BENCH_FIN_ACK,
			     BENCH_LAST_ACK }, 0xff },
};

/* Instructions where the clock counts them (QEMU's -icount shift=0), else ns */
static u64 look_at_clock(void)
{
#ifdef CONFIG_UML
	return ktime_get_ns();
#else
	return rdtsc_ordered();
#endif
}

static u64 run_batch(struct bench_run *run)
{
	const struct bench_subject *subject = run->subject;
	unsigned int refused = 0, i;
	u64 begun, cost;

	local_bh_disable();
	rcu_read_lock();
	begun = look_at_clock();
	for (i = 0; i < BENCH_BATCH; i++)
		refused += subject->run(run, run->skbs[i]) != NF_ACCEPT;
	cost = look_at_clock() - begun;
	rcu_read_unlock();
	local_bh_enable();
	return refused ? U64_MAX : cost;
}

static void prepare_packet(struct bench_run *run, struct sk_buff *skb, u32 index)
{
	bench_segment_build(skb, run, index);
	if (run->subject->from_link && !bench_arrives(run->kind))
		skb_push(skb, skb_network_offset(skb) - skb_mac_offset(skb));
	if (run->subject->dress)
		run->subject->dress(run, skb);
}

/* One kind of packet for each of some connections */
static int pass_batch(struct bench_run *run, enum bench_kind kind,
		      enum bench_expect expect, const u32 *index, u64 *cost)
{
	bool right = true;
	unsigned int i;

	run->kind = kind;
	for (i = 0; i < BENCH_BATCH; i++)
		prepare_packet(run, run->skbs[i], index[i]);
	*cost = run_batch(run);
	for (i = 0; i < BENCH_BATCH; i++) {
		right &= bench_segment_is_right(run->skbs[i], run, expect,
						index[i]);
		if (run->subject->undress)
			run->subject->undress(run, run->skbs[i]);
	}
	return right && *cost != U64_MAX ? 0 : -EIO;
}

/* Any that are known, or the next that are not */
static void choose_flows(const struct bench_run *run, bool unknown, u32 *index)
{
	unsigned int i;

	for (i = 0; i < BENCH_BATCH; i++)
		index[i] = unknown ? run->known + i : run->first +
			   (u32)((u64)get_random_u32() * run->used >> 32);
}

static void forget_flow(struct bench_run *run, u32 index)
{
	run->flows[index] = (struct bench_flow){
		.seq = index << 8, .tsval = index * 7,
	};
}

/* Nothing is done to a connection that did not begin with a SYN */
static bool is_alien(const struct sequence *sequence)
{
	return sequence->unknown && sequence->kind[0] != BENCH_SYN;
}

static int send_batch(struct bench_run *run, const struct sequence *sequence,
		      u64 *cost)
{
	enum bench_expect expect = is_alien(sequence) ? BENCH_KEPT : run->expect;
	u32 index[BENCH_BATCH];
	unsigned int i;
	u64 one;
	int err;

	if (sequence->unknown && run->known + BENCH_BATCH > run->reserved)
		return -ENOSPC;
	choose_flows(run, sequence->unknown, index);
	for (i = 0; sequence->unknown && i < BENCH_BATCH; i++)
		forget_flow(run, index[i]);

	*cost = 0;
	for (i = 0; i < sequence->len; i++) {
		err = pass_batch(run, sequence->kind[i], expect, index, &one);
		if (err)
			return err;
		if (sequence->timed & BIT(i))
			*cost += one;
	}
	if (sequence->unknown && !is_alien(sequence))
		run->known += BENCH_BATCH;
	cond_resched();
	return signal_pending(current) ? -EINTR : 0;
}

static const struct sequence *find_sequence(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(sequences); i++)
		if (!strcmp(sequences[i].name, name))
			return &sequences[i];
	return NULL;
}

static void free_skbs(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < BENCH_BATCH; i++)
		kfree_skb(run->skbs[i]);
}

static int alloc_skbs(struct bench_run *run)
{
	unsigned int i;

	for (i = 0; i < BENCH_BATCH; i++) {
		run->skbs[i] = bench_segment_alloc();
		if (!run->skbs[i]) {
			free_skbs(run);
			return -ENOMEM;
		}
	}
	return 0;
}

/* A whole batch is the least that can begin. With fewer connections to know, the
 * others stay behind, and are not used.
 */
static int begin_flows(struct bench_run *run, u32 flows, u64 *cost)
{
	const struct sequence *handshake = find_sequence("begin");
	int err = 0;
	u64 one;

	*cost = 0;
	while (!err && run->known < flows) {
		err = send_batch(run, handshake, &one);
		*cost += one;
	}
	return err;
}

/**
 * bench_run_end - let a subject forget them
 * @run: begun; then it has no subject any more
 */
void bench_run_end(struct bench_run *run)
{
	if (run->subject->end)
		run->subject->end(run);
	run->subject = NULL;
	free_skbs(run);
}

/**
 * bench_run_begin - let a subject know connections
 * @run: with subject, device, family and expectation
 * @flows: how many
 * @cost: filled in: of their SYNs
 *
 * Return: 0; -ENOSPC for more than are reserved, -EIO if the subject does other
 * things with packets than expected, -ENOMEM, -EINTR. Then nothing has begun.
 */
int bench_run_begin(struct bench_run *run, u32 flows, u64 *cost)
{
	int err = alloc_skbs(run);

	if (err)
		return err;
	if (run->subject->begin)
		err = run->subject->begin(run);
	if (err) {
		free_skbs(run);
		return err;
	}
	run->known = 0;
	run->first = 0;
	run->used = flows;
	err = begin_flows(run, flows, cost);
	if (err)
		bench_run_end(run);
	return err;
}

static int compare_costs(const void *a, const void *b)
{
	const u64 *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/**
 * bench_run_fork - the same subject and connections with packets of their own
 * @run: begun
 * @twin: filled in; for bench_run_join()
 *
 * Return: 0 or -ENOMEM. Context: process; @run outlives @twin.
 */
int bench_run_fork(const struct bench_run *run, struct bench_run *twin)
{
	*twin = *run;
	return alloc_skbs(twin);
}

/**
 * bench_run_join - a twin is no more
 * @twin: of bench_run_fork()
 */
void bench_run_join(struct bench_run *twin)
{
	free_skbs(twin);
}

/**
 * bench_run_measure - what does a packet cost, or what a connection?
 * @run: begun
 * @name: of the sequence
 * @batches: how many batches
 * @median: filled in: of a batch
 * @worst: the same of the dearest one
 *
 * An interrupt within a batch is the batch's bad luck; the median does not mind.
 *
 * Return: 0, -EINVAL without such a sequence, -ENOMEM, or as bench_run_begin().
 */
int bench_run_measure(struct bench_run *run, const char *name, u32 batches,
		      u64 *median, u64 *worst)
{
	const struct sequence *sequence = find_sequence(name);
	u64 *cost;
	int err = 0;
	u32 i;

	if (!sequence || !batches || (!sequence->unknown && !run->used))
		return -EINVAL;
	cost = kvcalloc(batches, sizeof(*cost), GFP_KERNEL);
	if (!cost)
		return -ENOMEM;
	for (i = 0; !err && i < batches; i++)
		err = send_batch(run, sequence, &cost[i]);
	if (!err) {
		sort(cost, batches, sizeof(*cost), compare_costs, NULL);
		*median = cost[batches / 2];
		*worst = cost[batches - 1];
	}
	kvfree(cost);
	return err;
}
