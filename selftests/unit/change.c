// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which change the alarm names: the nearest at or before the onset that concerns the group,
 * be it its own or the machine's, and never another group's.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "watch/change.h"

FIXTURE(change)
{
	struct changes *all;
};

FIXTURE_SETUP(change)
{
	self->all = calloc(1, sizeof(*self->all));
	ASSERT_NE(NULL, self->all);
}

FIXTURE_TEARDOWN(change)
{
	free(self->all);
}

static void change_group(struct changes *all, const char *name, uint64_t time)
{
	struct event event = {
		.present = ATTR_BIT(TSREWRITE_A_EVENT_GROUP), .time = time,
		.type = TSREWRITE_EVENT_GROUP_CHANGED,
	};

	snprintf(event.group.name, sizeof(event.group.name), "%s", name);
	changes_add(all, &event);
}

static void change_device(struct changes *all, const char *name, uint64_t time)
{
	struct event event = {
		.present = ATTR_BIT(TSREWRITE_A_EVENT_DEVICE), .time = time,
		.type = TSREWRITE_EVENT_DEVICE_ATTACHED,
	};

	snprintf(event.device.name, sizeof(event.device.name), "%s", name);
	changes_add(all, &event);
}

static uint64_t time_before(const struct changes *all, const char *group, uint64_t time)
{
	const struct change *change = changes_before(all, group, time);

	return change ? change->time : 0;
}

TEST_F(change, of_another_group_is_not_named)
{
	change_group(self->all, "alpha", 1000);
	change_group(self->all, "beta", 2000);
	EXPECT_EQ(1000, time_before(self->all, "alpha", 3000));
	EXPECT_EQ(2000, time_before(self->all, "beta", 3000));
	EXPECT_EQ(0, time_before(self->all, "gamma", 3000));
}

/* A name that begins as another one is another name */
TEST_F(change, of_a_longer_or_shorter_name_is_not_named)
{
	change_group(self->all, "alpha-2", 1000);
	EXPECT_EQ(0, time_before(self->all, "alpha", 3000));
	change_group(self->all, "alp", 2000);
	EXPECT_EQ(0, time_before(self->all, "alpha", 3000));
	EXPECT_EQ(1000, time_before(self->all, "alpha-2", 3000));
}

TEST_F(change, of_the_machine_concerns_every_group)
{
	change_group(self->all, "alpha", 1000);
	change_device(self->all, "eth7", 2000);
	change_group(self->all, "beta", 2500);
	EXPECT_EQ(2000, time_before(self->all, "alpha", 3000));
	EXPECT_EQ(2500, time_before(self->all, "beta", 3000));
	EXPECT_EQ(2000, time_before(self->all, "gamma", 3000));
	/* What concerns the machine alone is its own */
	EXPECT_EQ(2000, time_before(self->all, "", 3000));
}

TEST_F(change, nearest_at_or_before_the_onset)
{
	change_group(self->all, "alpha", 1111);
	change_group(self->all, "alpha", 2345);
	change_group(self->all, "alpha", 6789);
	EXPECT_EQ(2345, time_before(self->all, "alpha", 6788));
	EXPECT_EQ(6789, time_before(self->all, "alpha", 6789));
	EXPECT_EQ(2345, time_before(self->all, "alpha", 2345));
	EXPECT_EQ(1111, time_before(self->all, "alpha", 2344));
	EXPECT_EQ(0, time_before(self->all, "alpha", 1110));
}

/* There is room for so many: the oldest goes */
TEST_F(change, last_ones_are_kept)
{
	for (int i = 0; i < 3 * CHANGES + 7; i++)
		change_group(self->all, i % 2 ? "odd" : "even", 1000 + i);
	EXPECT_EQ(1000 + 3 * CHANGES + 6, time_before(self->all, "even", 9999));
	EXPECT_EQ(1000 + 3 * CHANGES + 5, time_before(self->all, "odd", 9999));
	EXPECT_EQ(1000 + 2 * CHANGES + 7, time_before(self->all, "odd", 1000 + 2 * CHANGES + 7));
	EXPECT_EQ(0, time_before(self->all, "odd", 1000 + 2 * CHANGES + 6));
}

TEST_F(change, that_was_lost_is_told_to_every_group)
{
	change_group(self->all, "beta", 1000);
	changes_lost(self->all, 2000);
	EXPECT_EQ(2000, time_before(self->all, "alpha", 3000));
	EXPECT_NE(NULL, strstr(changes_before(self->all, "alpha", 3000)->text, "events were lost"));
}

/* What logs tell is found later than what the module tells */
TEST_F(change, of_the_machine_is_named_by_its_time)
{
	change_group(self->all, "alpha", 2000);
	changes_note(self->all, 1000, "booted", "booted with kernel 6.12.5");
	EXPECT_EQ(1000, time_before(self->all, "alpha", 1999));
	EXPECT_EQ(2000, time_before(self->all, "alpha", 2000));
	EXPECT_EQ(1000, time_before(self->all, "beta", 3000));
	EXPECT_STREQ("booted with kernel 6.12.5", changes_before(self->all, "", 3000)->text);
	EXPECT_STREQ("booted", changes_before(self->all, "", 3000)->what);
	EXPECT_STREQ("booted", changes_before(self->all, "", 3000)->kind);
}

TEST_F(change, of_the_machine_is_replaced_when_more_is_known)
{
	changes_note(self->all, 1000, "packages", "one");
	changes_note(self->all, 1000, "booted", "a kernel");
	changes_note(self->all, 1000, "packages", "two");
	EXPECT_EQ(2, self->all->count);
	EXPECT_STREQ("two", self->all->change[0].text);
	EXPECT_STREQ("a kernel", self->all->change[1].text);
}

TEST_F(change, has_its_words)
{
	const struct change *change;

	change_device(self->all, "eth7", 2000);
	change = changes_before(self->all, "alpha", 3000);
	ASSERT_NE(NULL, change);
	EXPECT_NE(NULL, strstr(change->text, "eth7"));
	EXPECT_NE(NULL, strstr(change->what, "eth7"));
	EXPECT_EQ(NULL, strstr(change->kind, "eth7"));
	EXPECT_NE(NULL, strstr(change->kind, "device attached"));
}

TEST_HARNESS_MAIN
