/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hooks that run outside ours, between us and the wire: what they see is
 * rewritten, and what they change we cannot answer for.
 */
#ifndef TSREWRITE_CMD_HOOK_H
#define TSREWRITE_CMD_HOOK_H

#include "../genl.h"
#include "../nfhook.h"

/* Called for each, with its name in words */
typedef void (*hook_found)(enum nfhook_direction direction, const char *name,
			   void *arg);

/* 0, or -1 with @genl's error filled in */
int hooks_outside(struct genl *genl, const char *device, hook_found found,
		  void *arg);

#endif /* TSREWRITE_CMD_HOOK_H */
