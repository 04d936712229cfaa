// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two ends and a lossy, reordering, duplicating network around the core, for
 * many connections on one 4-tuple.  The ends know nothing of the mapping: each
 * outside TSval is remembered with the inside TSval that it was made of, and
 * what is delivered inside must be the TSval of the segment that was echoed.
 */
#include "kselftest_harness.h"

#include "random.h"
#include "segment.h"

#define ROUNDS		400	/* connections in each simulation */
#define QUEUE		48
#define HEARD		8
#define ECHO_REACH	0x40000000u

/* A TSval as it came to an end */
struct heard {
	u32 wire;
	u32 original;
	__u64 ticks;
};

struct end {
	u32 isn;
	u32 next;		/* to be sent */
	u32 peer_next;		/* to be acknowledged */
	u32 fin_end;
	struct heard heard[HEARD];
	u32 heard_count;
	bool knows_peer;
	bool confirmed;		/* heard more than a SYN */
	bool fin_sent;
	bool fin_acked;
};

struct connection {
	struct end end[2];	/* inside, outside */
	enum tsrewrite_mode mode;
	bool inbound;
	u32 id;
	u32 hz;
	u32 base;
	u32 budget;		/* segments until it closes */
	u32 latest;		/* outside TSval */
	bool fin_crossed[2];
	bool fin_ack_crossed[2];
};

struct packet {
	struct tsrw_segment seg;
	struct heard value;	/* its TSval */
	struct heard echo;	/* what it echoes */
	u32 from;		/* enum tsrw_direction: inside sends by egress */
	u32 id;
	bool crossed;
};

struct sim {
	struct __test_metadata *meta;
	struct random rng;
	struct tsrw_conn tracked;
	struct connection conn[2];	/* now, before */
	struct packet queue[QUEUE];
	u32 queued;
	__u64 now;			/* ms */
	__u64 stamp;			/* of the last segment that crossed */
	u32 anchor;
	u32 newest;			/* outside TSval that the next begins after */
	u32 last_ack;			/* that crossed outwards */
	u32 begun, committed;		/* connection ids */
	bool any_outside;
	bool old_goes_on;
	bool may_pause;
	bool observes;			/* some of the connections */
	__u64 restored;
};

struct rates {
	u32 hz[3];
};

static u32 inside_clock(const struct connection *conn, __u64 now)
{
	return conn->base + (u32)(now * conn->hz / 1000);
}

static void enqueue_packet(struct sim *sim, const struct packet *pkt)
{
	if (sim->queued < QUEUE)
		sim->queue[sim->queued++] = *pkt;
}

static struct packet dequeue_packet(struct sim *sim)
{
	u32 i = random_below(&sim->rng, sim->queued);
	struct packet pkt = sim->queue[i];

	sim->queue[i] = sim->queue[--sim->queued];
	return pkt;
}

/* The other host is gone, or its network forgot: keep one connection's */
static void purge_packets(struct sim *sim, u32 id, bool syns_only)
{
	u32 i = 0;

	while (i < sim->queued) {
		const struct packet *pkt = &sim->queue[i];

		if (pkt->id != id && (!syns_only || pkt->seg.syn))
			sim->queue[i] = sim->queue[--sim->queued];
		else
			i++;
	}
}

static struct connection *find_connection(struct sim *sim, u32 id)
{
	if (!id)
		return NULL;
	return id == sim->conn[0].id ? &sim->conn[0] :
	       id == sim->conn[1].id ? &sim->conn[1] : NULL;
}

static void hear_value(struct end *end, const struct heard *value)
{
	end->heard[end->heard_count++ % HEARD] = *value;
}

static struct heard echo_of(struct sim *sim, const struct end *end)
{
	u32 known = end->heard_count < HEARD ? end->heard_count : HEARD;

	if (!known)
		return (struct heard){};
	return end->heard[random_below(&sim->rng, known)];
}

static void fill_numbers(struct sim *sim, const struct connection *conn,
			 struct end *end, struct tsrw_segment *seg)
{
	u32 len = random_below(&sim->rng, 1400);

	seg->seq = end->next;
	if (end->fin_sent || !conn->budget) {
		seg->fin = true;
		seg->end = seg->seq + 1;
		end->fin_end = seg->end;
		end->fin_sent = true;
	} else if (random_percent(&sim->rng, 30) && end->next - end->isn > 3000) {
		seg->seq = end->next - 1 - random_below(&sim->rng, 2000);
		seg->end = end->next;
	} else {
		seg->end = seg->seq + len;
		end->next = seg->end;
	}
}

/* Retransmitted SYNs are a second apart: none overtakes another inside */
static bool syn_is_on_its_way(const struct sim *sim, u32 from)
{
	u32 i;

	for (i = 0; i < sim->queued; i++)
		if (sim->queue[i].seg.syn && !sim->queue[i].crossed &&
		    sim->queue[i].from == from)
			return true;
	return false;
}

/* One end sends what its state lets it */
static void transmit_segment(struct sim *sim, struct connection *conn, u32 from)
{
	bool opener = (from == TSRW_INGRESS) == conn->inbound;
	struct end *end = &conn->end[from];
	struct packet pkt = { .from = from, .id = conn->id };
	struct tsrw_segment *seg = &pkt.seg;

	if (!opener && !end->knows_peer)
		return;
	seg->has_tsopt = true;
	if (!end->knows_peer || (!opener && !end->confirmed)) {
		if (syn_is_on_its_way(sim, from))
			return;
		*seg = seg_syn(end->isn, 0);
	} else {
		fill_numbers(sim, conn, end, seg);
		if (conn->budget)
			conn->budget--;
	}
	pkt.value.ticks = sim->now * conn->hz / 1000;
	pkt.value.original = from == TSRW_EGRESS ?
		inside_clock(conn, sim->now) : random_u32(&sim->rng);
	pkt.value.wire = pkt.value.original;
	seg->tsval = pkt.value.wire;
	if (end->knows_peer) {
		seg->has_ack = true;
		seg->ack = end->peer_next;
		pkt.echo = echo_of(sim, end);
		seg->tsecr = pkt.echo.wire;
	}
	enqueue_packet(sim, &pkt);
}

static void receive_packet(struct sim *sim, const struct packet *pkt)
{
	struct connection *conn = find_connection(sim, pkt->id);
	const struct tsrw_segment *seg = &pkt->seg;
	struct end *end;

	if (!conn)
		return;
	end = &conn->end[!pkt->from];
	if (!seg->syn && !end->knows_peer)
		return;
	if (seg->syn && !end->knows_peer)
		end->peer_next = seg->end;
	end->knows_peer = true;
	if (!seg->syn)
		end->confirmed = true;
	if (tsrw_after(seg->end, end->peer_next))
		end->peer_next = seg->end;
	if (end->fin_sent && seg->has_ack && seg->ack == end->fin_end)
		end->fin_acked = true;
	hear_value(end, &pkt->value);
}

static void note_crossing(struct connection *conn, const struct packet *pkt)
{
	const struct tsrw_segment *seg = &pkt->seg;

	if (!conn)
		return;
	if (seg->has_ack && conn->fin_crossed[!pkt->from] &&
	    seg->ack == conn->end[!pkt->from].fin_end)
		conn->fin_ack_crossed[!pkt->from] = true;
	if (seg->fin)
		conn->fin_crossed[pkt->from] = true;
}

static void check_state(struct sim *sim)
{
	struct __test_metadata *_metadata = sim->meta;
	const struct connection *conn = find_connection(sim, sim->committed);

	if (!conn)
		return;
	ASSERT_EQ(conn->fin_ack_crossed[0] && conn->fin_ack_crossed[1] ?
		  TSRW_CLOSED : TSRW_ESTABLISHED, state_of(&sim->tracked));
}

static void note_commit(struct sim *sim, const struct packet *pkt,
			const struct tsrw_result *result)
{
	struct __test_metadata *_metadata = sim->meta;

	if (!(result->events & TSRW_EVENT_ESTABLISHED))
		return;
	ASSERT_EQ(sim->begun, pkt->id);
	ASSERT_NE(sim->committed, pkt->id);
	sim->committed = pkt->id;
	/* the old one may have acknowledged more since the SYN-ACK */
	if (pkt->from == TSRW_INGRESS && !pkt->seg.syn &&
	    pkt->seg.seq - sim->last_ack > 1 << 20)
		sim->last_ack = pkt->seg.seq;
	/* what the old one sent meanwhile, the peer has forgotten */
	if (sim->conn[0].mode == TSREWRITE_MODE_OBSERVE)
		sim->any_outside = false;
	else if (sim->old_goes_on)
		sim->newest = sim->conn[0].latest;
	purge_packets(sim, pkt->id, false);
}

static enum tsrw_action action_of(const struct connection *conn)
{
	return conn->mode == TSREWRITE_MODE_OBSERVE ? TSRW_PASS_OBSERVED :
						      TSRW_TRANSLATE;
}

/* Outside TSvals of what is rewritten never run backwards from one connection to
 * the next; what is observed is no part of that
 */
static void check_order(struct sim *sim, const struct packet *pkt)
{
	struct __test_metadata *_metadata = sim->meta;

	if (pkt->id == sim->conn[0].id &&
	    (sim->begun != pkt->id ||
	     tsrw_after(pkt->value.wire, sim->conn[0].latest)))
		sim->conn[0].latest = pkt->value.wire;
	if (sim->begun != pkt->id && pkt->id == sim->conn[0].id && sim->any_outside)
		ASSERT_LT(0, (s32)(pkt->value.wire - sim->newest));
	if (!sim->any_outside || tsrw_after(pkt->value.wire, sim->newest))
		sim->newest = pkt->value.wire;
	sim->any_outside = true;
}

static void cross_outwards(struct sim *sim, struct packet *pkt)
{
	struct __test_metadata *_metadata = sim->meta;
	const struct connection *conn = find_connection(sim, pkt->id);
	u32 idle = (sim->now - sim->stamp) / 1000;
	struct tsrw_result result;

	ASSERT_NE(NULL, conn);
	leave_after(&sim->tracked, &pkt->seg, conn->mode,
		    sim->anchor + (u32)sim->now, idle, &result);
	ASSERT_EQ(action_of(conn), result.action);
	pkt->value.wire = seen_outside(&result, pkt->value.original);
	pkt->seg.tsval = pkt->value.wire;

	if (conn->mode == TSREWRITE_MODE_REWRITE) {
		ASSERT_NE(0, pkt->value.wire);
		check_order(sim, pkt);
	}
	if (pkt->id == sim->conn[0].id)
		sim->begun = pkt->id;
	sim->may_pause = true;
	if (pkt->seg.has_ack)
		sim->last_ack = pkt->seg.ack;
	note_commit(sim, pkt, &result);
}

static void cross_inwards(struct sim *sim, struct packet *pkt)
{
	struct __test_metadata *_metadata = sim->meta;
	const struct connection *conn = find_connection(sim, pkt->id);
	struct tsrw_result result;

	tsrw_handshake_ingress(&sim->tracked, &pkt->seg, TSREWRITE_MODE_REWRITE, true,
			       &result);
	note_commit(sim, pkt, &result);
	if (!pkt->seg.has_ack) {
		ASSERT_EQ(TSRW_PASS_NO_ACK, result.action);
		return;
	}
	if (!conn || (pkt->id != sim->begun && pkt->id != sim->committed))
		return;
	if (!pkt->seg.tsecr && conn->mode == TSREWRITE_MODE_OBSERVE)
		return;
	if (result.action == TSRW_PASS_OTHER &&
	    sim->now * conn->hz / 1000 - pkt->echo.ticks >= ECHO_REACH)
		return; /* older than anything that is known of a closed connection */
	ASSERT_EQ(action_of(conn), result.action);
	ASSERT_EQ(pkt->echo.original, told_inside(&result, pkt->seg.tsecr));
	if (sim->now * conn->hz / 1000 - pkt->echo.ticks < ECHO_REACH)
		ASSERT_TRUE(result.verified);
	sim->restored++;
}

/* Out of the blue, from outside, knowing no number; a FIN may delay a close */
static void forge_segments(struct sim *sim)
{
	struct __test_metadata *_metadata = sim->meta;
	u32 a = random_u32(&sim->rng), b = random_u32(&sim->rng);
	bool closing = sim->conn[0].fin_crossed[0] ||
		       sim->conn[0].fin_crossed[1];
	const struct tsrw_segment forged[] = {
		seg_syn(a, b), seg_syn_ack(a, b, a, b), seg_rst(a),
		seg_rst_ack(a, b), seg_rst_ack(0, b),
		without_tsopt(seg_syn_ack(a, b, 0, 0)),
		seg_data(a, 100, b, a, random_u32(&sim->rng)),
		seg_fin(a, b, 0, 0),
	};
	struct tsrw_result result;

	result = arrive_segment(&sim->tracked,
				forged[random_below(&sim->rng,
						  ARRAY_SIZE(forged) - closing)]);
	ASSERT_EQ(0, result.events);
}

static void pass_time(struct sim *sim)
{
	u32 hz = sim->conn[0].hz > sim->conn[1].hz ? sim->conn[0].hz :
						     sim->conn[1].hz;

	sim->now += random_below(&sim->rng, 40);
	if (sim->may_pause && sim->conn[0].end[0].confirmed &&
	    sim->conn[0].end[1].confirmed &&
	    random_below(&sim->rng, 300) == 0) {
		sim->now += random_below(&sim->rng, hz > 1000 ? 1000000 :
					 4 * 3600 * 1000);
		sim->may_pause = false;
		sim->queued = 0;
	}
}

static void step_network(struct sim *sim)
{
	struct packet pkt;

	if (!sim->queued || random_percent(&sim->rng, 30))
		return;
	pkt = dequeue_packet(sim);
	if (random_percent(&sim->rng, 8))
		return;
	if (random_percent(&sim->rng, 8))
		enqueue_packet(sim, &pkt);
	if (pkt.crossed) {
		receive_packet(sim, &pkt);
		return;
	}

	note_crossing(find_connection(sim, pkt.id), &pkt);
	pkt.crossed = true;
	enqueue_packet(sim, &pkt);
	if (pkt.from == TSRW_EGRESS)
		cross_outwards(sim, &sim->queue[sim->queued - 1]);
	else
		cross_inwards(sim, &sim->queue[sim->queued - 1]);
	sim->stamp = sim->now;
	check_state(sim);
}

static void begin_connection(struct sim *sim, const struct rates *rates,
			     u32 id)
{
	struct connection *conn = &sim->conn[0];
	u32 i;

	if (conn->id == sim->committed || !conn->id)
		sim->conn[1] = *conn;
	*conn = (struct connection){
		.mode = sim->observes && random_percent(&sim->rng, 40) ?
			TSREWRITE_MODE_OBSERVE : TSREWRITE_MODE_REWRITE,
		.inbound = random_percent(&sim->rng, 40),
		.id = id,
		.hz = rates->hz[random_below(&sim->rng, 3)],
		.base = random_u32(&sim->rng),
		.budget = 5 + random_below(&sim->rng, 60),
	};
	for (i = 0; i < 2; i++) {
		/* not where the one before may still be (RFC 6528) */
		u32 isn = sim->conn[1].end[i].next + (1 << 22) +
			  random_below(&sim->rng, 1 << 30);

		conn->end[i].isn = isn;
		conn->end[i].next = isn + 1;
	}
	purge_packets(sim, id, true);
}

static bool is_over(const struct connection *conn)
{
	return conn->end[0].fin_acked && conn->end[1].fin_acked;
}

static void reset_from_outside(struct sim *sim)
{
	struct __test_metadata *_metadata = sim->meta;

	arrive_segment(&sim->tracked, seg_rst(sim->last_ack - 1));
	arrive_segment(&sim->tracked, seg_rst(sim->last_ack + (1 << 22)));
	check_state(sim);
	arrive_segment(&sim->tracked, seg_rst(sim->last_ack));
	ASSERT_EQ(TSRW_CLOSED, state_of(&sim->tracked));
}

/* It ends by FINs or an RST, or is given up before anyone answered */
static void run_connection(struct sim *sim)
{
	struct connection *conn = &sim->conn[0];
	bool give_up = random_percent(&sim->rng, 15);
	bool reset = random_percent(&sim->rng, 15);
	u32 steps = 0;

	while (!is_over(conn)) {
		struct __test_metadata *_metadata = sim->meta;
		u32 which = sim->old_goes_on && sim->committed &&
			    sim->committed != conn->id &&
			    sim->committed == sim->conn[1].id &&
			    random_percent(&sim->rng, 25);

		ASSERT_GT(100000, ++steps);
		if (give_up && sim->committed != conn->id && steps > 12)
			return;
		if (reset && sim->committed == conn->id && conn->budget < 4 &&
		    !conn->fin_crossed[0] && !conn->fin_crossed[1]) {
			reset_from_outside(sim);
			conn->fin_ack_crossed[0] = true;
			conn->fin_ack_crossed[1] = true;
			return;
		}
		pass_time(sim);
		if (random_percent(&sim->rng, 25))
			transmit_segment(sim, &sim->conn[which],
					 random_below(&sim->rng, 2));
		if (random_percent(&sim->rng, 3))
			forge_segments(sim);
		step_network(sim);
		step_network(sim);
	}
}

static void simulate_connections(struct __test_metadata *_metadata,
				 const struct rates *rates, __u64 seed, bool old_goes_on,
				 bool observes)
{
	struct sim sim = {
		.meta = _metadata,
		.rng.state = seed,
		.old_goes_on = old_goes_on,
		.observes = observes,
	};
	u32 id;

	sim.anchor = random_u32(&sim.rng);
	/* the first segment begins the flow, as the table sees to it */
	for (id = 1; id <= ROUNDS; id++) {
		begin_connection(&sim, rates, id);
		if (id == 1) {
			sim.conn[0].inbound = false;
			leave_by(&sim.tracked, seg_syn(sim.conn[0].end[0].isn,
						       sim.conn[0].base),
				 sim.conn[0].mode, sim.anchor);
		}
		run_connection(&sim);
	}
	ASSERT_LT(ROUNDS * 10, sim.restored);
}

FIXTURE(model) {
	u32 seed;
};

FIXTURE_VARIANT(model) {
	struct rates rates;
};

FIXTURE_VARIANT_ADD(model, of_linux_hosts) {
	{ { 1000, 1000, 250 } }
};

FIXTURE_VARIANT_ADD(model, of_slow_clocks) {
	{ { 2, 100, 10 } }
};

FIXTURE_VARIANT_ADD(model, of_fast_clocks) {
	{ { 1000000, 1000000, 1000000 } }
};

FIXTURE_VARIANT_ADD(model, of_all_kinds) {
	{ { 2, 1000, 1000000 } }
};

FIXTURE_SETUP(model)
{
}

FIXTURE_TEARDOWN(model)
{
}

TEST_F(model, restores_what_was_echoed)
{
	for (self->seed = 1; self->seed <= 10; self->seed++)
		simulate_connections(_metadata, &variant->rates, self->seed, false,
				     false);
}

/* The old connection does not know that a SYN took its place */
TEST_F(model, restores_what_was_echoed_while_the_old_goes_on)
{
	for (self->seed = 101; self->seed <= 110; self->seed++)
		simulate_connections(_metadata, &variant->rates, self->seed, true,
				     false);
}

/* Mode observe for some: they pass, and the others are restored as ever */
TEST_F(model, restores_what_was_echoed_between_observed_connections)
{
	for (self->seed = 201; self->seed <= 205; self->seed++) {
		simulate_connections(_metadata, &variant->rates, self->seed, false, true);
		simulate_connections(_metadata, &variant->rates, self->seed, true, true);
	}
}

TEST_HARNESS_MAIN
