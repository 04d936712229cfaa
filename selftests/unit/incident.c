// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is kept of incidents, and for how long.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "client/incident_words.h"
#include "text/word.h"
#include "watch/describe.h"
#include "watch/incident.h"
#include "watch/incident_json.h"

#define TEXT(json, key) json_string_value(json_object_get(json, key))
#define SET(text, to) snprintf(text, sizeof(text), "%s", to)

FIXTURE(incident)
{
	struct incidents *all;
};

FIXTURE_SETUP(incident)
{
	self->all = calloc(1, sizeof(*self->all));
	ASSERT_NE(NULL, self->all);
}

FIXTURE_TEARDOWN(incident)
{
	free(self->all);
}

static struct incident *open_one(struct incidents *all, int number)
{
	struct incident *incident = incident_new(all);

	snprintf(incident->group, sizeof(incident->group), "group-%d", number);
	incident->kind = INCIDENT_SUCCESS;
	return incident;
}

/* Every group's, and every kind of the machine's */
TEST_F(incident, all_that_can_be_open_are_kept)
{
	char group[32];

	for (int i = 0; i < 2 * INCIDENTS; i++)
		open_one(self->all, -i)->closed = 1;
	for (int i = 0; i < 256 + INCIDENT_KINDS; i++)
		open_one(self->all, i);
	EXPECT_EQ(INCIDENTS, self->all->count);
	for (int i = 0; i < 256 + INCIDENT_KINDS; i++) {
		snprintf(group, sizeof(group), "group-%d", i);
		EXPECT_NE(NULL, incident_open(self->all, group,
					      INCIDENT_SUCCESS)) {
			TH_LOG("%s is lost", group);
		}
	}
}

/* What is open for long outlives all that is opened and closed after it */
TEST_F(incident, oldest_one_that_is_open_is_kept)
{
	open_one(self->all, 1);
	for (int i = 2; i < 3 * INCIDENTS; i++)
		open_one(self->all, i)->closed = 1;
	EXPECT_EQ(INCIDENTS, self->all->count);
	EXPECT_EQ(&self->all->incident[0],
		  incident_open(self->all, "group-1", INCIDENT_SUCCESS));
}

/* Of a group there is one, whatever its kind is by now; of the machine one a kind */
TEST_F(incident, the_open_one_is_found)
{
	struct incident *incident = open_one(self->all, 1);

	incident->kind = INCIDENT_ECHOES;
	EXPECT_EQ(incident, incident_open(self->all, "group-1", INCIDENT_SUCCESS));
	EXPECT_EQ(NULL, incident_open(self->all, "group-2", INCIDENT_SUCCESS));
	EXPECT_EQ(NULL, incident_open(self->all, "", INCIDENT_TABLE));
	incident->closed = 1;
	EXPECT_EQ(NULL, incident_open(self->all, "group-1", INCIDENT_SUCCESS));
	incident = incident_new(self->all);
	incident->kind = INCIDENT_TABLE;
	EXPECT_EQ(incident, incident_open(self->all, "", INCIDENT_TABLE));
	EXPECT_EQ(NULL, incident_open(self->all, "", INCIDENT_BYPASS));
}

/* Metrics have these words from the list, and do not know the enum */
TEST_F(incident, words_have_the_order_of_the_enum)
{
	struct incident *incident = open_one(self->all, 1);

	for (int kind = INCIDENT_ATTEMPTS; kind < INCIDENT_KINDS; kind++) {
		bool machines = incident_is_machines(kind);
		json_t *json;

		incident->kind = kind;
		json = incident_json(incident);
		EXPECT_EQ(machines, word_index(TEXT(json, "kind"), incident_kinds_of_machine) >= 0);
		EXPECT_NE(machines, word_index(TEXT(json, "kind"), incident_kinds_of_groups) >= 0);
		json_decref(json);
	}
	EXPECT_STREQ("success", incident_kinds[INCIDENT_SUCCESS]);
	EXPECT_STREQ("table", incident_kinds[INCIDENT_TABLE]);
	EXPECT_STREQ("rules", incident_kinds[INCIDENT_RULES]);
	EXPECT_EQ(NULL, incident_kinds[INCIDENT_KINDS]);
	EXPECT_STREQ("far_end", incident_verdicts[VERDICT_FAR_END]);
	EXPECT_STREQ("ours", incident_verdicts[VERDICT_OURS]);
}

/* Which is what the status socket tells of one that is open */
TEST_F(incident, onsets_are_told_while_it_is_open)
{
	struct incident *incident = open_one(self->all, 1);
	json_t *open, *first;

	incident->estimated = 1795709810012345678;
	incident->confirmed = 1795709811000000001;
	open = incidents_json_open(self->all);
	first = json_array_get(open, 0);
	EXPECT_STREQ("group-1", TEXT(first, "group"));
	EXPECT_STREQ("success", TEXT(first, "kind"));
	EXPECT_STREQ("2026-11-26T16:16:50.012345678Z", TEXT(first, "estimated_onset"));
	EXPECT_STREQ("2026-11-26T16:16:51.000000001Z", TEXT(first, "confirmed_onset"));
	json_decref(open);
	incident->closed = 1;
	open = incidents_json_open(self->all);
	EXPECT_EQ(0, json_array_size(open));
	json_decref(open);
}

TEST_F(incident, comes_back_from_json_as_it_was)
{
	struct incident *incident = open_one(self->all, 1);
	struct incident back;
	json_t *json;

	incident->verdict = VERDICT_OURS;
	incident->estimated = 1795709810012345678;
	incident->confirmed = 1795709811000000001;
	incident->updated = 3;
	incident->closed = UINT64_MAX;
	SET(incident->tripped, "off");
	SET(incident->text, "figures");
	SET(incident->change, "a change");
	SET(incident->end, "an end");
	json = incident_json(incident);
	ASSERT_EQ(0, incident_parse(json, &back));
	EXPECT_EQ(0, memcmp(incident, &back, sizeof(back)));
	json_object_set_new(json, "kind", json_string("nothing"));
	EXPECT_EQ(-1, incident_parse(json, &back));
	json_decref(json);
}

TEST(says_what_is_usual_once_it_was_learnt)
{
	struct finding finding = {
		.kind = FINDING_SUCCESS, .usual = 0.5, .seconds = 2,
	};
	char text[INCIDENT_TEXT];

	EXPECT_NE(NULL, strstr(describe_finding(&finding, text, sizeof(text)),
			       "; usual: not known yet"));
	finding.usual_known = true;
	EXPECT_NE(NULL, strstr(describe_finding(&finding, text, sizeof(text)),
			       "; usual: 50 %"));
}

static bool takes_time(const struct incident *incident, json_t *time)
{
	json_t *json = incident_json(incident);
	struct incident back;
	int ret;

	json_object_set_new(json, "updated", time);
	ret = incident_parse(json, &back);
	json_decref(json);
	return !ret;
}

/* Not as zero, nor as a number of nanoseconds, which they once were */
TEST_F(incident, times_are_as_they_are_written)
{
	const struct incident *incident = open_one(self->all, 1);

	EXPECT_TRUE(takes_time(incident, json_string("2026-11-26T16:16:50.012345678Z")));
	EXPECT_FALSE(takes_time(incident, json_integer(1795709810012345678)));
	EXPECT_FALSE(takes_time(incident, json_string("1795709810")));
	EXPECT_FALSE(takes_time(incident, json_string("")));
	EXPECT_FALSE(takes_time(incident, json_true()));
}

static bool says_all(const struct finding *finding, const char *const *parts)
{
	char text[INCIDENT_TEXT];

	describe_finding(finding, text, sizeof(text));
	for (; *parts; parts++) {
		if (!strstr(text, *parts))
			return false;
	}
	return true;
}

/* Each number is that of its origin, arm and counter */
TEST(says_what_was_counted_of_whom)
{
	static const char *const success[] = {
		"connections from outside in 17 s: 12 of 101 came up, ",
		", 23 answers refused by inside hosts, ",
		", 34 answers that did not pass here refused by inside hosts, ",
		", 45 impossible echoes, 56 refused by the peer; ",
		"; of the control, 199 of 205 came up; ", NULL
	};
	static const char *const echoes[] = {
		"echoes in connections from inside in 17 s: 45 impossible, 67 verified; ",
		"; of the control, 78 impossible, 89 verified", NULL
	};
	struct finding finding = {
		.kind = FINDING_SUCCESS, .origin = ORIGIN_OUTSIDE, .seconds = 17,
		.counted.arm[ARM_TREATED].n = {
			[COUNT_ATTEMPTS] = 101, [COUNT_ESTABLISHED] = 12,
			[COUNT_REFUSED_BY_US] = 23, [COUNT_UNSEEN] = 34,
			[COUNT_IMPOSSIBLE] = 45, [COUNT_REFUSED_BY_PEER] = 56,
		},
		.counted.arm[ARM_CONTROL].n = {
			[COUNT_ATTEMPTS] = 205, [COUNT_ESTABLISHED] = 199,
		},
	};

	EXPECT_TRUE(says_all(&finding, success));
	finding.kind = FINDING_ECHOES;
	finding.origin = ORIGIN_INSIDE;
	finding.counted.arm[ARM_TREATED].n[COUNT_VERIFIED] = 67;
	finding.counted.arm[ARM_CONTROL].n[COUNT_IMPOSSIBLE] = 78;
	finding.counted.arm[ARM_CONTROL].n[COUNT_VERIFIED] = 89;
	EXPECT_TRUE(says_all(&finding, echoes));
}

TEST_HARNESS_MAIN
