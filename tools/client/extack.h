/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CLIENT_EXTACK_H
#define TSREWRITE_CLIENT_EXTACK_H

#include <stdint.h>

#include <libmnl/libmnl.h>

#include "attr.h"

/* How a netlink exchange ended, by its NLMSG_ERROR or, of a dump, its NLMSG_DONE */
struct extack {
	const struct nlmsghdr *request;	/* set by the caller: what is answered */
	int code;			/* an errno, or 0 for success */
	uint16_t attr;			/* type of the attribute blamed, or 0 */
	char text[ATTR_TEXT];		/* the kernel's reason or warning, or empty */
};

/* Parses @nlh into @extack.  Returns 0, or -1 if @nlh is too short for an error code. */
int extack_parse(const struct nlmsghdr *nlh, struct extack *extack);

#endif /* TSREWRITE_CLIENT_EXTACK_H */
