/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_NETLINK_H
#define TSRW_UNIT_KERNEL_NETLINK_H

struct netlink_ext_ack {
	const char *said;
};

#define NL_SET_ERR_MSG(extack, text)	((extack)->said = (text))

#endif
