// SPDX-License-Identifier: GPL-2.0-only
#include "incident_words.h"

#include <stdbool.h>
#include <stdio.h>

#define OF_GROUPS "attempts", "echoes", "success"
#define OF_MACHINE "table", "asymmetric", "bypass", "rules"

const char *const incident_kinds_of_groups[] = { OF_GROUPS, NULL };
const char *const incident_kinds_of_machine[] = { OF_MACHINE, NULL };
const char *const incident_kinds[] = { "none", OF_GROUPS, OF_MACHINE, NULL };
const char *const incident_verdicts[] = { "unclear", "far_end", "ours", NULL };

/* The words before and behind the group's name, and whether a verdict belongs to them */
static const struct {
	const char *before;
	const char *behind;
	bool has_verdict;
} titles[] = {
	[0] = { "something is wrong", "", false },
	{ "hardly any new connections in group ", "", false },
	{ "impossible echoes in group ", "", true },
	{ "connections of group ", " fail", true },
	{ "the flow table is nearly full", "", false },
	{ "connections go on in one direction only", "", false },
	{ "something bypasses the attached devices", "", false },
	{ "rules of groups are missing or were modified", "", false },
};

/* By the order of incident_verdicts */
static const char *const looks_like[] = {
	"", ": it looks like the far end, or the path to it", ": it looks like this firewall",
};

char *incident_words_title(char *out, size_t size, int kind, const char *group, int verdict)
{
	snprintf(out, size, "%s%s%s%s", titles[kind].before, group, titles[kind].behind,
		 titles[kind].has_verdict ? looks_like[verdict] : "");
	return out;
}
