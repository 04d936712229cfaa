/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_GENETLINK_H
#define TSRW_UNIT_KERNEL_GENETLINK_H

struct nlattr;
struct netlink_callback;

struct genl_info {
	struct nlattr **attrs;
};

const struct genl_info *genl_info_dump(struct netlink_callback *cb);

#endif
