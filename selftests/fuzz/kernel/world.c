// SPDX-License-Identifier: GPL-2.0-only
/*
 * A host with a socket, and what it does.
 */
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "world.h"

/**
 * world_note - note what a socket has done
 * @world: its world
 * @format: as printf() has it
 */
void world_note(struct world *world, const char *format, ...)
{
	va_list args;
	int left = TRACE_MAX - world->trace_len, len;

	va_start(args, format);
	len = vsnprintf(world->trace + world->trace_len, left, format, args);
	va_end(args);
	world->trace_len += len < left ? len : left - 1;
}

/* Return: the clock of tcp_timestamps=2 */
__u32 inside_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ul + now.tv_nsec / 1000000;
}
