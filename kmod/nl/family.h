/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NL_FAMILY_H
#define TSRW_NL_FAMILY_H

#include <linux/tsrewrite.h>
#include <net/genetlink.h>

extern struct genl_family tsrw_family;

void *tsrw_nl_begin(struct sk_buff *msg, u32 portid, u32 seq, int flags, u8 cmd);
struct sk_buff *tsrw_nl_answer(struct genl_info *info, u8 cmd, void **header);
int tsrw_nl_send_answer(struct genl_info *info, struct sk_buff *msg,
			void *header);

#endif /* TSRW_NL_FAMILY_H */
