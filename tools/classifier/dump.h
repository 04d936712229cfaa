/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of the table, as the kernel tells them */
#ifndef TSREWRITE_CLASSIFIER_DUMP_H
#define TSREWRITE_CLASSIFIER_DUMP_H

#include "../dump.h"
#include "classifier.h"

struct rule_row {
	char chain[ATTR_TEXT];
	char words[1024];
	uint64_t packets;
};

struct set_row {
	char name[ATTR_TEXT];
};

struct element_row {
	uint8_t key[16];
	bool end;
	bool leads;	/* to a chain of @kind */
	bool jumps;	/* and returns */
	enum classifier_kind kind;
	uint32_t number;
};

/* Each returns 0, or -1 with errno; rows are the caller's to free */

/* Changes with every transaction of anybody's */
int classifier_dump_generation(uint32_t *generation);

int classifier_dump_table(bool *exists);

/* Of struct classifier_chain, without rules */
int classifier_dump_chains(struct dump *dump);

int classifier_dump_rules(struct dump *dump);
int classifier_dump_sets(struct dump *dump);
int classifier_dump_elements(const char *map, struct dump *dump);

#endif /* TSREWRITE_CLASSIFIER_DUMP_H */
