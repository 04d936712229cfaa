/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The differences between kernels from 6.1 on.  Each entry names the upstream commit;
 * no other file asks for a version.
 */
#ifndef TSRW_COMPAT_H
#define TSRW_COMPAT_H

#include <linux/netlink.h>
#include <linux/version.h>

/* 6.12: 5f60d5f6bbc1 "move asm/unaligned.h to linux/unaligned.h" */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include <linux/unaligned.h>
#endif

/* 6.2: 51c352bdbcd2 "netlink: add support for formatted extack messages".
 * The text is copied into the answer after genl_lock was dropped, so that of two
 * refusals at the same time one may show the text of the other.
 */
#ifndef NL_SET_ERR_MSG_FMT
#define NL_SET_ERR_MSG_FMT(extack, fmt, args...) do {			\
	static char __buf[80];						\
									\
	snprintf(__buf, sizeof(__buf), fmt, ##args);			\
	if (extack)							\
		(extack)->_msg = __buf;					\
} while (0)
#endif

/* 6.16: 7b4856493d78 "netfilter: nf_tables: Handle NETDEV_CHANGENAME events".  Before
 * that, the chains of a device followed it to its new name.
 */
#define TSRW_RENAMED_LEAVE_CHAINS					\
	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0))

#endif /* TSRW_COMPAT_H */
