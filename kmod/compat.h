/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The differences between kernels from 6.1 on.  Each entry names the upstream commit;
 * no other file asks for a version.
 */
#ifndef TSRW_COMPAT_H
#define TSRW_COMPAT_H

#include <linux/atomic.h>
#include <linux/netlink.h>
#include <linux/version.h>
#include <net/genetlink.h>

/* 6.12: 5f60d5f6bbc1 "move asm/unaligned.h to linux/unaligned.h" */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include <linux/unaligned.h>
#endif

/* 6.2: 20b0b53acab1 "genetlink: introduce split op representation" */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define tsrw_genl_op genl_ops
#else
#define tsrw_genl_op genl_split_ops
#endif

/* 6.6: 7288dd2fd488 "genetlink: use attrs from struct genl_info" */
static inline struct nlattr **tsrw_genl_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
	return genl_dumpit_info(cb)->attrs;
#else
	return genl_info_dump(cb)->attrs;
#endif
}

/* 6.2: 51c352bdbcd2 "netlink: add support for formatted extack messages".
 * The text is copied into the answer later, so that of many refusals at the same time one may
 * show the text of another.
 */
#ifndef NL_SET_ERR_MSG_FMT
#define NL_SET_ERR_MSG_FMT(extack, fmt, args...) do {			\
	static char __buf[16][80];					\
	static atomic_t __next;						\
	char *__msg = __buf[(u32)atomic_inc_return(&__next) % 16];	\
									\
	snprintf(__msg, sizeof(__buf[0]), fmt, ##args);			\
	if (extack)							\
		(extack)->_msg = __msg;					\
} while (0)
#endif

/* 6.16: 7b4856493d78 "netfilter: nf_tables: Handle NETDEV_CHANGENAME events".  Before
 * that, the chains of a device followed it to its new name.
 */
#define TSRW_RENAMED_LEAVE_CHAINS					\
	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0))

#endif /* TSRW_COMPAT_H */
