/* SPDX-License-Identifier: GPL-2.0-only */
/* Builds the rules of each kind of chain, and turns rules into text to compare them */
#ifndef TSREWRITE_CLASSIFIER_RULES_H
#define TSREWRITE_CLASSIFIER_RULES_H

#include <libnftnl/rule.h>

#include "classifier.h"

/*
 * Calls @take for each rule of a chain, in order, until it does not return 0.  Returns 0, that
 * value, or -1 with errno if there is no memory.
 */
typedef int (*classifier_take)(const struct nftnl_rule *rule, void *arg);
int classifier_rules(enum classifier_kind kind, uint32_t number, uint32_t mask,
		     classifier_take take, void *arg);

/*
 * Appends the text of a rule to the string @out, @size bytes long.  What counters have counted
 * is left out, so that the text of a rule does not change.
 */
void classifier_words(const struct nftnl_rule *rule, char *out, size_t size);

#endif /* TSREWRITE_CLASSIFIER_RULES_H */
