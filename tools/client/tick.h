/* SPDX-License-Identifier: GPL-2.0-only */
/* What time it is, and what happens each second: a descriptor to be polled beside others */
#ifndef TSREWRITE_CLIENT_TICK_H
#define TSREWRITE_CLIENT_TICK_H

#include <stdint.h>

/* Nanoseconds since the epoch, by the wall clock, which may be set */
uint64_t tick_time_now(void);

/*
 * Opens a timer that expires each second, whether or not the wall clock is set.  Returns its
 * descriptor, from which tick_read() reads, or -1 with errno.
 */
int tick_open(void);

/* Returns how many seconds have passed since the last call: 0 if the timer has not expired */
unsigned int tick_read(int fd);

#endif /* TSREWRITE_CLIENT_TICK_H */
