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
	uint32_t len = 0, flags = 0;
	const void *key;

	if (!element)
		return -1;
	key = nftnl_set_elem_get(from, NFTNL_SET_ELEM_KEY, &len);
	if (key && len <= sizeof(element->key))
		memcpy(element->key, key, len);
	if (nftnl_set_elem_is_set(from, NFTNL_SET_ELEM_FLAGS))
		flags = nftnl_set_elem_get_u32(from, NFTNL_SET_ELEM_FLAGS);
	element->end = flags & NFT_SET_ELEM_INTERVAL_END;
	element->leads = chain && !(flags & NFT_SET_ELEM_CATCHALL);
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

static bool add_key(struct nftnl_set *set, const uint8_t *key, size_t len, uint32_t flags)
{
	struct nftnl_set_elem *elem = nftnl_set_elem_alloc();

	if (!elem)
		return false;
	nftnl_set_elem_set(elem, NFTNL_SET_ELEM_KEY, key, (uint32_t)len);
	if (flags)
		nftnl_set_elem_set_u32(elem, NFTNL_SET_ELEM_FLAGS, flags);
	nftnl_set_elem_add(set, elem);
	return true;
}

/*
 * For a single address, the end is asked for by its own key: some kernels, 6.1 and 6.12 among
 * them, answer with the beginning if that has the key
 */
static bool add_keys(struct nftnl_set *set, const struct range *range)
{
	size_t len = range_bytes(range);
	uint8_t behind[16];
	bool single = !memcmp(range->first, range->last, len) && range_end(range, behind);

	return add_key(set, range->last, len, 0) &&
	       add_key(set, single ? behind : range->last, len, NFT_SET_ELEM_INTERVAL_END);
}

static bool put_request(struct nlmsghdr *nlh, const char *map, const struct range *range)
{
	struct nftnl_set *set = nftnl_set_alloc();
	bool done;

	if (!set)
		return false;
	nftnl_set_set_str(set, NFTNL_SET_TABLE, CLASSIFIER_TABLE);
	nftnl_set_set_str(set, NFTNL_SET_NAME, map);
	done = add_keys(set, range);
	if (done)
		nftnl_set_elems_nlmsg_build_payload(nlh, set);
	nftnl_set_free(set);
	return done;
}

int classifier_get_elements(const char *map, const struct range *range, struct dump *dump)
{
	uint64_t buffer[64];
	struct nlmsghdr *nlh = build_request(buffer, NFT_MSG_GETSETELEM);

	dump->row_size = sizeof(struct element_row);
	errno = ENOMEM;
	if (!put_request(nlh, map, range))
		return -1;
	return dump_ask(NETLINK_NETFILTER, nlh, elements_row, dump);
}

static void fill_row(const struct nftnl_set *set, struct set_row *row)
{
	snprintf(row->name, sizeof(row->name), "%s",
		 nftnl_set_get_str(set, NFTNL_SET_NAME));
	if (nftnl_set_is_set(set, NFTNL_SET_FLAGS))
		row->flags = nftnl_set_get_u32(set, NFTNL_SET_FLAGS);
	if (nftnl_set_is_set(set, NFTNL_SET_KEY_LEN))
		row->key_len = nftnl_set_get_u32(set, NFTNL_SET_KEY_LEN);
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
			fill_row(set, row);
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
