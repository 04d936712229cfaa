// SPDX-License-Identifier: GPL-2.0-only
#include "redirect.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>

#include "dump.h"

#define PARENT_INGRESS TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS)

/* A filter, and whether it may redirect TCP segments */
struct filter {
	uint64_t present;
	char kind[ATTR_TEXT];
	struct attrs options;	/* points into the message: not valid after filters_get() */

	bool redirects;
};

static const struct attr_field fields[] = {
	[TCA_KIND] = ATTR_FIELD(ATTR_STRING, "kind", filter, kind),
	[TCA_OPTIONS] = ATTR_FIELD(ATTR_NEST, "options", filter, options),
};

static const struct attr_table table = {
	"filter", fields, TCA_OPTIONS, 0,
};

/* Each kind of filter has its actions in an attribute of its own */
static const struct {
	const char *kind;
	uint16_t actions;
} kinds[] = {
	{ "basic", TCA_BASIC_ACT }, { "bpf", TCA_BPF_ACT },
	{ "cgroup", TCA_CGROUP_ACT }, { "flow", TCA_FLOW_ACT },
	{ "flower", TCA_FLOWER_ACT }, { "fw", TCA_FW_ACT },
	{ "matchall", TCA_MATCHALL_ACT }, { "route", TCA_ROUTE4_ACT },
	{ "u32", TCA_U32_ACT },
};

static const struct nlattr *find_attr(struct attrs attrs, uint16_t type)
{
	const struct nlattr *attr;

	if (!attrs.len)
		return NULL;
	mnl_attr_for_each_payload(attrs.data, attrs.len) {
		if (mnl_attr_get_type(attr) == type)
			return attr;
	}
	return NULL;
}

static struct attrs attrs_in(const struct nlattr *attr)
{
	if (!attr)
		return (struct attrs){ NULL, 0 };
	return (struct attrs){ mnl_attr_get_payload(attr),
			       mnl_attr_get_payload_len(attr) };
}

static bool is_redirect(struct attrs action)
{
	const struct nlattr *kind = find_attr(action, TCA_ACT_KIND);
	const struct nlattr *settings;
	struct tc_mirred mirred;

	if (!kind || mnl_attr_validate(kind, MNL_TYPE_NUL_STRING) < 0 ||
	    strcmp(mnl_attr_get_str(kind), "mirred"))
		return false;
	settings = find_attr(attrs_in(find_attr(action, TCA_ACT_OPTIONS)), TCA_MIRRED_PARMS);
	if (!settings || mnl_attr_get_payload_len(settings) < sizeof(mirred))
		return false;
	memcpy(&mirred, mnl_attr_get_payload(settings), sizeof(mirred));
	return mirred.eaction == TCA_EGRESS_REDIR || mirred.eaction == TCA_INGRESS_REDIR;
}

static bool any_redirects(struct attrs actions)
{
	const struct nlattr *attr;

	if (!actions.len)
		return false;
	mnl_attr_for_each_payload(actions.data, actions.len) {
		if (is_redirect(attrs_in(attr)))
			return true;
	}
	return false;
}

/* Whether frames of that type may have TCP segments in them */
static bool may_carry_tcp(uint16_t protocol)
{
	switch (protocol) {
	case ETH_P_ALL:
	case ETH_P_IP:
	case ETH_P_IPV6:
	case ETH_P_8021Q:
	case ETH_P_8021AD:
		return true;
	default:
		return false;
	}
}

static bool is_for_other_than_tcp(const struct filter *filter)
{
	const struct nlattr *attr;

	if (strcmp(filter->kind, "flower"))
		return false;
	attr = find_attr(filter->options, TCA_FLOWER_KEY_IP_PROTO);
	return attr && mnl_attr_validate(attr, MNL_TYPE_U8) >= 0 &&
	       mnl_attr_get_u8(attr) != IPPROTO_TCP;
}

static bool filter_redirects(const struct filter *filter)
{
	if (is_for_other_than_tcp(filter))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!strcmp(filter->kind, kinds[i].kind))
			return any_redirects(attrs_in(find_attr(filter->options,
								kinds[i].actions)));
	}
	return false;
}

static int filter_row(const struct nlmsghdr *nlh, void *dump)
{
	const struct tcmsg *msg = mnl_nlmsg_get_payload(nlh);
	struct filter *filter = dump_add(dump);

	if (!filter || dump_decode(nlh, sizeof(*msg), &table, filter) < 0)
		return MNL_CB_ERROR;
	filter->redirects = may_carry_tcp(ntohs((uint16_t)TC_H_MIN(msg->tcm_info))) &&
			    filter_redirects(filter);
	return MNL_CB_OK;
}

/* Errno says ENODEV or the like if the device has just gone, or the kernel has no tc */
static bool has_no_filters(void)
{
	return errno == ENODEV || errno == ENOENT || errno == EOPNOTSUPP ||
	       errno == EINVAL;
}

static int look_at_device(uint32_t ifindex, const char *name, struct redirect *redirect)
{
	struct dump dump = { .row_size = sizeof(struct filter) };
	uint64_t request[16];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(request);
	const struct filter *filter;
	struct tcmsg *msg;
	int found = 0;

	nlh->nlmsg_type = RTM_GETTFILTER;
	msg = mnl_nlmsg_put_extra_header(nlh, sizeof(*msg));
	msg->tcm_ifindex = (int)ifindex;
	msg->tcm_parent = PARENT_INGRESS;
	if (dump_collect(NETLINK_ROUTE, nlh, filter_row, &dump) < 0)
		return has_no_filters() ? 0 : -1;
	filter = (const struct filter *)dump.row;
	for (size_t i = 0; i < dump.count && !found; i++) {
		if (!filter[i].redirects)
			continue;
		snprintf(redirect->device, sizeof(redirect->device), "%s", name);
		snprintf(redirect->kind, sizeof(redirect->kind), "%s", filter[i].kind);
		found = 1;
	}
	free(dump.row);
	return found;
}

int redirect_find(struct genl *genl, struct links *links, uint32_t ifindex,
		  struct redirect *redirect)
{
	links_mark_below(links, ifindex);
	for (size_t i = 0; i < links->count; i++) {
		const struct link *link = &links->link[i];
		int found;

		if (link->ifindex != ifindex && !link->below)
			continue;
		found = look_at_device(link->ifindex, link->name, redirect);
		if (found < 0)
			return genl_fail(genl, errno, "the tc filters on %s cannot be listed: %s",
					 link->name, strerror(errno));
		if (found)
			return 1;
	}
	return 0;
}
