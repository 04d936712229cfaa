/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_STAMP_H
#define TSRW_STAMP_H

#include <linux/jiffies.h>

/* A stamp may lie ahead of now by as much as a CPU pauses between the two reads, which a
 * virtual one may do for long
 */
#define TSRW_STAMP_AHEAD	(60 * HZ)

/**
 * tsrw_stamp_now - get the time for a stamp
 *
 * Return: jiffies, but never 0, which stands for no time. Context: any.
 */
static inline u32 tsrw_stamp_now(void)
{
	return (u32)jiffies ?: 1;
}

/**
 * tsrw_stamp_since - get how long before a time a stamp was written
 * @stamp: the stamp, in jiffies
 * @now: the time, in jiffies
 *
 * Another CPU may have written the stamp after this one has read jiffies, or this one may
 * have read both in another order than they stand in: its age is 0 then.
 *
 * Return: the age in jiffies, below 2^32 - TSRW_STAMP_AHEAD. Context: any.
 */
static inline u32 tsrw_stamp_since(u32 stamp, u32 now)
{
	u32 age = now - stamp;

	return age > (u32)-TSRW_STAMP_AHEAD ? 0 : age;
}

/**
 * tsrw_stamp_age - get how long ago a stamp was written
 * @stamp: the stamp, in jiffies
 *
 * Return: the age in jiffies, as of tsrw_stamp_since(). Context: any.
 */
static inline u32 tsrw_stamp_age(u32 stamp)
{
	return tsrw_stamp_since(stamp, jiffies);
}

#endif /* TSRW_STAMP_H */
