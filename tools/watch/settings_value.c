// SPDX-License-Identifier: GPL-2.0-only
#include "settings_value.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../text/parse.h"
#include "../text/word.h"

const char *const settings_words[] = {
	[KEY_MIN_ATTEMPTS] = "min-attempts", [KEY_DROP] = "drop",
	[KEY_HISTORY] = "history", [KEY_TRIP] = "trip", [KEY_RUN] = "run",
	[KEY_QUIET] = "quiet", [KEY_FULL] = "full",
	[KEY_ASYMMETRIC] = "asymmetric", [KEY_STATE] = "state",
	[KEY_FEED_URL] = "feed-url", [KEY_RUN_TIMEOUT] = "run-timeout", [KEYS] = NULL,
};

char *settings_keep_text(struct settings *settings, const char *value)
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

/* It is queued as JSON, which is UTF-8 */
static const char *set_command(struct settings *settings, struct policy *policy,
			       const char *value)
{
	json_t *text = json_string(value);

	if (!text)
		return "is not UTF-8";
	json_decref(text);
	policy->run = settings_keep_text(settings, value);
	return policy->run ? NULL : strerror(ENOMEM);
}

const char *settings_set_policy(struct settings *settings, struct policy *policy,
				enum settings_key key, const char *value)
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
			return "is not no, off, observe or strip";
		policy->trip = (enum trip)i;
		return NULL;
	default:
		return set_command(settings, policy, value);
	}
}

/* Characters outside of ASCII, and those that no URL has, would have to be escaped */
static bool is_url(const char *value)
{
	size_t scheme = !strncmp(value, "https://", 8) ? 8 :
			!strncmp(value, "http://", 7) ? 7 : 0;

	if (!scheme || !value[scheme] || value[strlen(value) - 1] != '/' ||
	    strpbrk(value, " \"<>\\^`{|}?#"))
		return false;
	for (; *value; value++) {
		if (*value < '!' || *value > '~')
			return false;
	}
	return true;
}

const char *settings_set(struct settings *settings, enum settings_key key,
			 const char *value)
{
	switch (key) {
	case KEY_QUIET:
		return read_seconds(value, 1, 120, &settings->quiet);
	case KEY_FULL:
		return read_range(value, 1, 100, &settings->full);
	case KEY_ASYMMETRIC:
		return read_range(value, 1, 1000000, &settings->asymmetric);
	case KEY_STATE:
		settings->state = settings_keep_text(settings, value);
		if (!settings->state)
			return strerror(ENOMEM);
		return *value == '/' ? NULL : "is not an absolute path";
	case KEY_FEED_URL:
		settings->feed_url = settings_keep_text(settings, value);
		if (!settings->feed_url)
			return strerror(ENOMEM);
		return is_url(value) ? NULL :
		       "is not the URL of a directory (https://HOST/.../)";
	case KEY_RUN_TIMEOUT:
		return read_seconds(value, 1, 3600, &settings->run_timeout);
	default:
		return settings_set_policy(settings, &settings->policy, key, value);
	}
}

struct group_settings *settings_group(struct settings *settings,
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
