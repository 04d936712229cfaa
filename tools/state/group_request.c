// SPDX-License-Identifier: GPL-2.0-only
#include "group_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../classifier/classes_sum.h"
#include "../classifier/prefix_list.h"
#include "../client/group.h"
#include "../text/parse.h"
#include "../text/report.h"
#include "../text/word.h"

static int report_unknown(const char *what, const struct group_request *request,
			  const char *word, const char *const *words)
{
	char command[2 * ATTR_TEXT];

	snprintf(command, sizeof(command), "group %s", request->what);
	return report_unknown_word(command, what, word, words);
}

static int read_canary(const char *word, struct group_request *request)
{
	uint32_t percent;
	const char *why = parse_number(word, &percent);

	if (!why && percent > 100)
		why = "is not in 0..100";
	if (why)
		return report_usage("group %s: canary \"%s\" %s", request->what,
				    word, why);
	request->group.canary = (uint8_t)percent;
	request->group.present |= ATTR_BIT(TSREWRITE_A_GROUP_CANARY);
	return EXIT_DONE;
}

static int read_mode(const char *word, struct group_request *request)
{
	int mode = word_index(word, mode_words);

	if (mode < 0)
		return report_unknown("mode", request, word, mode_words);
	request->group.mode = (uint32_t)mode;
	request->group.present |= ATTR_BIT(TSREWRITE_A_GROUP_MODE);
	return EXIT_DONE;
}

static int read_to(const char *word, struct group_request *request)
{
	char why[512];

	request->rules.has_to = true;
	if (!prefix_list_read(word, &request->rules.to, why, sizeof(why)))
		return EXIT_DONE;
	if (*word == '@')
		return report_refused("group %s: to %s", request->what, why);
	return report_usage("group %s: to %s", request->what, why);
}

static int read_ports(const char *word, struct group_request *request)
{
	const char *why = NULL;

	request->rules.has_port = true;
	if (strcmp(word, "any"))
		why = ports_parse(word, &request->rules.ports);
	if (!why)
		return EXIT_DONE;
	return report_usage("group %s: port \"%s\" %s", request->what, word, why);
}

static int read_count(const char *word, struct group_request *request)
{
	static const char *const words[] = { "off", "on", NULL };
	int count = word_index(word, words);

	if (count < 0)
		return report_unknown("count", request, word, words);
	request->group.count = count;
	request->group.present |= ATTR_BIT(TSREWRITE_A_GROUP_COUNT);
	return EXIT_DONE;
}

static int read_id(const char *word, struct group_request *request)
{
	const char *why = parse_zone(word, &request->group.id);

	if (!strcmp(request->what, "set"))
		return report_usage("group set: the id of a group is chosen when it is added");
	if (why || !request->group.id)
		return report_usage("group %s: id \"%s\" is not a number in 1..255",
				    request->what, word);
	request->group.present |= ATTR_BIT(TSREWRITE_A_GROUP_ID);
	return EXIT_DONE;
}

static int read_pair(const char *word, const char *value,
		     struct group_request *request)
{
	const struct group *group = &request->group;
	const struct {
		bool given;
		int (*read)(const char *word, struct group_request *request);
	} kinds[] = {
		{ attr_present(group, TSREWRITE_A_GROUP_MODE), read_mode },
		{ request->rules.has_to, read_to },
		{ request->rules.has_port, read_ports },
		{ attr_present(group, TSREWRITE_A_GROUP_CANARY), read_canary },
		{ attr_present(group, TSREWRITE_A_GROUP_COUNT), read_count },
		{ attr_present(group, TSREWRITE_A_GROUP_ID), read_id },
	};
	static const char *const words[] = {
		"mode", "to", "port", "canary", "count", "id", NULL
	};
	int i = word_index(word, words);

	if (i < 0)
		return report_unknown("word", request, word, words);
	if (!value)
		return report_usage("group %s: %s needs a value", request->what,
				    word);
	if (kinds[i].given)
		return report_usage("group %s: %s is given twice",
				    request->what, word);
	return kinds[i].read(value, request);
}

static int read_name(const char *name, struct group_request *request)
{
	if (!name)
		return report_usage("group %s: name a group", request->what);
	if (strlen(name) >= TSREWRITE_GROUP_NAMSIZ)
		return report_usage("group %s: the name \"%s\" is longer than %d characters",
				    request->what, name,
				    TSREWRITE_GROUP_NAMSIZ - 1);
	snprintf(request->group.name, sizeof(request->group.name), "%s", name);
	return EXIT_DONE;
}

static const char *const change_words[] = {
	[GROUP_RULES_ADD] = "add", [GROUP_RULES_DEL] = "del",
};

/* Whether @words begin with "to add" or "to del", which changes the prefixes of a group */
static bool begin_change(char **words, enum group_rules_change *change)
{
	if (!words[1] || strcmp(words[0], "to"))
		return false;
	*change = strcmp(words[1], change_words[GROUP_RULES_DEL]) ? GROUP_RULES_ADD :
								   GROUP_RULES_DEL;
	return !strcmp(words[1], change_words[*change]);
}

static int read_change(const char *list, enum group_rules_change change,
		       struct group_request *request)
{
	const char *word = change_words[change];

	if (strcmp(request->what, "set"))
		return report_usage("group %s: to %s is for group set, which changes a group",
				    request->what, word);
	if (!list)
		return report_usage("group %s: to %s needs prefixes", request->what, word);
	if (!strcmp(list, "any") || !strcmp(list, "none"))
		return report_usage("group %s: to %s takes prefixes, and not %s",
				    request->what, word, list);
	if (request->rules.has_to)
		return report_usage("group %s: to is given twice", request->what);
	request->rules.change = change;
	return read_to(list, request);
}

int group_request_read(char **words, struct group_request *request)
{
	enum group_rules_change change = GROUP_RULES_SET;
	int ret = read_name(*words, request);

	for (words++; !ret && *words; words += 2) {
		if (begin_change(words, &change))
			ret = read_change(*(++words + 1), change, request);
		else
			ret = read_pair(words[0], words[1], request);
	}
	return ret;
}

void group_request_free(struct group_request *request)
{
	free(request->rules.to.range);
}

bool group_request_has_rules(const struct group_request *request)
{
	return request->rules.has_to || request->rules.has_port;
}

int group_request_set_given(struct genl *genl,
			    const struct group_request *request,
			    struct classes_sum given)
{
	struct group group = request->group;

	/* Was chosen when the group was added, and is nothing to set */
	group.present &= ~ATTR_BIT(TSREWRITE_A_GROUP_ID);
	group.prefix_count = given.prefix_count;
	group.fingerprint = given.fingerprint;
	group.present |= ATTR_BIT(TSREWRITE_A_GROUP_PREFIX_COUNT) |
			 ATTR_BIT(TSREWRITE_A_GROUP_FINGERPRINT);
	return group_set(genl, &group);
}
