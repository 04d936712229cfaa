// SPDX-License-Identifier: GPL-2.0-only
#include "flow_filter.h"

#include <string.h>

#include <linux/tsrewrite.h>

#include "../text/endpoint.h"
#include "../text/parse.h"
#include "../text/report.h"
#include "../text/word.h"

static const char *const filter_words[] = {
	[FILTER_INSIDE] = "inside", [FILTER_OUTSIDE] = "outside",
	[FILTER_PORT] = "port", [FILTER_STATE] = "state",
	[FILTER_MODE] = "mode", [FILTER_ZONE] = "zone",
	[FILTER_GROUP] = "group", NULL
};

static int read_choice(const char *command, const char *what, const char *word,
		       const char *const *words, int *out)
{
	*out = word_index(word, words);
	return *out < 0 ? report_unknown_word(command, what, word, words) : EXIT_DONE;
}

static const char *read_group(const char *name, struct filter *filter)
{
	if (!*name || strlen(name) >= TSREWRITE_GROUP_NAMSIZ)
		return "is not the name of a group, which has 1 to 31 characters";
	filter->group = name;
	return NULL;
}

static int read_value(const char *command, enum filter_word word,
		      const char *value, struct filter *filter)
{
	const char *why = NULL;

	switch (word) {
	case FILTER_INSIDE:
		why = endpoint_parse(value, &filter->inside);
		break;
	case FILTER_OUTSIDE:
		why = endpoint_parse(value, &filter->outside);
		break;
	case FILTER_PORT:
		why = parse_port(value, &filter->port);
		break;
	case FILTER_STATE:
		return read_choice(command, "state", value, state_words, &filter->state);
	case FILTER_MODE:
		return read_choice(command, "mode", value, mode_words, &filter->mode);
	case FILTER_ZONE:
		why = parse_zone(value, &filter->zone);
		break;
	case FILTER_GROUP:
		why = read_group(value, filter);
		break;
	}
	if (!why)
		return EXIT_DONE;
	return report_usage("%s: %s \"%s\" %s", command, filter_words[word],
			    value, why);
}

int filter_read(const struct call *call, struct filter *filter)
{
	for (char **words = call->words; *words; words += 2) {
		int word = word_index(words[0], filter_words);
		int ret;

		if (word < 0 && !strcmp(words[0], "dev"))
			return report_usage("%s: a flow has no device; filter by zone instead",
					    call->name);
		if (word < 0)
			return report_unknown_word(call->name, "filter", words[0],
						   filter_words);
		if (!words[1])
			return report_usage("%s: %s needs a value", call->name,
					    words[0]);
		if (filter_has(filter, word))
			return report_usage("%s: %s is given twice", call->name,
					    words[0]);
		ret = read_value(call->name, word, words[1], filter);
		if (ret)
			return ret;
		filter->given |= 1U << word;
	}
	return EXIT_DONE;
}
