// SPDX-License-Identifier: GPL-2.0-only
/*
 * A connection between two hosts, carried in turn by firewalls that share nothing, over a
 * network that loses, delays and reorders.  The outside host has PAWS, and says nothing of
 * a segment without data that it finds old, as Linux since 6.14.
 *
 * What is delivered inside is the TSval of the very segment that was echoed, or 0; what
 * leaves is behind each echo that has arrived, and the same whatever the inside clock reads;
 * and all that is sent arrives.
 */
#include "kselftest_harness.h"

#include "core/adopt.h"
#include "random.h"

#define BOXES		3
#define QUEUE		256
#define MSEC		1000ULL		/* all times are in microseconds */
#define SEC		(1000 * MSEC)
#define BEGIN		(1000000 * SEC)
#define TAKEOVER	(240 * SEC)	/* how long it lasts */
#define NEVER		(~0ULL)
#define CHUNK		1000		/* bytes in a segment */
#define WINDOW		(12 * CHUNK)
#define CONNECTIONS	16		/* at each clock rate */
#define GAP_MAX		(30 * SEC)	/* until something is acknowledged */
#define PROBES_MAX	9		/* keepalives that get no answer end a connection */

struct packet {
	struct tsrw_segment seg;
	__u64 at;		/* when it comes to the firewall, or to the host */
	u32 original;		/* what its TSval was, or the TSval that it echoes was, inside */
	u32 offset;		/* by which it was rewritten */
	u32 from;		/* enum tsrw_direction: inside sends by egress */
	bool crossed;
};

struct host {
	u32 una, next, sent, limit;
	u32 peer_next, acked;
	u32 recent, recent_original;	/* TS.Recent: as it came, and as it was inside */
	u32 recent_offset;
	u32 rto;			/* ms */
	u32 probes;
	__u64 timer, write_at, heard_at;
	__u64 waits_since;		/* for an acknowledgment */
	u32 writes;			/* that are still to come */
};

/* A firewall's view of the connection */
struct box {
	bool knows;
	struct tsrw_adopt adopt;
	struct tsrw_span span;
	__u64 stamp, told, until;
	u32 anchor, heard, acked;
	bool has_heard;		/* an echo, since it knows what inside sends */
	bool has_left;		/* a segment, since it knows or doubts */
};

/* How the connection is used, and what happens to its way */
struct plan {
	u32 hz;
	u32 writes[2];		/* by enum tsrw_direction */
	u32 interval;		/* ms between two writes */
	u32 keepalive;		/* seconds of silence before one, and between them */
	u32 switches;
	bool told, sprayed, one_sided;
	bool silent;		/* for days before the way moves */
};

struct counts {
	u32 exact, zero, wrong, refused, stripped, clocked, decided, followed;
	__u64 gap, wrong_by;
};

struct sim {
	struct __test_metadata *meta;
	const struct plan *plan;
	struct random rng;
	struct host host[2];
	struct box box[BOXES];
	struct packet queue[QUEUE];
	u32 queued, way[2], switches;
	__u64 now, switch_at;
	u32 base;			/* of the inside clock */
	u32 hash;			/* of all that leaves */
	struct counts n;
};

/* It never reads 0, which some hosts send for no clock at all */
static u32 inside_clock(const struct sim *sim)
{
	__u64 hz = sim->plan->hz;
	u32 tsval = sim->base + (u32)(sim->now / SEC * hz + sim->now % SEC * hz / SEC);

	return tsval ? tsval : 1;
}

static __u64 some_delay(struct sim *sim)
{
	u32 most = random_percent(&sim->rng, 5) ? 400 : 30;

	return sim->now + (1 + random_below(&sim->rng, most)) * MSEC +
	       random_below(&sim->rng, 1000);
}

static void put_on_way(struct sim *sim, struct packet pkt)
{
	struct __test_metadata *_metadata = sim->meta;

	ASSERT_LT(sim->queued, QUEUE);
	pkt.at = some_delay(sim);
	if (!random_percent(&sim->rng, 4))
		sim->queue[sim->queued++] = pkt;
}

static void send_segment(struct sim *sim, u32 from, u32 seq, u32 len)
{
	struct host *host = &sim->host[from];
	struct packet pkt = {
		.from = from,
		.seg = {
			.seq = seq, .end = seq + len, .ack = host->peer_next,
			.tsval = from == TSRW_EGRESS ? inside_clock(sim) : 1,
			.tsecr = host->recent, .has_ack = true, .has_tsopt = true,
		},
	};

	pkt.original = from == TSRW_EGRESS ? pkt.seg.tsval : host->recent_original;
	host->acked = host->peer_next;
	put_on_way(sim, pkt);
}

static void arm_timer(struct sim *sim, struct host *host)
{
	host->timer = host->una == host->sent ? host->heard_at + sim->plan->keepalive * SEC :
						sim->now + host->rto * MSEC;
}

static void send_what_fits(struct sim *sim, u32 from)
{
	struct host *host = &sim->host[from];
	bool idle = host->una == host->sent;

	if (idle)
		host->waits_since = sim->now;
	while (tsrw_after(host->limit, host->next) &&
	       host->next - host->una < WINDOW) {
		send_segment(sim, from, host->next, CHUNK);
		host->next += CHUNK;
		if (tsrw_after(host->next, host->sent))
			host->sent = host->next;
	}
	if (idle)
		arm_timer(sim, host);
}

static void write_more(struct sim *sim, u32 from)
{
	struct host *host = &sim->host[from];

	host->limit += CHUNK * (1 + random_below(&sim->rng, 8));
	host->write_at = --host->writes ? sim->now + (1 + random_below(&sim->rng,
				2 * sim->plan->interval)) * MSEC : NEVER;
	send_what_fits(sim, from);
}

/* Send again, or ask whether the peer is alive */
static void expire_timer(struct sim *sim, u32 from)
{
	struct __test_metadata *_metadata = sim->meta;
	struct host *host = &sim->host[from];

	if (host->una == host->sent) {
		ASSERT_LT(host->probes++, PROBES_MAX)
			TH_LOG("no keepalive is answered: the connection ends");
		send_segment(sim, from, host->sent - 1, 0);
		host->timer = sim->now + sim->plan->keepalive * SEC;
		return;
	}
	host->next = host->una;
	send_segment(sim, from, host->next, CHUNK);
	host->next += CHUNK;
	host->rto = host->rto < 4000 ? 2 * host->rto : host->rto;
	arm_timer(sim, host);
}

static bool is_refused(const struct host *host, const struct packet *pkt)
{
	return pkt->from == TSRW_EGRESS && pkt->seg.has_tsopt &&
	       tsrw_after(host->recent, pkt->seg.tsval);
}

static void note_value(struct host *host, const struct packet *pkt)
{
	if (pkt->from == TSRW_INGRESS || !pkt->seg.has_tsopt ||
	    tsrw_after(pkt->seg.seq, host->acked))
		return;
	host->recent = pkt->seg.tsval;
	host->recent_original = pkt->original;
	host->recent_offset = pkt->offset;
}

static void take_ack(struct sim *sim, struct host *host, u32 from, u32 ack)
{
	host->probes = 0;
	host->heard_at = sim->now;
	if (host->una == host->sent)
		arm_timer(sim, host);
	if (tsrw_after(ack, host->una) && !tsrw_after(ack, host->sent)) {
		host->una = ack;
		host->rto = 300;
		if (tsrw_after(ack, host->next))
			host->next = ack;
		if (sim->now - host->waits_since > sim->n.gap)
			sim->n.gap = sim->now - host->waits_since;
		host->waits_since = sim->now;
		arm_timer(sim, host);
	}
	send_what_fits(sim, from);
}

static void receive_packet(struct sim *sim, const struct packet *pkt)
{
	u32 me = !pkt->from, len = pkt->seg.end - pkt->seg.seq;
	struct host *host = &sim->host[me];

	if (is_refused(host, pkt)) {
		/* Or another has overtaken it */
		sim->n.refused += pkt->offset != host->recent_offset;
		if (len)
			send_segment(sim, me, host->sent, 0);
		return;
	}
	note_value(host, pkt);
	if (len && pkt->seg.seq == host->peer_next)
		host->peer_next = pkt->seg.end;
	take_ack(sim, host, me, pkt->seg.ack);
	if (len || tsrw_after(host->peer_next, pkt->seg.seq))
		send_segment(sim, me, host->sent, 0);
}

static bool is_told(const struct sim *sim, const struct box *box)
{
	return sim->now < box->until;
}

static struct tsrw_adopt_info info_of(const struct sim *sim, const struct box *box)
{
	return (struct tsrw_adopt_info){
		.now = sim->now / SEC,
		.idle = box->knows ? (sim->now - box->stamp) / SEC : 0,
		.acked = box->acked,
		.anchor = box->anchor + (u32)(sim->now / MSEC),
		.takeover = is_told(sim, box),
	};
}

/* As the flow table has it: a stamp moves once a second, so that it may be older than the
 * last segment
 */
static void touch_box(const struct sim *sim, struct box *box)
{
	if (!box->knows || sim->now - box->stamp >= SEC)
		box->stamp = sim->now;
}

/* As the hooks have it */
static void prepare_box(struct sim *sim, struct box *box)
{
	if (box->knows && box->stamp < box->told && box->told <= sim->now) {
		box->stamp = sim->now;
		tsrw_adopt_doubt(&box->adopt, sim->now / SEC);
		box->has_heard = false;
		box->has_left = false;
	}
}

static void note_left(struct sim *sim, const struct packet *pkt)
{
	u32 what = pkt->seg.has_tsopt ? pkt->seg.tsval : 0;

	sim->hash = (sim->hash ^ (what + (u32)sim->now)) * 2654435761u;
	sim->hash ^= sim->hash >> 15;
}

static void stamp_packet(struct sim *sim, struct box *box, struct packet *pkt,
			 const struct tsrw_result *result, enum tsrw_adopt_event event)
{
	struct __test_metadata *_metadata = sim->meta;
	u32 outside = tsrw_span_outside(&result->span, pkt->seg.tsval);

	ASSERT_EQ(TSRW_TRANSLATE, result->action);
	/* One that another has overtaken inside is as old outside */
	if (is_told(sim, box) && box->has_heard && event != TSRW_ADOPT_CLOCKED &&
	    pkt->seg.tsval == box->span.last)
		ASSERT_FALSE(tsrw_after(box->heard, outside))
			TH_LOG("%u leaves, though %u was echoed", outside, box->heard);
	pkt->offset = result->span.offset;
	pkt->seg.tsval = outside;
}

static void cross_outwards(struct sim *sim, struct packet *pkt)
{
	struct box *box = &sim->box[sim->way[TSRW_EGRESS]];
	struct tsrw_adopt_info info = info_of(sim, box);
	struct tsrw_result result = {};
	enum tsrw_adopt_event event;

	prepare_box(sim, box);
	if (!box->knows) {
		tsrw_adopt_begin(&box->adopt, info.now);
		box->has_heard = false;
	}
	touch_box(sim, box);
	box->knows = true;
	box->has_left = true;
	event = tsrw_adopt_egress(&box->adopt, &box->span, &pkt->seg, &info, &result);
	box->acked = pkt->seg.ack;
	sim->n.stripped += event == TSRW_ADOPT_STRIPPED;
	sim->n.clocked += event == TSRW_ADOPT_CLOCKED;
	sim->n.decided += event == TSRW_ADOPT_DECIDED;
	sim->n.followed += event == TSRW_ADOPT_FOLLOWED;
	if (result.action == TSRW_STRIP)
		pkt->seg.has_tsopt = false;
	else
		stamp_packet(sim, box, pkt, &result, event);
	note_left(sim, pkt);
}

static void judge_echo(struct sim *sim, const struct packet *pkt, u32 told)
{
	struct __test_metadata *_metadata = sim->meta;
	u32 by = told - pkt->original;

	sim->n.zero += !told;
	sim->n.exact += told && !by;
	if (!told || !by)
		return;
	sim->n.wrong++;
	by = (s32)by < 0 ? 0 - by : by;
	if (by > sim->n.wrong_by)
		sim->n.wrong_by = by;
	if (sim->plan->sprayed)
		return;
	if (sim->plan->told)
		ASSERT_EQ(pkt->original, told) TH_LOG("another TSval is told than was echoed");
	ASSERT_GT(3 * sim->plan->hz + TSRW_ADOPT_LEAD, by);
}

static void note_heard(struct box *box, const struct packet *pkt)
{
	if (!box->has_left ||
	    (box->has_heard && !tsrw_after(pkt->seg.tsecr, box->heard)))
		return;
	box->heard = pkt->seg.tsecr;
	box->has_heard = true;
}

static void cross_inwards(struct sim *sim, struct packet *pkt)
{
	struct box *box = &sim->box[sim->way[TSRW_INGRESS]];
	struct tsrw_adopt_info info = info_of(sim, box);
	struct tsrw_result result = {};
	u32 told = 0;

	if (box->knows) {
		prepare_box(sim, box);
		touch_box(sim, box);
		tsrw_adopt_ingress(&box->adopt, &box->span, &pkt->seg, &info, &result);
		if (pkt->seg.tsecr)
			note_heard(box, pkt);
		if (result.action == TSRW_TRANSLATE)
			told = tsrw_span_restore(&box->span, pkt->seg.tsecr);
	}
	if (pkt->seg.tsecr)
		judge_echo(sim, pkt, told);
}

/* The way moves to another firewall. One that does not know the connection is told in any
 * case, and so is one whose last takeover is over.
 */
static void move_way(struct sim *sim, u32 dir)
{
	struct box *box;

	sim->way[dir] = random_below(&sim->rng, BOXES);
	box = &sim->box[sim->way[dir]];
	if (random_percent(&sim->rng, 20))
		box->knows = false;
	if (sim->plan->told || !box->knows || !is_told(sim, box)) {
		box->told = sim->now;
		box->until = sim->now + TAKEOVER;
	}
}

static void move_ways(struct sim *sim)
{
	const struct plan *plan = sim->plan;

	move_way(sim, TSRW_EGRESS);
	sim->way[TSRW_INGRESS] = sim->way[TSRW_EGRESS];
	if (plan->one_sided && random_percent(&sim->rng, 50) && sim->switches > 1)
		move_way(sim, TSRW_INGRESS);
	sim->switch_at = NEVER;
	if (--sim->switches)
		sim->switch_at = sim->now + (random_percent(&sim->rng, 30) ?
			random_below(&sim->rng, 300) * MSEC :
			random_below(&sim->rng, 12000) * MSEC);
}

/* Before the way moves, the hosts may be silent for three days, or for as long as PAWS tells
 * earlier from later
 */
static void pass_silence(struct sim *sim)
{
	u32 most = 0x40000000 / sim->plan->hz;
	__u64 pause = random_below(&sim->rng, most < 3 * 86400 ? most : 3 * 86400) * SEC;
	u32 i;

	if (!sim->plan->silent || sim->queued)
		return;
	sim->now += pause;
	for (i = 0; i < 2; i++) {
		sim->host[i].heard_at = sim->now;
		sim->host[i].waits_since = sim->now;
		sim->host[i].timer += pause;
		if (sim->host[i].write_at != NEVER)
			sim->host[i].write_at += pause;
	}
	sim->switch_at = sim->now;
}

static void handle_packet(struct sim *sim, u32 i)
{
	struct packet pkt = sim->queue[i];

	sim->queue[i] = sim->queue[--sim->queued];
	if (pkt.crossed) {
		receive_packet(sim, &pkt);
		return;
	}
	if (sim->plan->sprayed) {
		sim->way[TSRW_EGRESS] = random_below(&sim->rng, BOXES - 1);
		sim->way[TSRW_INGRESS] = random_below(&sim->rng, BOXES - 1);
	}
	if (pkt.from == TSRW_EGRESS)
		cross_outwards(sim, &pkt);
	else
		cross_inwards(sim, &pkt);
	pkt.crossed = true;
	put_on_way(sim, pkt);
}

static __u64 earlier_of(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

static __u64 next_time(const struct sim *sim)
{
	__u64 next = sim->switch_at;
	u32 i;

	for (i = 0; i < 2; i++)
		next = earlier_of(next, earlier_of(sim->host[i].timer, sim->host[i].write_at));
	for (i = 0; i < sim->queued; i++)
		next = earlier_of(next, sim->queue[i].at);
	return next;
}

static void run_timers(struct sim *sim)
{
	u32 i;

	for (i = 0; i < 2; i++) {
		if (sim->host[i].write_at <= sim->now)
			write_more(sim, i);
		if (sim->host[i].timer <= sim->now)
			expire_timer(sim, i);
	}
	if (sim->switch_at <= sim->now) {
		pass_silence(sim);
		move_ways(sim);
	}
}

static bool is_done(const struct sim *sim)
{
	const struct host *a = &sim->host[0], *b = &sim->host[1];

	return !sim->switches && !a->writes && !b->writes &&
	       a->una == a->limit && b->una == b->limit;
}

static void run_connection(struct sim *sim)
{
	struct __test_metadata *_metadata = sim->meta;
	u32 steps, i;

	for (steps = 0; !is_done(sim); steps++) {
		ASSERT_GT(2000000, steps) TH_LOG("the connection does not go on");
		sim->now = next_time(sim);
		run_timers(sim);
		for (i = 0; i < sim->queued; i++)
			if (sim->queue[i].at <= sim->now)
				handle_packet(sim, i--);
	}
}

static void begin_host(struct sim *sim, u32 i)
{
	struct host *host = &sim->host[i];
	u32 isn = random_u32(&sim->rng);

	*host = (struct host){
		.una = isn, .next = isn, .sent = isn, .limit = isn, .rto = 300,
		.heard_at = sim->now, .write_at = NEVER, .writes = sim->plan->writes[i],
		.timer = sim->now + sim->plan->keepalive * SEC,
	};
	if (host->writes)
		host->write_at = sim->now + random_below(&sim->rng, 200) * MSEC;
}

/* As after the handshake, which the first firewall has seen */
static void begin_connection(struct sim *sim)
{
	struct box *box = &sim->box[0];
	u32 i;

	sim->now = BEGIN + random_below(&sim->rng, 1000000);
	for (i = 0; i < 2; i++)
		begin_host(sim, i);
	sim->host[0].peer_next = sim->host[1].next;
	sim->host[1].peer_next = sim->host[0].next;
	sim->host[1].acked = sim->host[0].next;
	for (i = 0; i < BOXES; i++)
		sim->box[i].anchor = random_u32(&sim->rng);
	box->knows = true;
	box->stamp = sim->now;
	box->until = sim->now + TAKEOVER;
	tsrw_span_begin(&box->span, inside_clock(sim), random_percent(&sim->rng, 25) ?
			0 - sim->plan->hz * 6 : random_u32(&sim->rng));
	sim->host[1].recent = tsrw_span_rewrite(&box->span, box->span.last);
	sim->host[1].recent_original = box->span.last;
	sim->switches = sim->plan->switches;
	sim->switch_at = sim->now + random_below(&sim->rng, 3000) * MSEC;
	if (sim->plan->sprayed)
		sim->box[1].until = box->until;
}

static u32 simulate_connection(struct __test_metadata *_metadata, const struct plan *plan,
			       __u64 seed, u32 base, struct counts *n)
{
	struct sim sim = {
		.meta = _metadata, .plan = plan, .rng.state = seed, .base = base,
	};

	begin_connection(&sim);
	run_connection(&sim);
	*n = sim.n;
	return sim.hash;
}

static void add_counts(struct counts *sum, const struct counts *n)
{
	sum->exact += n->exact;
	sum->zero += n->zero;
	sum->wrong += n->wrong;
	sum->refused += n->refused;
	sum->stripped += n->stripped;
	sum->clocked += n->clocked;
	sum->decided += n->decided;
	sum->followed += n->followed;
	sum->gap = sum->gap > n->gap ? sum->gap : n->gap;
	sum->wrong_by = sum->wrong_by > n->wrong_by ? sum->wrong_by : n->wrong_by;
}

/* Have the inside clock read @to some seconds after a connection has begun */
static u32 base_before(u32 to, const struct plan *plan, u32 seconds)
{
	return to - (u32)((BEGIN / SEC + seconds) * plan->hz);
}

static void simulate_connections(struct __test_metadata *_metadata, struct plan plan,
				 u32 connections, struct counts *sum)
{
	static const u32 hz[] = { 2, 100, 250, 1000, 1000000 };
	struct counts n;
	u32 i, seed;

	for (i = 0; i < ARRAY_SIZE(hz); i++) {
		plan.hz = hz[i];
		for (seed = 1; seed <= connections; seed++) {
			u32 hash = simulate_connection(_metadata, &plan, seed,
						       2654435769u * seed, &n);
			u32 base = base_before(0x80000000, &plan, seed);

			ASSERT_EQ(hash, simulate_connection(_metadata, &plan, seed, base, &n))
				TH_LOG("what leaves depends on the inside clock: %u Hz, seed %u",
				       hz[i], seed);
			add_counts(sum, &n);
			/* A tick for which the clock does not read 0 shows outside */
			simulate_connection(_metadata, &plan, seed,
					    base_before(0, &plan, seed), &n);
			add_counts(sum, &n);
		}
	}
	TH_LOG("seeds 1 to %u: echoes: %u exact, %u zero, %u wrong by %llu ticks at most",
	       connections, sum->exact, sum->zero, sum->wrong, sum->wrong_by);
	TH_LOG("%u stripped, %u by the clock, %u decided, %u followed, %u refused",
	       sum->stripped, sum->clocked, sum->decided, sum->followed, sum->refused);
	TH_LOG("longest gap %llu ms", sum->gap / MSEC);
}

FIXTURE(takeover) {
	struct counts n;
};

FIXTURE_VARIANT(takeover) {
	struct plan plan;
};

FIXTURE_VARIANT_ADD(takeover, of_an_upload) {
	{ .writes = { 400, 0 }, .interval = 20, .switches = 8, .keepalive = 75, .told = true }
};

FIXTURE_VARIANT_ADD(takeover, of_a_download) {
	{ .writes = { 0, 400 }, .interval = 20, .switches = 8, .keepalive = 75, .told = true }
};

FIXTURE_VARIANT_ADD(takeover, of_both_ways) {
	{ .writes = { 200, 200 }, .interval = 50, .switches = 8, .keepalive = 75, .told = true }
};

FIXTURE_VARIANT_ADD(takeover, of_keepalives) {
	{ .writes = { 3, 3 }, .interval = 60000, .switches = 8, .keepalive = 4,
	  .told = true }
};

FIXTURE_VARIANT_ADD(takeover, after_silence) {
	{ .writes = { 40, 40 }, .interval = 1500, .switches = 10, .keepalive = 75,
	  .told = true, .silent = true }
};

FIXTURE_SETUP(takeover)
{
}

FIXTURE_TEARDOWN(takeover)
{
}

TEST_F(takeover, that_is_told)
{
	simulate_connections(_metadata, variant->plan, CONNECTIONS, &self->n);
	EXPECT_GT(GAP_MAX, self->n.gap);
	EXPECT_LT(0, self->n.decided);
	EXPECT_LT(0, self->n.exact);
	EXPECT_EQ(0, self->n.wrong);
}

TEST_F(takeover, of_one_direction)
{
	struct plan plan = variant->plan;

	plan.one_sided = true;
	simulate_connections(_metadata, plan, CONNECTIONS, &self->n);
	EXPECT_GT(GAP_MAX, self->n.gap);
	EXPECT_EQ(0, self->n.wrong);
}

TEST_F(takeover, and_a_failback_that_is_not_told)
{
	struct plan plan = variant->plan;

	plan.told = false;
	plan.one_sided = true;
	simulate_connections(_metadata, plan, CONNECTIONS, &self->n);
	EXPECT_GT(GAP_MAX, self->n.gap);
}

TEST_F(takeover, by_two_at_once)
{
	struct plan plan = variant->plan;

	plan.sprayed = true;
	simulate_connections(_metadata, plan, CONNECTIONS / 3, &self->n);
}

TEST_HARNESS_MAIN
