/* SPDX-License-Identifier: GPL-2.0-only */
/* Verifies that the table is as this command writes it */
#ifndef TSREWRITE_CLASSIFIER_VERIFY_H
#define TSREWRITE_CLASSIFIER_VERIFY_H

#include "../text/macros.h"
#include "classifier.h"

/* Stores what is wrong with the table in classifier->wrong; the first text stays */
void classifier_note(struct classifier *classifier, const char *format, ...)
	__printf(2, 3);

/* The chain of that name, or NULL */
struct classifier_chain *classifier_find(const struct classifier *classifier,
					 const char *name);

/* The chain of a device, or NULL if it is missing or was modified */
const struct classifier_chain *
classifier_chain_of(const struct classifier *classifier,
		    const struct classifier_device *device);

/*
 * Verifies all chains except those of devices, for which there is classifier_chain_of(), and
 * notes what is wrong.  Returns 0, or -1 with errno.
 */
int classifier_verify(struct classifier *classifier);

/*
 * Verifies the chains that lead through the maps of that number to the group, and notes what is
 * wrong with them.  Returns 0, or -1 with errno.
 */
int classifier_verify_way(struct classifier *classifier, uint8_t group, uint16_t map);

#endif /* TSREWRITE_CLASSIFIER_VERIFY_H */
