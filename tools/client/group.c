// SPDX-License-Identifier: GPL-2.0-only
#include "group.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	STATS(ANSWERS_UNSEEN, "answers_unseen"),
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
	STATS(INBOUND_ANSWERS_UNSEEN, "inbound_answers_unseen"),
};

const struct attr_table group_stats_table = {
	"group's counters", stats_fields, TSREWRITE_A_GROUP_STATS_MAX, 0,
};

static const struct attr_field fields[] = {
	[TSREWRITE_A_GROUP_ID] = ATTR_FIELD(ATTR_U8, "id", group, id),
	[TSREWRITE_A_GROUP_NAME] = ATTR_FIELD(ATTR_STRING, "name", group, name),
	[TSREWRITE_A_GROUP_MODE] = ATTR_FIELD(ATTR_U32, "mode", group, mode),
	[TSREWRITE_A_GROUP_CANARY] =
		ATTR_FIELD(ATTR_U8, "canary", group, canary),
	[TSREWRITE_A_GROUP_TREATED] =
		ATTR_FIELD_TABLE(&group_stats_table, "treated", group, treated),
	[TSREWRITE_A_GROUP_CONTROL] =
		ATTR_FIELD_TABLE(&group_stats_table, "control", group, control),
	[TSREWRITE_A_GROUP_PREFIX_COUNT] =
		ATTR_FIELD(ATTR_U32, "prefix_count", group, prefix_count),
	[TSREWRITE_A_GROUP_FINGERPRINT] =
		ATTR_FIELD(ATTR_U32, "fingerprint", group, fingerprint),
	[TSREWRITE_A_GROUP_TRIPPED] = ATTR_FIELD(ATTR_BOOL, "tripped", group, tripped),
	[TSREWRITE_A_GROUP_COUNT] = ATTR_FIELD(ATTR_BOOL, "count", group, count),
	[TSREWRITE_A_GROUP_UNTOUCHED] =
		ATTR_FIELD_TABLE(&group_stats_table, "untouched", group, untouched),
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

const struct attr_table group_settings_table = {
	"group's settings", fields, TSREWRITE_A_GROUP_MAX, 0,
};

int groups_get(struct genl *genl, struct groups *groups)
{
	if (genl_collect(genl, TSREWRITE_CMD_GROUP_GET, &group_table, sizeof(*groups->group),
			 (void **)&groups->group, &groups->count) < 0)
		return -1;
	if (groups->count && !groups->group[0].id)
		return 0;
	free(groups->group);
	*groups = (struct groups){ 0 };
	return genl_fail(genl, 0, "the module does not list the default group first");
}

const struct group *groups_by_id(const struct groups *groups, uint8_t id)
{
	for (size_t i = 0; i < groups->count; i++) {
		if (groups->group[i].id == id)
			return &groups->group[i];
	}
	return NULL;
}

const struct group *groups_default(const struct groups *groups)
{
	return groups_by_id(groups, 0);
}

const struct group *groups_find(const struct groups *groups, const char *name)
{
	for (size_t i = 0; i < groups->count; i++) {
		if (!strcmp(groups->group[i].name, name))
			return &groups->group[i];
	}
	return NULL;
}

int group_get(struct genl *genl, const char *name, struct group *group)
{
	struct groups groups = { 0 };
	const struct group *found;

	if (groups_get(genl, &groups) < 0)
		return -1;
	found = groups_find(&groups, name);
	if (found)
		*group = *found;
	free(groups.group);
	return found ? 0 : genl_fail(genl, ENOENT, "no such group");
}

/* Begins a request with the name and the settings of @group that are present */
static void begin_request(struct genl *genl, uint8_t cmd, const struct group *group)
{
	struct nlmsghdr *nlh = genl_request(genl, cmd);

	mnl_attr_put_strz(nlh, TSREWRITE_A_GROUP_NAME, group->name);
	if (attr_present(group, TSREWRITE_A_GROUP_ID))
		mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_ID, group->id);
	if (attr_present(group, TSREWRITE_A_GROUP_MODE))
		mnl_attr_put_u32(nlh, TSREWRITE_A_GROUP_MODE, group->mode);
	if (attr_present(group, TSREWRITE_A_GROUP_CANARY))
		mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_CANARY, group->canary);
	if (attr_present(group, TSREWRITE_A_GROUP_PREFIX_COUNT))
		mnl_attr_put_u32(nlh, TSREWRITE_A_GROUP_PREFIX_COUNT, group->prefix_count);
	if (attr_present(group, TSREWRITE_A_GROUP_FINGERPRINT))
		mnl_attr_put_u32(nlh, TSREWRITE_A_GROUP_FINGERPRINT,
				 group->fingerprint);
	if (attr_present(group, TSREWRITE_A_GROUP_TRIPPED))
		mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_TRIPPED, group->tripped);
	if (attr_present(group, TSREWRITE_A_GROUP_COUNT))
		mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_COUNT, group->count);
}

static int added_row(struct genl *genl, struct attrs attrs, void *group)
{
	return genl_decode(genl, &group_table, attrs, group);
}

int group_add(struct genl *genl, const struct group *group, uint8_t *id)
{
	struct group added = { 0 };

	begin_request(genl, TSREWRITE_CMD_GROUP_ADD, group);
	if (genl_do(genl, added_row, &added) < 0)
		return -1;
	*id = added.id;
	return 0;
}

int group_set(struct genl *genl, const struct group *group)
{
	begin_request(genl, TSREWRITE_CMD_GROUP_SET, group);
	return genl_do(genl, NULL, NULL);
}

int group_set_mode(struct genl *genl, const char *name, uint32_t mode)
{
	struct group group = {
		.present = ATTR_BIT(TSREWRITE_A_GROUP_MODE), .mode = mode,
	};

	snprintf(group.name, sizeof(group.name), "%s", name);
	return group_set(genl, &group);
}

int group_trip(struct genl *genl, const char *name, uint32_t mode)
{
	struct group group = {
		.present = ATTR_BIT(TSREWRITE_A_GROUP_MODE) |
			   ATTR_BIT(TSREWRITE_A_GROUP_TRIPPED),
		.mode = mode, .tripped = true,
	};

	snprintf(group.name, sizeof(group.name), "%s", name);
	return group_set(genl, &group);
}

int group_remove(struct genl *genl, const char *name)
{
	mnl_attr_put_strz(genl_request(genl, TSREWRITE_CMD_GROUP_DEL),
			  TSREWRITE_A_GROUP_NAME, name);
	return genl_do(genl, NULL, NULL);
}
