// SPDX-License-Identifier: GPL-2.0-only
#include "window.h"

#include <string.h>

static struct counts *slot_of(struct window *window, uint64_t second)
{
	return &window->second[second % WINDOW_SECONDS];
}

bool counts_add(struct counts *sum, const struct counts *counts)
{
	uint64_t any = 0;

	for (int i = 0; i < COUNTS; i++) {
		sum->n[i] += counts->n[i];
		any |= counts->n[i];
	}
	return any;
}

/* Makes @now the last second; those since the one before it are empty */
static void advance_window(struct window *window, uint64_t now)
{
	if (now - window->now >= WINDOW_SECONDS) {
		memset(window->second, 0, sizeof(window->second));
		window->now = now;
	}
	while (window->now < now)
		memset(slot_of(window, ++window->now), 0, sizeof(struct counts));
}

void window_add(struct window *window, uint64_t now, const struct counts *counts)
{
	advance_window(window, now);
	counts_add(slot_of(window, now), counts);
}

const struct counts *window_at(const struct window *window, unsigned int age)
{
	return &window->second[(window->now - age) % WINDOW_SECONDS];
}
