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

#include "watch/describe.h"
#include "watch/incident.h"
#include "watch/incident_json.h"

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

TEST_HARNESS_MAIN
