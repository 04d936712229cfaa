// SPDX-License-Identifier: GPL-2.0-only
#include "flowtable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int flowtables_get(struct genl *genl, struct flowtables *flowtables)
{
	memset(flowtables, 0, sizeof(*flowtables));
	if (nft_flowtables_get(&flowtables->nft) < 0)
		return genl_fail(genl, errno, "the flowtables cannot be read: %s",
				 strerror(errno));
	if (!links_get(&flowtables->links))
		return 0;
	genl_fail(genl, errno, "the devices cannot be listed: %s",
		  strerror(errno));
	flowtables_free(flowtables);
	return -1;
}

void flowtables_free(struct flowtables *flowtables)
{
	free(flowtables->nft.flowtable);
	free(flowtables->links.link);
	memset(flowtables, 0, sizeof(*flowtables));
}

static const struct nft_flowtable *with_device(const struct nft_flowtables *nft,
					       const char *device)
{
	for (size_t i = 0; i < nft->count; i++) {
		if (!strcmp(nft->flowtable[i].device, device))
			return &nft->flowtable[i];
	}
	return NULL;
}

const struct nft_flowtable *flowtables_below(struct flowtables *flowtables,
					     uint32_t ifindex)
{
	struct links *links = &flowtables->links;
	const struct nft_flowtable *found = NULL;

	links_mark_below(links, ifindex);
	for (size_t i = 0; i < links->count && !found; i++) {
		if (links->link[i].below)
			found = with_device(&flowtables->nft,
					    links->link[i].name);
	}
	return found;
}
