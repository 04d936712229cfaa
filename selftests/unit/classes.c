// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which prefixes and ports are which group's: conflicts, and what a change changes.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "core/serial.h"
#include "classifier/classes.h"
#include "classifier/classes_sum.h"

/* PREFIX,... and PORT,... of a group that has none */
struct wish {
	struct ports ports;
	struct ranges ranges;
};

static struct wish parse_wish(const char *to, const char *port)
{
	char text[200], *rest = text, *word;
	struct wish wish = { 0 };
	struct range range;

	snprintf(text, sizeof(text), "%s", to);
	while ((word = strsep(&rest, ","))) {
		if (!prefix_parse(word, &range))
			ranges_add(&wish.ranges, &range);
	}
	ranges_normalize(&wish.ranges);
	if (*port)
		ports_parse(port, &wish.ports);
	return wish;
}

static bool put_class(struct classes *classes, u8 group, const char *to,
		      const char *port)
{
	struct wish its = parse_wish(to, port);
	bool done = !classes_put(classes, group, &its.ports, &its.ranges);

	free(its.ranges.range);
	return done;
}

static bool has_conflict(const struct classes *classes, const char *to,
			 const char *port, struct class_conflict *found)
{
	struct wish its = parse_wish(to, port);
	bool is = classes_conflict(classes, &its.ports, &its.ranges, found);

	free(its.ranges.range);
	return is;
}

FIXTURE(classes)
{
	struct classes classes;
	struct class_conflict found;
};

FIXTURE_SETUP(classes)
{
	ASSERT_TRUE(put_class(&self->classes, 1, "10.0.0.0/8,2001:db8::/32", ""));
	ASSERT_TRUE(put_class(&self->classes, 2, "10.1.0.0/16", "80,443"));
	ASSERT_TRUE(put_class(&self->classes, 3, "10.2.0.0/16", "80,443"));
	ASSERT_TRUE(put_class(&self->classes, 4, "10.1.0.0/16", "25"));
}

FIXTURE_TEARDOWN(classes)
{
	classes_free(&self->classes);
}

TEST_F(classes, sets_of_ports_have_a_map_each)
{
	EXPECT_EQ(2, self->classes.maps);
	EXPECT_EQ(NULL, classes_ports(&self->classes, 0));
	EXPECT_EQ(NULL, classes_ports(&self->classes, 443));
	ASSERT_NE(NULL, classes_ports(&self->classes, 80));
	EXPECT_EQ(2, classes_ports(&self->classes, 80)->count);
	EXPECT_EQ(2, classes_count(&self->classes, 1));
	EXPECT_EQ(0, classes_count(&self->classes, 5));
}

/* Whatever the order in which they are put */
TEST_F(classes, are_sorted_by_map_and_range)
{
	const struct class *class;

	ASSERT_TRUE(put_class(&self->classes, 5, "8.0.0.0/8,10.3.0.0/16,11.0.0.0/8", "80,443"));
	ASSERT_TRUE(put_class(&self->classes, 6, "9.0.0.0/8,2001:db9::/32", ""));
	ASSERT_EQ(10, self->classes.count);
	class = self->classes.class;
	for (size_t i = 1; i < self->classes.count; i++) {
		ASSERT_LE(class[i - 1].map, class[i].map);
		if (class[i - 1].map == class[i].map)
			EXPECT_GT(0, range_compare(&class[i - 1].range,
						   &class[i].range));
	}
	EXPECT_EQ(3, classes_count(&self->classes, 5));
	EXPECT_EQ(2, classes_count(&self->classes, 6));
}

/* The sum of group 5, beside others */
static struct classes_sum sum_of(const struct classes *before, const char *to,
				 const char *port)
{
	const bool stay[CLASSES_GROUPS] = { [1] = true, [2] = true };
	struct classes classes = { 0 };
	struct classes_sum sum = { 0 };

	if (!classes_copy(before, stay, &classes) && put_class(&classes, 5, to, port))
		sum = classes_sum(&classes, 5);
	classes_free(&classes);
	return sum;
}

TEST_F(classes, a_sum_tells_prefixes_and_ports_apart)
{
	const char *const others[][2] = {
		{ "8.0.0.0/8,9.0.0.0/9", "22,25" },
		{ "8.128.0.0/9,9.0.0.0/8", "22,25" },
		{ "8.0.0.0/8,10.0.0.0/8", "22,25" },
		{ "8.0.0.0/8,2001:db8::/32", "22,25" },
		{ "8.0.0.0/8,9.0.0.0/8", "22" },
		{ "8.0.0.0/8,9.0.0.0/8", "22,26" },
		{ "8.0.0.0/8,9.0.0.0/8", "22-25" },
		{ "8.0.0.0/8,9.0.0.0/8", "22-24" },
		{ "8.0.0.0/8,9.0.0.0/8", "" },
	};
	struct classes_sum sum = sum_of(&self->classes, "8.0.0.0/8,9.0.0.0/8",
					"22,25");

	EXPECT_EQ(2, sum.prefix_count);
	EXPECT_TRUE(classes_sum_is(sum, sum_of(&self->classes,
					       "9.0.0.0/8,8.0.0.0/8", "25,22")));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		struct classes_sum other = sum_of(&self->classes, others[i][0],
						  others[i][1]);

		EXPECT_EQ(2, other.prefix_count);
		EXPECT_FALSE(classes_sum_is(sum, other));
	}
}

/* As versions without ranges of ports have stored it in the module */
TEST_F(classes, a_sum_of_ports_is_the_same_from_version_to_version)
{
	EXPECT_EQ(0x182cac51, sum_of(&self->classes, "8.0.0.0/8", "22,25").earlier);
	EXPECT_EQ(0x627f4f3f, sum_of(&self->classes, "8.0.0.0/8", "22,23,24").earlier);
	EXPECT_EQ(0x627f4f3f, sum_of(&self->classes, "8.0.0.0/8", "22-24").earlier);
}

/* So that one prefix can be added without those that are there */
TEST_F(classes, a_sum_is_changed_by_one_range)
{
	const struct classes_sum few = sum_of(&self->classes, "8.0.0.0/8,2001:db8::/32", "22");
	const struct classes_sum more = sum_of(&self->classes,
					       "8.0.0.0/8,9.0.0.0/8,2001:db8::/32", "22");
	struct class_note note = {
		.known = true, .prefix_count = few.prefix_count, .fingerprint = few.fingerprint,
	};
	struct range range;

	ASSERT_EQ(NULL, prefix_parse("9.0.0.0/8", &range));
	classes_sum_change(&note, &range, true);
	EXPECT_EQ(more.prefix_count, note.prefix_count);
	EXPECT_EQ(more.fingerprint, note.fingerprint);
	classes_sum_change(&note, &range, false);
	EXPECT_EQ(few.prefix_count, note.prefix_count);
	EXPECT_EQ(few.fingerprint, note.fingerprint);
	ASSERT_EQ(NULL, prefix_parse("9.0.0.0/9", &range));
	classes_sum_change(&note, &range, true);
	EXPECT_NE(more.fingerprint, note.fingerprint);
}

TEST_F(classes, a_sum_of_an_earlier_version_is_known)
{
	struct classes_sum sum = sum_of(&self->classes, "8.0.0.0/8,9.0.0.0/8", "22,25");
	struct classes_sum given = {
		.prefix_count = sum.prefix_count, .fingerprint = sum.earlier,
	};

	EXPECT_NE(sum.fingerprint, sum.earlier);
	EXPECT_TRUE(classes_sum_is(sum, given));
	EXPECT_FALSE(classes_sum_is(sum_of(&self->classes, "8.0.0.0/8,9.0.0.0/9", "22,25"),
				    given));
}

/* What is noted of a group stays with it */
TEST_F(classes, notes_are_copied_with_their_groups)
{
	const bool stay[CLASSES_GROUPS] = { [1] = true };
	struct classes after = { 0 };

	self->classes.note[1] = (struct class_note){ true, 0, 2, 77 };
	self->classes.note[2] = (struct class_note){ true, 80, 1, 78 };
	ASSERT_EQ(0, classes_copy(&self->classes, stay, &after));
	EXPECT_TRUE(after.note[1].known);
	EXPECT_EQ(77, after.note[1].fingerprint);
	EXPECT_FALSE(after.note[2].known);
	classes_free(&after);
}

TEST_F(classes, a_sum_without_a_fingerprint_is_a_number)
{
	struct classes_sum sum = sum_of(&self->classes, "8.0.0.0/8", ""), none;

	EXPECT_TRUE(classes_sum_is(sum, (struct classes_sum){ .prefix_count = 1 }));
	EXPECT_FALSE(classes_sum_is(sum, (struct classes_sum){ .prefix_count = 2 }));
	none = sum_of(&self->classes, "", "");
	EXPECT_EQ(0, none.prefix_count);
	EXPECT_EQ(0, none.fingerprint);
	EXPECT_TRUE(classes_sum_is(none, (struct classes_sum){ 0 }));
	EXPECT_FALSE(classes_sum_is(none, sum));
}

TEST_F(classes, overlaps_within_a_map_conflict)
{
	char ours[PREFIX_SIZE], theirs[PREFIX_SIZE];

	ASSERT_TRUE(has_conflict(&self->classes, "9.0.0.0/8,10.2.3.0/24", "443,80",
				 &self->found));
	EXPECT_EQ(3, self->found.group);
	EXPECT_EQ(0, self->found.port);
	EXPECT_STREQ("10.2.3.0/24", prefix_format(ours, &self->found.ours));
	EXPECT_STREQ("10.2.0.0/16", prefix_format(theirs, &self->found.theirs));
	EXPECT_TRUE(has_conflict(&self->classes, "0.0.0.0/0", "25", &self->found));
	EXPECT_TRUE(has_conflict(&self->classes, "2001:db8::/64", "", &self->found));
}

TEST_F(classes, neighbours_families_and_other_maps_do_not)
{
	EXPECT_FALSE(has_conflict(&self->classes, "9.0.0.0/8,11.0.0.0/8", "",
				  &self->found));
	EXPECT_FALSE(has_conflict(&self->classes, "::/0", "25", &self->found));
	EXPECT_FALSE(has_conflict(&self->classes, "10.0.0.0/8", "22", &self->found));
	EXPECT_FALSE(has_conflict(&self->classes, "10.3.0.0/16,10.0.0.0/16",
				  "80,443", &self->found));
	EXPECT_FALSE(has_conflict(&self->classes, "", "443", &self->found));
}

TEST_F(classes, sets_that_share_a_port_conflict)
{
	ASSERT_TRUE(has_conflict(&self->classes, "192.0.2.0/24", "443",
				 &self->found));
	EXPECT_EQ(443, self->found.port);
	EXPECT_EQ(2, self->found.group);
	EXPECT_TRUE(has_conflict(&self->classes, "192.0.2.0/24", "24,25",
				 &self->found));
	EXPECT_EQ(4, self->found.group);
}

TEST_F(classes, ranges_that_share_a_port_conflict)
{
	ASSERT_TRUE(put_class(&self->classes, 5, "10.1.0.0/16", "53,5000-5100"));
	ASSERT_TRUE(has_conflict(&self->classes, "192.0.2.0/24", "5100-5200",
				 &self->found));
	EXPECT_EQ(5100, self->found.port);
	EXPECT_EQ(5, self->found.group);
	EXPECT_TRUE(has_conflict(&self->classes, "192.0.2.0/24", "1-100", &self->found));
	EXPECT_FALSE(has_conflict(&self->classes, "10.1.0.0/16", "4999,5101-65535",
				  &self->found));
	EXPECT_FALSE(has_conflict(&self->classes, "10.2.0.0/16", "53,5000-5050,5051-5100",
				  &self->found));
	EXPECT_TRUE(has_conflict(&self->classes, "10.1.2.0/24", "53,5000-5100",
				 &self->found));
	EXPECT_EQ(0, self->found.port);
	EXPECT_EQ(53, ports_lowest(classes_ports(&self->classes, 53)));
}

TEST_F(classes, of_a_group)
{
	struct ranges ranges = { 0 };
	struct ports ports;
	char text[PORTS_TEXT];

	ASSERT_EQ(0, classes_of(&self->classes, 3, &ports, &ranges));
	EXPECT_STREQ("80,443", ports_format(text, &ports));
	EXPECT_EQ(1, ranges.count);
	ranges.count = 0;
	ASSERT_EQ(0, classes_of(&self->classes, 1, &ports, &ranges));
	EXPECT_EQ(0, ports.count);
	EXPECT_EQ(2, ranges.count);
	free(ranges.range);
}

static int count_class(const struct class *class, void *arg)
{
	((int *)arg)[class->group]++;
	return 0;
}

/* Ports move a group's prefixes to another map, and nobody else's */
TEST_F(classes, only_what_changes_is_changed)
{
	bool stay[CLASSES_GROUPS] = { [1] = true, [3] = true, [4] = true };
	int gone[CLASSES_GROUPS] = { 0 }, new[CLASSES_GROUPS] = { 0 };
	struct classes after = { 0 };

	ASSERT_EQ(0, classes_copy(&self->classes, stay, &after));
	EXPECT_EQ(2, after.maps);
	ASSERT_TRUE(put_class(&after, 2, "10.1.0.0/16,10.9.0.0/16", "22"));
	classes_beyond(&self->classes, &after, count_class, gone);
	classes_beyond(&after, &self->classes, count_class, new);
	EXPECT_EQ(1, gone[2]);
	EXPECT_EQ(2, new[2]);
	EXPECT_EQ(0, gone[1] + gone[3] + gone[4] + new[1] + new[3] + new[4]);
	classes_free(&after);
}

TEST_F(classes, maps_go_with_their_last_group)
{
	bool stay[CLASSES_GROUPS] = { [1] = true, [2] = true };
	struct classes after = { 0 };

	ASSERT_EQ(0, classes_copy(&self->classes, stay, &after));
	ASSERT_EQ(1, after.maps);
	EXPECT_EQ(80, ports_lowest(&after.ports[0]));
	classes_free(&after);
}

TEST_HARNESS_MAIN
