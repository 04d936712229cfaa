// SPDX-License-Identifier: GPL-2.0-only
#include "tick.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <unistd.h>

int tick_open(void)
{
	struct itimerspec second = { { 1, 0 }, { 1, 0 } };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd >= 0)
		timerfd_settime(fd, 0, &second, NULL);
	return fd;
}

unsigned int tick_read(int fd)
{
	uint64_t seconds;

	return read(fd, &seconds, sizeof(seconds)) < 0 ? 0 : seconds;
}
