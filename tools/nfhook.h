/* SPDX-License-Identifier: GPL-2.0-only */
/* Netfilter's hooks on a device, in the order in which they run */
#ifndef TSREWRITE_NFHOOK_H
#define TSREWRITE_NFHOOK_H

#include <stddef.h>
#include <stdint.h>

#include "attr.h"

struct nfhook {
	uint64_t present;
	char function[ATTR_TEXT];
	char module[ATTR_TEXT];	/* empty where it is built in */
	struct attrs info;	/* of the message; not to be used later */

	char chain[3 * ATTR_TEXT];	/* "netdev filter/input", or empty */
};

/* @hook is the caller's to free */
struct nfhooks {
	struct nfhook *hook;
	size_t count;
};

enum nfhook_direction { NFHOOK_INGRESS, NFHOOK_EGRESS };

/* 0, without any where the kernel does not tell, or -1 with errno */
int nfhooks_get(const char *device, enum nfhook_direction direction,
		struct nfhooks *hooks);

#endif /* TSREWRITE_NFHOOK_H */
