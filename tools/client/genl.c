// SPDX-License-Identifier: GPL-2.0-only
#include "genl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/tsrewrite.h>

#include "extack.h"

enum { MORE = 0, FINISHED = 1 };

struct exchange {
	uint16_t type;
	genl_row row;
	void *arg;
};

int genl_fail(struct genl *genl, int code, const char *format, ...)
{
	va_list args;

	genl->error = (struct genl_error){ .code = code };
	va_start(args, format);
	vsnprintf(genl->error.text, sizeof(genl->error.text), format, args);
	va_end(args);
	return -1;
}

int genl_errno(struct genl *genl)
{
	return genl_fail(genl, errno, "%s", "");
}

static struct nlmsghdr *begin_request(struct genl *genl, uint64_t *buffer, uint16_t type,
				      uint8_t cmd, uint8_t version)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *genlh = mnl_nlmsg_put_extra_header(nlh, sizeof(*genlh));

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nlh->nlmsg_seq = ++genl->seq;
	genlh->cmd = cmd;
	genlh->version = version;
	genl->sent = nlh;
	return nlh;
}

struct nlmsghdr *genl_put_header(struct genl *genl, uint16_t type, uint8_t cmd,
				 uint8_t version)
{
	return begin_request(genl, genl->request, type, cmd, version);
}

struct nlmsghdr *genl_request(struct genl *genl, uint8_t cmd)
{
	return genl_put_header(genl, genl->family, cmd, TSREWRITE_GENL_VERSION);
}

struct nlmsghdr *genl_long_request(struct genl *genl, uint64_t *buffer, uint8_t cmd)
{
	return begin_request(genl, buffer, genl->family, cmd, TSREWRITE_GENL_VERSION);
}

static int handle_payload(struct genl *genl, const struct nlmsghdr *nlh,
			  const struct exchange *exchange)
{
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	struct attrs attrs;

	if (nlh->nlmsg_type != exchange->type || len < GENL_HDRLEN)
		return genl_fail(genl, EBADMSG, "unexpected netlink message");
	if (!exchange->row)
		return MORE;
	attrs.data = mnl_nlmsg_get_payload_offset(nlh, GENL_HDRLEN);
	attrs.len = len - GENL_HDRLEN;
	return exchange->row(genl, attrs, exchange->arg);
}

/* Handles NLMSG_ERROR and NLMSG_DONE: success with or without a warning, or a refusal */
static int handle_end(struct genl *genl, const struct nlmsghdr *nlh)
{
	struct extack extack = {
		.request = genl->sent,
	};

	if (extack_parse(nlh, &extack) < 0)
		return genl_fail(genl, EBADMSG, "truncated netlink message");
	if (!extack.code) {
		snprintf(genl->warning, sizeof(genl->warning), "%s",
			 extack.text);
		return FINISHED;
	}
	genl_fail(genl, extack.code, "%s", extack.text);
	genl->error.attr = extack.attr;
	return -1;
}

static int handle_message(struct genl *genl, const struct nlmsghdr *nlh,
			  const struct exchange *exchange)
{
	if (nlh->nlmsg_seq != genl->seq ||
	    nlh->nlmsg_pid != mnl_socket_get_portid(genl->nl))
		return MORE;
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		genl->interrupted = true;
	switch (nlh->nlmsg_type) {
	case NLMSG_NOOP:
		return MORE;
	case NLMSG_ERROR:
	case NLMSG_DONE:
		return handle_end(genl, nlh);
	case NLMSG_OVERRUN:
		return genl_fail(genl, ENOBUFS, "the answer did not fit into the socket's buffer");
	default:
		return handle_payload(genl, nlh, exchange);
	}
}

bool genl_whole(const struct nlmsghdr *nlh, int len)
{
	return len >= (int)sizeof(*nlh) &&
	       nlh->nlmsg_len >= sizeof(*nlh) &&
	       nlh->nlmsg_len <= (unsigned int)len;
}

int genl_receive(struct genl *genl)
{
	ssize_t len;

	do {
		len = mnl_socket_recvfrom(genl->nl, genl->answer,
					  sizeof(genl->answer));
	} while (len < 0 && errno == EINTR);
	return len < 0 ? genl_errno(genl) : (int)len;
}

static int exchange_messages(struct genl *genl, uint16_t flags, genl_row row, void *arg)
{
	struct nlmsghdr *nlh = genl->sent;
	struct exchange exchange = { nlh->nlmsg_type, row, arg };
	int ret = MORE;

	nlh->nlmsg_flags |= flags;
	genl->interrupted = false;
	if (mnl_socket_sendto(genl->nl, nlh, nlh->nlmsg_len) < 0)
		return genl_errno(genl);
	while (ret == MORE) {
		int len = genl_receive(genl);

		if (len < 0)
			return -1;
		nlh = (struct nlmsghdr *)genl->answer;
		while (ret == MORE && genl_whole(nlh, len)) {
			ret = handle_message(genl, nlh, &exchange);
			nlh = mnl_nlmsg_next(nlh, &len);
		}
	}
	return ret == FINISHED ? 0 : -1;
}

/* How long to try again what cannot be done yet, and how often: for ten seconds */
#define PATIENCE_MS 10
#define PATIENCE    1000

static bool is_for_later(const struct genl *genl)
{
	const struct timespec pause = { .tv_nsec = PATIENCE_MS * 1000000 };

	return genl->error.code == EAGAIN && !nanosleep(&pause, NULL);
}

int genl_do(struct genl *genl, genl_row row, void *arg)
{
	int tries = PATIENCE, ret;

	do {
		ret = exchange_messages(genl, NLM_F_ACK, row, arg);
	} while (ret < 0 && is_for_later(genl) && --tries);
	return ret;
}

int genl_dump(struct genl *genl, genl_row row, void *arg)
{
	return exchange_messages(genl, NLM_F_DUMP, row, arg);
}

int genl_decode(struct genl *genl, const struct attr_table *table,
		struct attrs attrs, void *out)
{
	char why[sizeof(genl->error.text)];

	if (!attr_decode(table, attrs, out, why, sizeof(why)))
		return 0;
	return genl_fail(genl, 0, "%s", why);
}

struct collection {
	const struct attr_table *table;
	size_t row_size;
	char *rows;
	size_t count;
};

static int collect_row(struct genl *genl, struct attrs attrs, void *arg)
{
	struct collection *all = arg;
	size_t size = all->row_size;
	char *rows = realloc(all->rows, (all->count + 1) * size);

	if (!rows)
		return genl_errno(genl);
	all->rows = rows;
	memset(rows + all->count * size, 0, size);
	if (genl_decode(genl, all->table, attrs, rows + all->count * size) < 0)
		return -1;
	all->count++;
	return 0;
}

int genl_collect(struct genl *genl, uint8_t cmd, const struct attr_table *table,
		 size_t row_size, void **rows, size_t *count)
{
	struct collection all = { table, row_size, NULL, 0 };
	int tries = 10;

	do {
		all.count = 0;
		genl_request(genl, cmd);
		if (genl_dump(genl, collect_row, &all) < 0) {
			free(all.rows);
			return -1;
		}
	} while (genl->interrupted && --tries);
	if (genl->interrupted) {
		free(all.rows);
		return genl_fail(genl, EINTR,
				 "the list kept changing while it was read (try again)");
	}
	*rows = all.rows;
	*count = all.count;
	return 0;
}
