// SPDX-License-Identifier: GPL-2.0-only
#include "hook.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OURS "nf_tsrewrite"

static void name_hook(const struct nfhook *hook, char *out, size_t size)
{
	if (*hook->chain)
		snprintf(out, size, "nft's chain %s", hook->chain);
	else if (*hook->module)
		snprintf(out, size, "function %s of module %s", hook->function,
			 hook->module);
	else
		snprintf(out, size, "function %s of the kernel", hook->function);
}

/* The index of the module's hook, or hooks->count if it is not among them */
static size_t find_ours(const struct nfhooks *hooks)
{
	size_t i = 0;

	while (i < hooks->count && strcmp(hooks->hook[i].module, OURS))
		i++;
	return i;
}

/*
 * Reports the hooks between the module's and the wire: those that run before it at ingress,
 * and those that run after it at egress.
 */
static void tell_outside(const struct nfhooks *hooks, enum nfhook_direction direction,
			 hook_found found, void *arg)
{
	size_t us = find_ours(hooks);
	size_t from = direction == NFHOOK_INGRESS ? 0 : us + 1;
	size_t to = direction == NFHOOK_INGRESS ? us : hooks->count;
	char name[4 * ATTR_TEXT];

	if (us == hooks->count)
		return;
	for (size_t i = from; i < to; i++) {
		name_hook(&hooks->hook[i], name, sizeof(name));
		found(direction, name, arg);
	}
}

static int list_direction(struct genl *genl, const char *device,
			  enum nfhook_direction direction, hook_found found, void *arg)
{
	struct nfhooks hooks;

	if (nfhooks_get(device, direction, &hooks) < 0)
		return genl_fail(genl, errno, "the hooks on %s cannot be listed: %s",
				 device, strerror(errno));
	tell_outside(&hooks, direction, found, arg);
	free(hooks.hook);
	return 0;
}

int hooks_outside(struct genl *genl, const char *device, hook_found found,
		  void *arg)
{
	if (list_direction(genl, device, NFHOOK_INGRESS, found, arg) < 0)
		return -1;
	return list_direction(genl, device, NFHOOK_EGRESS, found, arg);
}
