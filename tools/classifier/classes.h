/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which prefixes and ports belong to which group, as the rules in nftables say or are to say.
 * Pure functions.
 *
 * Each distinct set of ports has a map of prefixes of its own, whose number is the lowest
 * port of the set; map 0 is for groups that have every port.
 */
#ifndef TSREWRITE_CLASSIFIER_CLASSES_H
#define TSREWRITE_CLASSIFIER_CLASSES_H

#include "ports.h"
#include "prefix.h"

#define CLASSES_GROUPS 256

/* A range of addresses in a map leads to a group */
struct class {
	uint16_t map;
	uint8_t group;
	struct range range;
};

/* What is noted of a group when it is given classes: in which map they are, and their sum */
struct class_note {
	bool known;
	uint16_t map;
	uint32_t prefix_count;	/* as in struct classes_sum */
	uint32_t fingerprint;
};

/* All classes, sorted by map, then by range.  Zeroed, there are none. */
struct classes {
	struct class *class;
	size_t count;
	struct ports *ports;	/* the sets of ports of all maps but map 0 */
	size_t maps;		/* how many sets there are */
	struct class_note note[CLASSES_GROUPS];
};

/* Why two groups cannot both have what they are to have */
struct class_conflict {
	uint8_t group;		/* the other group */
	uint16_t port;		/* one that two different sets of ports share, or 0: */
	struct range ours;	/* these two ranges overlap in the same map */
	struct range theirs;
};

/* Frees both arrays, and leaves @classes empty */
void classes_free(struct classes *classes);

/*
 * Append a class, which leaves @classes unsorted, and a set of ports.  Return 0, or -1 with
 * errno.
 */
int classes_add(struct classes *classes, const struct class *class);
int classes_add_ports(struct classes *classes, const struct ports *ports);

/* To be called after the last classes_add() */
void classes_sort(struct classes *classes);

/*
 * Copies to @to, which is empty, the classes of the groups whose ids are set in @stay, their
 * sets of ports and what is noted of them.  Returns 0, or -1 with errno.
 */
int classes_copy(const struct classes *from, const bool stay[CLASSES_GROUPS],
		 struct classes *to);

/*
 * Adds all classes of @group, which has none yet, and keeps @classes sorted; @ranges are
 * sorted.  Returns 0, or -1 with errno.
 */
int classes_put(struct classes *classes, uint8_t group,
		const struct ports *ports, const struct ranges *ranges);

/*
 * Whether @ranges with @ports conflict with what the groups in @classes have; if so, the
 * reason is in @conflict.  @ranges are sorted and do not overlap each other.
 */
bool classes_conflict(const struct classes *classes, const struct ports *ports,
		      const struct ranges *ranges,
		      struct class_conflict *conflict);

/* How many classes a group has */
size_t classes_count(const struct classes *classes, uint8_t group);

/*
 * Stores the ports of a group in @ports, and appends its ranges to @ranges, which the caller
 * frees.  Returns 0, or -1 with errno.
 */
int classes_of(const struct classes *classes, uint8_t group,
	       struct ports *ports, struct ranges *ranges);

/* The set of ports of a map; NULL for map 0, and if there is no such map */
const struct ports *classes_ports(const struct classes *classes, uint16_t map);

/*
 * Calls @each for every class of @a that @b lacks; both are sorted.  Stops when @each does not
 * return 0, and returns its value, or else 0.
 */
typedef int (*classes_each)(const struct class *class, void *arg);
int classes_beyond(const struct classes *a, const struct classes *b,
		   classes_each each, void *arg);

#endif /* TSREWRITE_CLASSIFIER_CLASSES_H */
