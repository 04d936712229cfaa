// SPDX-License-Identifier: GPL-2.0-only
/*
 * When flows expire, what is told of it, and that nothing is freed that a reader may still
 * have, in kmod/expiry.c; how tables are walked and what they count, in kmod/table.c.
 */
#include <errno.h>
#include <string.h>

#include "kselftest_harness.h"

#include <linux/slab.h>

#include "crossing.h"
#include "expiry.h"

unsigned long kernel_jiffies;
int kernel_cpu, kernel_grace_periods;

/* What the module's other parts would say */
static u32 anchor, settled;
static int owners_put;

u32 tsrw_anchor(const struct tsrw_key *key, const struct tsrw_flow_key *tuple)
{
	return anchor;
}

u32 tsrw_anchor_settled(const struct tsrw_key *key, const struct tsrw_flow_key *tuple)
{
	return settled;
}

void tsrw_owner_put(struct tsrw_owner *owner)
{
	owners_put++;
}

#define CHAINS		(4 * TSRW_VISITS_MAX)
#define ALPHA		7	/* a group's id, and ids of devices */
#define FW1		3
#define FW2		200

/* No timeout is a multiple of another */
static const u32 timeouts[TSRW_PHASES] = {
	[TSRW_PHASE_EMBRYONIC] = 130,
	[TSRW_PHASE_ESTABLISHED] = 1009,
	[TSRW_PHASE_CLOSED] = 31,
	[TSRW_PHASE_HALF_CLOSED] = 503,
	[TSRW_PHASE_CLOSING] = 251,
};

FIXTURE(expiry)
{
	struct tsrw_table table;
	struct tsrw_groups groups;
	struct tsrw_owner owner;
	struct netlink_ext_ack extack;
	struct tsrw_group *alpha;
	struct tsrw_stats *stats;
	u32 flows;	/* how many were added */
};

#define EXPIRY	FIXTURE_DATA(expiry)

/* What was freed, and how many grace periods had passed before the last one */
static struct {
	u32 count;
	int grace_periods;
} freed;

static void note_freed(const void *pointer)
{
	freed.count++;
	freed.grace_periods = kernel_grace_periods;
}

FIXTURE_SETUP(expiry)
{
	struct tsrw_table *table = &self->table;
	struct tsrw_retired none = { };

	memset(self, 0, sizeof(*self));
	kernel_jiffies = 100 * HZ;
	kernel_cpu = 0;
	kernel_grace_periods = 0;
	owners_put = 0;
	anchor = 0;
	settled = 0;
	tsrw_limit_set_machine(TSRW_LIMIT_USERS * CHAINS * 2);
	ASSERT_EQ(0, tsrw_groups_init(&self->groups));
	self->alpha = tsrw_group_add(&self->groups, &none, "alpha", ALPHA, &self->extack);
	ASSERT_EQ(ALPHA, self->alpha->id);
	self->stats = __alloc_percpu_gfp(sizeof(*self->stats), 1, 0);
	tsrw_table_init(table, self->stats, &self->groups, &self->owner);
	table->limits.flows = CHAINS;
	table->limits.inbound = CHAINS;
	memcpy(table->limits.timeout, timeouts, sizeof(timeouts));
	tsrw_table_size(table, tsrw_table_prepare(table, &self->extack));
	ASSERT_EQ(CHAINS - 1, table->buckets->mask);
	tsrw_expiry_init(table);
	kernel_tell_freed = note_freed;
	memset(&freed, 0, sizeof(freed));
}

FIXTURE_TEARDOWN(expiry)
{
	kernel_tell_freed = NULL;
	if (self->table.buckets) {
		tsrw_expiry_stop(&self->table);
		tsrw_table_destroy(&self->table);
	}
	EXPECT_EQ(0, atomic_read(&self->owner.flows));
	EXPECT_EQ(0, atomic_read(&self->owner.chains));
	EXPECT_EQ(1, owners_put);
	EXPECT_EQ(0, tsrw_limit_machine_usage());
	tsrw_groups_free(&self->groups);
	free_percpu(self->stats);
}

/* A connection that is rewritten, in that phase; begun inside, unless a test says otherwise */
static struct tsrw_conn conn_in(enum tsrw_conn_phase phase)
{
	struct tsrw_conn conn = {
		.state = TSRW_ESTABLISHED, .flags = TSRW_HAS_COMMITTED,
		.mode = TSREWRITE_MODE_REWRITE, .mode_candidate = TSREWRITE_MODE_REWRITE,
	};

	switch (phase) {
	case TSRW_PHASE_EMBRYONIC:
		conn.state = TSRW_EMBRYONIC;
		conn.flags = TSRW_HAS_CANDIDATE;
		break;
	case TSRW_PHASE_CLOSED:
		conn.state = TSRW_CLOSED;
		break;
	case TSRW_PHASE_CLOSING:
		conn.flags |= TSRW_FIN << TSRW_EGRESS | TSRW_FIN << TSRW_INGRESS;
		break;
	case TSRW_PHASE_HALF_CLOSED:
		conn.flags |= TSRW_FIN << TSRW_INGRESS;
		break;
	default:
		break;
	}
	return conn;
}

static struct tsrw_flow *add_to_chain(EXPIRY *self, struct tsrw_conn conn, u32 hash)
{
	struct tsrw_table *table = &self->table;
	struct tsrw_flow *flow = calloc(1, sizeof(*flow));

	flow->conn = conn;
	flow->group = ALPHA;
	flow->device[TSRW_EGRESS] = FW1;
	flow->device[TSRW_INGRESS] = FW1;
	flow->stamp = tsrw_stamp_now();
	flow->key.inside_addr.s6_addr32[2] = htonl(0xffff);
	flow->key.ports = ++self->flows;
	if (tsrw_limit_take(&table->limits, &table->usage,
			    tsrw_flow_is_inbound_embryo(flow), conn.mode_candidate))
		return NULL;
	tsrw_table_link(table, flow, hash);
	tsrw_expiry_run(table);
	return flow;
}

/* As the hooks add it: to the chain of its key */
static struct tsrw_flow *add_flow(EXPIRY *self, struct tsrw_conn conn)
{
	struct tsrw_flow_key key = { .ports = self->flows + 1 };

	key.inside_addr.s6_addr32[2] = htonl(0xffff);
	return add_to_chain(self, conn, tsrw_table_hash(&self->table, &key));
}

#define ADD(phase)	add_flow(self, conn_in(phase))

/* As many periods as it takes to visit each chain, or as there is something to do */
static void pass_all_chains(struct tsrw_table *table)
{
	for (int i = 0; i < 64; i++)
		kernel_run_work(&table->work);
}

static void run_after(struct tsrw_table *table, unsigned long ticks)
{
	kernel_jiffies = 100 * HZ + ticks;
	pass_all_chains(table);
}

static u64 counter_of(struct tsrw_stats *stats, unsigned int what)
{
	return stats->count[what];
}

static u64 timed_out(const struct tsrw_group *group, enum tsrw_arm arm, bool inbound)
{
	u64 sum[TSREWRITE_A_GROUP_STATS_MAX + 1] = { };

	tsrw_group_sum(group, arm, sum);
	return sum[inbound ? TSREWRITE_A_GROUP_STATS_INBOUND_TIMED_OUT :
			     TSREWRITE_A_GROUP_STATS_TIMED_OUT];
}

#define COUNTER(what)	counter_of(self->stats, TSREWRITE_A_STATS_##what)
#define FLOWS()		atomic_read(&self->table.usage.flows)

TEST_F(expiry, each_phase_has_its_timeout)
{
	for (int phase = 0; phase < TSRW_PHASES; phase++) {
		kernel_jiffies = 100 * HZ;
		ASSERT_NE(NULL, ADD(phase));
		run_after(&self->table, (timeouts[phase] + 1) * HZ - 1);
		EXPECT_EQ(1, FLOWS());
		run_after(&self->table, (timeouts[phase] + 1) * HZ);
		EXPECT_EQ(0, FLOWS());
		EXPECT_EQ(phase + 1, COUNTER(FLOW_EXPIRED));
	}
	EXPECT_EQ(TSRW_PHASES, freed.count);
	EXPECT_FALSE(self->table.work.pending);
}

TEST_F(expiry, segment_keeps_a_flow)
{
	struct tsrw_flow *flow = ADD(TSRW_PHASE_CLOSED);
	u32 idle;

	kernel_jiffies += 31 * HZ;
	EXPECT_TRUE(tsrw_flow_touch(flow, TSRW_INGRESS, &idle));
	EXPECT_EQ(31, idle);
	run_after(&self->table, (31 + 31) * HZ);
	EXPECT_EQ(1, FLOWS());
	run_after(&self->table, (31 + 31 + 1) * HZ);
	EXPECT_EQ(0, FLOWS());
}

/* A reader may have a flow until a grace period has passed since it was unlinked; one is
 * enough for all that were unlinked together
 */
TEST_F(expiry, frees_after_one_grace_period)
{
	for (int i = 0; i < 100; i++)
		ASSERT_NE(NULL, ADD(TSRW_PHASE_CLOSED));
	kernel_jiffies += 40 * HZ;
	self->table.left = CHAINS / 2;
	while (!kernel_grace_periods)
		ASSERT_TRUE(kernel_run_work(&self->table.work));
	EXPECT_EQ(1, kernel_grace_periods);
	EXPECT_NE(0, freed.count);
	EXPECT_EQ(1, freed.grace_periods);
	EXPECT_EQ(freed.count, 100 - FLOWS());
}

TEST_F(expiry, frees_what_others_unlinked_after_a_grace_period)
{
	struct tsrw_flow *flow = ADD(TSRW_PHASE_ESTABLISHED);

	EXPECT_TRUE(tsrw_table_end(&self->table, flow));
	EXPECT_FALSE(tsrw_table_end(&self->table, flow));
	EXPECT_EQ(1, COUNTER(FLOW_FLUSHED));
	EXPECT_EQ(0, freed.count);
	EXPECT_EQ(1, FLOWS());
	pass_all_chains(&self->table);
	EXPECT_EQ(1, freed.count);
	EXPECT_EQ(1, freed.grace_periods);
	EXPECT_EQ(0, FLOWS());
	EXPECT_EQ(0, COUNTER(FLOW_EXPIRED));
}

TEST_F(expiry, stop_frees_what_was_unlinked_after_a_grace_period)
{
	EXPECT_TRUE(tsrw_table_end(&self->table, ADD(TSRW_PHASE_ESTABLISHED)));
	tsrw_expiry_stop(&self->table);
	EXPECT_EQ(1, freed.count);
	EXPECT_EQ(1, freed.grace_periods);
	EXPECT_FALSE(self->table.work.pending);
}

/* Each is told where it belongs, and no other */
TEST_F(expiry, unanswered_ones_are_counted)
{
	struct tsrw_conn inside = conn_in(TSRW_PHASE_EMBRYONIC);
	struct tsrw_conn outside = inside, control = inside, untouched = inside;
	struct tsrw_conn unreachable = inside;

	outside.flags |= TSRW_CANDIDATE_INBOUND;
	control.mode_candidate = TSREWRITE_MODE_OBSERVE;
	untouched.mode_candidate = TSREWRITE_MODE_OFF;
	self->alpha->settings.count = true;
	unreachable.answer = TSRW_ANSWER_UNREACHABLE;
	for (int i = 0; i < 3; i++)
		add_flow(self, inside);
	for (int i = 0; i < 5; i++)
		add_flow(self, outside);
	for (int i = 0; i < 2; i++)
		add_flow(self, control);
	for (int i = 0; i < 4; i++)
		add_flow(self, untouched);
	add_flow(self, unreachable);
	ADD(TSRW_PHASE_CLOSED);
	EXPECT_EQ(5, atomic_read(&self->table.usage.inbound));
	run_after(&self->table, 131 * HZ);
	EXPECT_EQ(0, FLOWS());
	EXPECT_EQ(0, atomic_read(&self->table.usage.inbound));
	EXPECT_EQ(3, timed_out(self->alpha, TSRW_TREATED, false));
	EXPECT_EQ(5, timed_out(self->alpha, TSRW_TREATED, true));
	EXPECT_EQ(2, timed_out(self->alpha, TSRW_CONTROL, false));
	EXPECT_EQ(0, timed_out(self->alpha, TSRW_CONTROL, true));
	EXPECT_EQ(4, timed_out(self->alpha, TSRW_UNTOUCHED, false));
	EXPECT_EQ(0, timed_out(tsrw_group_by_id(&self->groups, 0), TSRW_TREATED, false));
	/* What only counts is no flow for the counters of the namespace */
	EXPECT_EQ(3 + 5 + 2 + 1 + 1, COUNTER(FLOW_EXPIRED));
}

/* Pressure: fewer flows than there are may stay */
static void put_under_pressure(struct tsrw_table *table)
{
	table->limits.flows = 8;
}

TEST_F(expiry, pressure_evicts_what_nobody_answered)
{
	struct tsrw_conn outside = conn_in(TSRW_PHASE_EMBRYONIC);

	outside.flags |= TSRW_CANDIDATE_INBOUND;
	for (int i = 0; i < 20; i++)
		ADD(TSRW_PHASE_EMBRYONIC);
	add_flow(self, outside);
	ADD(TSRW_PHASE_ESTABLISHED);
	put_under_pressure(&self->table);
	run_after(&self->table, (130 / 32 + 1) * HZ - 1);
	EXPECT_EQ(22, FLOWS());
	EXPECT_FALSE(tsrw_expiry_has_evicted(&self->table));
	run_after(&self->table, (130 * HZ / 32) + HZ);
	EXPECT_EQ(2, FLOWS());
	EXPECT_EQ(20, COUNTER(FLOW_EVICTED));
	EXPECT_EQ(0, COUNTER(FLOW_EXPIRED) + COUNTER(FLOW_EXPIRED_EARLY));
	EXPECT_EQ(20, timed_out(self->alpha, TSRW_TREATED, false));
}

/* An answer may come for as long as their timeout would have been */
TEST_F(expiry, evicted_ones_are_remembered)
{
	for (int i = 0; i < 20; i++)
		ADD(TSRW_PHASE_EMBRYONIC);
	put_under_pressure(&self->table);
	run_after(&self->table, 10 * HZ);
	EXPECT_EQ(0, FLOWS());
	EXPECT_TRUE(tsrw_expiry_has_evicted(&self->table));
	EXPECT_TRUE(self->table.work.pending);
	run_after(&self->table, 140 * HZ - 1);
	EXPECT_TRUE(tsrw_expiry_has_evicted(&self->table));
	run_after(&self->table, 140 * HZ);
	EXPECT_FALSE(tsrw_expiry_has_evicted(&self->table));
	EXPECT_FALSE(self->table.work.pending);
}

/* The clock of the 4-tuple has to be behind the last TSval that was shown */
TEST_F(expiry, pressure_ends_closed_ones_by_their_clock)
{
	struct tsrw_conn conn = conn_in(TSRW_PHASE_CLOSED);

	conn.map.committed = (struct tsrw_span){ .first = 1000, .last = 5000, .offset = 70000 };
	for (int i = 0; i < 20; i++)
		add_flow(self, conn);
	put_under_pressure(&self->table);
	anchor = 75000;
	run_after(&self->table, 2 * HZ);
	EXPECT_EQ(20, FLOWS());
	anchor = 75001;
	settled = 75000;	/* it would begin there, once the key before counts no more */
	run_after(&self->table, 2 * HZ);
	EXPECT_EQ(20, FLOWS());
	settled = 75001;
	run_after(&self->table, 2 * HZ);
	EXPECT_EQ(0, FLOWS());
	EXPECT_EQ(20, COUNTER(FLOW_EXPIRED_EARLY));
	EXPECT_FALSE(tsrw_expiry_has_evicted(&self->table));
}

TEST_F(expiry, retired_ids_leave_flows)
{
	struct tsrw_flow *flow = ADD(TSRW_PHASE_ESTABLISHED);
	struct tsrw_flow *other = ADD(TSRW_PHASE_ESTABLISHED);
	struct tsrw_retired *retired = &self->table.retired;

	other->device[TSRW_INGRESS] = FW2;
	other->group = FW1;	/* an id of another kind */
	tsrw_crossing_count(self->table.buckets->device_flows, FW1, tsrw_crossing_of(other));
	EXPECT_EQ(2, tsrw_crossing_sum(self->table.buckets->device_flows, FW1));
	tsrw_expiry_retire(&self->table, TSRW_ID_DEVICE, FW1);
	EXPECT_TRUE(self->table.work.pending);
	EXPECT_EQ(0, self->table.work.delay);
	EXPECT_TRUE(tsrw_retired_has(retired, TSRW_ID_DEVICE, FW1));
	pass_all_chains(&self->table);
	EXPECT_FALSE(tsrw_retired_has(retired, TSRW_ID_DEVICE, FW1));
	EXPECT_EQ(0, flow->device[TSRW_EGRESS] | flow->device[TSRW_INGRESS]);
	EXPECT_EQ(0, other->device[TSRW_EGRESS]);
	EXPECT_EQ(FW2, other->device[TSRW_INGRESS]);
	EXPECT_EQ(FW1, other->group);
	EXPECT_EQ(0, tsrw_crossing_sum(self->table.buckets->device_flows, FW1));
	EXPECT_EQ(1, tsrw_crossing_sum(self->table.buckets->device_flows, FW2));
	tsrw_expiry_retire(&self->table, TSRW_ID_GROUP, ALPHA);
	pass_all_chains(&self->table);
	EXPECT_EQ(0, flow->group);
	EXPECT_EQ(FW1, other->group);
}

/* Chains that were passed before know nothing of it */
TEST_F(expiry, id_retired_in_a_round_waits_for_the_next)
{
	struct tsrw_flow *first = add_to_chain(self, conn_in(TSRW_PHASE_ESTABLISHED), 0);
	struct tsrw_retired *retired = &self->table.retired;

	/* Nothing is skipped, so that a round takes several runs */
	for (u32 i = 0; i < CHAINS; i += CHAINS / TSRW_LOCKS)
		add_to_chain(self, conn_in(TSRW_PHASE_ESTABLISHED), i);
	self->table.cursor = 0;
	self->table.left = 0;
	tsrw_expiry_retire(&self->table, TSRW_ID_GROUP, FW2);
	kernel_run_work(&self->table.work);
	EXPECT_NE(0, self->table.round);
	tsrw_expiry_retire(&self->table, TSRW_ID_GROUP, ALPHA);
	while (self->table.round)
		ASSERT_TRUE(kernel_run_work(&self->table.work));
	EXPECT_FALSE(tsrw_retired_has(retired, TSRW_ID_GROUP, FW2));
	EXPECT_TRUE(tsrw_retired_has(retired, TSRW_ID_GROUP, ALPHA));
	EXPECT_EQ(ALPHA, first->group);
	pass_all_chains(&self->table);
	EXPECT_FALSE(tsrw_retired_has(retired, TSRW_ID_GROUP, ALPHA));
	EXPECT_EQ(0, first->group);
}

TEST_F(expiry, nothing_to_retire_without_flows)
{
	tsrw_expiry_retire(&self->table, TSRW_ID_DEVICE, FW1);
	EXPECT_FALSE(tsrw_retired_has(&self->table.retired, TSRW_ID_DEVICE, FW1));
	EXPECT_FALSE(self->table.work.pending);
}

/* A worker that visits more holds others up: it stops, and goes on at once */
TEST_F(expiry, run_visits_no_more_than_it_may)
{
	u32 visited = 0;

	for (u32 i = 0; i < CHAINS; i += CHAINS / TSRW_LOCKS / 2)
		add_to_chain(self, conn_in(TSRW_PHASE_CLOSED), i);
	put_under_pressure(&self->table);
	self->table.cursor = 0;
	for (int run = 1; run <= 4; run++) {
		EXPECT_TRUE(kernel_run_work(&self->table.work));
		EXPECT_LE(self->table.cursor - visited, TSRW_VISITS_MAX);
		visited = self->table.cursor;
		EXPECT_TRUE(self->table.work.pending);
		EXPECT_EQ(0, self->table.work.delay);
		EXPECT_EQ(0, kernel_grace_periods);
	}
	EXPECT_LT(visited, CHAINS);
	EXPECT_TRUE(kernel_run_work(&self->table.work));
	EXPECT_EQ(CHAINS, self->table.cursor);
}

TEST_F(expiry, period_passes_a_sixteenth)
{
	ADD(TSRW_PHASE_ESTABLISHED);
	self->table.cursor = 0;
	EXPECT_TRUE(kernel_run_work(&self->table.work));
	EXPECT_EQ(CHAINS / 16, self->table.cursor);
	EXPECT_TRUE(self->table.work.pending);
	EXPECT_EQ(HZ / 4, self->table.work.delay);
}

/* Walks */

struct visits {
	u32 count;
	u32 stop_at;	/* that visit returns -EAGAIN, once */
	u64 sum;
};

static int note_visit(struct tsrw_flow *flow, void *arg)
{
	struct visits *visits = arg;

	if (visits->count + 1 == visits->stop_at) {
		visits->stop_at = 0;
		return -EAGAIN;
	}
	visits->count++;
	visits->sum += flow->key.ports;
	return 0;
}

/* Returns how often it was interrupted */
static int walk_all(struct tsrw_table *table, struct visits *visits)
{
	struct tsrw_cursor cursor = { };
	int interrupted = 0;

	while (tsrw_table_walk(table, &cursor, note_visit, visits) != TSRW_WALK_END)
		interrupted++;
	return interrupted;
}

TEST_F(expiry, walk_visits_each_once_wherever_it_stops)
{
	/* Three flows in a chain, two chains of a stretch, the first and the last chain */
	static const u32 chain[] = { 0, 0, 0, 5, 6, 700, CHAINS - 1, CHAINS - 1 };

	for (u32 i = 0; i < ARRAY_SIZE(chain); i++)
		ASSERT_NE(NULL, add_to_chain(self, conn_in(TSRW_PHASE_ESTABLISHED), chain[i]));
	for (u32 stop = 0; stop <= ARRAY_SIZE(chain); stop++) {
		struct visits visits = { .stop_at = stop };

		EXPECT_EQ(!!stop, walk_all(&self->table, &visits));
		EXPECT_EQ(8, visits.count);
		EXPECT_EQ(8 * 9 / 2, visits.sum);
	}
}

/* Chains count as well as flows, unless their whole stretch is empty */
TEST_F(expiry, walk_is_interrupted)
{
	struct visits visits = { };
	struct tsrw_cursor cursor = { };

	EXPECT_EQ(0, walk_all(&self->table, &visits));
	for (u32 i = 0; i < TSRW_VISITS_MAX; i++)
		ASSERT_NE(NULL, add_to_chain(self, conn_in(TSRW_PHASE_ESTABLISHED), 9));
	EXPECT_EQ(TSRW_WALK_MORE, tsrw_table_walk(&self->table, &cursor, note_visit, &visits));
	EXPECT_LT(visits.count, TSRW_VISITS_MAX);
	EXPECT_GT(visits.count, TSRW_VISITS_MAX - 20);
	EXPECT_EQ(TSRW_WALK_END, tsrw_table_walk(&self->table, &cursor, note_visit, &visits));
	EXPECT_EQ(TSRW_VISITS_MAX, visits.count);
}

TEST_F(expiry, flow_is_found_until_it_is_unlinked)
{
	struct tsrw_flow *flow = ADD(TSRW_PHASE_ESTABLISHED), *other = ADD(TSRW_PHASE_ESTABLISHED);
	u32 hash = tsrw_table_hash(&self->table, &flow->key);

	EXPECT_EQ(flow, tsrw_table_find(&self->table, &flow->key, hash));
	EXPECT_EQ(flow, tsrw_table_find_ipv4(&self->table, 0, 0, flow->key.ports, 0));
	EXPECT_EQ(NULL, tsrw_table_find_ipv4(&self->table, 0, 0, flow->key.ports, 1));
	EXPECT_TRUE(tsrw_table_end(&self->table, flow));
	EXPECT_EQ(NULL, tsrw_table_find(&self->table, &flow->key, hash));
	EXPECT_EQ(other, tsrw_table_find_ipv4(&self->table, 0, 0, other->key.ports, 0));
	EXPECT_EQ(1, tsrw_crossing_sum(self->table.buckets->device_flows, FW1));
}

/* Chains, flows and what waits for a grace period: all of it is given back */
TEST_F(expiry, destroy_frees_everything)
{
	for (u32 i = 0; i < 3000; i++)
		ADD(TSRW_PHASE_ESTABLISHED);
	EXPECT_EQ(3000, atomic_read(&self->owner.flows));
	EXPECT_EQ(CHAINS, atomic_read(&self->owner.chains));
	tsrw_table_end(&self->table, ADD(TSRW_PHASE_ESTABLISHED));
	cancel_delayed_work_sync(&self->table.work);
	tsrw_table_destroy(&self->table);
	EXPECT_EQ(3001, freed.count);
	self->table.buckets = NULL;
}

TEST_F(expiry, user_without_chains_is_refused)
{
	struct tsrw_table other;

	tsrw_limit_set_machine(TSRW_LIMIT_USERS * CHAINS);
	tsrw_table_init(&other, self->stats, &self->groups, &self->owner);
	EXPECT_EQ(ERR_PTR(-ENOSPC), tsrw_table_prepare(&other, &self->extack));
	EXPECT_STREQ("the tables of this user's namespaces have all of his 65536 chains",
		     self->extack.said);
	EXPECT_EQ(CHAINS, atomic_read(&self->owner.chains));
	/* What nobody takes is given back */
	tsrw_limit_set_machine(TSRW_LIMIT_USERS * CHAINS * 2);
	tsrw_table_discard(&other, tsrw_table_prepare(&other, &self->extack));
	EXPECT_EQ(CHAINS, atomic_read(&self->owner.chains));
}

TEST_HARNESS_MAIN
