/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The whole state of a network namespace: what is attached, the groups with their prefixes and
 * ports, limits and timeouts.  Counters, trips, draining and flows are no part of it.
 */
#ifndef TSREWRITE_STATE_H
#define TSREWRITE_STATE_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../classifier/classes_sum.h"
#include "../classifier/ports.h"
#include "../classifier/prefix.h"
#include "../client/config.h"
#include "../client/device.h"
#include "../client/group.h"

#define STATE_WRONG 256

/*
 * An attached device.  @absent says of a running one that it does not exist, and of one in a
 * file that it need not.  @flows and @drain are those of a running one.  @unconfirmed says of a
 * running one that it waits for the confirmation of its rules for groups, and @unruled that it
 * lacks rules that it had.
 */
struct state_device {
	char name[IFNAMSIZ];
	uint8_t zone;
	bool absent;
	uint32_t flows;
	bool drain;
	bool confirmed;
	bool unconfirmed;
	bool unruled;
	size_t line;		/* of the file, or 0 */
};

/*
 * A group.  @settings has its name, mode and canary, and of a running one its id and whether
 * it was tripped.  Its prefixes and ports are in @ranges and @ports, if they were read, and
 * their summary is in @sum in any case; @given is the summary of those that it was given, which
 * differs for a running one whose rules were lost or modified.
 */
struct state_group {
	struct group settings;
	struct ranges ranges;
	struct ports ports;
	struct classes_sum sum;
	struct classes_sum given;
	size_t line;
};

/*
 * @group[0] is the default group.  Of @config, the settings that are present count.  @wrong says
 * how the rules of a running one were modified, or is empty: if they were, the prefixes and ports
 * of groups may be there and have no effect.
 */
struct state {
	struct config config;
	size_t config_line;
	struct state_device *device;
	size_t devices;
	struct state_group *group;
	size_t groups;
	char wrong[STATE_WRONG];
};

void state_free(struct state *state);

/* Append an empty one.  Each returns it, or NULL with errno; what was returned before moves. */
struct state_device *state_add_device(struct state *state);
struct state_group *state_add_group(struct state *state);

/* The device or group of that name, or NULL */
const struct state_device *state_find_device(const struct state *state, const char *name);
const struct state_group *state_find_group(const struct state *state, const char *name);

/* Sorts the devices by name */
void state_sort(struct state *state);

/* Whether a group is in another mode than off while a device is attached */
bool state_is_on(const struct state *state);

#endif /* TSREWRITE_STATE_H */
