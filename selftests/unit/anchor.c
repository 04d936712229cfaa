// SPDX-License-Identifier: GPL-2.0-only
/*
 * What outside TSvals begin from, and what canaries are drawn by: kmod/key.c and
 * kmod/anchor.c. A 4-tuple's clock never runs backwards, whatever is loaded when.
 */
#include <stdlib.h>

#include "kselftest_harness.h"

#include <linux/ktime.h>

#include "anchor.h"
#include "core/serial.h"

#define MS	1000000ll
#define SECOND	(1000 * MS)
#define TUPLES	2000

unsigned long kernel_jiffies;
ktime_t kernel_real, kernel_boottime;

static const u8 secret_a[TSRW_KEY_SIZE] = { 1, 2, 3 };
static const u8 secret_b[TSRW_KEY_SIZE] = { 3, 2, 1 };

static void pass_time(s64 ns)
{
	kernel_real += ns;
	kernel_boottime += ns;
}

static void set_time(s64 real, s64 boottime)
{
	kernel_real = real;
	kernel_boottime = boottime;
}

static struct tsrw_flow_key tuple_number(u32 n)
{
	return (struct tsrw_flow_key){
		.inside_addr.s6_addr32 = { 0, 0, htonl(0xffff), htonl(0xc0000201) },
		.outside_addr.s6_addr32 = { 0, 0, htonl(0xffff), htonl(0xc6336401 + n % 7) },
		.inside_port = htons(1024 + n), .outside_port = htons(53), .link = n % 3,
	};
}

static u32 anchor_of(const struct tsrw_key *key, u32 n)
{
	struct tsrw_flow_key tuple = tuple_number(n);

	return tsrw_anchor(key, &tuple);
}

/* How many of the 4-tuples run backwards from one key to the other, as it is some time later */
static u32 count_backwards(const struct tsrw_key *before, const struct tsrw_key *now, s64 ns)
{
	u32 anchor[TUPLES], backwards = 0;

	for (u32 n = 0; n < TUPLES; n++)
		anchor[n] = anchor_of(before, n);
	pass_time(ns);
	for (u32 n = 0; n < TUPLES; n++)
		backwards += tsrw_after(anchor[n], anchor_of(now, n));
	return backwards;
}

/* The key that takes the place of another one, which is freed */
static struct tsrw_key *replace_key(struct tsrw_key *before, const u8 *secret, bool used)
{
	struct tsrw_key *key = tsrw_key_make(secret);

	tsrw_key_follow(key, before, used);
	free(before);
	return key;
}

FIXTURE(anchor)
{
	struct tsrw_key *key;
};

FIXTURE_SETUP(anchor)
{
	set_time(1700000000 * SECOND, 100 * SECOND);
	self->key = tsrw_key_make(secret_a);
}

FIXTURE_TEARDOWN(anchor)
{
	free(self->key);
}

TEST_F(anchor, clock_is_in_ms_and_differs_by_tuple)
{
	u32 first = anchor_of(self->key, 0), same = 0;

	for (u32 n = 1; n < TUPLES; n++)
		same += anchor_of(self->key, n) == first;
	EXPECT_EQ(0, same);
	pass_time(1500 * MS);
	EXPECT_EQ(first + 1500, anchor_of(self->key, 0));
}

TEST_F(anchor, two_machines_agree_whenever_they_were_booted)
{
	struct tsrw_key *other;

	pass_time(5 * SECOND);
	kernel_boottime = 3 * SECOND;
	other = tsrw_key_make(secret_a);
	for (u32 n = 0; n < TUPLES; n++) {
		u32 there = anchor_of(other, n);

		kernel_boottime = 105 * SECOND;
		EXPECT_EQ(anchor_of(self->key, n), there);
		kernel_boottime = 3 * SECOND;
	}
	free(other);
}

TEST_F(anchor, goes_on_over_a_reload_with_the_same_key)
{
	struct tsrw_key *reloaded;

	pass_time(40 * SECOND);
	reloaded = tsrw_key_make(secret_a);
	EXPECT_EQ(0, count_backwards(self->key, reloaded, MS));
	free(reloaded);
}

TEST_F(anchor, runs_backwards_for_half_of_all_with_another_key)
{
	struct tsrw_key *reloaded = tsrw_key_make(secret_b);
	u32 backwards = count_backwards(self->key, reloaded, MS);

	EXPECT_GT(backwards, TUPLES * 2 / 5);
	EXPECT_LT(backwards, TUPLES * 3 / 5);
	free(reloaded);
}

TEST_F(anchor, runs_backwards_for_none_while_the_key_before_counts)
{
	struct tsrw_key *key = tsrw_key_make(secret_b);

	tsrw_key_follow(key, self->key, true);
	EXPECT_EQ(self->key->fingerprint, key->fingerprint_before);
	EXPECT_EQ(0, count_backwards(self->key, key, 0));
	EXPECT_EQ(0, count_backwards(key, key, (TSRW_KEY_OVERLAP - 1) * MS));
	EXPECT_TRUE(tsrw_key_before_counts(key));
	free(key);
}

TEST_F(anchor, forgets_the_key_before_when_no_peer_remembers)
{
	struct tsrw_key *key = tsrw_key_make(secret_b), *alone = tsrw_key_make(secret_b);

	tsrw_key_follow(key, self->key, true);
	pass_time(TSRW_KEY_OVERLAP * MS);
	EXPECT_FALSE(tsrw_key_before_counts(key));
	for (u32 n = 0; n < TUPLES; n++)
		EXPECT_EQ(anchor_of(alone, n), anchor_of(key, n));
	free(alone);
	free(key);
}

TEST_F(anchor, settled_is_the_key_alone)
{
	struct tsrw_key *key = tsrw_key_make(secret_b), *alone = tsrw_key_make(secret_b);
	struct tsrw_flow_key tuple;
	u32 later = 0;

	tsrw_key_follow(key, self->key, true);
	for (u32 n = 0; n < TUPLES; n++) {
		tuple = tuple_number(n);
		EXPECT_EQ(anchor_of(alone, n), tsrw_anchor_settled(key, &tuple));
		later += anchor_of(key, n) != tsrw_anchor_settled(key, &tuple);
	}
	EXPECT_GT(later, TUPLES * 2 / 5);
	free(alone);
	free(key);
}

TEST_F(anchor, one_that_began_nothing_is_not_remembered)
{
	struct tsrw_key *key = tsrw_key_make(secret_b);

	tsrw_key_follow(key, self->key, false);
	EXPECT_FALSE(tsrw_key_before_counts(key));
	free(key);
}

TEST_F(anchor, same_key_again_keeps_the_one_before)
{
	self->key = replace_key(self->key, secret_b, true);
	pass_time(SECOND);
	self->key = replace_key(self->key, secret_b, true);
	EXPECT_TRUE(tsrw_key_before_counts(self->key));
	pass_time((TSRW_KEY_OVERLAP - 1000) * MS);
	EXPECT_FALSE(tsrw_key_before_counts(self->key));
}

/* By the wall clock: by nothing but another load, and never back */
TEST_F(anchor, clock_moves_on_only_with_a_load)
{
	u32 before = anchor_of(self->key, 5);

	kernel_real += 3600 * SECOND;
	EXPECT_EQ(before, anchor_of(self->key, 5));
	self->key = replace_key(self->key, secret_a, true);
	EXPECT_EQ(before + 3600 * 1000, anchor_of(self->key, 5));
	kernel_real -= 7200 * SECOND;
	self->key = replace_key(self->key, secret_a, true);
	EXPECT_EQ(before + 3600 * 1000, anchor_of(self->key, 5));
}

/* At boot the wall clock may have been wrong, and nothing has left yet */
TEST_F(anchor, clock_may_go_back_as_long_as_nothing_began)
{
	u32 before = anchor_of(self->key, 5);

	kernel_real -= 7200 * SECOND;
	self->key = replace_key(self->key, secret_a, false);
	EXPECT_EQ(before - 7200 * 1000, anchor_of(self->key, 5));
}

TEST_F(anchor, ipv6_and_links_differ)
{
	struct tsrw_flow_key tuple = { .inside_addr.s6_addr = { 0x20, 1, 13 }, .link = 1 };
	u32 one = tsrw_anchor(self->key, &tuple);

	tuple.link = 2;
	EXPECT_NE(one, tsrw_anchor(self->key, &tuple));
	tuple.link = 1;
	tuple.outside_addr.s6_addr[15] = 1;
	EXPECT_NE(one, tsrw_anchor(self->key, &tuple));
}

TEST_F(anchor, fingerprint_is_of_the_secret_alone)
{
	struct tsrw_key *same, *other = tsrw_key_make(secret_b), *random = tsrw_key_draw();

	pass_time(SECOND);
	same = tsrw_key_make(secret_a);
	EXPECT_EQ(self->key->fingerprint, same->fingerprint);
	EXPECT_TRUE(tsrw_key_is_same(self->key, same));
	EXPECT_NE(self->key->fingerprint, other->fingerprint);
	EXPECT_FALSE(tsrw_key_is_same(self->key, other));
	EXPECT_TRUE(same->loaded);
	EXPECT_FALSE(random->loaded);
	free(random);
	free(other);
	free(same);
}

/* By a key of their own: who sees anchors learns nothing of draws */
TEST_F(anchor, draws_are_of_the_key_and_not_of_the_time)
{
	struct tsrw_key *other = tsrw_key_make(secret_b);
	u32 equal = 0, anchors = 0, low = 0;

	for (u32 n = 0; n < TUPLES; n++) {
		struct tsrw_flow_key tuple = tuple_number(n);
		u32 draw = tsrw_key_draw_canary(self->key, &tuple);

		pass_time(MS);
		EXPECT_EQ(draw, tsrw_key_draw_canary(self->key, &tuple));
		equal += draw == tsrw_key_draw_canary(other, &tuple);
		anchors += draw == (u32)tsrw_key_hash(&self->key->anchors, &tuple);
		low += draw < 1u << 31;
	}
	EXPECT_EQ(0, equal);
	EXPECT_EQ(0, anchors);
	EXPECT_GT(low, TUPLES * 2 / 5);
	EXPECT_LT(low, TUPLES * 3 / 5);
	free(other);
}

TEST_HARNESS_MAIN
