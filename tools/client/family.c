// SPDX-License-Identifier: GPL-2.0-only
#include "family.h"

#include <errno.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/tsrewrite.h>

#include "module.h"

/* The only multicast group of the generic netlink controller has a fixed number */
#define NLCTRL_NOTIFY GENL_ID_CTRL

struct family {
	uint64_t present;
	uint16_t id;
	struct attrs groups;
};

struct mcast {
	uint64_t present;
	char name[ATTR_TEXT];
	uint32_t id;
};

static const struct attr_field family_fields[] = {
	[CTRL_ATTR_FAMILY_ID] = ATTR_FIELD(ATTR_U16, "id", family, id),
	[CTRL_ATTR_MCAST_GROUPS] =
		ATTR_FIELD(ATTR_NEST, "groups", family, groups),
};

static const struct attr_table family_table = {
	"family", family_fields, CTRL_ATTR_MCAST_GROUPS,
	ATTR_BIT(CTRL_ATTR_FAMILY_ID),
};

static const struct attr_field mcast_fields[] = {
	[CTRL_ATTR_MCAST_GRP_NAME] =
		ATTR_FIELD(ATTR_STRING, "name", mcast, name),
	[CTRL_ATTR_MCAST_GRP_ID] = ATTR_FIELD(ATTR_U32, "id", mcast, id),
};

static const struct attr_table mcast_table = {
	"multicast group", mcast_fields, CTRL_ATTR_MCAST_GRP_ID,
	ATTR_BIT(CTRL_ATTR_MCAST_GRP_NAME) | ATTR_BIT(CTRL_ATTR_MCAST_GRP_ID),
};

static int family_row(struct genl *genl, struct attrs attrs, void *unused)
{
	struct family family = { 0 };
	const struct nlattr *attr;

	(void)unused;
	if (genl_decode(genl, &family_table, attrs, &family) < 0)
		return -1;
	genl->family = family.id;
	if (!attr_present(&family, CTRL_ATTR_MCAST_GROUPS))
		return 0;
	mnl_attr_for_each_payload(family.groups.data, family.groups.len) {
		struct mcast mcast = { 0 };
		struct attrs nest = { mnl_attr_get_payload(attr),
				      mnl_attr_get_payload_len(attr) };

		if (genl_decode(genl, &mcast_table, nest, &mcast) < 0)
			return -1;
		if (!strcmp(mcast.name, TSREWRITE_MCGRP_EVENTS))
			genl->events = mcast.id;
	}
	return 0;
}

static int resolve_family(struct genl *genl)
{
	struct nlmsghdr *nlh;

	nlh = genl_put_header(genl, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, TSREWRITE_GENL_NAME);
	if (!genl_do(genl, family_row, NULL))
		return 0;
	if (genl->error.code != ENOENT)
		return -1;
	return genl_fail(genl, ENOENT,
			 "kernel module nf_tsrewrite is not loaded (%s)", module_how_to_load());
}

int genl_open(struct genl *genl)
{
	int on = 1;

	memset(genl, 0, offsetof(struct genl, request));
	genl->nl = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!genl->nl)
		return genl_errno(genl);
	mnl_socket_setsockopt(genl->nl, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(genl->nl, NETLINK_CAP_ACK, &on, sizeof(on));
	if (mnl_socket_bind(genl->nl, 0, MNL_SOCKET_AUTOPID) < 0)
		genl_errno(genl);
	else if (!resolve_family(genl))
		return 0;
	genl_close(genl);
	return -1;
}

/* Returns a socket on which the controller tells of families that come, or NULL */
static struct mnl_socket *open_notices(void)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	int group = GENL_ID_CTRL;

	if (nl && !mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) &&
	    !mnl_socket_setsockopt(nl, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		return nl;
	if (nl)
		mnl_socket_close(nl);
	return NULL;
}

/* As resolve_family() fails without the module */
static bool is_not_loaded(const struct genl *genl)
{
	return genl->error.code == ENOENT;
}

int genl_open_loaded(struct genl *genl, void (*waits)(void *arg), void *arg)
{
	struct mnl_socket *notices;
	char notice[1024];
	bool told = false;
	int ret;

	/* Listens before it looks, so that it does not miss the module */
	notices = open_notices();
	if (!notices)
		return genl_errno(genl);
	while ((ret = genl_open(genl)) < 0 && is_not_loaded(genl)) {
		if (!told)
			waits(arg);
		told = true;
		if (mnl_socket_recvfrom(notices, notice, sizeof(notice)) < 0 &&
		    errno != ENOBUFS && errno != ENOSPC && errno != EINTR)
			break;
	}
	mnl_socket_close(notices);
	return ret;
}

void genl_close(struct genl *genl)
{
	mnl_socket_close(genl->nl);
	genl->nl = NULL;
}

static int join_group(struct genl *genl, uint32_t group)
{
	return mnl_socket_setsockopt(genl->nl, NETLINK_ADD_MEMBERSHIP, &group,
				     sizeof(group));
}

int genl_listen(struct genl *genl)
{
	int fd = mnl_socket_get_fd(genl->nl);
	int bytes = 1 << 20;

	if (!genl->events)
		return genl_fail(genl, 0, "the module sends no events");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (join_group(genl, genl->events) < 0 || join_group(genl, NLCTRL_NOTIFY) < 0)
		return genl_errno(genl);
	return 0;
}

/*
 * Handles a DELFAMILY of the controller.  Once the module is unloaded no event comes any
 * more: the kernel removes the members of the family's multicast groups.
 */
static int gone_row(struct genl *genl, struct attrs attrs)
{
	struct family family = { 0 };

	if (genl_decode(genl, &family_table, attrs, &family) < 0)
		return -1;
	if (family.id != genl->family)
		return 0;
	return genl_fail(genl, ENOENT, "the module nf_tsrewrite was unloaded");
}

static int handle_event(struct genl *genl, const struct nlmsghdr *nlh, genl_row row,
			void *arg)
{
	const struct genlmsghdr *genlh = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	struct attrs attrs;

	if (len < GENL_HDRLEN)
		return genl_fail(genl, EBADMSG, "truncated netlink message");
	attrs.data = mnl_nlmsg_get_payload_offset(nlh, GENL_HDRLEN);
	attrs.len = len - GENL_HDRLEN;
	if (nlh->nlmsg_type == genl->family &&
	    genlh->cmd == TSREWRITE_CMD_EVENT)
		return row(genl, attrs, arg);
	if (nlh->nlmsg_type == GENL_ID_CTRL &&
	    genlh->cmd == CTRL_CMD_DELFAMILY)
		return gone_row(genl, attrs);
	return 0;
}

int genl_events(struct genl *genl, genl_row row, void *arg)
{
	const struct nlmsghdr *nlh = (struct nlmsghdr *)genl->answer;
	int len = genl_receive(genl);

	if (len < 0)
		return -1;
	for (; genl_whole(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (handle_event(genl, nlh, row, arg) < 0)
			return -1;
	}
	return 0;
}
