// SPDX-License-Identifier: GPL-2.0-only
#include "feed_name.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>

/* By ASCII, whatever the locale says is a letter */
static bool stays_as_it_is(unsigned char c)
{
	return c < 0x80 && (isalnum(c) || c == '-' || c == '_');
}

bool feed_name_fits(const char *text)
{
	size_t len = 0;

	while (text[len] == '=' || stays_as_it_is((unsigned char)text[len]))
		len++;
	return len && len < FEED_NAME && !text[len];
}

char *feed_name(char out[FEED_NAME], const char *group)
{
	size_t used = 0;

	for (; *group && used + 4 <= FEED_NAME; group++) {
		unsigned char c = (unsigned char)*group;

		if (stays_as_it_is(c))
			out[used++] = *group;
		else
			used += (size_t)sprintf(out + used, "=%02x", c);
	}
	out[used] = '\0';
	return out;
}
