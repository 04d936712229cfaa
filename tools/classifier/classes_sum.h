/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CLASSIFIER_CLASSES_SUM_H
#define TSREWRITE_CLASSIFIER_CLASSES_SUM_H

#include "classes.h"

/*
 * A summary of the prefixes and ports that a group has by its rules, to be compared with the
 * summary of those it was given, which the module keeps.  All 0 if it has none.
 */
struct classes_sum {
	uint32_t prefix_count;
	uint32_t fingerprint;	/* of prefixes and ports; 0 if it is not known */
	uint32_t earlier;	/* the fingerprint as earlier versions computed it */
};

/* What a group has; @classes are sorted */
struct classes_sum classes_sum(const struct classes *classes, uint8_t group);

/* Changes the sum in @note by a range that is added, or else removed */
void classes_sum_change(struct class_note *note, const struct range *range, bool adds);

/* Whether what a group has is what it was given; a fingerprint given as 0 matches any */
bool classes_sum_is(struct classes_sum sum, struct classes_sum given);

#endif /* TSREWRITE_CLASSIFIER_CLASSES_SUM_H */
