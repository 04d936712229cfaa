// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which group an incident is of, when groups come, go, and take the ids and names of others,
 * and when it is said to have begun.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "client/group.h"
#include "watch/action.h"
#include "watch/group.h"
#include "watch/lifecycle.h"

#define SECOND 1000000000ULL
#define NOON (1700000000 * SECOND)

/* The groups that the module lists; the first is the default one */
static struct group listed[4];
static size_t count;

int __wrap_groups_get(struct genl *genl, struct groups *groups)
{
	groups->group = calloc(count, sizeof(*listed));
	memcpy(groups->group, listed, count * sizeof(*listed));
	groups->count = count;
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

void action_note(const struct watcher *watcher, const char *format, ...)
{
}

FIXTURE(watched)
{
	struct watcher *watcher;
};

FIXTURE_SETUP(watched)
{
	memset(listed, 0, sizeof(listed));
	snprintf(listed[0].name, sizeof(listed[0].name), "default");
	listed[0].mode = TSREWRITE_MODE_REWRITE;
	count = 1;
	self->watcher = calloc(1, sizeof(*self->watcher));
	ASSERT_NE(NULL, self->watcher);
	self->watcher->settings.policy.thresholds = (struct thresholds){
		.min_attempts = 10, .drop = 0.5, .history = 3600,
	};
	self->watcher->settings.quiet = 30;
	self->watcher->now = 9;
	self->watcher->time = NOON;
}

FIXTURE_TEARDOWN(watched)
{
	watched_groups_free(self->watcher);
	free(self->watcher);
}

static struct group *list_group(const char *name, __u8 id)
{
	struct group *group = &listed[count++];

	*group = (struct group){
		.present = ATTR_BIT(TSREWRITE_A_GROUP_TRIPPED), .id = id,
		.mode = TSREWRITE_MODE_REWRITE,
	};
	snprintf(group->name, sizeof(group->name), "%s", name);
	return group;
}

static void count_up(struct group_stats *stats, __u64 attempts, __u64 established)
{
	stats->value[TSREWRITE_A_GROUP_STATS_ATTEMPTS] += attempts;
	stats->value[TSREWRITE_A_GROUP_STATS_ANSWERED] += established;
	stats->value[TSREWRITE_A_GROUP_STATS_ESTABLISHED] += established;
}

static void end_second(struct watcher *watcher)
{
	watcher->now++;
	watcher->time += SECOND;
	watched_groups_judge(watcher);
}

/* So many seconds in which all connections of the group come up */
static void fare_well(struct watcher *watcher, struct group *group, int seconds)
{
	while (seconds--) {
		count_up(&group->treated, 20, 20);
		end_second(watcher);
	}
}

/* Seconds in which none does, until there is an incident of that group; NULL if there is none */
static const struct incident *until_incident(struct watcher *watcher, struct group *group)
{
	const struct incident *open = NULL;

	for (int i = 0; i < 60 && !open; i++) {
		count_up(&group->treated, 20, 0);
		end_second(watcher);
		open = incident_open(&watcher->incidents, group->name, INCIDENT_SUCCESS);
	}
	return open;
}

/* What is usual for the group, in percent; -1 if that is not known */
static int usual_of(const struct watcher *watcher, const char *name)
{
	json_t *all = watched_groups_json(watcher), *one;
	int usual = -2;
	size_t i;

	json_array_foreach(all, i, one) {
		const json_t *value = json_object_get(one, "usual_success");

		if (!strcmp(json_string_value(json_object_get(one, "name")), name))
			usual = json_is_null(value) ? -1 : (int)(json_real_value(value) * 100);
	}
	json_decref(all);
	return usual;
}

TEST_F(watched, incident_of_the_group_that_fails)
{
	struct group *alpha = list_group("alpha", 1), *beta = list_group("beta", 2);

	fare_well(self->watcher, alpha, 60);
	EXPECT_NE(NULL, until_incident(self->watcher, beta));
	EXPECT_EQ(NULL, incident_open(&self->watcher->incidents, "alpha", INCIDENT_SUCCESS));
	EXPECT_EQ(NULL, incident_open(&self->watcher->incidents, "default", INCIDENT_SUCCESS));
}

/* What was counted before the service saw the group is not of its first second */
TEST_F(watched, counters_of_the_past_say_nothing)
{
	struct group *alpha = list_group("alpha", 1);

	count_up(&alpha->treated, 5000, 0);
	for (int i = 0; i < 10; i++)
		end_second(self->watcher);
	EXPECT_EQ(NULL, incident_open(&self->watcher->incidents, "alpha", INCIDENT_SUCCESS));
}

/* A group that was removed and added again counts from 0 */
TEST_F(watched, counters_that_run_back_say_nothing)
{
	struct group *alpha = list_group("alpha", 1);

	fare_well(self->watcher, alpha, 60);
	memset(&alpha->treated, 0, sizeof(alpha->treated));
	end_second(self->watcher);
	fare_well(self->watcher, alpha, 5);
	EXPECT_EQ(0, self->watcher->incidents.count);
}

TEST_F(watched, group_that_takes_an_id_begins_anew)
{
	struct group *alpha = list_group("alpha", 1);

	fare_well(self->watcher, alpha, 120);
	EXPECT_LT(90, usual_of(self->watcher, "alpha"));
	snprintf(alpha->name, sizeof(alpha->name), "beta");
	end_second(self->watcher);
	EXPECT_EQ(-1, usual_of(self->watcher, "beta"));
	EXPECT_EQ(-2, usual_of(self->watcher, "alpha"));
	EXPECT_TRUE(feeds_has(&self->watcher->feeds, "beta"));
	EXPECT_FALSE(feeds_has(&self->watcher->feeds, "alpha"));
}

/* Both are there still, each with the other's id */
TEST_F(watched, groups_that_change_their_ids_keep_their_feeds)
{
	struct group *alpha = list_group("alpha", 1), *beta = list_group("beta", 2);

	end_second(self->watcher);
	alpha->id = 2;
	beta->id = 1;
	end_second(self->watcher);
	EXPECT_TRUE(feeds_has(&self->watcher->feeds, "alpha"));
	EXPECT_TRUE(feeds_has(&self->watcher->feeds, "beta"));
}

TEST_F(watched, incident_of_a_removed_group_is_closed)
{
	struct group *alpha = list_group("alpha", 1);
	const struct incident *incident;

	ASSERT_NE(NULL, until_incident(self->watcher, alpha));
	incident = &self->watcher->incidents.incident[0];
	count--;
	end_second(self->watcher);
	EXPECT_NE(0, incident->closed);
	EXPECT_STREQ("the group was removed", incident->end);
	EXPECT_FALSE(feeds_has(&self->watcher->feeds, "alpha"));
}

/* The machine's own stay, whatever groups there are */
TEST_F(watched, incident_of_the_machine_stays)
{
	struct incident *incident = incident_new(&self->watcher->incidents);

	incident->kind = INCIDENT_RULES;
	end_second(self->watcher);
	EXPECT_EQ(0, incident->closed);
}

/* If the control comes up and what is treated does not, it is this firewall's fault */
TEST_F(watched, control_is_no_treated_connection)
{
	struct group *alpha = list_group("alpha", 1);
	const struct incident *open = NULL;

	for (int i = 0; i < 120; i++) {
		count_up(&alpha->control, 5, 5);
		fare_well(self->watcher, alpha, 1);
	}
	/* At first it may be unclear, or look like the far end */
	for (int i = 0; i < 30; i++) {
		count_up(&alpha->control, 5, 5);
		count_up(&alpha->treated, 20, 0);
		end_second(self->watcher);
		open = incident_open(&self->watcher->incidents, "alpha", INCIDENT_SUCCESS);
	}
	ASSERT_NE(NULL, open);
	EXPECT_EQ(VERDICT_OURS, open->verdict);
	EXPECT_LT(0, open->finding.counted.arm[ARM_TREATED].n[COUNT_ATTEMPTS]);
	EXPECT_EQ(open->finding.counted.arm[ARM_CONTROL].n[COUNT_ATTEMPTS],
		  open->finding.counted.arm[ARM_CONTROL].n[COUNT_ESTABLISHED]);
}

/* It began when the first second did in which nothing came up */
TEST_F(watched, onset_is_the_beginning_of_its_second)
{
	struct group *alpha = list_group("alpha", 1);
	const struct incident *open;
	__u64 well;

	fare_well(self->watcher, alpha, 120);
	well = self->watcher->time;
	open = until_incident(self->watcher, alpha);
	ASSERT_NE(NULL, open);
	EXPECT_EQ(well, open->estimated);
	EXPECT_EQ(self->watcher->time, open->confirmed);
}

/* What turns out to be worse later has begun no later */
TEST_F(watched, onset_stays_when_it_is_updated)
{
	struct group *alpha = list_group("alpha", 1);
	struct incident *open;
	__u64 began;

	fare_well(self->watcher, alpha, 120);
	until_incident(self->watcher, alpha);
	open = incident_open(&self->watcher->incidents, "alpha", INCIDENT_SUCCESS);
	ASSERT_NE(NULL, open);
	/* As one whose kind was a lighter one before */
	open->kind = INCIDENT_ECHOES;
	open->estimated -= 5 * SECOND;
	began = open->estimated;
	count_up(&alpha->treated, 20, 0);
	end_second(self->watcher);
	EXPECT_EQ(INCIDENT_SUCCESS, open->kind);
	EXPECT_EQ(began, open->estimated);
}

TEST_HARNESS_MAIN
