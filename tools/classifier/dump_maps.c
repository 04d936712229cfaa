// SPDX-License-Identifier: GPL-2.0-only
#include "dump_maps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libnftnl/common.h>
#include <libnftnl/set.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>

#include "name.h"

static struct nlmsghdr *build_request(uint64_t *buffer, uint16_t type)
{
	return nftnl_nlmsg_build_hdr((char *)buffer, type, NFPROTO_NETDEV, 0, 0);
}

static int add_element(struct nftnl_set_elem *from, void *dump)
{
	const char *chain = nftnl_set_elem_get_str(from, NFTNL_SET_ELEM_CHAIN);
	struct element_row *element = dump_add(dump);
	uint32_t len = 0;
	const void *key;

	if (!element)
		return -1;
	key = nftnl_set_elem_get(from, NFTNL_SET_ELEM_KEY, &len);
	if (key && len <= sizeof(element->key))
		memcpy(element->key, key, len);
	if (nftnl_set_elem_is_set(from, NFTNL_SET_ELEM_FLAGS))
		element->end = nftnl_set_elem_get_u32(from, NFTNL_SET_ELEM_FLAGS) &
			       NFT_SET_ELEM_INTERVAL_END;
	element->leads = chain;
	if (!chain)
		return 0;
	classifier_read_name(chain, &element->kind, &element->number);
	element->jumps = (int)nftnl_set_elem_get_u32(from,
						     NFTNL_SET_ELEM_VERDICT) == NFT_JUMP;
	return 0;
}

static int elements_row(const struct nlmsghdr *nlh, void *dump)
{
	struct nftnl_set *set = nftnl_set_alloc();
	int ret = MNL_CB_ERROR;

	if (!set)
		return ret;
	if (nftnl_set_elems_nlmsg_parse(nlh, set) < 0)
		errno = EBADMSG;
	else if (!nftnl_set_elem_foreach(set, add_element, dump))
		ret = MNL_CB_OK;
	nftnl_set_free(set);
	return ret;
}

int classifier_dump_elements(const char *map, struct dump *dump)
{
	uint64_t buffer[64];
	struct nlmsghdr *nlh = build_request(buffer, NFT_MSG_GETSETELEM);

	dump->row_size = sizeof(struct element_row);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_TABLE, CLASSIFIER_TABLE);
	mnl_attr_put_strz(nlh, NFTA_SET_ELEM_LIST_SET, map);
	return dump_collect(NETLINK_NETFILTER, nlh, elements_row, dump);
}

static int set_row(const struct nlmsghdr *nlh, void *dump)
{
	struct nftnl_set *set = nftnl_set_alloc();
	int ret = MNL_CB_ERROR;
	struct set_row *row;

	if (!set)
		return ret;
	if (nftnl_set_nlmsg_parse(nlh, set) < 0 ||
	    !nftnl_set_is_set(set, NFTNL_SET_NAME)) {
		errno = EBADMSG;
	} else if (!classifier_is_ours(nftnl_set_get_str(set, NFTNL_SET_TABLE))) {
		ret = MNL_CB_OK;
	} else {
		row = dump_add(dump);
		ret = row ? MNL_CB_OK : MNL_CB_ERROR;
		if (row)
			snprintf(row->name, sizeof(row->name), "%s",
				 nftnl_set_get_str(set, NFTNL_SET_NAME));
	}
	nftnl_set_free(set);
	return ret;
}

int classifier_dump_sets(struct dump *dump)
{
	uint64_t buffer[16];
	struct nlmsghdr *nlh = build_request(buffer, NFT_MSG_GETSET);

	dump->row_size = sizeof(struct set_row);
	mnl_attr_put_strz(nlh, NFTA_SET_TABLE, CLASSIFIER_TABLE);
	return dump_collect(NETLINK_NETFILTER, nlh, set_row, dump);
}
