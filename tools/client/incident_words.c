// SPDX-License-Identifier: GPL-2.0-only
#include "incident_words.h"

#include <stddef.h>

#define OF_GROUPS "attempts", "echoes", "success"
#define OF_MACHINE "table", "asymmetric", "bypass", "rules"

const char *const incident_kinds_of_groups[] = { OF_GROUPS, NULL };
const char *const incident_kinds_of_machine[] = { OF_MACHINE, NULL };
const char *const incident_kinds[] = { "none", OF_GROUPS, OF_MACHINE, NULL };
const char *const incident_verdicts[] = { "unclear", "far_end", "ours", NULL };
