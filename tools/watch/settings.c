// SPDX-License-Identifier: GPL-2.0-only
#include "settings.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>
#include <linux/tsrewrite.h>

#include "../macros.h"
#include "../parse.h"

const char *const trip_words[] = { "no", "off", "observe", NULL };

enum key {
	KEY_MIN_ATTEMPTS, KEY_DROP, KEY_HISTORY, KEY_TRIP, KEY_RUN,
	KEY_QUIET, KEY_FULL, KEY_ONE_SIDED, KEY_STATE, KEYS
};

/* Those before KEY_QUIET may be a group's own */
static const char *const key_words[] = {
	[KEY_MIN_ATTEMPTS] = "min-attempts", [KEY_DROP] = "drop",
	[KEY_HISTORY] = "history", [KEY_TRIP] = "trip", [KEY_RUN] = "run",
	[KEY_QUIET] = "quiet", [KEY_FULL] = "full",
	[KEY_ONE_SIDED] = "one-sided", [KEY_STATE] = "state", [KEYS] = NULL,
};

struct group_settings {
	char name[TSREWRITE_GROUP_NAMSIZ];
	unsigned int given;	/* by enum key */
	struct policy policy;
};

/* A file that is being read */
struct reading {
	struct settings *settings;
	FILE *file;
	const char *path;
	int line;
	unsigned int given;	/* without a section */
	char *why;
	size_t size;
};

static __printf(2, 3) int refuse(struct reading *reading, const char *format, ...)
{
	va_list args;
	int used;

	if (*reading->why)
		return 0;	/* the first reason counts */
	used = snprintf(reading->why, reading->size, "%s:%d: ", reading->path,
			reading->line);
	if (used < 0 || (size_t)used >= reading->size)
		return 0;
	va_start(args, format);
	vsnprintf(reading->why + used, reading->size - (size_t)used, format, args);
	va_end(args);
	return 0;
}

static char *keep(struct settings *settings, const char *value)
{
	char **text = realloc(settings->text,
			      (settings->texts + 1) * sizeof(*text));

	if (!text)
		return NULL;
	settings->text = text;
	text[settings->texts] = strdup(value);
	return text[settings->texts] ? text[settings->texts++] : NULL;
}

static const char *read_range(const char *value, uint32_t least, uint32_t most,
			      uint32_t *number)
{
	static char why[64];
	const char *wrong = parse_number(value, number);

	if (!wrong && *number >= least && *number <= most)
		return NULL;
	snprintf(why, sizeof(why), "is not in %u..%u", least, most);
	return why;
}

static const char *read_seconds(const char *value, uint32_t least, uint32_t most,
				uint32_t *seconds)
{
	static char why[64];
	const char *wrong = parse_duration(value, seconds);

	if (wrong || (*seconds >= least && *seconds <= most))
		return wrong;
	snprintf(why, sizeof(why), "is not in %us..%us", least, most);
	return why;
}

static const char *read_policy(struct settings *settings, struct policy *policy,
			       enum key key, const char *value)
{
	const char *wrong;
	uint32_t percent;
	int i;

	switch (key) {
	case KEY_MIN_ATTEMPTS:
		return read_range(value, 1, 1000000,
				  &policy->thresholds.min_attempts);
	case KEY_DROP:
		wrong = read_range(value, 1, 99, &percent);
		if (!wrong)
			policy->thresholds.drop = percent / 100.0;
		return wrong;
	case KEY_HISTORY:
		return read_seconds(value, 60, SPANS * SPAN_SECONDS,
				    &policy->thresholds.history);
	case KEY_TRIP:
		i = word_index(value, trip_words);
		if (i < 0)
			return "is not no, off or observe";
		policy->trip = (enum trip)i;
		return NULL;
	default:
		policy->run = keep(settings, value);
		return policy->run ? NULL : strerror(ENOMEM);
	}
}

static const char *read_value(struct settings *settings, enum key key,
			      const char *value)
{
	switch (key) {
	case KEY_QUIET:
		return read_seconds(value, 1, 120, &settings->quiet);
	case KEY_FULL:
		return read_range(value, 1, 100, &settings->full);
	case KEY_ONE_SIDED:
		return read_range(value, 1, 1000000, &settings->one_sided);
	case KEY_STATE:
		settings->state = keep(settings, value);
		if (!settings->state)
			return strerror(ENOMEM);
		return *value == '/' ? NULL : "is not an absolute path";
	default:
		return read_policy(settings, &settings->policy, key, value);
	}
}

static struct group_settings *group_named(struct settings *settings,
					  const char *name)
{
	struct group_settings *group;

	for (size_t i = 0; i < settings->groups; i++) {
		if (!strcmp(settings->group[i].name, name))
			return &settings->group[i];
	}
	group = realloc(settings->group,
			(settings->groups + 1) * sizeof(*group));
	if (!group)
		return NULL;
	settings->group = group;
	group += settings->groups++;
	memset(group, 0, sizeof(*group));
	snprintf(group->name, sizeof(group->name), "%s", name);
	return group;
}

/* The name in "group NAME", or NULL */
static const char *name_in(const char *section)
{
	const char *name;

	if (strncmp(section, "group ", 6))
		return NULL;
	name = section + 6 + strspn(section + 6, " \t");
	return *name && strlen(name) < TSREWRITE_GROUP_NAMSIZ ? name : NULL;
}

static int take(struct reading *reading, unsigned int *given, int key,
		const char *wrong, const char *value)
{
	if (wrong)
		return refuse(reading, "%s \"%s\" %s", key_words[key], value, wrong);
	if (*given & 1U << key)
		return refuse(reading, "%s is given twice", key_words[key]);
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
		return refuse(reading, "[%s] is not [group NAME]", section);
	if (key >= KEY_QUIET)
		return refuse(reading, "%s is not for a group, but for all: %s",
			      key_words[key], "before the first [group NAME]");
	group = group_named(settings, name);
	if (!group)
		return refuse(reading, "%s", strerror(ENOMEM));
	return take(reading, &group->given, key,
		    read_policy(settings, &group->policy, key, value), value);
}

static int take_line(void *arg, const char *section, const char *word,
		     const char *value)
{
	struct reading *reading = arg;
	const char *nearest;
	int key = word_index(word, key_words);

	if (key < 0) {
		nearest = word_nearest(word, key_words);
		return refuse(reading, nearest ?
			      "unknown key \"%s\"; did you mean \"%s\"?" :
			      "unknown key \"%s\"", word, nearest);
	}
	if (!*value)
		return refuse(reading, "%s needs a value", word);
	if (*section)
		return take_group(reading, section, key, value);
	return take(reading, &reading->given, key,
		    read_value(reading->settings, key, value), value);
}

/* As fgets(), and counts the lines; a longer one would be taken for two */
static char *next_line(char *line, int size, void *arg)
{
	struct reading *reading = arg;
	char *got = fgets(line, size, reading->file);

	if (!got)
		return NULL;
	reading->line++;
	if (strlen(line) + 1 == (size_t)size && line[size - 2] != '\n')
		refuse(reading, "the line is longer than %d characters", size - 2);
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
		refuse(reading, "neither KEY = VALUE nor [group NAME]");
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
		.quiet = 30, .full = 90, .one_sided = 3,
	};
	*why = '\0';
	settings->state = keep(settings, SETTINGS_STATE);
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

void settings_free(struct settings *settings)
{
	for (size_t i = 0; i < settings->texts; i++)
		free(settings->text[i]);
	free(settings->text);
	free(settings->group);
	*settings = (struct settings){ 0 };
}

static void override(struct policy *policy, const struct group_settings *group)
{
	const struct policy *own = &group->policy;

	if (group->given & 1U << KEY_MIN_ATTEMPTS)
		policy->thresholds.min_attempts = own->thresholds.min_attempts;
	if (group->given & 1U << KEY_DROP)
		policy->thresholds.drop = own->thresholds.drop;
	if (group->given & 1U << KEY_HISTORY)
		policy->thresholds.history = own->thresholds.history;
	if (group->given & 1U << KEY_TRIP)
		policy->trip = own->trip;
	if (group->given & 1U << KEY_RUN)
		policy->run = own->run;
}

struct policy settings_policy(const struct settings *settings, const char *group)
{
	struct policy policy = settings->policy;

	for (size_t i = 0; i < settings->groups; i++) {
		if (!strcmp(settings->group[i].name, group))
			override(&policy, &settings->group[i]);
	}
	return policy;
}
