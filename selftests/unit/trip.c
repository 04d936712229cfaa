// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which group is tripped, to which mode, and when none is.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "client/group.h"
#include "watch/action.h"
#include "watch/command.h"

/* What the module answers, and what it was asked for */
static struct group known;
static struct {
	int times;
	char group[ATTR_TEXT];
	__u32 mode;
} tripped;

int __wrap_group_get(struct genl *genl, const char *name, struct group *group)
{
	if (strcmp(name, known.name))
		return -1;
	*group = known;
	return 0;
}

int __wrap_group_trip(struct genl *genl, const char *name, __u32 mode)
{
	tripped.times++;
	tripped.mode = mode;
	snprintf(tripped.group, sizeof(tripped.group), "%s", name);
	return 0;
}

void command_queue(struct watcher *watcher, const struct incident *incident, const char *what,
		   const char *command)
{
}

FIXTURE(trip)
{
	struct watcher *watcher;
	struct incident incident;
	struct group_settings own;
};

FIXTURE_SETUP(trip)
{
	memset(&tripped, 0, sizeof(tripped));
	known = (struct group){ .name = "alpha", .mode = TSREWRITE_MODE_REWRITE };
	self->watcher = calloc(1, sizeof(*self->watcher));
	ASSERT_NE(NULL, self->watcher);
	self->own = (struct group_settings){
		.name = "alpha", .given = 1U << KEY_TRIP, .policy.trip = TRIP_OFF,
	};
	self->watcher->settings.group = &self->own;
	self->watcher->settings.groups = 1;
	self->incident = (struct incident){
		.group = "alpha", .kind = INCIDENT_SUCCESS, .verdict = VERDICT_OURS,
	};
}

FIXTURE_TEARDOWN(trip)
{
	free(self->watcher);
}

TEST_F(trip, of_the_group_whose_connections_fail)
{
	EXPECT_STREQ("off", action_trip(self->watcher, &self->incident));
	EXPECT_EQ(1, tripped.times);
	EXPECT_STREQ("alpha", tripped.group);
	EXPECT_EQ(TSREWRITE_MODE_OFF, tripped.mode);
}

TEST_F(trip, to_the_mode_of_the_settings)
{
	self->own.policy.trip = TRIP_OBSERVE;
	EXPECT_STREQ("observe", action_trip(self->watcher, &self->incident));
	EXPECT_EQ(TSREWRITE_MODE_OBSERVE, tripped.mode);
	self->own.policy.trip = TRIP_STRIP;
	EXPECT_STREQ("strip", action_trip(self->watcher, &self->incident));
	EXPECT_EQ(TSREWRITE_MODE_STRIP, tripped.mode);
}

TEST_F(trip, only_if_the_settings_have_it)
{
	self->own.policy.trip = TRIP_NO;
	EXPECT_EQ(NULL, action_trip(self->watcher, &self->incident));
	self->own.policy.trip = TRIP_OFF;
	snprintf(self->own.name, sizeof(self->own.name), "beta");
	EXPECT_EQ(NULL, action_trip(self->watcher, &self->incident));
	EXPECT_EQ(0, tripped.times);
}

TEST_F(trip, only_if_it_looks_like_this_firewall)
{
	self->incident.verdict = VERDICT_FAR_END;
	EXPECT_EQ(NULL, action_trip(self->watcher, &self->incident));
	self->incident.verdict = VERDICT_UNCLEAR;
	EXPECT_EQ(NULL, action_trip(self->watcher, &self->incident));
	EXPECT_EQ(0, tripped.times);
}

TEST_F(trip, once_for_an_incident)
{
	snprintf(self->incident.tripped, sizeof(self->incident.tripped), "off");
	EXPECT_EQ(NULL, action_trip(self->watcher, &self->incident));
	EXPECT_EQ(0, tripped.times);
}

/* Nor one that was tripped before the incident, or is in that mode already */
TEST_F(trip, only_if_it_adds_something)
{
	known.tripped = true;
	EXPECT_EQ(NULL, action_trip(self->watcher, &self->incident));
	known.tripped = false;
	known.mode = TSREWRITE_MODE_OFF;
	EXPECT_EQ(NULL, action_trip(self->watcher, &self->incident));
	EXPECT_EQ(0, tripped.times);
	known.mode = TSREWRITE_MODE_BUG;
	EXPECT_STREQ("off", action_trip(self->watcher, &self->incident));
}

TEST_F(trip, never_for_an_alarm_of_the_machine)
{
	self->watcher->settings.policy.trip = TRIP_OFF;
	self->incident.kind = INCIDENT_TABLE;
	*self->incident.group = '\0';
	EXPECT_EQ(NULL, action_trip(self->watcher, &self->incident));
	EXPECT_EQ(0, tripped.times);
}

/* Where answers do not pass, mode strip breaks nothing, and hides still */
TEST_F(trip, of_a_bypass_hides_still)
{
	self->incident.finding.bypassed = true;
	EXPECT_STREQ("strip", action_trip(self->watcher, &self->incident));
}

TEST_F(trip, of_answers_unseen_hides_still)
{
	struct counts *treated = &self->incident.finding.counted.arm[ARM_TREATED];

	treated->n[COUNT_UNSEEN] = 7;
	treated->n[COUNT_REFUSED_BY_US] = 8;
	EXPECT_STREQ("off", action_trip(self->watcher, &self->incident));
	treated->n[COUNT_REFUSED_BY_US] = 7;
	EXPECT_STREQ("strip", action_trip(self->watcher, &self->incident));
}

TEST_HARNESS_MAIN
