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
		snprintf(out, size, "%s of module %s", hook->function,
			 hook->module);
	else
		snprintf(out, size, "%s of the kernel", hook->function);
}

/* Ours, or their number where it is not among them */
static size_t ours(const struct nfhooks *hooks)
{
	size_t i = 0;

	while (i < hooks->count && strcmp(hooks->hook[i].module, OURS))
		i++;
	return i;
}

/* Outside is before us on the way in, and behind us on the way out */
static void judge(const struct nfhooks *hooks, enum nfhook_direction direction,
		  hook_found found, void *arg)
{
	size_t us = ours(hooks);
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

static int look(struct genl *genl, const char *device,
		enum nfhook_direction direction, hook_found found, void *arg)
{
	struct nfhooks hooks;

	if (nfhooks_get(device, direction, &hooks) < 0)
		return genl_fail(genl, errno, "the hooks on %s cannot be listed: %s",
				 device, strerror(errno));
	judge(&hooks, direction, found, arg);
	free(hooks.hook);
	return 0;
}

int hooks_outside(struct genl *genl, const char *device, hook_found found,
		  void *arg)
{
	if (look(genl, device, NFHOOK_INGRESS, found, arg) < 0)
		return -1;
	return look(genl, device, NFHOOK_EGRESS, found, arg);
}
