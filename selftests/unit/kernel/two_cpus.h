/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two CPUs that take turns, so that a test can try each way in which what they do may
 * interleave. A CPU takes a step before each access to memory of code that was compiled
 * with -fsanitize=thread, whose calls end here, and before each of the kernel's atomics.
 */
#ifndef TSRW_UNIT_TWO_CPUS_H
#define TSRW_UNIT_TWO_CPUS_H

#include <stdbool.h>

#define TURNS	3

/* In which order the CPUs step: the first takes turn[0] steps, the second turn[1], the
 * first turn[2]; then the second goes on to its end, and after it the first
 */
struct turns {
	unsigned int turn[TURNS];
};

/* Calls both, each on a CPU of its own, by @turns, and puts the next turns to try into it.
 * Returns false if there are none.
 */
bool two_cpus_run(void (*first)(void), void (*second)(void), struct turns *turns);

/* Where a CPU may lose its turn; where it cannot go on until the other one has acted */
void two_cpus_step(void);
void two_cpus_wait(void);

/* A store that the other CPU does not see before the next store, or two_cpus_flush() */
void two_cpus_store_late(unsigned int *to, unsigned int value);
void two_cpus_flush(void);

#endif
