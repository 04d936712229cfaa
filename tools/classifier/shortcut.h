/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Adds prefixes to a group, or removes some, without reading the others: a list of 100,000
 * prefixes takes a second to read, because for each piece the kernel walks it from its start.
 */
#ifndef TSREWRITE_CLASSIFIER_SHORTCUT_H
#define TSREWRITE_CLASSIFIER_SHORTCUT_H

#include "wanted.h"

/*
 * Returns whether the change is done, with setting->given filled in.  If not, nothing was
 * changed, and the rules have to be read to do it, or to tell why it cannot be done.
 */
bool shortcut_change(struct genl *genl, struct group_rules_setting *setting);

#endif /* TSREWRITE_CLASSIFIER_SHORTCUT_H */
