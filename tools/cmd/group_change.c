// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups are added, changed and removed.  A group's rules come after it, and go before
 * it: what they lead to is there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../parse.h"
#include "../prefix_list.h"
#include "../report.h"
#include "group.h"
#include "group_rules.h"

/* What a command says of a group */
struct request {
	const char *what;
	const char *name;
	bool has_mode;
	int mode;
	bool has_canary;
	uint32_t canary;
	struct group_rules rules;
};

static int read_canary(const char *word, struct request *request)
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

static int read_mode(const char *word, struct request *request)
{
	request->mode = word_index(word, mode_words);
	if (request->mode < 0)
		return report_word("mode", word, mode_words);
	request->has_mode = true;
	return EXIT_DONE;
}

static int read_to(const char *word, struct request *request)
{
	char why[512];

	request->rules.has_to = true;
	if (!prefix_list_read(word, &request->rules.to, why, sizeof(why)))
		return EXIT_DONE;
	return report_usage("group %s: to %s", request->what, why);
}

static int read_ports(const char *word, struct request *request)
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
		     struct request *request)
{
	const struct {
		const char *word;
		const bool *given;
		int (*read)(const char *word, struct request *request);
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
		return report_word("word", word, words);
	if (!value)
		return report_usage("group %s: %s needs a value", request->what,
				    word);
	if (*kinds[i].given)
		return report_usage("group %s: %s is given twice",
				    request->what, word);
	return kinds[i].read(value, request);
}

static int refused(const struct genl *genl, const struct request *request)
{
	return report_genl(genl, "changing groups", "group %s", request->name);
}

static bool has_rules(const struct request *request)
{
	return request->rules.has_to || request->rules.has_port;
}

static struct nlmsghdr *begin(struct genl *genl, uint8_t cmd,
			      const struct request *request)
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

static int remove_group(struct genl *genl, const struct request *request)
{
	mnl_attr_put_strz(genl_request(genl, TSREWRITE_CMD_GROUP_DEL),
			  TSREWRITE_A_GROUP_NAME, request->name);
	return genl_do(genl, NULL, NULL);
}

static int added_row(struct genl *genl, struct attrs attrs, void *group)
{
	return genl_decode(genl, &group_table, attrs, group);
}

/* How many it has is known when its rules are there */
static int tell_prefixes(struct genl *genl, const struct request *request,
			 uint32_t prefixes)
{
	struct nlmsghdr *nlh = begin(genl, TSREWRITE_CMD_GROUP_SET, request);

	mnl_attr_put_u32(nlh, TSREWRITE_A_GROUP_PREFIXES, prefixes);
	return genl_do(genl, NULL, NULL);
}

static int undo(struct genl *genl, const struct request *request)
{
	struct genl_error error = genl->error;

	if (remove_group(genl, request) < 0)
		report_warning("group %s: without its rules, it is there: %s",
			       request->name, genl->error.text);
	genl->error = error;
	return refused(genl, request);
}

static int add(struct genl *genl, const struct request *request)
{
	struct picture *seen = group_rules_check(genl, &request->rules);
	struct group group = { 0 };
	uint32_t prefixes;

	if (!seen)
		return refused(genl, request);
	begin(genl, TSREWRITE_CMD_GROUP_ADD, request);
	if (genl_do(genl, added_row, &group) < 0) {
		group_rules_forget(seen);
		return refused(genl, request);
	}
	if (group_rules_set(genl, group.id, &request->rules, seen, &prefixes) < 0)
		return undo(genl, request);
	if (prefixes && tell_prefixes(genl, request, prefixes) < 0)
		return refused(genl, request);
	return EXIT_DONE;
}

/* Its id, 0 also where there is none: the kernel will tell */
static int find(struct genl *genl, const struct request *request, uint8_t *id)
{
	struct groups groups = { 0 };
	const struct group *group;

	if (groups_get(genl, &groups) < 0)
		return -1;
	group = groups_find(&groups, request->name);
	*id = group ? group->id : 0;
	free(groups.group);
	return 0;
}

static int set_rules(struct genl *genl, const struct request *request)
{
	uint32_t prefixes;
	uint8_t id;

	if (find(genl, request, &id) < 0)
		return refused(genl, request);
	if (!id && !strcmp(request->name, TSREWRITE_GROUP_DEFAULT))
		return report_refused("group %s: it has the connections of no other, and no rules",
				      request->name);
	if (!id)
		return report_refused("group %s: no such group", request->name);
	if (group_rules_set(genl, id, &request->rules, NULL, &prefixes) < 0)
		return refused(genl, request);
	return tell_prefixes(genl, request, prefixes) < 0 ?
	       refused(genl, request) : EXIT_DONE;
}

static int set(struct genl *genl, const struct request *request)
{
	if (has_rules(request))
		return set_rules(genl, request);
	begin(genl, TSREWRITE_CMD_GROUP_SET, request);
	return genl_do(genl, NULL, NULL) < 0 ? refused(genl, request) : EXIT_DONE;
}

static int del(struct genl *genl, const struct request *request)
{
	const struct group_rules none = { .has_to = true };
	uint32_t prefixes;
	uint8_t id;

	if (find(genl, request, &id) < 0 ||
	    (id && group_rules_set(genl, id, &none, NULL, &prefixes) < 0) ||
	    remove_group(genl, request) < 0)
		return refused(genl, request);
	return EXIT_DONE;
}

static int run(struct genl *genl, const struct call *call, void *arg)
{
	const struct request *request = arg;

	(void)call;
	switch (*request->what) {
	case 'a':
		return add(genl, request);
	case 's':
		return set(genl, request);
	default:
		return del(genl, request);
	}
}

static int read_settings(char **words, struct request *request)
{
	if (!strcmp(request->what, "del") && *words)
		return report_surplus("group del", *words);
	for (; *words; words += 2) {
		int ret = read_pair(words[0], words[1], request);

		if (ret)
			return ret;
	}
	if (!strcmp(request->what, "set") && !request->has_mode &&
	    !request->has_canary && !has_rules(request))
		return report_usage("group set: say what to set: mode, to, port or canary");
	return EXIT_DONE;
}

int group_change(const struct call *call, const char *what)
{
	struct request request = { .what = what, .name = call->words[1] };
	int ret;

	if (!request.name)
		return report_usage("group %s: name a group", what);
	if (strlen(request.name) >= TSREWRITE_GROUP_NAMSIZ)
		return report_usage("group %s: the name \"%s\" is longer than %d characters",
				    what, request.name,
				    TSREWRITE_GROUP_NAMSIZ - 1);
	ret = read_settings(call->words + 2, &request);
	if (!ret)
		ret = session(call, run, &request);
	free(request.rules.to.range);
	return ret;
}
