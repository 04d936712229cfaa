/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_EXTACK_H
#define TSREWRITE_EXTACK_H

#include <stdint.h>

#include <libmnl/libmnl.h>

#include "attr.h"

/* How an exchange ended: NLMSG_ERROR, or a dump's NLMSG_DONE */
struct extack {
	const struct nlmsghdr *request;	/* in: what it answers */
	int code;			/* an errno, 0 when done */
	uint16_t attr;			/* the attribute blamed, 0 for none */
	char text[ATTR_TEXT];			/* the kernel's words, or empty */
};

/* 0, or -1 where @nlh is too short to say anything */
int extack_parse(const struct nlmsghdr *nlh, struct extack *extack);

#endif /* TSREWRITE_EXTACK_H */
