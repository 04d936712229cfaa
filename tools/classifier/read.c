// SPDX-License-Identifier: GPL-2.0-only
#include "read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dump.h"
#include "maps.h"
#include "verify.h"

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

/*
 * Appends the text of a rule to its chain, counts the packets that were marked already, and
 * takes what is noted of a group
 */
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
	if (chain->kind == CHAIN_GROUP && chain->number < CLASSES_GROUPS)
		classifier->classes.note[chain->number] = row->note;
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

void classifier_free(struct classifier *classifier)
{
	classes_free(&classifier->classes);
	free(classifier->chain);
	classifier->chain = NULL;
	classifier->chains = 0;
}

/* Reads all but the maps; leaves a table alone that is not ours */
static int read_but_maps(struct classifier *classifier)
{
	bool dormant;

	if (classifier_dump_table(&classifier->exists, &dormant) < 0)
		return -1;
	if (!classifier->exists)
		return 0;
	if (read_chains(classifier) < 0)
		return -1;
	classifier->foreign = !classifier_find(classifier, "classify");
	if (classifier->foreign)
		return 0;
	if (dormant)
		classifier_note(classifier, "it is dormant, so that no rule applies");
	return read_rules(classifier);
}

static int read_all(struct classifier *classifier)
{
	if (read_but_maps(classifier) < 0)
		return -1;
	if (!classifier->exists || classifier->foreign)
		return 0;
	return classifier_read_maps(classifier) < 0 ? -1 : classifier_verify(classifier);
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

int classifier_read_chains(struct classifier *classifier, uint32_t mask)
{
	*classifier = (struct classifier){ .mask = mask };
	if (classifier_dump_generation(&classifier->generation) < 0)
		return -1;
	return read_but_maps(classifier);
}

/* What was read is consistent if the generation is the same before and after */
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
