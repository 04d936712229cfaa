// SPDX-License-Identifier: GPL-2.0-only
#include "changes.h"

#include <stdlib.h>
#include <string.h>

/* The entry is put together from its lines */
struct reading {
	char heading[32];
	char *entry;
	void (*take)(void *arg, const char *heading, const char *entry);
	void *arg;
};

static void end_entry(struct reading *reading)
{
	if (*reading->entry)
		reading->take(reading->arg, reading->heading, reading->entry);
	*reading->entry = '\0';
}

static bool take_heading(struct reading *reading, const char *line, size_t length)
{
	end_entry(reading);
	if (length < 2 || line[length - 1] != ':' || length > sizeof(reading->heading))
		return false;
	memcpy(reading->heading, line, length - 1);
	reading->heading[length - 1] = '\0';
	return true;
}

/* "- " begins an entry, two blanks continue it */
static bool take_line(struct reading *reading, const char *line, size_t length)
{
	bool goes_on = *line == ' ';

	if (!length || *line == '#')
		return true;
	if (*line != '-' && !goes_on)
		return take_heading(reading, line, length);
	if (length < 3 || line[1] != ' ' || !*reading->heading || (goes_on && !*reading->entry))
		return false;
	if (!goes_on)
		end_entry(reading);
	else
		strcat(reading->entry, " ");
	strncat(reading->entry, line + 2, length - 2);
	return true;
}

bool changes_read(const char *text, void (*take)(void *arg, const char *heading,
						 const char *entry), void *arg)
{
	struct reading reading = {
		.entry = calloc(1, strlen(text) + 1), .take = take, .arg = arg,
	};
	bool good = reading.entry;

	while (good && *text) {
		size_t length = strcspn(text, "\n");

		good = take_line(&reading, text, length);
		text += length + !!text[length];
	}
	if (good)
		end_entry(&reading);
	free(reading.entry);
	return good;
}
