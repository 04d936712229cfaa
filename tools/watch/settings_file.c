// SPDX-License-Identifier: GPL-2.0-only
#include "settings_file.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <ini.h>
#include <linux/tsrewrite.h>

#include "../text/macros.h"
#include "../text/word.h"
#include "settings_value.h"

/* A file that is being read, and in @why the first thing that is wrong with it */
struct reading {
	struct settings *settings;
	FILE *file;
	const char *path;
	int line;
	unsigned int given;	/* keys before the first section, by enum settings_key */
	char *why;
	size_t size;
};

static __printf(2, 3) int refuse_line(struct reading *reading, const char *format, ...)
{
	va_list args;
	int used;

	if (*reading->why)
		return 0;
	used = snprintf(reading->why, reading->size, "%s:%d: ", reading->path,
			reading->line);
	if (used < 0 || (size_t)used >= reading->size)
		return 0;
	va_start(args, format);
	vsnprintf(reading->why + used, reading->size - (size_t)used, format, args);
	va_end(args);
	return 0;
}

/* Returns the name in "group NAME", or NULL if @section is something else */
static const char *name_in(const char *section)
{
	const char *name;

	if (strncmp(section, "group ", 6))
		return NULL;
	name = section + 6 + strspn(section + 6, " \t");
	return *name && strlen(name) < TSREWRITE_GROUP_NAMSIZ ? name : NULL;
}

static int take_value(struct reading *reading, unsigned int *given, int key,
		      const char *wrong, const char *value)
{
	if (wrong)
		return refuse_line(reading, "%s \"%s\" %s", settings_words[key], value, wrong);
	if (*given & 1U << key)
		return refuse_line(reading, "%s is given twice", settings_words[key]);
	*given |= 1U << key;
	return 1;
}

static int take_group(struct reading *reading, const char *section, int key,
		      const char *value)
{
	struct settings *settings = reading->settings;
	const char *name = name_in(section);
	struct group_settings *group;

	if (!name)
		return refuse_line(reading, "[%s] is not [group NAME]", section);
	if (key >= KEY_QUIET)
		return refuse_line(reading,
				   "%s applies to all groups: set it before the first [group NAME]",
				   settings_words[key]);
	group = settings_group(settings, name);
	if (!group)
		return refuse_line(reading, "%s", strerror(ENOMEM));
	return take_value(reading, &group->given, key,
			  settings_set_policy(settings, &group->policy, key, value), value);
}

static int take_line(void *arg, const char *section, const char *word,
		     const char *value)
{
	struct reading *reading = arg;
	const char *nearest;
	int key = word_index(word, settings_words);

	if (key < 0) {
		nearest = word_nearest(word, settings_words);
		return refuse_line(reading, nearest ?
				   "unknown key \"%s\"; did you mean \"%s\"?" :
				   "unknown key \"%s\"", word, nearest);
	}
	if (!*value)
		return refuse_line(reading, "%s needs a value", word);
	if (*section)
		return take_group(reading, section, key, value);
	return take_value(reading, &reading->given, key,
			  settings_set(reading->settings, key, value), value);
}

/* As fgets(), but counts the lines, and refuses one that inih would split in two */
static char *next_line(char *line, int size, void *arg)
{
	struct reading *reading = arg;
	char *got = fgets(line, size, reading->file);

	if (!got)
		return NULL;
	reading->line++;
	if (strlen(line) + 1 == (size_t)size && line[size - 2] != '\n')
		refuse_line(reading, "the line is longer than %d characters", size - 2);
	return got;
}

static int read_file(struct reading *reading)
{
	int line;

	ini_inline_comment_prefixes = (char *)"";
	ini_allow_multiline = false;
	line = ini_parse_stream(next_line, reading, take_line, reading);
	if (ferror(reading->file)) {
		snprintf(reading->why, reading->size, "%s: %s", reading->path,
			 strerror(errno));
		return -1;
	}
	reading->line = line;
	if (line)
		refuse_line(reading, "the line is neither KEY = VALUE nor [group NAME]");
	return *reading->why ? -1 : 0;
}

int settings_read(struct settings *settings, const char *path, char *why,
		  size_t size)
{
	struct reading reading = {
		.settings = settings, .path = path ? path : SETTINGS_PATH,
		.why = why, .size = size,
	};
	int ret;

	*settings = (struct settings){
		.policy = { .thresholds = { 5, 0.5, 900 } },
		.quiet = 30, .full = 90, .asymmetric = 3,
	};
	*why = '\0';
	settings->state = settings_keep_text(settings, SETTINGS_STATE);
	reading.file = fopen(reading.path, "re");
	if (!reading.file && !path && errno == ENOENT)
		return 0;
	if (!reading.file) {
		snprintf(why, size, "%s: %s", reading.path, strerror(errno));
		return -1;
	}
	ret = read_file(&reading);
	fclose(reading.file);
	return ret;
}
