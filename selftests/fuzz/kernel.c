// SPDX-License-Identifier: GPL-2.0-only
#include "kernel.h"
#include "wrapped.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

#include <jansson.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <linux/tsrewrite.h>

#include "nft_schema.h"

#define PORT	1
#define KEYS	256
#define NESTS	16

static struct {
	const __u8 *data;
	size_t size;
	size_t next[KEYS];	/* where the next record of each key is looked for */
	unsigned int given[KEYS];
	__u8 key;		/* of the last request */
	__u32 seq;
	bool owes_answer;
	bool owes_end;
	bool refuses;
} kernel;

void kernel_begin(const __u8 *data, size_t size)
{
	memset(&kernel, 0, sizeof(kernel));
	kernel.data = data;
	kernel.size = size;
}

struct record {
	__u8 flags;
	const __u8 *data;
	size_t len;
};

/* The first record of that key from *@at on, which is set behind it */
static bool find_record(__u8 key, size_t *at, struct record *record)
{
	while (kernel.size - *at >= KERNEL_RECORD) {
		const __u8 *head = kernel.data + *at;
		size_t left = kernel.size - *at - KERNEL_RECORD;

		record->flags = head[1];
		record->data = head + KERNEL_RECORD;
		record->len = head[2] | head[3] << 8;
		if (record->len > left)
			record->len = left;
		*at += KERNEL_RECORD + record->len;
		if (head[0] == key)
			return true;
	}
	return false;
}

/* Events come once, answers as often as they are asked for */
static bool take_record(__u8 key, struct record *record)
{
	if (find_record(key, &kernel.next[key], record)) {
		kernel.given[key]++;
		return true;
	}
	kernel.next[key] = 0;
	return kernel.given[key] && key != KERNEL_EVENT &&
	       find_record(key, &kernel.next[key], record);
}

/* Bytes between the header of a message and its attributes */
static size_t fixed_part(__u8 key)
{
	switch (key) {
	case KERNEL_LINK:
		return sizeof(struct ifinfomsg);
	case KERNEL_FILTER:
		return sizeof(struct tcmsg);
	default:
		return sizeof(struct genlmsghdr);
	}
}

/* Cuts lengths to what there is, so that more of a mutated input is read */
static void mend_attrs(char *data, size_t len, unsigned int depth)
{
	while (len >= sizeof(struct nlattr)) {
		struct nlattr *attr = (struct nlattr *)data;
		size_t step;

		if (attr->nla_len < sizeof(*attr) || attr->nla_len > len)
			attr->nla_len = (__u16)(len > UINT16_MAX ? UINT16_MAX & ~3 : len);
		if (attr->nla_type & NLA_F_NESTED && depth < NESTS)
			mend_attrs(data + sizeof(*attr), attr->nla_len - sizeof(*attr), depth + 1);
		step = MNL_ALIGN(attr->nla_len);
		if (step >= len)
			return;
		data += step;
		len -= step;
	}
}

static bool is_nft(__u8 key)
{
	return key >= KERNEL_NFT && key < KERNEL_HOOK;
}

/* Of @raw messages only what libnftnl relies on */
static void mend_messages(char *data, size_t len, bool raw)
{
	size_t fixed = fixed_part(kernel.key) + sizeof(struct nlmsghdr);

	while (len >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr *nlh = (struct nlmsghdr *)data;
		bool whole = nlh->nlmsg_len >= sizeof(*nlh) && nlh->nlmsg_len <= len;
		size_t step;

		if (raw && !whole)
			return;
		if (!whole)
			nlh->nlmsg_len = (__u32)len;
		if (!raw) {
			nlh->nlmsg_seq = kernel.seq;
			nlh->nlmsg_pid = PORT;
		}
		if (nlh->nlmsg_len > fixed && (!raw || is_nft(kernel.key)))
			mend_attrs(data + fixed, nlh->nlmsg_len - fixed, 0);
		if (nlh->nlmsg_len > fixed && is_nft(kernel.key))
			nft_schema_mend(kernel.key - KERNEL_NFT, data + fixed,
					nlh->nlmsg_len - fixed);
		step = MNL_ALIGN(nlh->nlmsg_len);
		if (step >= len)
			return;
		data += step;
		len -= step;
	}
}

static ssize_t give_end(char *out, size_t size)
{
	struct {
		struct nlmsghdr nlh;
		struct nlmsgerr error;
	} end = {
		.nlh = { sizeof(end), NLMSG_ERROR, NLM_F_CAPPED, kernel.seq, PORT },
		.error.error = kernel.refuses ? -EBUSY : 0,
	};

	kernel.owes_end = false;
	if (size < sizeof(end))
		return -1;
	memcpy(out, &end, sizeof(end));
	return sizeof(end);
}

/* What the controller says of the module's family, unless a record says something else */
static ssize_t give_family(char *out)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(out);
	struct nlattr *groups, *group;

	nlh->nlmsg_type = GENL_ID_CTRL;
	nlh->nlmsg_seq = kernel.seq;
	nlh->nlmsg_pid = PORT;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, KERNEL_ID);
	groups = mnl_attr_nest_start(nlh, CTRL_ATTR_MCAST_GROUPS);
	group = mnl_attr_nest_start(nlh, 1);
	mnl_attr_put_strz(nlh, CTRL_ATTR_MCAST_GRP_NAME, TSREWRITE_MCGRP_EVENTS);
	mnl_attr_put_u32(nlh, CTRL_ATTR_MCAST_GRP_ID, 1);
	mnl_attr_nest_end(nlh, group);
	mnl_attr_nest_end(nlh, groups);
	return nlh->nlmsg_len;
}

static ssize_t give_answer(char *out, size_t size)
{
	struct record record;

	kernel.owes_answer = false;
	if (!take_record(kernel.key, &record))
		return kernel.key == KERNEL_FAMILY ? give_family(out) : 0;
	kernel.owes_end = !(record.flags & KERNEL_ENDLESS);
	kernel.refuses = record.flags & KERNEL_REFUSES;
	if (record.len > size)
		record.len = size;
	memcpy(out, record.data, record.len);
	mend_messages(out, record.len, record.flags & KERNEL_RAW);
	return (ssize_t)record.len;
}

static ssize_t give_event(char *out, size_t size)
{
	kernel.key = KERNEL_EVENT;
	return give_answer(out, size);
}

static ssize_t give_message(void *out, size_t size)
{
	ssize_t len = 0;

	if (kernel.owes_answer)
		len = give_answer(out, size);
	else if (!kernel.owes_end)
		len = give_event(out, size);
	if (!len && kernel.owes_end)
		len = give_end(out, size);
	if (len > 0)
		return len;
	errno = ENODATA;
	return -1;
}

static __u8 key_of(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genlh = mnl_nlmsg_get_payload(nlh);

	switch (nlh->nlmsg_type) {
	case KERNEL_ID:
		return genlh->cmd;
	case GENL_ID_CTRL:
		return KERNEL_FAMILY;
	case RTM_GETLINK:
		return KERNEL_LINK;
	case RTM_GETTFILTER:
		return KERNEL_FILTER;
	default:
		break;
	}
	if (nlh->nlmsg_type >> 8 == NFNL_SUBSYS_NFTABLES)
		return KERNEL_NFT + (nlh->nlmsg_type & 0x3f);
	return KERNEL_HOOK;
}

/* Puts the bytes of a transaction into a file, of which ./seeds makes answers */
static void keep_sent(const struct msghdr *msg)
{
	const char *name = getenv("TSREWRITE_FUZZ_SENT");
	FILE *to = name ? fopen(name, "ab") : NULL;

	if (!to)
		return;
	for (size_t i = 0; i < msg->msg_iovlen; i++)
		fwrite(msg->msg_iov[i].iov_base, 1, msg->msg_iov[i].iov_len, to);
	fclose(to);
}

/* In place of libmnl, libc and others, see wrapped.mk */

struct mnl_socket *__wrap_mnl_socket_open2(int bus, int flags)
{
	static char socket;

	return (struct mnl_socket *)&socket;
}

int __wrap_mnl_socket_bind(struct mnl_socket *nl, unsigned int groups, pid_t pid)
{
	return 0;
}

int __wrap_mnl_socket_close(struct mnl_socket *nl)
{
	return 0;
}

int __wrap_mnl_socket_get_fd(const struct mnl_socket *nl)
{
	return -1;
}

int __wrap_mnl_socket_setsockopt(const struct mnl_socket *nl, int type, void *value,
				 socklen_t len)
{
	return 0;
}

unsigned int __wrap_mnl_socket_get_portid(const struct mnl_socket *nl)
{
	return PORT;
}

ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *nl, const void *data, size_t len)
{
	const struct nlmsghdr *nlh = data;

	kernel.key = key_of(nlh);
	kernel.seq = nlh->nlmsg_seq;
	kernel.owes_answer = true;
	kernel.owes_end = true;
	kernel.refuses = false;
	return (ssize_t)len;
}

ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *nl, void *out, size_t size)
{
	return give_message(out, size);
}

ssize_t __wrap_sendmsg(int fd, const struct msghdr *msg, int flags)
{
	keep_sent(msg);
	kernel.key = KERNEL_COMMIT;
	kernel.owes_answer = true;
	kernel.owes_end = true;
	kernel.refuses = false;
	return 1;
}

ssize_t __wrap_recv(int fd, void *out, size_t size, int flags)
{
	if (kernel.owes_answer || kernel.owes_end)
		return give_message(out, size);
	errno = EAGAIN;
	return -1;
}

int __wrap_nanosleep(const struct timespec *time, struct timespec *left)
{
	return 0;
}

int __wrap_sd_journal_sendv(const struct iovec *iov, int count)
{
	return 0;
}

int __wrap_sd_notify(int unset, const char *state)
{
	return 0;
}

json_t *__wrap_status_socket_ask(char *why, size_t size)
{
	struct record record;
	json_t *json = NULL;

	if (take_record(KERNEL_WATCH, &record))
		json = json_loadb((const char *)record.data, record.len, 0, NULL);
	if (!json)
		snprintf(why, size, "there is no service");
	return json;
}
