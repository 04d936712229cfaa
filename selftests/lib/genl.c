// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests to the family, and what extack says of a refusal.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/tsrewrite.h>

#include "genl.h"

struct nlmsghdr *request(struct genl *genl, __u8 cmd, int flags)
{
	struct genlmsghdr *header;

	memset(genl->request, 0, sizeof(genl->request));
	genl->nlh = mnl_nlmsg_put_header(genl->request);
	genl->nlh->nlmsg_type = genl->family;
	genl->nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	if (cmd == TSREWRITE_CMD_FLOW_FLUSH && genl->family != GENL_ID_CTRL)
		genl->nlh->nlmsg_flags |= NLM_F_DUMP;	/* it is one, and nothing else */
	header = mnl_nlmsg_put_extra_header(genl->nlh, sizeof(*header));
	header->cmd = cmd;
	header->version = TSREWRITE_GENL_VERSION;
	return genl->nlh;
}

static int note_extack(const struct nlattr *attr, void *arg)
{
	struct genl *genl = arg;
	const struct nlattr *culprit;

	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG) {
		snprintf(genl->reason, sizeof(genl->reason), "%s",
			 mnl_attr_get_str(attr));
	} else if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_OFFS) {
		culprit = (void *)(genl->request + mnl_attr_get_u32(attr));
		genl->attr = mnl_attr_get_type(culprit);
	}
	return MNL_CB_OK;
}

static int note_error(struct genl *genl, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(nlh);
	unsigned int size = sizeof(*error);

	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		size += mnl_nlmsg_get_payload_len(&error->msg);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, size, note_extack, genl);
	return error->error;
}

static int note_done(struct genl *genl, const struct nlmsghdr *nlh)
{
	const int *error = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(nlh, sizeof(*error), note_extack, genl);
	return *error;
}

static bool is_end(struct genl *genl, const struct nlmsghdr *nlh, int *err)
{
	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
		*err = note_error(genl, nlh);
		return true;
	case NLMSG_DONE:
		*err = note_done(genl, nlh);
		return true;
	}
	if (nlh->nlmsg_type == genl->family)
		memcpy(genl->reply, nlh, nlh->nlmsg_len);
	return false;
}

/* Return: 0 or a negative error, with reason and attr filled in */
int ask(struct genl *genl)
{
	char buffer[BUFFER];
	const struct nlmsghdr *nlh;
	int len, err;

	genl->nlh->nlmsg_flags |= NLM_F_ACK;
	genl->reason[0] = '\0';
	genl->attr = NO_ATTR;
	if (mnl_socket_sendto(genl->nl, genl->nlh, genl->nlh->nlmsg_len) < 0)
		return -errno;
	for (;;) {
		len = mnl_socket_recvfrom(genl->nl, buffer, sizeof(buffer));
		if (len < 0)
			return -errno;
		for (nlh = (void *)buffer; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len))
			if (is_end(genl, nlh, &err))
				return err;
	}
}

static int check_attr(const struct nlattr *attr, void *arg)
{
	(void)attr;
	++*(int *)arg;
	return MNL_CB_OK;
}

static void note_row(struct dump *dump, const struct nlmsghdr *nlh)
{
	size_t size = nlh->nlmsg_len - MNL_NLMSG_HDRLEN;
	int attrs = 0;

	dump->messages++;
	if (mnl_attr_parse(nlh, sizeof(struct genlmsghdr), check_attr,
			   &attrs) < 0 || !attrs)
		dump->malformed++;
	if (dump->size + size > sizeof(dump->bytes))
		return;
	memcpy(dump->bytes + dump->size, mnl_nlmsg_get_payload(nlh), size);
	dump->size += size;
}

int dump_begin(struct genl *genl, __u8 cmd, struct dump *dump)
{
	memset(dump, 0, sizeof(*dump));
	request(genl, cmd, NLM_F_DUMP);
	genl->reason[0] = '\0';
	genl->attr = NO_ATTR;
	return mnl_socket_sendto(genl->nl, genl->nlh, genl->nlh->nlmsg_len) < 0 ?
		-errno : 0;
}

/* One piece: what one recvmsg() gives */
int dump_piece(struct genl *genl, struct dump *dump)
{
	char buffer[BUFFER];
	struct nlmsghdr *nlh = (void *)buffer;
	int len = mnl_socket_recvfrom(genl->nl, buffer, sizeof(buffer));

	if (len < 0)
		return -errno;
	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			dump->interrupted = true;
		if (nlh->nlmsg_type == NLMSG_ERROR)
			return note_error(genl, nlh);
		if (nlh->nlmsg_type == NLMSG_DONE) {
			dump->done = true;
			return *(int *)mnl_nlmsg_get_payload(nlh);
		}
		note_row(dump, nlh);
	}
	return len ? -EBADMSG : 0;
}

int dump_all(struct genl *genl, __u8 cmd, struct dump *dump)
{
	int err = dump_begin(genl, cmd, dump);

	while (!err && !dump->done)
		err = dump_piece(genl, dump);
	return err;
}

static int note_mcast(const struct nlattr *attr, void *arg)
{
	struct genl *genl = arg;

	if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
		genl->events = mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

static int note_family(const struct nlattr *attr, void *arg)
{
	struct genl *genl = arg;
	const struct nlattr *group;

	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
		genl->family = mnl_attr_get_u16(attr);
	if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GROUPS)
		mnl_attr_for_each_nested(group, attr)
			mnl_attr_parse_nested(group, note_mcast, genl);
	return MNL_CB_OK;
}

static int find_family(struct genl *genl)
{
	struct nlmsghdr *nlh;
	int err;

	genl->family = GENL_ID_CTRL;
	nlh = request(genl, CTRL_CMD_GETFAMILY, 0);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, TSREWRITE_GENL_NAME);
	err = ask(genl);
	if (err)
		return err;
	mnl_attr_parse((void *)genl->reply, sizeof(struct genlmsghdr),
		       note_family, genl);
	return genl->family == GENL_ID_CTRL ? -ENOENT : 0;
}

int genl_open(struct genl *genl)
{
	struct timeval patience = { .tv_sec = 20 };
	int on = 1;

	memset(genl, 0, sizeof(*genl));
	genl->nl = mnl_socket_open(NETLINK_GENERIC);
	if (!genl->nl || mnl_socket_bind(genl->nl, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	mnl_socket_setsockopt(genl->nl, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(mnl_socket_get_fd(genl->nl), SOL_SOCKET, SO_RCVTIMEO,
		   &patience, sizeof(patience));
	return find_family(genl);
}

int attach(struct genl *genl, const char *name)
{
	mnl_attr_put_strz(request(genl, TSREWRITE_CMD_DEVICE_ATTACH, 0),
			  TSREWRITE_A_DEVICE_NAME, name);
	return ask(genl);
}

int detach(struct genl *genl, const char *name)
{
	struct nlmsghdr *nlh = request(genl, TSREWRITE_CMD_DEVICE_DETACH, 0);

	mnl_attr_put_strz(nlh, TSREWRITE_A_DEVICE_NAME, name);
	mnl_attr_put(nlh, TSREWRITE_A_DEVICE_FORCE, 0, NULL);
	return ask(genl);
}

int drain(struct genl *genl, const char *name, __u8 on)
{
	struct nlmsghdr *nlh = request(genl, TSREWRITE_CMD_DEVICE_SET, 0);

	mnl_attr_put_strz(nlh, TSREWRITE_A_DEVICE_NAME, name);
	mnl_attr_put_u8(nlh, TSREWRITE_A_DEVICE_DRAIN, on);
	return ask(genl);
}

int confirm(struct genl *genl, const char *name)
{
	struct nlmsghdr *nlh = request(genl, TSREWRITE_CMD_DEVICE_SET, 0);

	mnl_attr_put_strz(nlh, TSREWRITE_A_DEVICE_NAME, name);
	mnl_attr_put_u8(nlh, TSREWRITE_A_DEVICE_CONFIRMED, 1);
	return ask(genl);
}

int add_group(struct genl *genl, const char *name)
{
	mnl_attr_put_strz(request(genl, TSREWRITE_CMD_GROUP_ADD, 0),
			  TSREWRITE_A_GROUP_NAME, name);
	return ask(genl);
}

int remove_group(struct genl *genl, const char *name)
{
	mnl_attr_put_strz(request(genl, TSREWRITE_CMD_GROUP_DEL, 0),
			  TSREWRITE_A_GROUP_NAME, name);
	return ask(genl);
}

int flush(struct genl *genl, bool force)
{
	struct nlmsghdr *nlh = request(genl, TSREWRITE_CMD_FLOW_FLUSH, 0);

	if (force)
		mnl_attr_put(nlh, TSREWRITE_A_FLUSH_FORCE, 0, NULL);
	return ask(genl);
}

int set_default_group(struct genl *genl, __u16 attr, __u32 value)
{
	struct nlmsghdr *nlh = request(genl, TSREWRITE_CMD_GROUP_SET, 0);

	mnl_attr_put_strz(nlh, TSREWRITE_A_GROUP_NAME, TSREWRITE_GROUP_DEFAULT);
	mnl_attr_put_u32(nlh, attr, value);
	return ask(genl);
}

int set_mode(struct genl *genl, __u32 mode)
{
	return set_default_group(genl, TSREWRITE_A_GROUP_MODE, mode);
}

int set_config(struct genl *genl, __u16 attr, __u32 value)
{
	mnl_attr_put_u32(request(genl, TSREWRITE_CMD_CONFIG_SET, 0), attr,
			 value);
	return ask(genl);
}
