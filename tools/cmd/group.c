// SPDX-License-Identifier: GPL-2.0-only
#include "group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../format.h"
#include "../parse.h"
#include "../print.h"
#include "../report.h"
#include "cmd.h"

#define STATS(attr, name)						\
	[TSREWRITE_A_GROUP_STATS_##attr] =				\
		ATTR_FIELD(ATTR_U64, name, group_stats,			\
			   value[TSREWRITE_A_GROUP_STATS_##attr])

static const struct attr_field stats_fields[] = {
	STATS(ATTEMPTS, "attempts"),
	STATS(RETRANSMITTED, "retransmitted"),
	STATS(ANSWERED, "answered"),
	STATS(ESTABLISHED, "established"),
	STATS(REFUSED_BY_PEER, "refused_by_peer"),
	STATS(REFUSED_BY_US, "refused_by_us"),
	STATS(TIMED_OUT, "timed_out"),
	STATS(ECHO_VERIFIED, "echo_verified"),
	STATS(ECHO_ZERO, "echo_zero"),
	STATS(ECHO_IMPOSSIBLE, "echo_impossible"),
	STATS(INBOUND_ATTEMPTS, "inbound_attempts"),
	STATS(INBOUND_RETRANSMITTED, "inbound_retransmitted"),
	STATS(INBOUND_ANSWERED, "inbound_answered"),
	STATS(INBOUND_ESTABLISHED, "inbound_established"),
	STATS(INBOUND_REFUSED_BY_PEER, "inbound_refused_by_peer"),
	STATS(INBOUND_REFUSED_BY_US, "inbound_refused_by_us"),
	STATS(INBOUND_TIMED_OUT, "inbound_timed_out"),
	STATS(INBOUND_ECHO_VERIFIED, "inbound_echo_verified"),
	STATS(INBOUND_ECHO_ZERO, "inbound_echo_zero"),
	STATS(INBOUND_ECHO_IMPOSSIBLE, "inbound_echo_impossible"),
};

static const struct attr_table stats_table = {
	"group's counters", stats_fields, TSREWRITE_A_GROUP_STATS_MAX, 0,
};

static const struct attr_field fields[] = {
	[TSREWRITE_A_GROUP_ID] = ATTR_FIELD(ATTR_U8, "id", group, id),
	[TSREWRITE_A_GROUP_NAME] = ATTR_FIELD(ATTR_STRING, "name", group, name),
	[TSREWRITE_A_GROUP_MODE] = ATTR_FIELD(ATTR_U32, "mode", group, mode),
	[TSREWRITE_A_GROUP_CANARY] =
		ATTR_FIELD(ATTR_U8, "canary", group, canary),
	[TSREWRITE_A_GROUP_TREATED] =
		ATTR_FIELD_TABLE(&stats_table, "treated", group, treated),
	[TSREWRITE_A_GROUP_CONTROL] =
		ATTR_FIELD_TABLE(&stats_table, "control", group, control),
};

const struct attr_table group_table = {
	"group", fields, TSREWRITE_A_GROUP_MAX,
	ATTR_BIT(TSREWRITE_A_GROUP_ID) | ATTR_BIT(TSREWRITE_A_GROUP_NAME) |
	ATTR_BIT(TSREWRITE_A_GROUP_MODE),
};

const struct attr_table group_named_table = {
	"group", fields, TSREWRITE_A_GROUP_MAX,
	ATTR_BIT(TSREWRITE_A_GROUP_NAME),
};

int groups_get(struct genl *genl, struct groups *groups)
{
	return genl_collect(genl, TSREWRITE_CMD_GROUP_GET, &group_table,
			    sizeof(*groups->group), (void **)&groups->group,
			    &groups->count);
}

const struct group *groups_default(const struct groups *groups)
{
	for (size_t i = 0; i < groups->count; i++) {
		if (!groups->group[i].id)
			return &groups->group[i];
	}
	return NULL;
}

static json_t *group_stats_json(const struct group_stats *stats)
{
	json_t *json = json_object();

	for (uint16_t attr = 0; attr <= TSREWRITE_A_GROUP_STATS_MAX; attr++) {
		if (attr_present(stats, attr))
			json_object_set_new(json, stats_fields[attr].name,
					    json_u64(stats->value[attr]));
	}
	return json;
}

json_t *group_json(const struct group *group)
{
	json_t *json = json_object();
	char mode[FORMAT_SIZE];

	if (attr_present(group, TSREWRITE_A_GROUP_ID))
		json_object_set_new(json, "id", json_u64(group->id));
	json_object_set_new(json, "name", json_text(group->name));
	if (attr_present(group, TSREWRITE_A_GROUP_MODE))
		json_object_set_new(json, "mode",
				    json_text(format_word(mode, mode_words,
							  group->mode)));
	if (attr_present(group, TSREWRITE_A_GROUP_CANARY))
		json_object_set_new(json, "canary", json_u64(group->canary));
	if (attr_present(group, TSREWRITE_A_GROUP_TREATED))
		json_object_set_new(json, "treated",
				    group_stats_json(&group->treated));
	if (attr_present(group, TSREWRITE_A_GROUP_CONTROL))
		json_object_set_new(json, "control",
				    group_stats_json(&group->control));
	return json;
}

json_t *groups_json(const struct groups *groups)
{
	json_t *json = json_array();

	for (size_t i = 0; i < groups->count; i++)
		json_array_append_new(json, group_json(&groups->group[i]));
	return json;
}

static const struct column columns[] = {
	{ "GROUP", ALIGN_LEFT },      { "MODE", ALIGN_LEFT },
	{ "CANARY", ALIGN_RIGHT },    { "CONNECTIONS", ALIGN_LEFT },
	{ "BEGUN", ALIGN_RIGHT },     { "SENT AGAIN", ALIGN_RIGHT },
	{ "ANSWERED", ALIGN_RIGHT },  { "ESTABLISHED", ALIGN_RIGHT },
	{ "BY PEER", ALIGN_RIGHT },   { "BY US", ALIGN_RIGHT },
	{ "NO ANSWER", ALIGN_RIGHT }, { "IMPOSSIBLE", ALIGN_RIGHT },
	{ NULL, ALIGN_LEFT },
};

/* In the order of the columns that count */
static const uint16_t shown[] = {
	TSREWRITE_A_GROUP_STATS_ATTEMPTS,
	TSREWRITE_A_GROUP_STATS_RETRANSMITTED,
	TSREWRITE_A_GROUP_STATS_ANSWERED,
	TSREWRITE_A_GROUP_STATS_ESTABLISHED,
	TSREWRITE_A_GROUP_STATS_REFUSED_BY_PEER,
	TSREWRITE_A_GROUP_STATS_REFUSED_BY_US,
	TSREWRITE_A_GROUP_STATS_TIMED_OUT,
	TSREWRITE_A_GROUP_STATS_ECHO_IMPOSSIBLE,
};

#define INBOUND (TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS - \
		 TSREWRITE_A_GROUP_STATS_ATTEMPTS)
#define COUNTERS ARRAY_SIZE(shown)
#define FIRST_COUNTER 4

/* What is counted in a row, or what a group that nothing was counted of has */
static void print_row(struct table *table, const struct group *group,
		      const char *connections, const uint64_t *value)
{
	char cell[FIRST_COUNTER + COUNTERS][FORMAT_SIZE];
	const char *cells[FIRST_COUNTER + COUNTERS];

	format_safe(cell[0], FORMAT_SIZE, group->name);
	cells[0] = cell[0];
	cells[1] = format_word(cell[1], mode_words, group->mode);
	snprintf(cell[2], FORMAT_SIZE, "%u%%", group->canary);
	cells[2] = cell[2];
	cells[3] = connections;
	for (size_t i = 0; i < COUNTERS; i++)
		cells[FIRST_COUNTER + i] =
			format_number(cell[FIRST_COUNTER + i],
				      value[shown[i]]);
	table_row(table, cells);
}

static bool any(const uint64_t *value)
{
	for (size_t i = 0; i < COUNTERS; i++) {
		if (value[shown[i]])
			return true;
	}
	return false;
}

static void print_group(struct table *table, const struct group *group)
{
	const struct {
		const char *name;
		const uint64_t *value;
	} rows[] = {
		{ "treated", group->treated.value },
		{ "control", group->control.value },
		{ "treated, inbound", group->treated.value + INBOUND },
		{ "control, inbound", group->control.value + INBOUND },
	};
	bool printed = false;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!any(rows[i].value))
			continue;
		print_row(table, group, rows[i].name, rows[i].value);
		printed = true;
	}
	if (!printed)
		print_row(table, group, "none", group->treated.value);
}

static int print_groups(const struct groups *groups)
{
	struct table table;

	if (table_begin(&table, columns) < 0)
		return report_refused("no memory");
	for (size_t i = 0; i < groups->count; i++)
		print_group(&table, &groups->group[i]);
	table_end(&table);
	return EXIT_DONE;
}

static int show(struct genl *genl, const struct call *call, void *arg)
{
	struct groups groups = { 0 };
	int ret = EXIT_DONE;

	(void)arg;
	if (groups_get(genl, &groups) < 0)
		return report_genl(genl, "listing groups", "groups");
	if (call->json)
		print_json(groups_json(&groups));
	else
		ret = print_groups(&groups);
	free(groups.group);
	return ret;
}

/* What a command says of a group */
struct request {
	uint8_t cmd;
	const char *what;
	const char *name;
	bool has_mode;
	int mode;
	bool has_canary;
	uint32_t canary;
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

static int read_pair(const char *word, const char *value,
		     struct request *request)
{
	static const char *const words[] = { "mode", "canary", NULL };
	int i = word_index(word, words);

	if (i < 0)
		return report_word("word", word, words);
	if (!value)
		return report_usage("group %s: %s needs a value", request->what,
				    word);
	if (i ? request->has_canary : request->has_mode)
		return report_usage("group %s: %s is given twice",
				    request->what, word);
	return i ? read_canary(value, request) : read_mode(value, request);
}

static int send_request(struct genl *genl, const struct call *call, void *arg)
{
	const struct request *request = arg;
	struct nlmsghdr *nlh = genl_request(genl, request->cmd);

	(void)call;
	mnl_attr_put_strz(nlh, TSREWRITE_A_GROUP_NAME, request->name);
	if (request->has_mode)
		mnl_attr_put_u32(nlh, TSREWRITE_A_GROUP_MODE, request->mode);
	if (request->has_canary)
		mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_CANARY,
				(uint8_t)request->canary);
	if (genl_do(genl, NULL, NULL) < 0)
		return report_genl(genl, "changing groups", "group %s",
				   request->name);
	return EXIT_DONE;
}

static int change(const struct call *call, struct request *request)
{
	char **words = call->words + 1;

	if (!*words)
		return report_usage("group %s: name a group", request->what);
	request->name = *words++;
	if (strlen(request->name) >= TSREWRITE_GROUP_NAMSIZ)
		return report_usage("group %s: the name \"%s\" is longer than %d characters",
				    request->what, request->name,
				    TSREWRITE_GROUP_NAMSIZ - 1);
	if (request->cmd == TSREWRITE_CMD_GROUP_DEL && *words)
		return report_surplus("group del", *words);
	for (; *words; words += 2) {
		int ret = read_pair(words[0], words[1], request);

		if (ret)
			return ret;
	}
	if (request->cmd == TSREWRITE_CMD_GROUP_SET && !request->has_mode &&
	    !request->has_canary)
		return report_usage("group set: say what to set: mode or canary");
	return session(call, send_request, request);
}

int cmd_group(const struct call *call)
{
	static const char *const words[] = { "show", "add", "set", "del", NULL };
	static const uint8_t cmds[] = {
		0, TSREWRITE_CMD_GROUP_ADD, TSREWRITE_CMD_GROUP_SET,
		TSREWRITE_CMD_GROUP_DEL,
	};
	int i = call->words[0] ? word_index(call->words[0], words) : 0;
	struct request request = { 0 };

	if (i < 0)
		return report_word("word", call->words[0], words);
	if (i) {
		request.cmd = cmds[i];
		request.what = words[i];
		return change(call, &request);
	}
	if (call->words[0] && call->words[1])
		return report_surplus("group", call->words[1]);
	return session(call, show, NULL);
}
