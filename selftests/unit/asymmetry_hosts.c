// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two hosts with their timers, delays and losses around what tells a bypassed
 * direction: it is noticed soon, and no other connection is ever called asymmetric.
 */
#include "kselftest_harness.h"

#include "core/asymmetry.h"
#include "random.h"

#define TICK		4	/* ms: the hosts' timers */
#define INTERVAL	1000	/* ms */
#define MINUTE		60000
#define IN_FLIGHT	64

/* When an application sends */
enum habit {
	SILENT,
	REPLIES,	/* @think ms after it was told something */
	TICKS,		/* every @think ms */
	STREAMS,	/* as fast as it can */
	RANDOM,		/* at most every @think ms */
};

struct host {
	u32 habit;
	u32 think;
	u32 jitter;		/* ms, to be added to @think */
	u32 delayed_ack;	/* ms */
	u32 distance;		/* ms from the middle */
	u32 keepalive;		/* ms of silence, or 0 for none */
	u32 sent, acked, received;
	u32 send_at, ack_at, resend_at, probe_at, backoff;	/* 0: never */
};

struct flight {
	u32 seq;		/* behind its data, if any */
	bool data;
	u32 ack;
	u32 from;		/* enum tsrw_direction: inside sends by egress */
	u32 middle_at, there_at;
	bool passed;
};

/* As flow.c keeps it */
struct middle {
	u32 stamp;
	u32 ack[2];
	u8 asymmetry;
	u32 flagged_at;		/* 0: it is not */
	u32 seen[2];
	u32 last, gap;		/* longest time without any, until it is */
};

struct sim {
	struct random rng;
	struct host host[2];
	struct middle middle;
	struct flight flight[IN_FLIGHT];
	u32 flying;
	u32 loss;		/* per cent */
	u32 now;		/* ms */
	int bypassed;		/* enum tsrw_direction, or -1 */
	u32 dies_at;		/* the outside host, or 0 */
};

static u32 next_write_at(struct sim *sim, const struct host *host)
{
	u32 base = host->think;

	if (host->habit == RANDOM)
		base = random_below(&sim->rng, host->think + 1);
	if (host->habit == STREAMS)
		base = TICK;
	base += host->jitter ? random_below(&sim->rng, host->jitter + 1) : 0;
	return sim->now + (base > TICK ? base : TICK);
}

/* A keepalive is without data, one before what was sent */
static void transmit_segment(struct sim *sim, u32 from, u32 seq, bool data)
{
	struct host *host = &sim->host[from];

	host->ack_at = 0;
	host->probe_at = host->keepalive ? sim->now + host->keepalive : 0;
	if (sim->flying == IN_FLIGHT || random_percent(&sim->rng, sim->loss))
		return;
	sim->flight[sim->flying++] = (struct flight){
		.seq = seq, .data = data, .ack = host->received, .from = from,
		.middle_at = sim->now + host->distance,
		.there_at = sim->now + host->distance +
			    sim->host[!from].distance,
	};
}

static void pass_middle(struct sim *sim, const struct flight *seg)
{
	struct middle *middle = &sim->middle;
	bool acks_more = middle->ack[seg->from] != seg->ack;

	if ((int)seg->from == sim->bypassed)
		return;
	middle->seen[seg->from]++;
	if (middle->last && sim->now - middle->last > middle->gap &&
	    !middle->flagged_at)
		middle->gap = sim->now - middle->last;
	middle->last = sim->now;
	if (sim->now - middle->stamp >= INTERVAL) {
		middle->asymmetry = tsrw_asymmetry_end_interval(middle->asymmetry);
		middle->stamp = sim->now;
	}
	middle->ack[seg->from] = seg->ack;
	middle->asymmetry = tsrw_asymmetry_note(middle->asymmetry, seg->from, acks_more);
	if (middle->asymmetry & TSRW_ASYMMETRIC && !middle->flagged_at)
		middle->flagged_at = sim->now;
}

static void receive_segment(struct sim *sim, const struct flight *seg)
{
	struct host *host = &sim->host[!seg->from];

	if (sim->dies_at && sim->now >= sim->dies_at && !seg->from)
		return;
	if (tsrw_after(seg->ack, host->acked)) {
		host->acked = seg->ack;
		host->backoff = 0;
		host->resend_at = host->acked == host->sent ? 0 :
				  sim->now + INTERVAL;
	}
	if (seg->data && seg->seq == host->received + 1) {
		host->received = seg->seq;
		if (!host->ack_at)
			host->ack_at = sim->now + host->delayed_ack + 1;
		if (host->habit == REPLIES)
			host->send_at = next_write_at(sim, host);
	} else if (seg->data || seg->seq != host->received) {
		host->ack_at = sim->now;	/* out of order, again, or keepalive */
	}
}

static void run_host(struct sim *sim, u32 from)
{
	struct host *host = &sim->host[from];

	if (from && sim->dies_at && sim->now >= sim->dies_at)
		return;
	if (host->send_at && sim->now >= host->send_at &&
	    host->sent - host->acked < 8) {
		host->send_at = host->habit == REPLIES ||
				host->habit == SILENT ? 0 : next_write_at(sim, host);
		if (!host->resend_at)
			host->resend_at = sim->now + INTERVAL;
		transmit_segment(sim, from, ++host->sent, true);
	}
	if (host->resend_at && sim->now >= host->resend_at) {
		host->resend_at = sim->now + (INTERVAL << ++host->backoff);
		transmit_segment(sim, from, host->acked + 1, true);
	}
	if (host->ack_at && sim->now >= host->ack_at)
		transmit_segment(sim, from, host->sent, false);
	if (host->probe_at && sim->now >= host->probe_at &&
	    host->sent == host->acked)
		transmit_segment(sim, from, host->sent - 1, false);
}

static void run_network(struct sim *sim)
{
	u32 i, kept = 0;

	for (i = 0; i < sim->flying; i++) {
		struct flight seg = sim->flight[i];

		if (!seg.passed && sim->now >= seg.middle_at) {
			pass_middle(sim, &seg);
			seg.passed = true;
		}
		if (sim->now >= seg.there_at)
			receive_segment(sim, &seg);
		else
			sim->flight[kept++] = seg;
	}
	sim->flying = kept;
}

static void simulate_network(struct sim *sim, u32 ms)
{
	u32 until = sim->now + ms;

	for (; sim->now < until; sim->now += TICK) {
		run_network(sim);
		run_host(sim, TSRW_EGRESS);
		run_host(sim, TSRW_INGRESS);
	}
}

static void begin_sim(struct sim *sim, u32 seed)
{
	struct random rng = { seed };
	u32 i;

	sim->rng = rng;
	sim->now = MINUTE;
	sim->middle.stamp = sim->now;
	sim->bypassed = -1;
	for (i = 0; i < 2; i++) {
		struct host *host = &sim->host[i];

		host->sent = 1000;
		host->acked = 1000;
		host->received = 1000;
		sim->middle.ack[i] = 1000;
		if (host->habit != SILENT && (i == 0 || host->habit != REPLIES))
			host->send_at = sim->now + TICK;
		host->probe_at = host->keepalive ? sim->now + host->keepalive :
						   0;
	}
}

/* What acknowledges comes less than a second after what it acknowledges: half of
 * one for each, the delayed acknowledgment and the way there and back
 */
static void place_host(struct host *host, struct random *rng)
{
	static const u32 delay[] = { 0, 40, 100, 200, 496 };

	host->delayed_ack = delay[random_below(rng, ARRAY_SIZE(delay))];
	host->distance = 1 + random_below(rng, 240);
}

static struct host any_host(struct random *rng)
{
	static const u32 think[] = { 0, 40, 200, 500, 950, 960, 1000, 2000 };
	static const u32 jitter[] = { 0, 0, 8, 100, 1000 };
	struct host host = {
		.habit = random_below(rng, RANDOM + 1),
		.think = think[random_below(rng, ARRAY_SIZE(think))],
		.jitter = jitter[random_below(rng, ARRAY_SIZE(jitter))],
		.keepalive = random_percent(rng, 20) ?
			     1000 + random_below(rng, 5000) : 0,
	};

	place_host(&host, rng);
	return host;
}

TEST(any_two_hosts_are_not_asymmetric)
{
	u32 seed;

	for (seed = 1; seed <= 1000; seed++) {
		struct random rng = { seed };
		struct sim sim = {
			.host = { any_host(&rng), any_host(&rng) },
			.loss = random_percent(&rng, 30) ? 3 : 0,
		};

		begin_sim(&sim, seed);
		simulate_network(&sim, MINUTE);
		ASSERT_EQ(0, sim.middle.flagged_at)
			TH_LOG("seed %u after %u ms, habits %u %u", seed,
			       sim.middle.flagged_at - MINUTE,
			       sim.host[0].habit, sim.host[1].habit);
	}
}

FIXTURE(hosts) {
	struct sim sim;
};

FIXTURE_VARIANT(hosts) {
	struct host inside;
	struct host outside;
	u32 shows[2];	/* within how many intervals; by what does not come by */
};

FIXTURE_VARIANT_ADD(hosts, download) {
	{ .habit = SILENT }, { .habit = STREAMS }, { 0, 4 }
};

FIXTURE_VARIANT_ADD(hosts, upload) {
	{ .habit = STREAMS }, { .habit = SILENT }, { 4, 0 }
};

FIXTURE_VARIANT_ADD(hosts, requests) {
	{ .habit = REPLIES, .think = 20 }, { .habit = REPLIES, .think = 50 },
	{ 4, 4 }
};

FIXTURE_VARIANT_ADD(hosts, slow_requests) {
	{ .habit = REPLIES, .think = 900, .jitter = 200 },
	{ .habit = REPLIES, .think = 300, .jitter = 900 }, { 7, 7 }
};

/* Each answers a second after it was asked */
FIXTURE_VARIANT_ADD(hosts, waiting_a_second) {
	{ .habit = REPLIES, .think = 1000 }, { .habit = REPLIES, .think = 1000 },
	{ 7, 7 }
};

FIXTURE_VARIANT_ADD(hosts, long_poll) {
	{ .habit = REPLIES, .keepalive = 7000 },
	{ .habit = REPLIES, .think = 10000, .jitter = 15000, .keepalive = 5000 },
	{ 0, 0 }
};

FIXTURE_VARIANT_ADD(hosts, heartbeats) {
	{ .habit = TICKS, .think = 1000 }, { .habit = TICKS, .think = 1000 },
	{ 4, 4 }
};

FIXTURE_VARIANT_ADD(hosts, keepalives) {
	{ .habit = SILENT, .keepalive = 1500 },
	{ .habit = SILENT, .keepalive = 1100 }, { 0, 0 }
};

FIXTURE_SETUP(hosts)
{
}

FIXTURE_TEARDOWN(hosts)
{
}

static void begin_variant(struct sim *sim, const struct host *inside,
			  const struct host *outside, u32 seed)
{
	struct random rng = { seed };

	*sim = (struct sim){ .host = { *inside, *outside } };
	place_host(&sim->host[0], &rng);
	place_host(&sim->host[1], &rng);
	begin_sim(sim, seed);
}

TEST_F(hosts, are_not_asymmetric)
{
	u32 seed;

	for (seed = 1; seed <= 60; seed++) {
		begin_variant(&self->sim, &variant->inside, &variant->outside,
			      seed);
		self->sim.loss = seed & 1 ? 0 : 2;
		simulate_network(&self->sim, 2 * MINUTE);
		ASSERT_EQ(0, self->sim.middle.flagged_at)
			TH_LOG("seed %u", seed);
		ASSERT_LT(0, self->sim.middle.seen[0]);
		ASSERT_LT(0, self->sim.middle.seen[1]);
	}
}

/* What is sent to a dead one again and again acknowledges nothing new */
TEST_F(hosts, one_dead_are_not_asymmetric)
{
	u32 seed;

	for (seed = 1; seed <= 60; seed++) {
		begin_variant(&self->sim, &variant->inside, &variant->outside,
			      seed);
		self->sim.dies_at = self->sim.now + seed * 171;
		simulate_network(&self->sim, 2 * MINUTE);
		ASSERT_EQ(0, self->sim.middle.flagged_at)
			TH_LOG("seed %u", seed);
	}
}

/* Three intervals after the one that began with both directions, each of which ends
 * with the first segment a second after it began. Where turns are slow, what was
 * sent and what is acknowledged take one each.
 */
TEST_F(hosts, bypassed_are_asymmetric_soon)
{
	u32 way, seed;

	for (seed = 1; seed <= 60; seed++) {
		for (way = 0; way < 2; way++) {
			struct sim *sim = &self->sim;
			u32 begun;

			if (!variant->shows[way])
				continue;
			begin_variant(sim, &variant->inside, &variant->outside,
				      seed);
			simulate_network(sim, 3000 + seed * 37);
			ASSERT_EQ(0, sim->middle.flagged_at);
			sim->bypassed = way;
			begun = sim->now;
			simulate_network(sim, MINUTE);
			ASSERT_NE(0, sim->middle.flagged_at)
				TH_LOG("seed %u way %u", seed, way);
			ASSERT_GE(variant->shows[way] *
				  (INTERVAL + sim->middle.gap),
				  sim->middle.flagged_at - begun)
				TH_LOG("seed %u way %u gap %u", seed, way,
				       sim->middle.gap);
		}
	}
}

TEST_HARNESS_MAIN
