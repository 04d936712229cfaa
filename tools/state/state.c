// SPDX-License-Identifier: GPL-2.0-only
#include "state.h"

#include <stdlib.h>
#include <string.h>

void state_free(struct state *state)
{
	for (size_t i = 0; i < state->groups; i++)
		free(state->group[i].ranges.range);
	free(state->group);
	free(state->device);
	memset(state, 0, sizeof(*state));
}

/* The array is doubled whenever @count is a power of two, as it is full then */
static void *grow_array(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return reallocarray(array, count ? 2 * count : 1, size);
}

struct state_device *state_add_device(struct state *state)
{
	struct state_device *grown = grow_array(state->device, state->devices,
						sizeof(*grown));

	if (!grown)
		return NULL;
	state->device = grown;
	grown += state->devices++;
	memset(grown, 0, sizeof(*grown));
	return grown;
}

struct state_group *state_add_group(struct state *state)
{
	struct state_group *grown = grow_array(state->group, state->groups, sizeof(*grown));

	if (!grown)
		return NULL;
	state->group = grown;
	grown += state->groups++;
	memset(grown, 0, sizeof(*grown));
	return grown;
}

const struct state_device *state_find_device(const struct state *state, const char *name)
{
	for (size_t i = 0; i < state->devices; i++) {
		if (!strcmp(state->device[i].name, name))
			return &state->device[i];
	}
	return NULL;
}

const struct state_group *state_find_group(const struct state *state, const char *name)
{
	for (size_t i = 0; i < state->groups; i++) {
		if (!strcmp(state->group[i].settings.name, name))
			return &state->group[i];
	}
	return NULL;
}

/* For qsort() */
static int order_devices(const void *a, const void *b)
{
	return strcmp(((const struct state_device *)a)->name,
		      ((const struct state_device *)b)->name);
}

void state_sort(struct state *state)
{
	if (state->devices)
		qsort(state->device, state->devices, sizeof(*state->device), order_devices);
}

bool state_is_on(const struct state *state)
{
	for (size_t i = 0; state->devices && i < state->groups; i++) {
		if (state->group[i].settings.mode != TSREWRITE_MODE_OFF)
			return true;
	}
	return false;
}
