// SPDX-License-Identifier: GPL-2.0-only
/*
 * When the service says that the flow table is nearly full: by each limit for itself, with
 * numbers that no other limit has; and what it tells of connections that found no room.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "client/config.h"
#include "client/stats.h"
#include "watch/action.h"
#include "watch/machine.h"

#define SECOND 1000000000ULL

/* What the module answers */
static struct config config;
static struct stats stats;

int __wrap_config_get(struct genl *genl, struct config *out)
{
	*out = config;
	return 0;
}

int __wrap_stats_get(struct genl *genl, struct stats *out)
{
	*out = stats;
	return 0;
}

const char *action_trip(struct watcher *watcher, const struct incident *incident)
{
	return NULL;
}

void action_tell(struct watcher *watcher, const struct incident *incident, const char *what)
{
}

void action_tell_trip(struct watcher *watcher, const struct incident *incident)
{
}

FIXTURE(machine)
{
	struct watcher *watcher;
};

/* No two limits, and no two numbers of flows, have a digit in common that matters */
FIXTURE_SETUP(machine)
{
	self->watcher = calloc(1, sizeof(*self->watcher));
	ASSERT_NE(NULL, self->watcher);
	self->watcher->settings.full = 90;
	self->watcher->settings.asymmetric = 5;
	self->watcher->now = 2 * WATCHER_MINUTE + 1;
	self->watcher->time = 1700000000 * SECOND;
	memset(&stats, 0, sizeof(stats));
	config = (struct config){
		.present = ATTR_BIT(TSREWRITE_A_CONFIG_USER_LIMIT) |
			   ATTR_BIT(TSREWRITE_A_CONFIG_USER_FLOWS),
		.limit = 2000, .flows = 17, .inbound_limit = 300, .inbound_flows = 4,
		.machine_limit = 70000, .machine_flows = 58, .user_limit = 9000, .user_flows = 33,
	};
}

FIXTURE_TEARDOWN(machine)
{
	free(self->watcher);
}

/* A second passes. It is none in which all the rarer checks are made. */
static const struct incident *judge_next(struct watcher *watcher, enum incident_kind kind)
{
	do {
		watcher->now++;
		watcher->time += SECOND;
	} while (watcher_is_check_due(watcher));
	if (machine_judge(watcher))
		return NULL;
	return incident_open(&watcher->incidents, "", kind);
}

static void opens_at(struct __test_metadata *_metadata, struct watcher *watcher,
		     __u32 *flows, __u32 enough)
{
	*flows = enough - 1;
	EXPECT_EQ(NULL, judge_next(watcher, INCIDENT_TABLE));
	*flows = enough;
	EXPECT_NE(NULL, judge_next(watcher, INCIDENT_TABLE));
}

TEST_F(machine, flows_of_the_namespace)
{
	opens_at(_metadata, self->watcher, &config.flows, 1800);
}

TEST_F(machine, flows_of_the_machine)
{
	opens_at(_metadata, self->watcher, &config.machine_flows, 63000);
}

TEST_F(machine, flows_of_the_user)
{
	opens_at(_metadata, self->watcher, &config.user_flows, 8100);
}

TEST_F(machine, half_open_connections)
{
	opens_at(_metadata, self->watcher, &config.inbound_flows, 270);
}

/* Of ten, nine are ninety percent */
TEST_F(machine, few_half_open_connections)
{
	config.inbound_limit = 10;
	opens_at(_metadata, self->watcher, &config.inbound_flows, 9);
}

TEST_F(machine, user_without_a_share)
{
	config.present = 0;
	config.user_flows = 8999;
	EXPECT_EQ(NULL, judge_next(self->watcher, INCIDENT_TABLE));
}

TEST_F(machine, threshold_of_the_settings)
{
	self->watcher->settings.full = 75;
	opens_at(_metadata, self->watcher, &config.inbound_flows, 225);
}

/* It closes below the threshold, or would open and close with each connection */
TEST_F(machine, full_until_there_is_relief)
{
	config.flows = 1800;
	ASSERT_NE(NULL, judge_next(self->watcher, INCIDENT_TABLE));
	config.flows = 1601;
	EXPECT_NE(NULL, judge_next(self->watcher, INCIDENT_TABLE));
	config.flows = 1599;
	self->watcher->now += 2 * WATCHER_MINUTE;
	EXPECT_EQ(NULL, judge_next(self->watcher, INCIDENT_TABLE));
}

/* What happened before the service began is not told */
static const struct incident *after_rise(struct watcher *watcher, __u16 attr, __u64 count)
{
	stats.value[attr] = 1234;
	judge_next(watcher, INCIDENT_TABLE);
	stats.value[attr] += count;
	return judge_next(watcher, INCIDENT_TABLE);
}

static bool is_told(const struct incident *incident, const char *text)
{
	return incident && strstr(incident->text, text);
}

TEST_F(machine, syns_from_inside_without_room)
{
	const struct incident *open =
		after_rise(self->watcher, TSREWRITE_A_STATS_EGRESS_STRIPPED_NO_ROOM, 37);

	EXPECT_TRUE(is_told(open, "in the last minute 37 SYNs that lost their TSopt"));
}

TEST_F(machine, syns_from_outside_without_room)
{
	const struct incident *open =
		after_rise(self->watcher, TSREWRITE_A_STATS_INGRESS_STRIPPED_NO_ROOM, 52);

	EXPECT_TRUE(is_told(open, "in the last minute 52 SYNs that lost their TSopt"));
}

TEST_F(machine, syns_of_both_sides_without_room)
{
	stats.value[TSREWRITE_A_STATS_EGRESS_STRIPPED_NO_ROOM] = 300;
	judge_next(self->watcher, INCIDENT_TABLE);
	stats.value[TSREWRITE_A_STATS_EGRESS_STRIPPED_NO_ROOM] += 30;
	stats.value[TSREWRITE_A_STATS_INGRESS_STRIPPED_NO_ROOM] += 5;
	EXPECT_TRUE(is_told(judge_next(self->watcher, INCIDENT_TABLE),
			    "35 SYNs that lost their TSopt"));
}

TEST_F(machine, syn_acks_without_room)
{
	const struct incident *open =
		after_rise(self->watcher, TSREWRITE_A_STATS_EGRESS_DROPPED_NO_ROOM, 41);

	EXPECT_TRUE(is_told(open, "in the last minute 41 SYN-ACKs that were dropped"));
}

TEST_F(machine, syns_that_passed_for_each_reason)
{
	static const __u16 reasons[] = {
		TSREWRITE_A_STATS_EGRESS_TABLE_FULL, TSREWRITE_A_STATS_EGRESS_INBOUND_LIMIT,
		TSREWRITE_A_STATS_EGRESS_NO_MEMORY,
	};

	for (int i = 0; i < 3; i++) {
		memset(self->watcher, 0, sizeof(*self->watcher));
		self->watcher->settings.full = 90;
		EXPECT_TRUE(is_told(after_rise(self->watcher, reasons[i], 63),
				    "63 SYNs that passed untouched")) {
			TH_LOG("counter %u is not told", reasons[i]);
		}
	}
}

/* A minute later nothing of it is told any more */
TEST_F(machine, last_minute_ends)
{
	const struct incident *open;
	int seconds;

	open = after_rise(self->watcher, TSREWRITE_A_STATS_EGRESS_DROPPED_NO_ROOM, 41);
	ASSERT_NE(NULL, open);
	stats.value[TSREWRITE_A_STATS_EGRESS_DROPPED_NO_ROOM] += 6;
	for (seconds = 0; open && seconds < 2 * WATCHER_MINUTE; seconds++)
		open = judge_next(self->watcher, INCIDENT_TABLE);
	EXPECT_EQ(NULL, open);
	EXPECT_GE(WATCHER_MINUTE, seconds);
}

/* A module that was loaded anew counts from 0 */
TEST_F(machine, counters_that_run_back)
{
	stats.value[TSREWRITE_A_STATS_EGRESS_DROPPED_NO_ROOM] = 5000;
	judge_next(self->watcher, INCIDENT_TABLE);
	stats.value[TSREWRITE_A_STATS_EGRESS_DROPPED_NO_ROOM] = 2;
	EXPECT_EQ(NULL, judge_next(self->watcher, INCIDENT_TABLE));
	stats.value[TSREWRITE_A_STATS_EGRESS_DROPPED_NO_ROOM] = 9;
	EXPECT_TRUE(is_told(judge_next(self->watcher, INCIDENT_TABLE),
			    "in the last minute 7 SYN-ACKs"));
}

TEST_F(machine, asymmetric_connections)
{
	stats.value[TSREWRITE_A_STATS_FLOW_ASYMMETRIC] = 800;
	judge_next(self->watcher, INCIDENT_ASYMMETRIC);
	stats.value[TSREWRITE_A_STATS_FLOW_ASYMMETRIC] += 4;
	EXPECT_EQ(NULL, judge_next(self->watcher, INCIDENT_ASYMMETRIC));
	stats.value[TSREWRITE_A_STATS_FLOW_ASYMMETRIC] += 1;
	EXPECT_TRUE(is_told(judge_next(self->watcher, INCIDENT_ASYMMETRIC),
			    "5 connections in the last minute"));
}

TEST_HARNESS_MAIN
