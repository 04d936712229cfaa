// SPDX-License-Identifier: GPL-2.0-only
#include "link.h"

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "../text/word.h"
#include "dump.h"

static const struct attr_field fields[] = {
	[IFLA_IFNAME] = ATTR_FIELD(ATTR_STRING, "name", link, name),
	[IFLA_LINK] = ATTR_FIELD(ATTR_U32, "parent", link, parent),
	[IFLA_MASTER] = ATTR_FIELD(ATTR_U32, "master", link, master),
	[IFLA_LINKINFO] = ATTR_FIELD(ATTR_NEST, "info", link, info),
	[IFLA_LINK_NETNSID] = ATTR_FIELD(ATTR_U32, "netnsid", link, netnsid),
	[IFLA_XDP] = ATTR_FIELD(ATTR_NEST, "xdp", link, xdp),
};

static const struct attr_table table = {
	"link", fields, IFLA_XDP, ATTR_BIT(IFLA_IFNAME),
};

struct info {
	uint64_t present;
	char kind[ATTR_TEXT];
};

static const struct attr_field info_fields[] = {
	[IFLA_INFO_KIND] = ATTR_FIELD(ATTR_STRING, "kind", info, kind),
};

static const struct attr_table info_table = {
	"link", info_fields, IFLA_INFO_KIND, 0,
};

struct xdp {
	uint64_t present;
	uint8_t attached;
};

static const struct attr_field xdp_fields[] = {
	[IFLA_XDP_ATTACHED] = ATTR_FIELD(ATTR_U8, "attached", xdp, attached),
};

static const struct attr_table xdp_table = {
	"xdp", xdp_fields, IFLA_XDP_ATTACHED, 0,
};

/*
 * Kinds of tunnels.  The parent of a tunnel is the device that its outer packets leave
 * through, where a flowtable sees those and not the segments inside.  ipip and ip6tnl are not
 * among them, as flowtables look into their packets.
 */
static const char *const tunnels[] = {
	"erspan", "gre", "gretap", "ip6erspan", "ip6gre", "ip6gretap", "sit",
	"vti", "vti6", "xfrm", NULL
};

static bool is_tunnel(const struct link *link)
{
	struct info info = { 0 };
	char why[320];

	return attr_present(link, IFLA_LINKINFO) &&
	       !attr_decode(&info_table, link->info, &info, why, sizeof(why)) &&
	       word_index(info.kind, tunnels) >= 0;
}

static bool has_xdp(const struct link *link)
{
	struct xdp xdp = { 0 };
	char why[320];

	return attr_present(link, IFLA_XDP) &&
	       !attr_decode(&xdp_table, link->xdp, &xdp, why, sizeof(why)) &&
	       xdp.attached != XDP_ATTACHED_NONE;
}

static int link_row(const struct nlmsghdr *nlh, void *dump)
{
	const struct ifinfomsg *msg = mnl_nlmsg_get_payload(nlh);
	struct link *link = dump_add(dump);

	if (!link || dump_decode(nlh, sizeof(*msg), &table, link) < 0)
		return MNL_CB_ERROR;
	link->ifindex = (uint32_t)msg->ifi_index;
	link->tunnel = is_tunnel(link);
	link->has_xdp = has_xdp(link);
	return MNL_CB_OK;
}

int links_get(struct links *links)
{
	uint64_t request[16];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(request);
	struct dump dump = { .row_size = sizeof(*links->link) };
	int ret;

	nlh->nlmsg_type = RTM_GETLINK;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	ret = dump_collect(NETLINK_ROUTE, nlh, link_row, &dump);
	*links = (struct links){ (struct link *)dump.row, dump.count };
	return ret;
}

static bool has_parent(const struct link *link, uint32_t ifindex)
{
	return attr_present(link, IFLA_LINK) && link->parent == ifindex &&
	       !attr_present(link, IFLA_LINK_NETNSID);
}

/*
 * Whether @upper lies above @lower: as its master, or as what was made on it.  Two devices
 * that name each other as parent are peers, such as a veth pair, and none lies above.
 */
static bool rests_on(const struct link *upper, const struct link *lower)
{
	if (attr_present(lower, IFLA_MASTER) && lower->master == upper->ifindex)
		return true;
	return has_parent(upper, lower->ifindex) && !upper->tunnel &&
	       !has_parent(lower, upper->ifindex);
}

/* Marks those right below @upper, and returns a list of them before @list */
static struct link *mark_next(struct links *links, const struct link *upper, struct link *list)
{
	for (size_t i = 0; i < links->count; i++) {
		struct link *lower = &links->link[i];

		if (lower->below || !rests_on(upper, lower))
			continue;
		lower->below = true;
		lower->next = list;
		list = lower;
	}
	return list;
}

/* No recursion, as there may be any number of tunnels in tunnels */
void links_mark_below(struct links *links, uint32_t ifindex)
{
	struct link *list = NULL;

	for (size_t i = 0; i < links->count; i++) {
		links->link[i].below = false;
		links->link[i].next = NULL;
		if (links->link[i].ifindex == ifindex)
			list = &links->link[i];
	}
	while (list)
		list = mark_next(links, list, list->next);
}
