/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_RANDOM_H
#define TSRW_FUZZ_RANDOM_H

#include <stdbool.h>

#include <linux/types.h>

/* Numbers that a seed tells: the same seed, the same numbers (xorshift64*) */
struct random {
	__u64 state;
};

static inline __u32 random_u32(struct random *random)
{
	random->state ^= random->state >> 12;
	random->state ^= random->state << 25;
	random->state ^= random->state >> 27;
	return (random->state * 0x2545f4914f6cdd1dull) >> 32;
}

/* Of several streams with one seed, each has numbers of its own */
static inline void random_seed(struct random *random, __u32 seed, __u32 stream)
{
	random->state = ((__u64)stream << 32 | seed) * 0x9e3779b97f4a7c15ull + 1;
	for (int i = 0; i < 8; i++)
		random_u32(random);
}

/* Return: 0 to n - 1 */
static inline __u32 random_below(struct random *random, __u32 n)
{
	return (__u64)random_u32(random) * n >> 32;
}

/* Once in n times */
static inline bool one_in(struct random *random, __u32 n)
{
	return !random_below(random, n);
}

/* From min to max; small ones as often as large ones if they lie far apart */
static inline __u32 random_between(struct random *random, __u32 min, __u32 max)
{
	__u32 span = max - min;

	if (span > 1000 && !one_in(random, 4))
		span >>= random_below(random, 32);
	return min + (span == 0xffffffffu ? random_u32(random) :
					    random_below(random, span + 1));
}

#endif /* TSRW_FUZZ_RANDOM_H */
