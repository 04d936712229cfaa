// SPDX-License-Identifier: GPL-2.0-only
#include "group_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../parse.h"
#include "../prefix_list.h"
#include "../report.h"
#include "group.h"

static int unknown(const char *what, const struct group_request *request,
		   const char *word, const char *const *words)
{
	char where[2 * ATTR_TEXT];

	snprintf(where, sizeof(where), "%s of group %s", what, request->what);
	return report_word(where, word, words);
}

static int read_canary(const char *word, struct group_request *request)
{
	const char *why = parse_number(word, &request->canary);

	if (!why && request->canary > 100)
		why = "is not in 0..100";
	if (why)
		return report_usage("group %s: canary \"%s\" %s", request->what,
				    word, why);
	request->has_canary = true;
	return EXIT_DONE;
}

static int read_mode(const char *word, struct group_request *request)
{
	request->mode = word_index(word, mode_words);
	if (request->mode < 0)
		return unknown("mode", request, word, mode_words);
	request->has_mode = true;
	return EXIT_DONE;
}

static int read_to(const char *word, struct group_request *request)
{
	char why[512];

	request->rules.has_to = true;
	if (!prefix_list_read(word, &request->rules.to, why, sizeof(why)))
		return EXIT_DONE;
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

static int read_pair(const char *word, const char *value,
		     struct group_request *request)
{
	const struct {
		const char *word;
		const bool *given;
		int (*read)(const char *word, struct group_request *request);
	} kinds[] = {
		{ "mode", &request->has_mode, read_mode },
		{ "to", &request->rules.has_to, read_to },
		{ "port", &request->rules.has_port, read_ports },
		{ "canary", &request->has_canary, read_canary },
	};
	static const char *const words[] = {
		"mode", "to", "port", "canary", NULL
	};
	int i = word_index(word, words);

	if (i < 0)
		return unknown("word", request, word, words);
	if (!value)
		return report_usage("group %s: %s needs a value", request->what,
				    word);
	if (*kinds[i].given)
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
	request->name = name;
	return EXIT_DONE;
}

int group_request_read(char **words, struct group_request *request)
{
	int ret = read_name(*words, request);

	for (words++; !ret && *words; words += 2)
		ret = read_pair(words[0], words[1], request);
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

struct nlmsghdr *group_request_begin(struct genl *genl, uint8_t cmd,
				     const struct group_request *request)
{
	struct nlmsghdr *nlh = genl_request(genl, cmd);

	mnl_attr_put_strz(nlh, TSREWRITE_A_GROUP_NAME, request->name);
	if (request->has_mode)
		mnl_attr_put_u32(nlh, TSREWRITE_A_GROUP_MODE, request->mode);
	if (request->has_canary)
		mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_CANARY,
				(uint8_t)request->canary);
	return nlh;
}

static int added_row(struct genl *genl, struct attrs attrs, void *group)
{
	return genl_decode(genl, &group_table, attrs, group);
}

int group_request_add(struct genl *genl, const struct group_request *request,
		      uint8_t *id)
{
	struct group group = { 0 };

	group_request_begin(genl, TSREWRITE_CMD_GROUP_ADD, request);
	if (genl_do(genl, added_row, &group) < 0)
		return -1;
	*id = group.id;
	return 0;
}

int group_request_tell_given(struct genl *genl,
			     const struct group_request *request,
			     struct classes_sum given)
{
	struct nlmsghdr *nlh = group_request_begin(genl, TSREWRITE_CMD_GROUP_SET,
						   request);

	mnl_attr_put_u32(nlh, TSREWRITE_A_GROUP_PREFIXES, given.prefixes);
	mnl_attr_put_u32(nlh, TSREWRITE_A_GROUP_FINGERPRINT, given.fingerprint);
	return genl_do(genl, NULL, NULL);
}
