/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the rule of a group's chain says of the group, as a comment: which maps have its
 * prefixes, and the summary of them and its ports.  So a prefix can be added or removed in one
 * transaction with the summary, and without reading the others.
 */
#ifndef TSREWRITE_CLASSIFIER_NOTE_H
#define TSREWRITE_CLASSIFIER_NOTE_H

#include <libnftnl/rule.h>

#include "classes.h"

bool class_note_equal(const struct class_note *a, const struct class_note *b);

/* Makes @note the comment of @rule.  Returns false if there is no memory. */
bool class_note_put(const struct class_note *note, struct nftnl_rule *rule);

/* Reads the comment of @rule into @note; note->known is false if it has none of ours */
void class_note_read(const struct nftnl_rule *rule, struct class_note *note);

#endif /* TSREWRITE_CLASSIFIER_NOTE_H */
