// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an incident says of its cause when it opens, whom that is told to, and what becomes of
 * it when it is updated, when another alarm joins it, and when the service is restarted.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "watch/action.h"
#include "watch/lifecycle.h"

#define SECOND 1000000000ULL
#define NOON (1700000000 * SECOND)

/* What the service did, instead of doing it */
static struct {
	const char *mode;	/* that a group is tripped to, or NULL */
	int told;
	char what[32];
	int trips_told;
} done;

const char *action_trip(struct watcher *watcher, const struct incident *incident)
{
	return *incident->tripped ? NULL : done.mode;
}

void action_tell(struct watcher *watcher, const struct incident *incident, const char *what)
{
	done.told++;
	snprintf(done.what, sizeof(done.what), "%s", what);
}

void action_tell_trip(struct watcher *watcher, const struct incident *incident)
{
	done.trips_told++;
}

FIXTURE(lifecycle)
{
	struct watcher *watcher;
};

FIXTURE_SETUP(lifecycle)
{
	memset(&done, 0, sizeof(done));
	self->watcher = calloc(1, sizeof(*self->watcher));
	ASSERT_NE(NULL, self->watcher);
	self->watcher->time = NOON;
}

FIXTURE_TEARDOWN(lifecycle)
{
	free(self->watcher);
}

static void change_group(struct watcher *watcher, const char *name, uint64_t time)
{
	struct event event = {
		.present = ATTR_BIT(TSREWRITE_A_EVENT_GROUP), .time = time,
		.type = TSREWRITE_EVENT_GROUP_CHANGED,
	};

	snprintf(event.group.name, sizeof(event.group.name), "%s", name);
	changes_add(&watcher->changes, &event);
}

static void attach_device(struct watcher *watcher, const char *name, uint64_t time)
{
	struct event event = {
		.present = ATTR_BIT(TSREWRITE_A_EVENT_DEVICE), .time = time,
		.type = TSREWRITE_EVENT_DEVICE_ATTACHED,
	};

	snprintf(event.device.name, sizeof(event.device.name), "%s", name);
	changes_add(&watcher->changes, &event);
}

/* Opens one whose onset is estimated so many seconds before it is confirmed */
static struct incident *open_one(struct watcher *watcher, const char *group,
				 enum incident_kind kind, unsigned int seconds)
{
	struct incident incident = {
		.kind = kind, .verdict = VERDICT_OURS,
		.estimated = watcher->time - seconds * SECOND,
	};

	snprintf(incident.group, sizeof(incident.group), "%s", group);
	lifecycle_open(watcher, &incident);
	return incident_open(&watcher->incidents, group, kind);
}

TEST_F(lifecycle, change_of_another_group_is_not_named)
{
	struct incident *open;

	change_group(self->watcher, "alpha", NOON - 20 * SECOND);
	change_group(self->watcher, "beta", NOON - 11 * SECOND);
	open = open_one(self->watcher, "alpha", INCIDENT_SUCCESS, 10);
	ASSERT_NE(NULL, open);
	EXPECT_NE(NULL, strstr(open->change, "alpha"));
	EXPECT_EQ(NULL, strstr(open->change, "beta"));
	EXPECT_EQ(NOON, open->confirmed);
}

/* The onset is the beginning of a second: a change may be in the midst of it */
TEST_F(lifecycle, change_in_the_second_of_the_onset_is_named)
{
	struct incident *open;

	change_group(self->watcher, "alpha", NOON - 30 * SECOND);
	attach_device(self->watcher, "eth7", NOON - 10 * SECOND + SECOND / 2);
	change_group(self->watcher, "alpha", NOON - 8 * SECOND);
	open = open_one(self->watcher, "alpha", INCIDENT_SUCCESS, 10);
	EXPECT_NE(NULL, strstr(open->change, "eth7"));
}

TEST_F(lifecycle, change_after_the_onset_is_not_named)
{
	struct incident *open;

	change_group(self->watcher, "alpha", NOON - 8 * SECOND);
	open = open_one(self->watcher, "alpha", INCIDENT_SUCCESS, 10);
	EXPECT_STREQ("", open->change);
	EXPECT_STREQ("", open->told);
}

/* Who reads the feed of a group learns no names of devices */
TEST_F(lifecycle, feed_of_a_group_tells_its_own_changes_alone)
{
	struct incident *open;

	attach_device(self->watcher, "eth7", NOON - 12 * SECOND);
	open = open_one(self->watcher, "alpha", INCIDENT_SUCCESS, 10);
	EXPECT_NE(NULL, strstr(open->change, "eth7"));
	EXPECT_EQ(NULL, strstr(open->told, "eth7"));
	EXPECT_NE(NULL, strstr(open->told, "device attached"));
	open = open_one(self->watcher, "", INCIDENT_TABLE, 10);
	EXPECT_NE(NULL, strstr(open->told, "eth7"));

	change_group(self->watcher, "beta", NOON - 11 * SECOND);
	open = open_one(self->watcher, "beta", INCIDENT_SUCCESS, 10);
	EXPECT_NE(NULL, strstr(open->told, "beta"));
}

TEST_F(lifecycle, trip_is_kept_when_it_opens)
{
	struct incident *open;

	done.mode = "off";
	open = open_one(self->watcher, "alpha", INCIDENT_SUCCESS, 10);
	EXPECT_STREQ("off", open->tripped);
	EXPECT_EQ(1, done.told);
	EXPECT_EQ(1, done.trips_told);
}

/* What looked unclear at first may turn out to be this firewall's fault */
TEST_F(lifecycle, trip_is_kept_when_it_is_updated)
{
	struct incident *open = open_one(self->watcher, "alpha", INCIDENT_ECHOES, 10);

	EXPECT_STREQ("", open->tripped);
	self->watcher->time += 5 * SECOND;
	done.mode = "strip";
	lifecycle_update(self->watcher, open);
	EXPECT_STREQ("strip", open->tripped);
	EXPECT_STREQ("updated", done.what);
	EXPECT_EQ(NOON, open->confirmed);
	EXPECT_EQ(NOON + 5 * SECOND, open->updated);
	EXPECT_TRUE(self->watcher->unsaved);
}

static void follow_alarms(struct watcher *watcher, enum incident_kind kind,
			  const char *one, const char *other)
{
	json_t *alarms = json_array();

	if (one)
		json_array_append_new(alarms, json_string(one));
	if (other)
		json_array_append_new(alarms, json_string(other));
	lifecycle_follow(watcher, kind, alarms);
	json_decref(alarms);
}

TEST_F(lifecycle, alarms_of_the_machine_are_told_as_they_come)
{
	struct incidents *all = &self->watcher->incidents;
	struct incident *open;

	follow_alarms(self->watcher, INCIDENT_RULES, "the first", NULL);
	open = incident_open(all, "", INCIDENT_RULES);
	ASSERT_NE(NULL, open);
	EXPECT_STREQ("the first", open->text);
	EXPECT_STREQ("opened", done.what);
	follow_alarms(self->watcher, INCIDENT_RULES, "the first", NULL);
	EXPECT_EQ(1, done.told);

	follow_alarms(self->watcher, INCIDENT_RULES, "the first", "the second");
	EXPECT_STREQ("the first; the second", open->text);
	EXPECT_STREQ("updated", done.what);
	EXPECT_EQ(2, done.told);

	/* One that is over is left out without a word */
	follow_alarms(self->watcher, INCIDENT_RULES, "the second", NULL);
	EXPECT_STREQ("the second", open->text);
	EXPECT_EQ(2, done.told);
	follow_alarms(self->watcher, INCIDENT_RULES, NULL, NULL);
	EXPECT_STREQ("closed", done.what);
	EXPECT_EQ(NOON, open->closed);
}

/* Of others the text has figures, which change all the time */
TEST_F(lifecycle, figures_of_the_machine_are_not_told_again)
{
	follow_alarms(self->watcher, INCIDENT_TABLE, "flows: 91 of 100", NULL);
	follow_alarms(self->watcher, INCIDENT_TABLE, "flows: 97 of 100", NULL);
	EXPECT_EQ(1, done.told);
	EXPECT_STREQ("flows: 91 of 100",
		     incident_open(&self->watcher->incidents, "", INCIDENT_TABLE)->text);
}

/* One kind of the machine's leaves those of other kinds alone */
TEST_F(lifecycle, alarms_of_other_kinds_stay)
{
	struct incidents *all = &self->watcher->incidents;

	follow_alarms(self->watcher, INCIDENT_RULES, "rules", NULL);
	follow_alarms(self->watcher, INCIDENT_BYPASS, "bypass", NULL);
	follow_alarms(self->watcher, INCIDENT_RULES, NULL, NULL);
	EXPECT_EQ(NULL, incident_open(all, "", INCIDENT_RULES));
	EXPECT_NE(NULL, incident_open(all, "", INCIDENT_BYPASS));
}

/* How many attempts are usual is all that a restart forgets */
TEST_F(lifecycle, restart_closes_what_it_knows_nothing_of)
{
	struct incident *success = open_one(self->watcher, "alpha", INCIDENT_SUCCESS, 10);
	struct incident *attempts = open_one(self->watcher, "beta", INCIDENT_ATTEMPTS, 10);
	struct incident *echoes = open_one(self->watcher, "gamma", INCIDENT_ECHOES, 10);

	self->watcher->time += 7 * SECOND;
	lifecycle_resume(self->watcher);
	EXPECT_EQ(0, success->closed);
	EXPECT_EQ(NOON + 7 * SECOND, attempts->closed);
	EXPECT_EQ(0, echoes->closed);
	lifecycle_close_all(self->watcher, "why");
	EXPECT_EQ(NOON + 7 * SECOND, success->closed);
	EXPECT_STREQ("why", echoes->end);
	EXPECT_STRNE("why", attempts->end);
}

TEST_HARNESS_MAIN
