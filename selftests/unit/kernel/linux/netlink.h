/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_NETLINK_H
#define TSRW_UNIT_KERNEL_NETLINK_H

#include <stdio.h>

struct netlink_ext_ack {
	const char *said;
};

#define NL_SET_ERR_MSG(extack, text)	((extack)->said = (text))
#define NL_SET_ERR_MSG_FMT(extack, format, ...) do {			\
	static char __text[80];						\
									\
	snprintf(__text, sizeof(__text), format, __VA_ARGS__);		\
	(extack)->said = __text;					\
} while (0)

#endif
