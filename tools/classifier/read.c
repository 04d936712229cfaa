// SPDX-License-Identifier: GPL-2.0-only
/* What the table holds */
#include "classifier.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../macros.h"
#include "dump.h"
#include "judge.h"

#define TRIES 10

static int read_chains(struct classifier *classifier)
{
	struct dump dump = { 0 };

	if (classifier_dump_chains(&dump) < 0)
		return -1;
	classifier->chain = (struct classifier_chain *)dump.row;
	classifier->chains = dump.count;
	return 0;
}

static void give_rule(struct classifier *classifier, const struct rule_row *row)
{
	struct classifier_chain *chain = classifier_find(classifier, row->chain);
	size_t used;

	if (!chain)
		return;
	used = strlen(chain->rules);
	snprintf(chain->rules + used, sizeof(chain->rules) - used, "%s",
		 row->words);
	if (chain->kind == CHAIN_CLASSIFY)
		classifier->marked += row->packets;
}

static int read_rules(struct classifier *classifier)
{
	struct dump dump = { 0 };

	if (classifier_dump_rules(&dump) < 0)
		return -1;
	for (size_t i = 0; i < dump.count; i++)
		give_rule(classifier, &((struct rule_row *)dump.row)[i]);
	free(dump.row);
	return 0;
}

/* An end comes before what begins there */
static int by_key(const void *a, const void *b)
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

/* A range goes on to the next element, or to the last address */
static int add_ranges(struct classifier *classifier, const char *map,
		      struct class class, const struct dump *elements)
{
	const struct element_row *row = (struct element_row *)elements->row;

	for (size_t i = 0; i < elements->count; i++) {
		if (row[i].end)
			continue;
		if (!is_of_group(&row[i])) {
			classifier_note(classifier, "map %s leads to no group", map);
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
		qsort(dump.row, dump.count, dump.row_size, by_key);
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

/* Elements are sorted: a set's first port is the least */
static int add_ports(struct classifier *classifier, const struct dump *elements)
{
	const struct element_row *row = (struct element_row *)elements->row;

	for (size_t i = 0; i < elements->count; i++) {
		uint16_t port = (uint16_t)(row[i].key[0] << 8 | row[i].key[1]);
		struct ports *ports;

		if (!row[i].leads || !row[i].jumps ||
		    row[i].kind != CHAIN_PORT || !row[i].number ||
		    row[i].number > port) {
			classifier_note(classifier, "map ports leads astray");
			continue;
		}
		ports = ports_of(classifier, row[i].number);
		if (!ports)
			return -1;
		if (!ports_add(ports, port) ||
		    ports->port[0] != row[i].number)
			classifier_note(classifier, "map ports leads astray");
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
		qsort(dump.row, dump.count, dump.row_size, by_key);
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

/* Of one set of ports, both families' */
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
		classifier_note(classifier, "maps are missing, or others' are there");
	classes_sort(&classifier->classes);
	return 0;
}

static int read_sets(struct classifier *classifier)
{
	struct dump dump = { 0 };
	int ret;

	if (classifier_dump_sets(&dump) < 0)
		return -1;
	ret = read_maps(classifier, &dump);
	free(dump.row);
	return ret;
}

void classifier_free(struct classifier *classifier)
{
	classes_free(&classifier->classes);
	free(classifier->chain);
	classifier->chain = NULL;
	classifier->chains = 0;
}

static int read_all(struct classifier *classifier)
{
	if (classifier_dump_table(&classifier->exists) < 0)
		return -1;
	if (!classifier->exists)
		return 0;
	if (read_chains(classifier) < 0)
		return -1;
	classifier->foreign = classifier->chains &&
			      !classifier_find(classifier, "classify");
	if (classifier->foreign)
		return 0;
	if (read_rules(classifier) < 0 ||
	    read_sets(classifier) < 0)
		return -1;
	return classifier_judge(classifier);
}

static int read_generation_first(struct classifier *classifier)
{
	if (!classifier_dump_generation(&classifier->generation))
		return 0;
	if (!dump_has_no_netfilter())
		return -1;
	classifier->unreadable = errno;
	return 0;
}

/* Of one moment: nothing changed from before to after */
int classifier_read(struct classifier *classifier, uint32_t mask)
{
	uint32_t generation;

	for (int tries = TRIES; tries; tries--) {
		int error = 0;

		*classifier = (struct classifier){ .mask = mask };
		if (read_generation_first(classifier) < 0)
			return -1;
		if (classifier->unreadable)
			return 0;
		if (read_all(classifier) < 0)
			error = errno;
		if (classifier_dump_generation(&generation) < 0)
			error = errno;
		else if (!error && generation == classifier->generation)
			return 0;
		classifier_free(classifier);
		errno = error ? error : EINTR;
		if (error && error != ENOENT && error != EINTR)
			return -1;
	}
	return -1;
}
