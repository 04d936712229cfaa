// SPDX-License-Identifier: GPL-2.0-only
#include "dump.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "genl.h"

#define ANSWER_SIZE 65536
#define TRIES 10

/* Doubles the array whenever its number of rows is a power of two, as it is full then */
void *dump_add(struct dump *dump)
{
	size_t size = dump->row_size, count = dump->count;
	char *row = dump->row;

	if (!(count & (count - 1)))
		row = reallocarray(row, count ? 2 * count : 1, size);
	if (!row)
		return NULL;
	dump->row = row;
	return memset(row + dump->count++ * size, 0, size);
}

int dump_decode(const struct nlmsghdr *nlh, size_t skip,
		const struct attr_table *table, void *out)
{
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	char why[320];

	skip = MNL_ALIGN(skip);
	if (len >= skip &&
	    !attr_decode(table,
			 (struct attrs){ mnl_nlmsg_get_payload_offset(nlh, skip),
					 len - skip },
			 out, why, sizeof(why)))
		return 0;
	errno = EBADMSG;
	return -1;
}

/* mnl_cb_run() takes lengths above 2^31 for negative ones, and goes as far */
static bool are_whole(const struct nlmsghdr *nlh, int len)
{
	while (len >= (int)sizeof(*nlh)) {
		if (!genl_whole(nlh, len))
			return false;
		nlh = mnl_nlmsg_next(nlh, &len);
	}
	return true;
}

static int receive_rows(struct mnl_socket *nl, const struct nlmsghdr *request,
			mnl_cb_t row, struct dump *dump)
{
	unsigned int portid = mnl_socket_get_portid(nl);
	static uint64_t answer[ANSWER_SIZE / 8];
	int ret = MNL_CB_OK;

	if (mnl_socket_sendto(nl, request, request->nlmsg_len) < 0)
		return -1;
	while (ret > MNL_CB_STOP) {
		ssize_t len = mnl_socket_recvfrom(nl, answer, sizeof(answer));

		if (len < 0)
			return -1;
		errno = EBADMSG;
		if (!are_whole((struct nlmsghdr *)answer, (int)len))
			return -1;
		ret = mnl_cb_run(answer, (size_t)len, request->nlmsg_seq, portid,
				 row, dump);
	}
	return ret;
}

/* Each try has a socket of its own, as messages of an interrupted dump may be left in it */
static int try_once(int bus, const struct nlmsghdr *request, mnl_cb_t row,
		    struct dump *dump)
{
	struct mnl_socket *nl = mnl_socket_open2(bus, SOCK_CLOEXEC);
	int ret = -1, error;

	if (!nl)
		return -1;
	if (!mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID))
		ret = receive_rows(nl, request, row, dump);
	error = errno;
	mnl_socket_close(nl);
	errno = error;
	return ret;
}

static int collect_rows(int bus, struct nlmsghdr *request, uint16_t flags,
			mnl_cb_t row, struct dump *dump)
{
	int tries = TRIES;
	int ret;

	request->nlmsg_flags = NLM_F_REQUEST | flags;
	request->nlmsg_seq = 1;
	do {
		dump->count = 0;
		ret = try_once(bus, request, row, dump);
	} while (ret < 0 && errno == EINTR && --tries);
	if (!ret)
		return 0;
	free(dump->row);
	dump->row = NULL;
	dump->count = 0;
	return -1;
}

int dump_collect(int bus, struct nlmsghdr *request, mnl_cb_t row,
		 struct dump *dump)
{
	return collect_rows(bus, request, NLM_F_DUMP, row, dump);
}

int dump_ask(int bus, struct nlmsghdr *request, mnl_cb_t row, struct dump *dump)
{
	return collect_rows(bus, request, NLM_F_ACK, row, dump);
}

/* EINVAL is what nfnetlink answers if the subsystem's module cannot be loaded */
bool dump_has_no_netfilter(void)
{
	switch (errno) {
	case EPERM:
	case EINVAL:
	case EOPNOTSUPP:
	case EAFNOSUPPORT:
	case EPROTONOSUPPORT:
		return true;
	default:
		return false;
	}
}
