/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NL_SAVE_H
#define TSRW_NL_SAVE_H

#include <linux/netlink.h>

int tsrw_nl_save_dump(struct sk_buff *msg, struct netlink_callback *cb);

#endif /* TSRW_NL_SAVE_H */
