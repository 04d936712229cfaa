// SPDX-License-Identifier: GPL-2.0-only
#include "classes.h"

#include <stdlib.h>
#include <string.h>

void classes_free(struct classes *classes)
{
	free(classes->class);
	free(classes->ports);
	memset(classes, 0, sizeof(*classes));
}

/*
 * Makes room for one more element after @count.  The array is doubled whenever @count is a
 * power of two, as it is full then.  Returns the array, or NULL with errno.
 */
static void *grow_array(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return reallocarray(array, count ? 2 * count : 1, size);
}

int classes_add(struct classes *classes, const struct class *class)
{
	struct class *grown = grow_array(classes->class, classes->count, sizeof(*grown));

	if (!grown)
		return -1;
	classes->class = grown;
	grown[classes->count++] = *class;
	return 0;
}

int classes_add_ports(struct classes *classes, const struct ports *ports)
{
	struct ports *grown = grow_array(classes->ports, classes->maps, sizeof(*grown));

	if (!grown)
		return -1;
	classes->ports = grown;
	grown[classes->maps++] = *ports;
	return 0;
}

static int compare_classes(const struct class *a, const struct class *b)
{
	int order;

	if (a->map != b->map)
		return a->map < b->map ? -1 : 1;
	order = range_compare(&a->range, &b->range);
	return order ? order : (int)a->group - (int)b->group;
}

/* For qsort() */
static int order_classes(const void *a, const void *b)
{
	return compare_classes(a, b);
}

void classes_sort(struct classes *classes)
{
	if (classes->count)
		qsort(classes->class, classes->count, sizeof(*classes->class),
		      order_classes);
}

const struct ports *classes_ports(const struct classes *classes, uint16_t map)
{
	for (size_t i = 0; i < classes->maps; i++) {
		if (map && ports_lowest(&classes->ports[i]) == map)
			return &classes->ports[i];
	}
	return NULL;
}

/* Adds a set of ports, unless it is every port or is there already */
static int add_map(struct classes *classes, const struct ports *ports)
{
	if (!ports || !ports->count ||
	    classes_ports(classes, ports_lowest(ports)))
		return 0;
	return classes_add_ports(classes, ports);
}

int classes_copy(const struct classes *from, const bool stay[CLASSES_GROUPS],
		 struct classes *to)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct class *class = &from->class[i];

		if (!stay[class->group])
			continue;
		if (classes_add(to, class) < 0 ||
		    add_map(to, classes_ports(from, class->map)) < 0)
			return -1;
	}
	for (size_t id = 0; id < CLASSES_GROUPS; id++) {
		if (stay[id])
			to->note[id] = from->note[id];
	}
	return 0;
}

/*
 * Merges @ranges into the @before classes of the sorted array @class, which has room for them
 * at its end; map and group are those of @new.  Merging from the end needs no second array,
 * and is faster than sorting all classes again for each group.
 */
static void merge_ranges(struct class *class, size_t before, struct class *new,
			 const struct ranges *ranges)
{
	size_t left = ranges->count;

	while (left) {
		size_t place = before + left - 1;

		new->range = ranges->range[left - 1];
		if (before && compare_classes(&class[before - 1], new) > 0) {
			class[place] = class[--before];
		} else {
			class[place] = *new;
			left--;
		}
	}
}

int classes_put(struct classes *classes, uint8_t group,
		const struct ports *ports, const struct ranges *ranges)
{
	struct class class = {
		.map = ports_lowest(ports), .group = group,
	};
	size_t before = classes->count;

	for (size_t i = 0; i < ranges->count; i++) {
		if (classes_add(classes, &class) < 0)
			return -1;
	}
	merge_ranges(classes->class, before, &class, ranges);
	return ranges->count ? add_map(classes, ports) : 0;
}

static uint8_t any_group_of(const struct classes *classes, uint16_t map)
{
	for (size_t i = 0; i < classes->count; i++) {
		if (classes->class[i].map == map)
			return classes->class[i].group;
	}
	return 0;
}

static bool ports_conflict(const struct classes *classes,
			   const struct ports *ports,
			   struct class_conflict *conflict)
{
	for (size_t i = 0; i < classes->maps; i++) {
		const struct ports *other = &classes->ports[i];

		conflict->port = ports_shared(other, ports);
		if (!conflict->port || ports_equal(other, ports))
			continue;
		conflict->group = any_group_of(classes, ports_lowest(other));
		return true;
	}
	conflict->port = 0;
	return false;
}

/*
 * Whether one of @ranges overlaps a class of the same map.  One pass is enough: both are
 * sorted, and neither has ranges that overlap each other.
 */
static bool ranges_conflict(const struct classes *classes, uint16_t map,
			    const struct ranges *ranges,
			    struct class_conflict *conflict)
{
	size_t i = 0, j = 0;

	while (i < classes->count && j < ranges->count) {
		const struct class *class = &classes->class[i];

		if (class->map != map) {
			i++;
		} else if (range_overlaps(&class->range, &ranges->range[j])) {
			conflict->group = class->group;
			conflict->theirs = class->range;
			conflict->ours = ranges->range[j];
			return true;
		} else if (range_compare(&class->range, &ranges->range[j]) < 0) {
			i++;
		} else {
			j++;
		}
	}
	return false;
}

bool classes_conflict(const struct classes *classes, const struct ports *ports,
		      const struct ranges *ranges,
		      struct class_conflict *conflict)
{
	uint16_t map = ports_lowest(ports);

	if (!ranges->count)
		return false;
	return ports_conflict(classes, ports, conflict) ||
	       ranges_conflict(classes, map, ranges, conflict);
}

size_t classes_count(const struct classes *classes, uint8_t group)
{
	size_t count = 0;

	for (size_t i = 0; i < classes->count; i++)
		count += classes->class[i].group == group;
	return count;
}

int classes_of(const struct classes *classes, uint8_t group,
	       struct ports *ports, struct ranges *ranges)
{
	*ports = (struct ports){ 0 };
	for (size_t i = 0; i < classes->count; i++) {
		const struct class *class = &classes->class[i];
		const struct ports *its = classes_ports(classes, class->map);

		if (class->group != group)
			continue;
		if (its)
			*ports = *its;
		if (ranges_add(ranges, &class->range) < 0)
			return -1;
	}
	return 0;
}

int classes_beyond(const struct classes *a, const struct classes *b,
		   classes_each each, void *arg)
{
	size_t i = 0, j = 0;
	int ret = 0;

	while (i < a->count && !ret) {
		int order = j < b->count ?
			    compare_classes(&a->class[i], &b->class[j]) : -1;

		if (order < 0)
			ret = each(&a->class[i], arg);
		i += order <= 0;
		j += order >= 0;
	}
	return ret;
}
