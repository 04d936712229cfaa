/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which prefixes and ports are which group's: what rules say, or shall say.  Pure.
 *
 * Each distinct set of ports has a map of prefixes of its own, called by its least
 * port; 0 is that of every port.
 */
#ifndef TSREWRITE_CLASSES_H
#define TSREWRITE_CLASSES_H

#include "ports.h"
#include "prefix.h"

#define CLASSES_GROUPS 256

struct class {
	uint16_t map;
	uint8_t group;
	struct range range;
};

/* Sorted by map, then by range.  @class and @ports are classes_free()'s to free. */
struct classes {
	struct class *class;
	size_t count;
	struct ports *ports;	/* of the maps but 0 */
	size_t maps;
};

/* Two that would be asked for the same connection */
struct class_conflict {
	uint8_t group;		/* whose is the other one */
	uint16_t port;		/* shared by two sets, or 0 */
	struct range ours;	/* else these overlap */
	struct range theirs;
};

void classes_free(struct classes *classes);

/* 0, or -1 with errno */
int classes_add(struct classes *classes, const struct class *class);
int classes_add_ports(struct classes *classes, const struct ports *ports);

/* When all is added */
void classes_sort(struct classes *classes);

/* @to, empty, becomes those of @from whose groups are to @stay; 0, or -1 with errno */
int classes_copy(const struct classes *from, const bool stay[CLASSES_GROUPS],
		 struct classes *to);

/* Add all of a group, which has none; @ranges are sorted.  0, or -1 with errno */
int classes_put(struct classes *classes, uint8_t group,
		const struct ports *ports, const struct ranges *ranges);

/* Can a group that has none have these? */
bool classes_conflict(const struct classes *classes, const struct ports *ports,
		      const struct ranges *ranges,
		      struct class_conflict *conflict);

size_t classes_count(const struct classes *classes, uint8_t group);

/* What a group has, to be held against what it was given; all 0 where that is nothing */
struct classes_sum {
	uint32_t prefixes;
	uint32_t fingerprint;	/* of prefixes and ports; given as 0: not known */
};

struct classes_sum classes_sum(const struct classes *classes, uint8_t group);
bool classes_sum_is(struct classes_sum sum, struct classes_sum given);

/* What a group has; 0, or -1 with errno.  @ranges is the caller's to free. */
int classes_of(const struct classes *classes, uint8_t group,
	       struct ports *ports, struct ranges *ranges);

/* NULL of map 0, and where there is none */
const struct ports *classes_ports(const struct classes *classes, uint16_t map);

/* Each of @a that @b lacks; stops at what is not 0, and returns it */
typedef int (*classes_each)(const struct class *class, void *arg);
int classes_beyond(const struct classes *a, const struct classes *b,
		   classes_each each, void *arg);

#endif /* TSREWRITE_CLASSES_H */
