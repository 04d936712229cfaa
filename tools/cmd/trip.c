// SPDX-License-Identifier: GPL-2.0-only
#include "trip.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "../text/format.h"
#include "../text/parse.h"

/* Whether a shell takes the word as it is */
static bool is_plain(const char *word)
{
	for (; *word; word++) {
		if (!isalnum((unsigned char)*word) && !strchr("._-", *word))
			return false;
	}
	return true;
}

static const char *fate_in(uint32_t mode)
{
	return mode == TSREWRITE_MODE_STRIP ? "its new connections do without TSopt" :
	       "its new connections pass untouched";
}

char *trip_describe(char out[TRIP_TEXT], const struct group *group)
{
	char mode[FORMAT_SIZE], name[4 * TSREWRITE_GROUP_NAMSIZ];
	char how[2 * TSREWRITE_GROUP_NAMSIZ + 64] = "tsrewrite on";

	if (group->id)
		snprintf(how, sizeof(how), "tsrewrite group set %.32s mode rewrite",
			 is_plain(group->name) ? group->name : "NAME");
	snprintf(out, TRIP_TEXT,
		 "group %s was tripped to mode %s: %s until its mode is set again (%s)",
		 format_safe(name, sizeof(name), group->name),
		 format_word(mode, mode_words, group->mode), fate_in(group->mode), how);
	return out;
}
