/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds hooks that run between the module's own and the wire: they see rewritten segments,
 * and may change them in a way that the module cannot undo.
 */
#ifndef TSREWRITE_CLIENT_HOOK_H
#define TSREWRITE_CLIENT_HOOK_H

#include "genl.h"
#include "nfhook.h"

/* Called with the name of a hook, in words */
typedef void (*hook_found)(enum nfhook_direction direction, const char *name,
			   void *arg);

/* Calls @found for each on @device.  Returns 0, or -1 with @genl's error filled in. */
int hooks_outside(struct genl *genl, const char *device, hook_found found,
		  void *arg);

#endif /* TSREWRITE_CLIENT_HOOK_H */
