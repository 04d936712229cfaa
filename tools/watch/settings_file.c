// SPDX-License-Identifier: GPL-2.0-only
#include "settings_file.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <ini.h>
#include <linux/tsrewrite.h>

#include "../maintenance/directory.h"
#include "../text/macros.h"
#include "../text/whole_file.h"
#include "../text/word.h"
#include "settings_value.h"

/* A file that is being read */
struct reading {
	struct settings *settings;
	FILE *file;
	int line;
	int expected;	/* the line that take_line() is still to be called for, or 0 */
	int refused;	/* the last line that was complained about */
	unsigned int given;	/* keys before the first section, by enum settings_key */
	settings_complain complain;
	void *arg;
};

/* Complains once about each line.  Returns 0, which tells inih that something is wrong. */
static __printf(2, 3) int refuse_line(struct reading *reading, const char *format, ...)
{
	char why[512], text[512 + PATH_MAX];
	va_list args;

	if (reading->refused == reading->line)
		return 0;
	reading->refused = reading->line;
	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	snprintf(text, sizeof(text), "%s:%d: %s", reading->settings->path, reading->line, why);
	reading->complain(reading->arg, text);
	return 0;
}

static void refuse_file(struct reading *reading, int error)
{
	char text[PATH_MAX + 128];

	snprintf(text, sizeof(text), "%s: %s", reading->settings->path, strerror(error));
	reading->complain(reading->arg, text);
	reading->refused = -1;
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

/* Checks a line that begins with "[": nothing else tells of one that no key follows */
static void take_section(struct reading *reading, const char *begin)
{
	const char *end = strchr(begin, ']');
	struct group_settings *group;
	char section[64];
	const char *name;

	if (!end) {
		reading->expected = reading->line;
		return;
	}
	snprintf(section, sizeof(section), "%.*s", (int)(end - begin - 1), begin + 1);
	name = name_in(section);
	if (!name) {
		refuse_line(reading, "[%s] is not [group NAME]", section);
		return;
	}
	group = settings_group(reading->settings, name);
	if (!group)
		refuse_line(reading, "%s", strerror(ENOMEM));
	else if (!group->line)
		group->line = reading->line;
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
		return 0;	/* take_section() has said so */
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

	reading->expected = 0;
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

/* inih does not say so where it has found something wrong before */
static void check_last_line(struct reading *reading)
{
	if (reading->expected)
		refuse_line(reading, "the line is neither KEY = VALUE nor [group NAME]");
	reading->expected = 0;
}

/* inih would split it in two: the rest of it is skipped */
static void refuse_long_line(struct reading *reading, char *line, int size)
{
	int c;

	refuse_line(reading, "the line is longer than %d characters", size - 2);
	do {
		c = getc(reading->file);
	} while (c != EOF && c != '\n');
	snprintf(line, (size_t)size, "\n");
}

/* Whether there is a NUL before the one that fgets() has put behind what it read into @line */
static bool has_nul(const char *line, size_t size)
{
	return line + strlen(line) != (const char *)memrchr(line, '\0', size);
}

/* As fgets(), but counts the lines, and sees what inih does not tell */
static char *next_line(char *line, int size, void *arg)
{
	struct reading *reading = arg;
	const char *begin;

	check_last_line(reading);
	memset(line, '\n', (size_t)size);
	if (!fgets(line, size, reading->file))
		return NULL;
	reading->line++;
	if (has_nul(line, (size_t)size)) {
		refuse_line(reading, "%s", WHOLE_FILE_NUL);
		return NULL;
	}
	if (strlen(line) + 1 == (size_t)size && line[size - 2] != '\n')
		refuse_long_line(reading, line, size);
	begin = line + strspn(line, " \t\r\n\f\v");
	if (reading->line == 1 && !strncmp(line, "\xef\xbb\xbf", 3))
		begin = line + 3;
	if (*begin == '[')
		take_section(reading, begin);
	else if (*begin && !strchr(";#", *begin))
		reading->expected = reading->line;
	return line;
}

static void read_file(struct reading *reading)
{
	ini_inline_comment_prefixes = (char *)"";
	ini_allow_multiline = false;
	ini_parse_stream(next_line, reading, take_line, reading);
	if (ferror(reading->file))
		refuse_file(reading, errno);
	fclose(reading->file);
}

static void place_state(struct settings *settings, const char *netns, bool own)
{
	char path[PATH_MAX];

	directory_place(path, settings->state, netns, own);
	settings->state = settings_keep_text(settings, path);
}

int settings_read(struct settings *settings, const char *path, const char *netns,
		  settings_complain complain, void *arg)
{
	struct reading reading = { .settings = settings, .complain = complain, .arg = arg };
	char default_path[PATH_MAX];
	bool own = path || directory_settings(default_path, netns);

	*settings = (struct settings){
		.policy = { .thresholds = { 5, 0.5, 900 } },
		.quiet = 30, .full = 90, .asymmetric = 3, .run_timeout = 60,
	};
	settings->path = settings_keep_text(settings, path ? path : default_path);
	reading.file = settings->path ? fopen(settings->path, "re") : NULL;
	if (reading.file)
		read_file(&reading);
	else if (own || errno != ENOENT)
		refuse_file(&reading, errno);
	place_state(settings, netns, own);
	if (!settings->path || !settings->state)
		refuse_file(&reading, ENOMEM);
	return reading.refused ? -1 : 0;
}
