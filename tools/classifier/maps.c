// SPDX-License-Identifier: GPL-2.0-only
#include "maps.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../text/macros.h"
#include "dump_maps.h"
#include "name.h"
#include "verify.h"

/* For qsort(): by key; the end of one range comes before the beginning of the next */
static int order_elements(const void *a, const void *b)
{
	const struct element_row *one = a, *other = b;
	int order = memcmp(one->key, other->key, sizeof(one->key));

	return order ? order : other->end - one->end;
}

static bool is_of_group(const struct element_row *element)
{
	return element->leads && !element->jumps &&
	       element->kind == CHAIN_GROUP && element->number &&
	       element->number < CLASSES_GROUPS;
}

/*
 * Adds a class for each range in the sorted elements of a map.  A range ends before the next
 * element, or with the last address if there is none.
 */
static int add_ranges(struct classifier *classifier, const char *map,
		      struct class class, const struct dump *elements)
{
	const struct element_row *row = (struct element_row *)elements->row;

	for (size_t i = 0; i < elements->count; i++) {
		if (row[i].end)
			continue;
		if (!is_of_group(&row[i])) {
			classifier_note(classifier, "invalid element in map %s", map);
			continue;
		}
		class.group = (uint8_t)row[i].number;
		class.range = range_of_all(class.range.family);
		memcpy(class.range.first, row[i].key, sizeof(row[i].key));
		if (i + 1 < elements->count)
			range_set_end(&class.range, row[i + 1].key);
		if (classes_add(&classifier->classes, &class) < 0)
			return -1;
	}
	return 0;
}

static int read_prefixes(struct classifier *classifier, const char *map,
			 uint8_t family, uint16_t number)
{
	struct class class = { .map = number, .range.family = family };
	struct dump dump = { 0 };
	int ret;

	if (classifier_dump_elements(map, &dump) < 0)
		return -1;
	if (dump.count)
		qsort(dump.row, dump.count, dump.row_size, order_elements);
	ret = add_ranges(classifier, map, class, &dump);
	free(dump.row);
	return ret;
}

static struct ports *ports_of(struct classifier *classifier, uint32_t map)
{
	struct classes *classes = &classifier->classes;
	const struct ports none = { .count = 0 };

	for (size_t i = 0; i < classes->maps; i++) {
		if (classes->ports[i].port[0] == map)
			return &classes->ports[i];
	}
	if (classes_add_ports(classes, &none) < 0)
		return NULL;
	return &classes->ports[classes->maps - 1];
}

/*
 * Adds the sets of ports in the sorted elements of map ports, which each lead to the chain of
 * their set's lowest port.  As they are sorted, that port comes first.
 */
static int add_ports(struct classifier *classifier, const struct dump *elements)
{
	const struct element_row *row = (struct element_row *)elements->row;

	for (size_t i = 0; i < elements->count; i++) {
		uint16_t port = (uint16_t)(row[i].key[0] << 8 | row[i].key[1]);
		struct ports *ports;

		if (!row[i].leads || !row[i].jumps ||
		    row[i].kind != CHAIN_PORT || !row[i].number ||
		    row[i].number > port) {
			classifier_note(classifier, "invalid element in map ports");
			continue;
		}
		ports = ports_of(classifier, row[i].number);
		if (!ports)
			return -1;
		if (!ports_add(ports, port) ||
		    ports->port[0] != row[i].number)
			classifier_note(classifier, "invalid element in map ports");
	}
	return 0;
}

static int read_ports(struct classifier *classifier)
{
	struct dump dump = { 0 };
	int ret;

	if (classifier_dump_elements(CLASSIFIER_PORTS, &dump) < 0)
		return -1;
	if (dump.count)
		qsort(dump.row, dump.count, dump.row_size, order_elements);
	ret = add_ports(classifier, &dump);
	free(dump.row);
	return ret;
}

static bool has_set(const struct dump *sets, const char *name)
{
	for (size_t i = 0; i < sets->count; i++) {
		if (!strcmp(((struct set_row *)sets->row)[i].name, name))
			return true;
	}
	return false;
}

/* Reads the two maps, of IPv4 and IPv6, of the set of ports with that number */
static int read_map(struct classifier *classifier, const struct dump *sets,
		    uint16_t number)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	char name[CLASSIFIER_NAME];

	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		classifier_map_name(families[i], number, name);
		if (!has_set(sets, name))
			classifier_note(classifier, "map %s is missing", name);
		else if (read_prefixes(classifier, name, families[i],
				       number) < 0)
			return -1;
	}
	return 0;
}

static int read_maps(struct classifier *classifier, const struct dump *sets)
{
	if (!has_set(sets, CLASSIFIER_PORTS))
		classifier_note(classifier, "map ports is missing");
	else if (read_ports(classifier) < 0)
		return -1;
	if (read_map(classifier, sets, 0) < 0)
		return -1;
	for (size_t i = 0; i < classifier->classes.maps; i++) {
		if (read_map(classifier, sets,
			     classifier->classes.ports[i].port[0]) < 0)
			return -1;
	}
	if (sets->count != 3 + 2 * classifier->classes.maps)
		classifier_note(classifier, "unknown set or map in the table");
	classes_sort(&classifier->classes);
	return 0;
}

int classifier_read_maps(struct classifier *classifier)
{
	struct dump dump = { 0 };
	int ret;

	if (classifier_dump_sets(&dump) < 0)
		return -1;
	ret = read_maps(classifier, &dump);
	free(dump.row);
	return ret;
}
