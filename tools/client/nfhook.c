// SPDX-License-Identifier: GPL-2.0-only
#include "nfhook.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_hook.h>
#include <linux/netlink.h>

#include "dump.h"
#include "nft.h"

static const struct attr_field fields[] = {
	[NFNLA_HOOK_FUNCTION_NAME] =
		ATTR_FIELD(ATTR_STRING, "function", nfhook, function),
	[NFNLA_HOOK_MODULE_NAME] =
		ATTR_FIELD(ATTR_STRING, "module", nfhook, module),
	[NFNLA_HOOK_CHAIN_INFO] = ATTR_FIELD(ATTR_NEST, "info", nfhook, info),
};

static const struct attr_table table = {
	"hook", fields, NFNLA_HOOK_CHAIN_INFO, 0,
};

struct info {
	uint64_t present;
	struct attrs desc;
	uint32_t type;
};

static const struct attr_field info_fields[] = {
	[NFNLA_HOOK_INFO_DESC] = ATTR_FIELD(ATTR_NEST, "desc", info, desc),
	[NFNLA_HOOK_INFO_TYPE] = ATTR_FIELD(ATTR_BE32, "type", info, type),
};

static const struct attr_table info_table = {
	"hook", info_fields, NFNLA_HOOK_INFO_TYPE, 0,
};

struct chain {
	uint64_t present;
	char table[ATTR_TEXT];
	uint8_t family;
	char name[ATTR_TEXT];
};

static const struct attr_field chain_fields[] = {
	[NFNLA_CHAIN_TABLE] = ATTR_FIELD(ATTR_STRING, "table", chain, table),
	[NFNLA_CHAIN_FAMILY] = ATTR_FIELD(ATTR_U8, "family", chain, family),
	[NFNLA_CHAIN_NAME] = ATTR_FIELD(ATTR_STRING, "name", chain, name),
};

static const struct attr_table chain_table = {
	"chain", chain_fields, NFNLA_CHAIN_NAME,
	ATTR_BIT(NFNLA_CHAIN_TABLE) | ATTR_BIT(NFNLA_CHAIN_FAMILY) |
	ATTR_BIT(NFNLA_CHAIN_NAME),
};

/* Fills in hook->chain; it remains empty if the hook is none of nf_tables */
static void name_chain(struct nfhook *hook)
{
	struct chain chain = { 0 };
	struct info info = { 0 };
	char why[320];

	if (!attr_present(hook, NFNLA_HOOK_CHAIN_INFO) ||
	    attr_decode(&info_table, hook->info, &info, why, sizeof(why)) ||
	    info.type != NFNL_HOOK_TYPE_NFTABLES ||
	    attr_decode(&chain_table, info.desc, &chain, why, sizeof(why)))
		return;
	snprintf(hook->chain, sizeof(hook->chain), "%s %s/%s",
		 nft_family(chain.family), chain.table, chain.name);
}

static int hook_row(const struct nlmsghdr *nlh, void *dump)
{
	struct nfhook *hook = dump_add(dump);

	if (!hook ||
	    dump_decode(nlh, sizeof(struct nfgenmsg), &table, hook) < 0)
		return MNL_CB_ERROR;
	name_chain(hook);
	return MNL_CB_OK;
}

static uint32_t hook_number(enum nfhook_direction direction)
{
	return direction == NFHOOK_INGRESS ? NF_NETDEV_INGRESS :
					     NF_NETDEV_EGRESS;
}

int nfhooks_get(const char *device, enum nfhook_direction direction,
		struct nfhooks *hooks)
{
	struct dump dump = { .row_size = sizeof(*hooks->hook) };
	uint64_t request[16];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(request);
	struct nfgenmsg *msg;
	int ret;

	nlh->nlmsg_type = NFNL_SUBSYS_HOOK << 8 | NFNL_MSG_HOOK_GET;
	msg = mnl_nlmsg_put_extra_header(nlh, sizeof(*msg));
	msg->nfgen_family = NFPROTO_NETDEV;
	mnl_attr_put_u32(nlh, NFNLA_HOOK_HOOKNUM,
			 htonl(hook_number(direction)));
	mnl_attr_put_strz(nlh, NFNLA_HOOK_DEV, device);
	ret = dump_collect(NETLINK_NETFILTER, nlh, hook_row, &dump);
	*hooks = (struct nfhooks){ (struct nfhook *)dump.row, dump.count };
	return ret < 0 && (errno == ENODEV || dump_has_no_netfilter()) ? 0 : ret;
}
