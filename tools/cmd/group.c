// SPDX-License-Identifier: GPL-2.0-only
#include "group.h"

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
	[TSREWRITE_A_GROUP_PREFIXES] =
		ATTR_FIELD(ATTR_U32, "prefixes", group, prefixes),
	[TSREWRITE_A_GROUP_FINGERPRINT] =
		ATTR_FIELD(ATTR_U32, "fingerprint", group, fingerprint),
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

const struct group *groups_find(const struct groups *groups, const char *name)
{
	for (size_t i = 0; i < groups->count; i++) {
		if (!strcmp(groups->group[i].name, name))
			return &groups->group[i];
	}
	return NULL;
}

int group_remove(struct genl *genl, const char *name)
{
	mnl_attr_put_strz(genl_request(genl, TSREWRITE_CMD_GROUP_DEL),
			  TSREWRITE_A_GROUP_NAME, name);
	return genl_do(genl, NULL, NULL);
}

struct classes_sum group_given(const struct group *group)
{
	return (struct classes_sum){ group->prefixes, group->fingerprint };
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
	if (attr_present(group, TSREWRITE_A_GROUP_PREFIXES))
		json_object_set_new(json, "prefixes",
				    json_u64(group->prefixes));
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

int cmd_group(const struct call *call)
{
	static const char *const words[] = {
		"show", "add", "set", "del", "load", "confirm", NULL
	};
	int i = call->words[0] ? word_index(call->words[0], words) : 0;

	if (i < 0)
		return report_word("word", call->words[0], words);
	if (!i)
		return group_show(call);
	if (!strcmp(words[i], "confirm"))
		return group_confirm(call);
	if (!strcmp(words[i], "load"))
		return group_load(call);
	if (!strcmp(words[i], "del"))
		return group_delete(call);
	return group_change(call, words[i]);
}
