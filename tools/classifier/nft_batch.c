// SPDX-License-Identifier: GPL-2.0-only
#include "nft_batch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <libnftnl/common.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include "../client/extack.h"
#include "../client/genl.h"

#define PAGE	    262144
#define ANSWER_SIZE 65536

static void *end_of_pages(struct nft_batch *batch)
{
	return nftnl_batch_buffer(batch->pages);
}

void nft_batch_end(struct nft_batch *batch)
{
	if (!batch->failed && nftnl_batch_update(batch->pages) < 0)
		batch->failed = true;
}

void nft_batch_begin(struct nft_batch *batch, uint32_t generation)
{
	struct nlmsghdr *nlh;

	*batch = (struct nft_batch){
		.pages = nftnl_batch_alloc(PAGE, NFT_BATCH_MESSAGE),
	};
	batch->failed = !batch->pages;
	if (batch->failed)
		return;
	nlh = nftnl_batch_begin(end_of_pages(batch), ++batch->seq);
	mnl_attr_put_u32(nlh, NFNL_BATCH_GENID, htonl(generation));
	nft_batch_end(batch);
}

void nft_batch_free(struct nft_batch *batch)
{
	if (batch->pages)
		nftnl_batch_free(batch->pages);
	batch->pages = NULL;
}

struct nlmsghdr *nft_batch_message(struct nft_batch *batch, uint16_t type,
				   uint16_t flags)
{
	if (batch->failed)
		return NULL;
	/* One acknowledgment says that the whole transaction was committed */
	if (!batch->messages++)
		flags |= NLM_F_ACK;
	return nftnl_nlmsg_build_hdr(end_of_pages(batch), type, NFPROTO_NETDEV, flags,
				     ++batch->seq);
}

/*
 * Sets the socket's send buffer so that the batch fits, as it is sent as one packet.  Without
 * CAP_NET_ADMIN in the initial namespace it is at most net.core.wmem_max.
 */
static void widen_socket(const struct mnl_socket *nl, size_t bytes)
{
	int fd = mnl_socket_get_fd(nl), size = (int)bytes, on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl, NETLINK_CAP_ACK, &on, sizeof(on));
}

static int send_all(const struct mnl_socket *nl, struct nft_batch *batch)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	size_t count = (size_t)nftnl_batch_iovec_len(batch->pages), bytes = 0;
	struct iovec *iov = calloc(count, sizeof(*iov));
	struct msghdr msg = {
		.msg_name = &kernel, .msg_namelen = sizeof(kernel),
		.msg_iov = iov, .msg_iovlen = count,
	};
	ssize_t sent;

	if (!iov)
		return -1;
	nftnl_batch_iovec(batch->pages, iov, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		bytes += iov[i].iov_len;
	widen_socket(nl, bytes + PAGE);
	sent = sendmsg(mnl_socket_get_fd(nl), &msg, 0);
	free(iov);
	return sent < 0 ? -1 : 0;
}

/*
 * Returns the number of acknowledgments in @len bytes of messages; or -1 with errno, and the
 * kernel's reason in @why, at the first error, which is the cause of later ones.
 */
static int count_acks(const struct nlmsghdr *nlh, int len, char *why, size_t size)
{
	const struct nlmsghdr nothing = { .nlmsg_len = sizeof(nothing) };
	int acks = 0;

	for (; genl_whole(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		struct extack extack = { .request = &nothing };

		if (nlh->nlmsg_type != NLMSG_ERROR)
			continue;
		errno = EBADMSG;
		if (extack_parse(nlh, &extack) < 0)
			return -1;
		errno = extack.code;
		snprintf(why, size, "%s", extack.text);
		if (errno)
			return -1;
		acks++;
	}
	return acks;
}

/*
 * Reads the kernel's answers.  It does not wait, as the kernel has processed the batch, and
 * answered, before sendmsg() returns.
 */
static int hear_answers(const struct mnl_socket *nl, char *why, size_t size)
{
	static uint64_t answer[ANSWER_SIZE / 8];
	int acks = 0, got;
	ssize_t len;

	while ((len = recv(mnl_socket_get_fd(nl), answer, sizeof(answer),
			   MSG_DONTWAIT)) > 0) {
		got = count_acks((struct nlmsghdr *)answer, (int)len, why, size);
		if (got < 0)
			return -1;
		acks += got;
	}
	if (len < 0 && errno != EAGAIN)
		return -1;
	errno = EBADMSG;
	return acks ? 0 : -1;
}

static int exchange_batch(struct nft_batch *batch, char *why, size_t size)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	int ret = -1, error;

	if (!nl)
		return -1;
	if (!mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) && !send_all(nl, batch))
		ret = hear_answers(nl, why, size);
	error = errno;
	mnl_socket_close(nl);
	errno = error;
	return ret;
}

int nft_batch_commit(struct nft_batch *batch, char *why, size_t size)
{
	*why = '\0';
	if (!batch->failed) {
		nftnl_batch_end(end_of_pages(batch), ++batch->seq);
		nft_batch_end(batch);
	}
	if (!batch->failed)
		return exchange_batch(batch, why, size);
	errno = ENOMEM;
	return -1;
}
