// SPDX-License-Identifier: GPL-2.0-only
#include "maps.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netfilter/nf_tables.h>

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

/* Where two elements have one key, the first range would end before it begins */
static bool is_range(const struct range *range)
{
	return memcmp(range->first, range->last, sizeof(range->first)) <= 0;
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
		class.group = (uint8_t)row[i].number;
		class.range = range_of_all(class.range.family);
		memcpy(class.range.first, row[i].key, sizeof(row[i].key));
		if (i + 1 < elements->count)
			range_set_end(&class.range, row[i + 1].key);
		if (!is_of_group(&row[i]) || !is_range(&class.range)) {
			classifier_note(classifier, "invalid element in map %s", map);
			continue;
		}
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
		if (ports_lowest(&classes->ports[i]) == map)
			return &classes->ports[i];
	}
	if (classes_add_ports(classes, &none) < 0)
		return NULL;
	return &classes->ports[classes->maps - 1];
}

static uint16_t port_of(const struct element_row *element)
{
	return (uint16_t)(element->key[0] << 8 | element->key[1]);
}

/*
 * Adds the sets of ports in the sorted elements of map ports, which each lead to the chain of
 * their set's lowest port.  As they are sorted, that port comes first.  A range ends as those
 * of addresses do.
 */
static int add_ports(struct classifier *classifier, const struct dump *elements)
{
	const struct element_row *row = (struct element_row *)elements->row;

	for (size_t i = 0; i < elements->count; i++) {
		struct port_range range = { port_of(&row[i]), UINT16_MAX };
		struct ports *ports;

		if (row[i].end)
			continue;
		if (classifier->single_ports)
			range.last = range.first;
		else if (i + 1 < elements->count)
			range.last = (uint16_t)(port_of(&row[i + 1]) - 1);
		if (!row[i].leads || !row[i].jumps ||
		    row[i].kind != CHAIN_PORT || !row[i].number ||
		    row[i].number > range.first || range.first > range.last) {
			classifier_note(classifier, "invalid element in map ports");
			continue;
		}
		ports = ports_of(classifier, row[i].number);
		if (!ports)
			return -1;
		if (!ports_add(ports, range) ||
		    ports_lowest(ports) != row[i].number ||
		    (!classifier->single_ports && !ports_have_range(ports, range)))
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

#define MAP_FLAGS (NFT_SET_MAP | NFT_SET_INTERVAL)

/*
 * Whether the map is there, and has keys of that length in bytes, so that it can be read.  What
 * is wrong with it is noted.
 */
static bool check_map(struct classifier *classifier, const struct dump *sets,
		      const char *name, uint32_t flags, size_t key_len)
{
	const struct set_row *row = (struct set_row *)sets->row;

	for (size_t i = 0; i < sets->count; i++) {
		if (strcmp(row[i].name, name))
			continue;
		if (row[i].flags != flags || row[i].key_len != key_len)
			classifier_note(classifier, "map %s was modified", name);
		return row[i].key_len == key_len;
	}
	classifier_note(classifier, "map %s is missing", name);
	return false;
}

/* Reads the two maps, of IPv4 and IPv6, of the set of ports with that number */
static int read_map(struct classifier *classifier, const struct dump *sets,
		    uint16_t number)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	char name[CLASSIFIER_NAME];

	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		const struct range range = { .family = families[i] };

		classifier_map_name(families[i], number, name);
		if (check_map(classifier, sets, name, MAP_FLAGS, range_bytes(&range)) &&
		    read_prefixes(classifier, name, families[i], number) < 0)
			return -1;
	}
	return 0;
}

/* Before there were ranges of ports, the map of ports was not one of ranges */
static bool has_single_ports(const struct dump *sets)
{
	const struct set_row *row = (struct set_row *)sets->row;

	for (size_t i = 0; i < sets->count; i++) {
		if (!strcmp(row[i].name, CLASSIFIER_PORTS))
			return row[i].flags == NFT_SET_MAP;
	}
	return false;
}

static int read_maps(struct classifier *classifier, const struct dump *sets)
{
	classifier->single_ports = has_single_ports(sets);
	if (check_map(classifier, sets, CLASSIFIER_PORTS,
		      classifier->single_ports ? NFT_SET_MAP : MAP_FLAGS, sizeof(uint16_t)) &&
	    read_ports(classifier) < 0)
		return -1;
	if (read_map(classifier, sets, 0) < 0)
		return -1;
	for (size_t i = 0; i < classifier->classes.maps; i++) {
		if (read_map(classifier, sets,
			     ports_lowest(&classifier->classes.ports[i])) < 0)
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
