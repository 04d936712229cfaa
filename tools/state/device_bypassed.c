// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the command looks for before it attaches a device, because the module cannot: the module
 * would rewrite what leaves, and not see what returns.
 */
#include "device_bypassed.h"

#include <net/if.h>
#include <stdio.h>

#include "../client/flowtable.h"
#include "../client/redirect.h"
#include "../client/report_genl.h"
#include "../text/report.h"

static int report_flowtable(const char *name, const struct nft_flowtable *flowtable)
{
	const char *lower = flowtable->device;
	char text[5 * ATTR_TEXT];

	snprintf(text, sizeof(text),
		 "%s is above %s, which is in flowtable %s/%s: what the flowtable carries would bypass %s (attach %s instead)",
		 name, lower, flowtable->table, flowtable->name, name, lower);
	return report_refused("attach %s: %s", name, text);
}

static int report_redirect(const char *name, const struct redirect *redirect)
{
	char text[4 * ATTR_TEXT];

	snprintf(text, sizeof(text),
		 "a tc filter (%s) redirects what arrives on %s before tsrewrite would see it (shape what leaves on the inside instead)",
		 redirect->kind, redirect->device);
	return report_refused("attach %s: %s", name, text);
}

/* Most programs of XDP only drop, and what they do cannot be read: no reason to refuse */
static void warn_of_xdp(const struct links *links, uint32_t ifindex, const char *name)
{
	for (size_t i = 0; i < links->count; i++) {
		const struct link *link = &links->link[i];

		if (link->has_xdp && (link->ifindex == ifindex || link->below))
			report_warning("attach %s: an XDP program runs on %s before tsrewrite: what it redirects bypasses tsrewrite",
				       name, link->name);
	}
}

static int look_for_bypasses(struct genl *genl, struct flowtables *flowtables,
			     const char *name)
{
	uint32_t ifindex = if_nametoindex(name);
	const struct nft_flowtable *flowtable;
	struct redirect redirect;
	int found;

	flowtable = flowtables_below(flowtables, ifindex);
	if (flowtable)
		return report_flowtable(name, flowtable);
	found = redirect_find(genl, &flowtables->links, ifindex, &redirect);
	if (found < 0)
		return report_genl(genl, "reading tc filters", "attach %s", name);
	if (found)
		return report_redirect(name, &redirect);
	warn_of_xdp(&flowtables->links, ifindex, name);
	return EXIT_DONE;
}

int device_refuse_bypassed(struct genl *genl, const char *name)
{
	struct flowtables flowtables;
	int ret;

	if (flowtables_get(genl, &flowtables) < 0)
		return report_genl(genl, "reading flowtables", "attach %s",
				   name);
	ret = look_for_bypasses(genl, &flowtables, name);
	flowtables_free(&flowtables);
	return ret;
}
