/* SPDX-License-Identifier: GPL-2.0-only */
/* Dumps the generation of nf_tables, and the table, its chains and its rules */
#ifndef TSREWRITE_CLASSIFIER_DUMP_H
#define TSREWRITE_CLASSIFIER_DUMP_H

#include "../client/dump.h"
#include "classifier.h"

/*
 * A rule: its chain, its text by classifier_words(), what its counters have counted, and what
 * its comment notes
 */
struct rule_row {
	char chain[ATTR_TEXT];
	struct class_note note;
	char words[1024];
	uint64_t packets;
};

/* Each function returns 0, or -1 with errno.  The caller frees the rows. */

/* The number that nf_tables increments with each transaction, of whichever process */
int classifier_dump_generation(uint32_t *generation);

/* Whether there is a table of that name, and whether its chains are switched off */
int classifier_dump_table(bool *exists, bool *dormant);

/* Rows of struct classifier_chain, whose rules are not filled in */
int classifier_dump_chains(struct dump *dump);

/* Rows of struct rule_row */
int classifier_dump_rules(struct dump *dump);

#endif /* TSREWRITE_CLASSIFIER_DUMP_H */
