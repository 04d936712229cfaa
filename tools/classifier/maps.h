/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads the maps of prefixes and ports into classes */
#ifndef TSREWRITE_CLASSIFIER_MAPS_H
#define TSREWRITE_CLASSIFIER_MAPS_H

#include "classifier.h"

/*
 * Fills in @classifier's classes, and notes what is wrong with the maps in @classifier->wrong.
 * Returns 0, or -1 with errno.
 */
int classifier_read_maps(struct classifier *classifier);

#endif /* TSREWRITE_CLASSIFIER_MAPS_H */
