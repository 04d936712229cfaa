/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pseudo-random numbers that are the same in every run (splitmix64).
 */
#ifndef TSRW_UNIT_RANDOM_H
#define TSRW_UNIT_RANDOM_H

#include "core/serial.h"

struct random {
	__u64 state;
};

static inline u32 random_u32(struct random *rng)
{
	__u64 z = rng->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return (z ^ z >> 31) >> 32;
}

static inline u32 random_below(struct random *rng, u32 limit)
{
	return random_u32(rng) % limit;
}

static inline bool random_percent(struct random *rng, u32 percent)
{
	return random_below(rng, 100) < percent;
}

#endif /* TSRW_UNIT_RANDOM_H */
