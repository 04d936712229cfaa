// SPDX-License-Identifier: GPL-2.0-only
/*
 * What counts against which limit, in kmod/limit.c: for the machine, the namespace, the user
 * and the half-open connections from outside. Whatever is refused, and whatever is given back,
 * each count is that of what there is.
 */
#include <errno.h>
#include <string.h>

#include "kselftest_harness.h"

#include "limit.h"

unsigned long kernel_jiffies;
int kernel_cpu;

/* No two limits have the same share of anything */
#define MACHINE		3200
#define NAMESPACE	160
#define INBOUND		32
#define REWRITE		TSREWRITE_MODE_REWRITE

FIXTURE(limit)
{
	struct tsrw_limits limits;
	struct tsrw_owner owner;
	struct tsrw_usage mine, his, other;	/* in the end of the machine, of the user twice */
};

FIXTURE_SETUP(limit)
{
	memset(self, 0, sizeof(*self));
	self->limits = (struct tsrw_limits){
		.flows = NAMESPACE, .inbound = INBOUND, .when_full = TSREWRITE_WHEN_FULL_PASS,
	};
	self->his.owner = &self->owner;
	self->other.owner = &self->owner;
	tsrw_limit_set_machine(MACHINE);
}

FIXTURE_TEARDOWN(limit)
{
}

static int take_one(struct tsrw_limits *limits, struct tsrw_usage *usage, bool inbound)
{
	return tsrw_limit_take(limits, usage, inbound, REWRITE);
}

/* Takes as many as there may be; returns how many, and stores why there are no more */
static int take_all(struct tsrw_limits *limits, struct tsrw_usage *usage, bool inbound, int *why)
{
	int n = 0;

	while (!(*why = take_one(limits, usage, inbound)))
		n++;
	return n;
}

#define EXPECT_COUNTS(all, half_open, of_machine) do {			\
	EXPECT_EQ(all, atomic_read(&self->mine.flows));			\
	EXPECT_EQ(half_open, atomic_read(&self->mine.inbound));		\
	EXPECT_EQ(of_machine, tsrw_limit_machine_usage());		\
} while (0)

TEST_F(limit, of_a_namespace)
{
	int why;

	EXPECT_EQ(NAMESPACE, take_all(&self->limits, &self->mine, false, &why));
	EXPECT_EQ(-ENOSPC, why);
	EXPECT_COUNTS(NAMESPACE, 0, NAMESPACE);
	for (int i = 0; i < 7; i++)
		EXPECT_EQ(-ENOSPC, take_one(&self->limits, &self->mine, false));
	EXPECT_COUNTS(NAMESPACE, 0, NAMESPACE);
	for (int i = 0; i < 23; i++)
		tsrw_limit_give(&self->mine, false);
	EXPECT_COUNTS(NAMESPACE - 23, 0, NAMESPACE - 23);
	EXPECT_EQ(23, take_all(&self->limits, &self->mine, false, &why));
}

TEST_F(limit, of_half_open_connections)
{
	int why;

	EXPECT_EQ(INBOUND, take_all(&self->limits, &self->mine, true, &why));
	EXPECT_EQ(-EDQUOT, why);
	for (int i = 0; i < 7; i++)
		EXPECT_EQ(-EDQUOT, take_one(&self->limits, &self->mine, true));
	EXPECT_COUNTS(INBOUND, INBOUND, INBOUND);
	EXPECT_EQ(0, take_one(&self->limits, &self->mine, false));
	EXPECT_COUNTS(INBOUND + 1, INBOUND, INBOUND + 1);
	for (int i = 0; i < 5; i++)
		tsrw_limit_give(&self->mine, true);
	EXPECT_COUNTS(INBOUND - 4, INBOUND - 5, INBOUND - 4);
	EXPECT_EQ(5, take_all(&self->limits, &self->mine, true, &why));
}

/* Where a SYN-ACK that finds no room is dropped, one in eight more and a poll's worth pass */
TEST_F(limit, of_half_open_connections_that_fail_closed)
{
	int why;

	self->limits.when_full = TSREWRITE_WHEN_FULL_STRIP;
	EXPECT_EQ(INBOUND + INBOUND / 8 + 64, take_all(&self->limits, &self->mine, true, &why));
	EXPECT_EQ(-EDQUOT, why);
}

/* The last sixteenth is for connections from inside */
TEST_F(limit, of_all_from_outside)
{
	int why;

	self->limits.inbound = NAMESPACE;
	EXPECT_EQ(NAMESPACE / 16 * 15, take_all(&self->limits, &self->mine, true, &why));
	EXPECT_EQ(-ENOSPC, why);
	EXPECT_COUNTS(NAMESPACE / 16 * 15, NAMESPACE / 16 * 15, NAMESPACE / 16 * 15);
	EXPECT_EQ(NAMESPACE / 16, take_all(&self->limits, &self->mine, false, &why));
}

TEST_F(limit, of_the_machine)
{
	int why;

	tsrw_limit_set_machine(96);
	EXPECT_EQ(96, take_all(&self->limits, &self->mine, false, &why));
	EXPECT_EQ(-ENOSPC, why);
	EXPECT_COUNTS(96, 0, 96);
	EXPECT_EQ(-ENOSPC, take_one(&self->limits, &self->other, false));
	EXPECT_EQ(0, atomic_read(&self->other.flows));
	EXPECT_EQ(0, atomic_read(&self->owner.flows));
	tsrw_limit_give(&self->mine, false);
	EXPECT_EQ(1, take_all(&self->limits, &self->mine, false, &why));
}

/* All namespaces of a user have a sixteenth of the machine's */
TEST_F(limit, of_a_user)
{
	const int share = MACHINE / TSRW_LIMIT_USERS;
	int why;

	EXPECT_EQ(share, tsrw_limit_user());
	EXPECT_EQ(NAMESPACE, take_all(&self->limits, &self->his, false, &why));
	EXPECT_EQ(share - NAMESPACE, take_all(&self->limits, &self->other, false, &why));
	EXPECT_EQ(-ENOSPC, why);
	EXPECT_EQ(share, atomic_read(&self->owner.flows));
	EXPECT_EQ(share, tsrw_limit_machine_usage());
	for (int i = 0; i < 9; i++)
		tsrw_limit_give(&self->his, false);
	EXPECT_EQ(share - 9, atomic_read(&self->owner.flows));
	EXPECT_EQ(share - 9, tsrw_limit_machine_usage());
	EXPECT_EQ(9, take_all(&self->limits, &self->other, false, &why));
}

/* Who is refused by his namespace takes nothing of the user's, nor of the machine's */
TEST_F(limit, that_refuses_takes_nothing)
{
	int why;

	self->limits.flows = 10;
	take_all(&self->limits, &self->his, false, &why);
	for (int i = 0; i < 1000; i++)
		take_one(&self->limits, &self->his, i & 1);
	EXPECT_EQ(10, atomic_read(&self->his.flows));
	EXPECT_EQ(0, atomic_read(&self->his.inbound));
	EXPECT_EQ(10, atomic_read(&self->owner.flows));
	EXPECT_EQ(10, tsrw_limit_machine_usage());
}

TEST_F(limit, what_only_counts_has_the_first_half)
{
	int n = 0;

	while (!tsrw_limit_take(&self->limits, &self->mine, false, TSREWRITE_MODE_OFF))
		n++;
	EXPECT_EQ(NAMESPACE / 2, n);
	EXPECT_EQ(0, take_one(&self->limits, &self->mine, false));
}

TEST_F(limit, is_near_at_seven_eighths)
{
	while (atomic_read(&self->mine.flows) < NAMESPACE / 8 * 7 - 1)
		take_one(&self->limits, &self->mine, false);
	EXPECT_FALSE(tsrw_limit_is_near(&self->limits, &self->mine));
	take_one(&self->limits, &self->mine, false);
	EXPECT_TRUE(tsrw_limit_is_near(&self->limits, &self->mine));
	EXPECT_FALSE(tsrw_limit_is_near(&self->limits, &self->other));
}

TEST_F(limit, is_short_for_syns_from_outside)
{
	int why;

	EXPECT_FALSE(tsrw_limit_is_short(&self->limits, &self->mine));
	take_all(&self->limits, &self->mine, true, &why);
	EXPECT_TRUE(tsrw_limit_is_short(&self->limits, &self->mine));
	tsrw_limit_give(&self->mine, true);
	EXPECT_FALSE(tsrw_limit_is_short(&self->limits, &self->mine));
}

/* Half of what is left, in powers of two, but never less than the least */
TEST_F(limit, of_chains_of_a_user)
{
	EXPECT_EQ(64, tsrw_limit_take_chains(&self->his, 256, 16));
	EXPECT_EQ(64, tsrw_limit_take_chains(&self->other, 256, 16));
	EXPECT_EQ(32, tsrw_limit_take_chains(&self->other, 256, 16));
	EXPECT_EQ(16, tsrw_limit_take_chains(&self->other, 256, 16));
	EXPECT_EQ(16, tsrw_limit_take_chains(&self->other, 256, 16));
	EXPECT_EQ(0, tsrw_limit_take_chains(&self->other, 256, 16));
	EXPECT_EQ(192, atomic_read(&self->owner.chains));
	tsrw_limit_give_chains(&self->his, 64);
	EXPECT_EQ(128, atomic_read(&self->owner.chains));
	EXPECT_EQ(256, tsrw_limit_take_chains(&self->mine, 256, 16));
}

TEST_HARNESS_MAIN
