// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations of the generic netlink family, who may request them, and what handles
 * them.
 */
#include <net/genetlink.h>

#include "../event.h"
#include "config.h"
#include "device.h"
#include "event.h"
#include "family.h"
#include "flow.h"
#include "flush.h"
#include "group.h"
#include "key.h"
#include "load.h"
#include "ops.h"
#include "save.h"
#include "stats.h"

/* Where there is no policy, genetlink rejects every attribute */
static const struct genl_ops ops[] = {
	{
		.cmd = TSREWRITE_CMD_CONFIG_GET,
		.doit = tsrw_nl_config_get,
	}, {
		.cmd = TSREWRITE_CMD_CONFIG_SET,
		.doit = tsrw_nl_config_set,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_config_policy,
		.maxattr = TSREWRITE_A_CONFIG_MAX,
	}, {
		.cmd = TSREWRITE_CMD_DEVICE_GET,
		.dumpit = tsrw_nl_device_dump,
	}, {
		.cmd = TSREWRITE_CMD_DEVICE_ATTACH,
		.doit = tsrw_nl_device_attach,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_attach_policy,
		.maxattr = TSREWRITE_A_DEVICE_MAX,
	}, {
		.cmd = TSREWRITE_CMD_DEVICE_DETACH,
		.doit = tsrw_nl_device_detach,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_detach_policy,
		.maxattr = TSREWRITE_A_DEVICE_MAX,
	}, {
		.cmd = TSREWRITE_CMD_DEVICE_SET,
		.doit = tsrw_nl_device_set,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_device_set_policy,
		.maxattr = TSREWRITE_A_DEVICE_MAX,
	}, {
		.cmd = TSREWRITE_CMD_GROUP_GET,
		.dumpit = tsrw_nl_group_dump,
	}, {
		.cmd = TSREWRITE_CMD_GROUP_ADD,
		.doit = tsrw_nl_group_add,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_group_add_policy,
		.maxattr = TSREWRITE_A_GROUP_MAX,
	}, {
		.cmd = TSREWRITE_CMD_GROUP_DEL,
		.doit = tsrw_nl_group_del,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_group_del_policy,
		.maxattr = TSREWRITE_A_GROUP_MAX,
	}, {
		.cmd = TSREWRITE_CMD_GROUP_SET,
		.doit = tsrw_nl_group_set,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_group_policy,
		.maxattr = TSREWRITE_A_GROUP_MAX,
	}, {
		.cmd = TSREWRITE_CMD_FLOW_GET,
		.dumpit = tsrw_nl_flow_dump,
		.flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = TSREWRITE_CMD_FLOW_FLUSH,
		.start = tsrw_nl_flush_start,
		.dumpit = tsrw_nl_flush_dump,
		.done = tsrw_nl_flush_done,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_flush_policy,
		.maxattr = TSREWRITE_A_FLUSH_MAX,
	}, {
		.cmd = TSREWRITE_CMD_STATS_GET,
		.doit = tsrw_nl_stats_get,
	}, {
		.cmd = TSREWRITE_CMD_KEY_GET,
		.doit = tsrw_nl_key_get,
	}, {
		.cmd = TSREWRITE_CMD_KEY_SET,
		.doit = tsrw_nl_key_set,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_key_policy,
		.maxattr = TSREWRITE_A_KEY_MAX,
	}, {
		.cmd = TSREWRITE_CMD_FLOW_SAVE,
		.dumpit = tsrw_nl_save_dump,
		.flags = GENL_UNS_ADMIN_PERM,
	}, {
		.cmd = TSREWRITE_CMD_FLOW_LOAD,
		.doit = tsrw_nl_load,
		.flags = GENL_UNS_ADMIN_PERM,
		.policy = tsrw_load_policy,
		.maxattr = TSREWRITE_A_LOAD_MAX,
	},
};

/**
 * tsrw_nl_ops_init - register the family, and begin to send events
 *
 * Return: 0 or a negative error. Context: process.
 */
int __init tsrw_nl_ops_init(void)
{
	int err;

	tsrw_family.ops = ops;
	tsrw_family.n_ops = ARRAY_SIZE(ops);
	err = genl_register_family(&tsrw_family);
	if (!err)
		tsrw_event_listen(&tsrw_nl_event_listener);
	return err;
}

/**
 * tsrw_nl_ops_exit - stop sending events, and unregister the family
 *
 * Context: process.
 */
void tsrw_nl_ops_exit(void)
{
	tsrw_event_unlisten(&tsrw_nl_event_listener);
	genl_unregister_family(&tsrw_family);
}
