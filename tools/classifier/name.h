/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of the table's chains and maps.  Pure functions. */
#ifndef TSREWRITE_CLASSIFIER_NAME_H
#define TSREWRITE_CLASSIFIER_NAME_H

#include "classifier.h"

/* The name of a chain of that kind, which is not CHAIN_FOREIGN; and of a map of prefixes */
void classifier_chain_name(enum classifier_kind kind, uint32_t number,
			   char out[CLASSIFIER_NAME]);
void classifier_map_name(uint8_t family, uint32_t number,
			 char out[CLASSIFIER_NAME]);

/* The reverse; *@kind is CHAIN_FOREIGN if classifier_chain_name() makes no such name */
void classifier_read_name(const char *name, enum classifier_kind *kind,
			  uint32_t *number);

/* Whether @table, which may be NULL, is CLASSIFIER_TABLE */
bool classifier_is_ours(const char *table);

#endif /* TSREWRITE_CLASSIFIER_NAME_H */
