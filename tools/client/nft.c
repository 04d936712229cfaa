// SPDX-License-Identifier: GPL-2.0-only
#include "nft.h"

#include <errno.h>
#include <stdio.h>

#include <libnftnl/common.h>
#include <libnftnl/flowtable.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

#include "dump.h"

const char *nft_family(uint32_t family)
{
	switch (family) {
	case NFPROTO_INET:
		return "inet";
	case NFPROTO_IPV4:
		return "ip";
	case NFPROTO_IPV6:
		return "ip6";
	case NFPROTO_NETDEV:
		return "netdev";
	default:
		return "other";
	}
}

static int add_devices(const struct nftnl_flowtable *flowtable,
		       struct dump *dump)
{
	const char *const *devices =
		nftnl_flowtable_get(flowtable, NFTNL_FLOWTABLE_DEVICES);

	for (; devices && *devices; devices++) {
		struct nft_flowtable *row = dump_add(dump);

		if (!row)
			return MNL_CB_ERROR;
		snprintf(row->table, sizeof(row->table), "%s %s",
			 nft_family(nftnl_flowtable_get_u32(flowtable,
							    NFTNL_FLOWTABLE_FAMILY)),
			 nftnl_flowtable_get_str(flowtable,
						 NFTNL_FLOWTABLE_TABLE));
		snprintf(row->name, sizeof(row->name), "%s",
			 nftnl_flowtable_get_str(flowtable,
						 NFTNL_FLOWTABLE_NAME));
		snprintf(row->device, sizeof(row->device), "%s", *devices);
	}
	return MNL_CB_OK;
}

static int flowtable_row(const struct nlmsghdr *nlh, void *dump)
{
	struct nftnl_flowtable *flowtable = nftnl_flowtable_alloc();
	int ret = MNL_CB_ERROR;

	if (!flowtable)
		return MNL_CB_ERROR;
	errno = EBADMSG;
	if (!nftnl_flowtable_nlmsg_parse(nlh, flowtable) &&
	    nftnl_flowtable_is_set(flowtable, NFTNL_FLOWTABLE_TABLE) &&
	    nftnl_flowtable_is_set(flowtable, NFTNL_FLOWTABLE_NAME))
		ret = add_devices(flowtable, dump);
	nftnl_flowtable_free(flowtable);
	return ret;
}

int nft_flowtables_get(struct nft_flowtables *flowtables)
{
	uint64_t request[16];
	struct dump dump = { .row_size = sizeof(*flowtables->flowtable) };
	struct nlmsghdr *nlh;
	int ret;

	nlh = nftnl_nlmsg_build_hdr((char *)request, NFT_MSG_GETFLOWTABLE,
				    NFPROTO_UNSPEC, 0, 0);
	ret = dump_collect(NETLINK_NETFILTER, nlh, flowtable_row, &dump);
	*flowtables = (struct nft_flowtables){
		(struct nft_flowtable *)dump.row, dump.count
	};
	return ret < 0 && dump_has_no_netfilter() ? 0 : ret;
}
