// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink: who may ask what, and what is refused how.
 * Each test has a network namespace of its own.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/tsrewrite.h>
#include <linux/types.h>

#include "kselftest_harness.h"

#include "lib/genl.h"

#define NOBODY 65534

/* Small, so that dumps take several pieces: the kernel goes by what was read */

static int bring_up(const char *name)
{
	struct ifreq ifr = { .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), err;

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	err = ioctl(fd, SIOCSIFFLAGS, &ifr);
	close(fd);
	return err;
}

/* All that a namespace holds, as bytes */
struct state {
	char config[BUFFER];
	__u64 key;	/* its fingerprint */
	struct dump devices, groups;
};

static int read_fingerprint(struct genl *genl, __u64 *fingerprint)
{
	struct nlattr *attr;
	int err;

	request(genl, TSREWRITE_CMD_KEY_GET, 0);
	err = ask(genl);
	*fingerprint = 0;
	if (!err)
		mnl_attr_for_each(attr, (struct nlmsghdr *)genl->reply, sizeof(struct genlmsghdr))
			if (mnl_attr_get_type(attr) == TSREWRITE_A_KEY_FINGERPRINT)
				*fingerprint = mnl_attr_get_u64(attr);
	return err;
}

static int set_key(struct genl *genl, const void *secret, size_t size)
{
	mnl_attr_put(request(genl, TSREWRITE_CMD_KEY_SET, 0), TSREWRITE_A_KEY_SECRET, size,
		     secret);
	return ask(genl);
}

static int read_state(struct genl *genl, struct state *state)
{
	int err;

	memset(genl->reply, 0, sizeof(genl->reply));
	request(genl, TSREWRITE_CMD_CONFIG_GET, 0);
	err = ask(genl);
	memcpy(state->config, genl->reply + sizeof(struct nlmsghdr),
	       BUFFER - sizeof(struct nlmsghdr));
	if (!err)
		err = read_fingerprint(genl, &state->key);
	if (!err)
		err = dump_all(genl, TSREWRITE_CMD_DEVICE_GET, &state->devices);
	if (!err)
		err = dump_all(genl, TSREWRITE_CMD_GROUP_GET, &state->groups);
	return err;
}

FIXTURE(family)
{
	struct genl genl;
	struct genl other;
	struct state before;
	struct state after;
};

FIXTURE_SETUP(family)
{
	if (unshare(CLONE_NEWNET))
		SKIP(return, "no namespace: %s", strerror(errno));
	if (genl_open(&self->genl))
		SKIP(return, "nf_tsrewrite is not loaded");
	ASSERT_EQ(0, genl_open(&self->other));
	ASSERT_EQ(0, attach(&self->genl, "lo"));
	ASSERT_EQ(0, read_state(&self->genl, &self->before));
	ASSERT_EQ(1, self->before.devices.messages);
	ASSERT_EQ(1, self->before.groups.messages);
}

FIXTURE_TEARDOWN(family)
{
	detach(&self->genl, "lo");
	mnl_socket_close(self->genl.nl);
	mnl_socket_close(self->other.nl);
}

/* Linux 6.1 cannot tell which attribute of a dump's request was wrong, unless by the policy */
static bool dumps_tell_attribute(void)
{
	struct utsname name;
	int major = 0, minor = 0;

	uname(&name);
	if (sscanf(name.release, "%d.%d", &major, &minor) != 2)
		return true;
	return major > 6 || (major == 6 && minor >= 12);
}

/* The request at hand is refused with a reason, and has changed nothing */
static void expect_refusal(struct __test_metadata *_metadata, struct _test_data_family *self,
			   int error, int attr, int line)
{
	int err = ask(&self->genl);

	EXPECT_EQ(-error, err)
		TH_LOG("request at line %d", line);
	EXPECT_NE('\0', self->genl.reason[0])
		TH_LOG("request at line %d: no reason given", line);
	EXPECT_EQ(attr, self->genl.attr)
		TH_LOG("request at line %d: extack points elsewhere", line);
	ASSERT_EQ(0, read_state(&self->genl, &self->after));
	EXPECT_EQ(0, memcmp(&self->before, &self->after, sizeof(self->before)))
		TH_LOG("request at line %d: it changed something", line);
}

#define REFUSED(error, attr) \
	expect_refusal(_metadata, self, error, attr, __LINE__)

/* It is a dump, and refused by what handles it */
#define DUMP_REFUSED(error, attr) \
	expect_refusal(_metadata, self, error, dumps_tell_attribute() ? (int)(attr) : -1, __LINE__)

TEST_F(family, unknown_command)
{
	request(&self->genl, __TSREWRITE_CMD_MAX, 0);
	EXPECT_EQ(-EOPNOTSUPP, ask(&self->genl));
	request(&self->genl, TSREWRITE_CMD_EVENT, 0);
	EXPECT_EQ(-EOPNOTSUPP, ask(&self->genl));
}

TEST_F(family, unknown_attribute)
{
	const __u8 set[] = {
		TSREWRITE_CMD_CONFIG_SET, TSREWRITE_CMD_DEVICE_ATTACH,
		TSREWRITE_CMD_DEVICE_DETACH, TSREWRITE_CMD_GROUP_SET,
		TSREWRITE_CMD_CONFIG_GET, TSREWRITE_CMD_STATS_GET,
		TSREWRITE_CMD_DEVICE_SET, TSREWRITE_CMD_FLOW_FLUSH,
		TSREWRITE_CMD_KEY_GET, TSREWRITE_CMD_KEY_SET,
	};

	for (size_t i = 0; i < ARRAY_SIZE(set); i++) {
		mnl_attr_put_u32(request(&self->genl, set[i], 0), 200, 1);
		REFUSED(EINVAL, 200);
	}
}

TEST_F(family, truncated_attribute)
{
	struct nlmsghdr *nlh = request(&self->genl, TSREWRITE_CMD_CONFIG_SET, 0);
	struct nlattr *attr = mnl_nlmsg_get_payload_tail(nlh);

	mnl_attr_put_u32(nlh, TSREWRITE_A_CONFIG_LIMIT, 100);
	attr->nla_len += 100;
	REFUSED(EINVAL, NO_ATTR);
	nlh = request(&self->genl, TSREWRITE_CMD_CONFIG_SET, 0);
	mnl_attr_put_u32(nlh, TSREWRITE_A_CONFIG_LIMIT, 100);
	nlh->nlmsg_len -= 2;
	REFUSED(EINVAL, NO_ATTR);
}

TEST_F(family, wrong_length)
{
	struct nlmsghdr *nlh = request(&self->genl, TSREWRITE_CMD_CONFIG_SET, 0);

	mnl_attr_put_u8(nlh, TSREWRITE_A_CONFIG_LIMIT, 100);
	REFUSED(EINVAL, TSREWRITE_A_CONFIG_LIMIT);
	nlh = request(&self->genl, TSREWRITE_CMD_DEVICE_ATTACH, 0);
	mnl_attr_put_strz(nlh, TSREWRITE_A_DEVICE_NAME, "other");
	mnl_attr_put_u32(nlh, TSREWRITE_A_DEVICE_ZONE, 256);
	REFUSED(EINVAL, TSREWRITE_A_DEVICE_ZONE);
	nlh = request(&self->genl, TSREWRITE_CMD_DEVICE_DETACH, 0);
	mnl_attr_put_strz(nlh, TSREWRITE_A_DEVICE_NAME, "lo");
	mnl_attr_put_u8(nlh, TSREWRITE_A_DEVICE_FORCE, 1);
	REFUSED(ERANGE, TSREWRITE_A_DEVICE_FORCE);
	nlh = request(&self->genl, TSREWRITE_CMD_DEVICE_SET, 0);
	mnl_attr_put_strz(nlh, TSREWRITE_A_DEVICE_NAME, "lo");
	mnl_attr_put_u32(nlh, TSREWRITE_A_DEVICE_DRAIN, 1);
	REFUSED(EINVAL, TSREWRITE_A_DEVICE_DRAIN);
	nlh = request(&self->genl, TSREWRITE_CMD_DEVICE_SET, 0);
	mnl_attr_put_strz(nlh, TSREWRITE_A_DEVICE_NAME, "lo");
	mnl_attr_put_u32(nlh, TSREWRITE_A_DEVICE_CONFIRMED, 1);
	REFUSED(EINVAL, TSREWRITE_A_DEVICE_CONFIRMED);
	nlh = request(&self->genl, TSREWRITE_CMD_GROUP_SET, 0);
	mnl_attr_put_strz(nlh, TSREWRITE_A_GROUP_NAME, TSREWRITE_GROUP_DEFAULT);
	mnl_attr_put_u64(nlh, TSREWRITE_A_GROUP_PREFIX_COUNT, 1);
	REFUSED(EINVAL, TSREWRITE_A_GROUP_PREFIX_COUNT);
	nlh = request(&self->genl, TSREWRITE_CMD_GROUP_SET, 0);
	mnl_attr_put_strz(nlh, TSREWRITE_A_GROUP_NAME, TSREWRITE_GROUP_DEFAULT);
	mnl_attr_put_u64(nlh, TSREWRITE_A_GROUP_FINGERPRINT, 1);
	REFUSED(EINVAL, TSREWRITE_A_GROUP_FINGERPRINT);
}

TEST_F(family, wrong_length_in_flush)
{
	const struct {
		__u16 attr;
		size_t len;
		int error;
	} cases[] = {
		{ TSREWRITE_A_FLUSH_INSIDE_ADDR, 0, EINVAL },
		{ TSREWRITE_A_FLUSH_INSIDE_ADDR, 3, EINVAL },
		{ TSREWRITE_A_FLUSH_INSIDE_ADDR, 5, EINVAL },
		{ TSREWRITE_A_FLUSH_OUTSIDE_ADDR, 15, EINVAL },
		{ TSREWRITE_A_FLUSH_OUTSIDE_ADDR, 17, ERANGE },
		{ TSREWRITE_A_FLUSH_INSIDE_PORT, 1, EINVAL },
		{ TSREWRITE_A_FLUSH_OUTSIDE_PORT, 4, EINVAL },
		{ TSREWRITE_A_FLUSH_PORT, 4, EINVAL },
		{ TSREWRITE_A_FLUSH_ZONE, 2, EINVAL },
		{ TSREWRITE_A_FLUSH_MODE, 1, EINVAL },
		{ TSREWRITE_A_FLUSH_STATE, 8, EINVAL },
		{ TSREWRITE_A_FLUSH_FORCE, 1, ERANGE },
		{ TSREWRITE_A_FLUSH_GROUP, 0, EINVAL },
	};
	const char bytes[17] = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		mnl_attr_put(request(&self->genl, TSREWRITE_CMD_FLOW_FLUSH, 0),
			     cases[i].attr, cases[i].len, bytes);
		REFUSED(cases[i].error, cases[i].attr);
	}
	mnl_attr_put(request(&self->genl, TSREWRITE_CMD_FLOW_FLUSH, 0), TSREWRITE_A_FLUSH_GROUP, 1,
		     bytes);
	DUMP_REFUSED(ENOENT, TSREWRITE_A_FLUSH_GROUP);
}

/* @len bytes of address, and how many bits of it count */
static void put_prefix(struct genl *genl, size_t len, __u8 bits)
{
	struct nlmsghdr *nlh = request(genl, TSREWRITE_CMD_FLOW_FLUSH, 0);
	const char bytes[16] = { 0 };

	if (len)
		mnl_attr_put(nlh, TSREWRITE_A_FLUSH_INSIDE_ADDR, len, bytes);
	mnl_attr_put_u8(nlh, TSREWRITE_A_FLUSH_INSIDE_PREFIX_LEN, bits);
}

TEST_F(family, prefixes)
{
	put_prefix(&self->genl, 16, 129);
	REFUSED(ERANGE, TSREWRITE_A_FLUSH_INSIDE_PREFIX_LEN);
	put_prefix(&self->genl, 16, 255);
	REFUSED(ERANGE, TSREWRITE_A_FLUSH_INSIDE_PREFIX_LEN);
	put_prefix(&self->genl, 4, 33);
	DUMP_REFUSED(EINVAL, TSREWRITE_A_FLUSH_INSIDE_PREFIX_LEN);
	put_prefix(&self->genl, 0, 8);
	DUMP_REFUSED(EINVAL, TSREWRITE_A_FLUSH_INSIDE_PREFIX_LEN);
	mnl_attr_put_u8(request(&self->genl, TSREWRITE_CMD_FLOW_FLUSH, 0),
			TSREWRITE_A_FLUSH_OUTSIDE_PREFIX_LEN, 0);
	DUMP_REFUSED(EINVAL, TSREWRITE_A_FLUSH_OUTSIDE_PREFIX_LEN);
	put_prefix(&self->genl, 16, 128);
	EXPECT_EQ(0, ask(&self->genl));
	put_prefix(&self->genl, 4, 32);
	EXPECT_EQ(0, ask(&self->genl));
	put_prefix(&self->genl, 4, 0);
	EXPECT_EQ(0, ask(&self->genl));
}

TEST_F(family, missing)
{
	request(&self->genl, TSREWRITE_CMD_DEVICE_ATTACH, 0);
	REFUSED(EINVAL, NO_ATTR);
	request(&self->genl, TSREWRITE_CMD_DEVICE_DETACH, 0);
	REFUSED(EINVAL, NO_ATTR);
	mnl_attr_put_u32(request(&self->genl, TSREWRITE_CMD_GROUP_SET, 0),
			 TSREWRITE_A_GROUP_MODE, TSREWRITE_MODE_REWRITE);
	REFUSED(EINVAL, NO_ATTR);
	mnl_attr_put_strz(request(&self->genl, TSREWRITE_CMD_GROUP_SET, 0),
			  TSREWRITE_A_GROUP_NAME, TSREWRITE_GROUP_DEFAULT);
	REFUSED(EINVAL, NO_ATTR);
	request(&self->genl, TSREWRITE_CMD_GROUP_ADD, 0);
	REFUSED(EINVAL, NO_ATTR);
	request(&self->genl, TSREWRITE_CMD_GROUP_DEL, 0);
	REFUSED(EINVAL, NO_ATTR);
	mnl_attr_put_u8(request(&self->genl, TSREWRITE_CMD_DEVICE_SET, 0),
			TSREWRITE_A_DEVICE_DRAIN, 1);
	REFUSED(EINVAL, NO_ATTR);
	mnl_attr_put_u8(request(&self->genl, TSREWRITE_CMD_DEVICE_SET, 0),
			TSREWRITE_A_DEVICE_CONFIRMED, 1);
	REFUSED(EINVAL, NO_ATTR);
	mnl_attr_put_strz(request(&self->genl, TSREWRITE_CMD_DEVICE_SET, 0),
			  TSREWRITE_A_DEVICE_NAME, "lo");
	REFUSED(EINVAL, NO_ATTR);
}

TEST_F(family, bad_names)
{
	static const char *const names[] = {
		"", ".", "..", "a/b", "a b", "a:b", "0123456789abcdef",
	};
	static const char *const groups[] = {
		"", "a/b", "a b", "a:b", "-a", "\xe9",
	};
	const __u8 cmds[] = {
		TSREWRITE_CMD_DEVICE_ATTACH, TSREWRITE_CMD_DEVICE_DETACH,
		TSREWRITE_CMD_DEVICE_SET,
	};

	for (size_t i = 0; i < ARRAY_SIZE(names) * 3; i++) {
		mnl_attr_put_strz(request(&self->genl, cmds[i % 3], 0),
				  TSREWRITE_A_DEVICE_NAME, names[i / 3]);
		REFUSED(EINVAL, TSREWRITE_A_DEVICE_NAME);
	}
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		mnl_attr_put_strz(request(&self->genl, TSREWRITE_CMD_GROUP_ADD, 0),
				  TSREWRITE_A_GROUP_NAME, groups[i]);
		REFUSED(EINVAL, TSREWRITE_A_GROUP_NAME);
	}
	/* No NUL at its end */
	mnl_attr_put(request(&self->genl, TSREWRITE_CMD_DEVICE_ATTACH, 0),
		     TSREWRITE_A_DEVICE_NAME, 15, "0123456789abcde");
	REFUSED(EINVAL, TSREWRITE_A_DEVICE_NAME);
}

TEST_F(family, read_only)
{
	const struct {
		__u8 cmd;
		__u16 attr;
	} cases[] = {
		{ TSREWRITE_CMD_CONFIG_SET, TSREWRITE_A_CONFIG_VERSION },
		{ TSREWRITE_CMD_CONFIG_SET, TSREWRITE_A_CONFIG_MACHINE_FLOWS },
		{ TSREWRITE_CMD_CONFIG_SET, TSREWRITE_A_CONFIG_FLOWS },
		{ TSREWRITE_CMD_CONFIG_SET, TSREWRITE_A_CONFIG_INBOUND_FLOWS },
		{ TSREWRITE_CMD_CONFIG_SET, TSREWRITE_A_CONFIG_USER_LIMIT },
		{ TSREWRITE_CMD_CONFIG_SET, TSREWRITE_A_CONFIG_USER_FLOWS },
		{ TSREWRITE_CMD_DEVICE_ATTACH, TSREWRITE_A_DEVICE_IFINDEX },
		{ TSREWRITE_CMD_DEVICE_ATTACH, TSREWRITE_A_DEVICE_FLOWS },
		{ TSREWRITE_CMD_DEVICE_ATTACH, TSREWRITE_A_DEVICE_CONFIRMED },
		{ TSREWRITE_CMD_DEVICE_DETACH, TSREWRITE_A_DEVICE_CONFIRMED },
		{ TSREWRITE_CMD_DEVICE_ATTACH, TSREWRITE_A_DEVICE_UNANSWERED },
		{ TSREWRITE_CMD_DEVICE_ATTACH, TSREWRITE_A_DEVICE_UNREAD },
		{ TSREWRITE_CMD_DEVICE_DETACH, TSREWRITE_A_DEVICE_UNANSWERED },
		{ TSREWRITE_CMD_DEVICE_DETACH, TSREWRITE_A_DEVICE_UNREAD },
		{ TSREWRITE_CMD_DEVICE_DETACH, TSREWRITE_A_DEVICE_ABSENT },
		{ TSREWRITE_CMD_DEVICE_SET, TSREWRITE_A_DEVICE_UNANSWERED },
		{ TSREWRITE_CMD_DEVICE_SET, TSREWRITE_A_DEVICE_UNREAD },
		{ TSREWRITE_CMD_DEVICE_SET, TSREWRITE_A_DEVICE_ABSENT },
		{ TSREWRITE_CMD_DEVICE_SET, TSREWRITE_A_DEVICE_IFINDEX },
		{ TSREWRITE_CMD_DEVICE_SET, TSREWRITE_A_DEVICE_FLOWS },
		{ TSREWRITE_CMD_GROUP_SET, TSREWRITE_A_GROUP_ID },
		{ TSREWRITE_CMD_GROUP_SET, TSREWRITE_A_GROUP_TREATED },
		{ TSREWRITE_CMD_GROUP_SET, TSREWRITE_A_GROUP_CONTROL },
		{ TSREWRITE_CMD_GROUP_SET, TSREWRITE_A_GROUP_UNTOUCHED },
		{ TSREWRITE_CMD_GROUP_ADD, TSREWRITE_A_GROUP_UNTOUCHED },
		{ TSREWRITE_CMD_GROUP_DEL, TSREWRITE_A_GROUP_ID },
		{ TSREWRITE_CMD_GROUP_DEL, TSREWRITE_A_GROUP_MODE },
		{ TSREWRITE_CMD_GROUP_DEL, TSREWRITE_A_GROUP_CANARY },
		{ TSREWRITE_CMD_GROUP_DEL, TSREWRITE_A_GROUP_PREFIX_COUNT },
		{ TSREWRITE_CMD_GROUP_DEL, TSREWRITE_A_GROUP_FINGERPRINT },
		{ TSREWRITE_CMD_GROUP_DEL, TSREWRITE_A_GROUP_TRIPPED },
		{ TSREWRITE_CMD_GROUP_DEL, TSREWRITE_A_GROUP_COUNT },
		{ TSREWRITE_CMD_GROUP_DEL, TSREWRITE_A_GROUP_UNTOUCHED },
		{ TSREWRITE_CMD_FLOW_FLUSH, TSREWRITE_A_FLUSH_FLUSHED },
		{ TSREWRITE_CMD_KEY_SET, TSREWRITE_A_KEY_FINGERPRINT },
		{ TSREWRITE_CMD_KEY_SET, TSREWRITE_A_KEY_LOADED },
		{ TSREWRITE_CMD_KEY_SET, TSREWRITE_A_KEY_TIME },
		{ TSREWRITE_CMD_KEY_SET, TSREWRITE_A_KEY_BEFORE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		mnl_attr_put_u32(request(&self->genl, cases[i].cmd, 0),
				 cases[i].attr, 1);
		REFUSED(EINVAL, cases[i].attr);
	}
}

#define SECRET "0123456789abcdef"

TEST_F(family, key_of_another_size)
{
	const size_t sizes[] = { 0, 1, 8, 15, 17, 32 };
	const char secret[] = SECRET SECRET;

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		mnl_attr_put(request(&self->genl, TSREWRITE_CMD_KEY_SET, 0),
			     TSREWRITE_A_KEY_SECRET, sizes[i], secret);
		REFUSED(ERANGE, TSREWRITE_A_KEY_SECRET);
	}
	request(&self->genl, TSREWRITE_CMD_KEY_SET, 0);
	REFUSED(EINVAL, NO_ATTR);
}

/* Neither in the answer to who sets it, nor to who asks */
TEST_F(family, key_is_told_to_nobody)
{
	__u64 first, second;

	ASSERT_EQ(0, read_fingerprint(&self->genl, &first));
	memset(self->genl.reply, 0, sizeof(self->genl.reply));
	ASSERT_EQ(0, set_key(&self->genl, SECRET, 16));
	EXPECT_EQ(NULL, memmem(self->genl.reply, BUFFER, SECRET, 8));
	ASSERT_EQ(0, read_fingerprint(&self->genl, &second));
	EXPECT_NE(first, second);
	EXPECT_EQ(NULL, memmem(self->genl.reply, BUFFER, SECRET, 8));
	EXPECT_EQ(NULL, memmem(self->genl.reply, BUFFER, SECRET + 8, 8));
}

TEST_F(family, out_of_range)
{
	const __u16 limits[] = {
		TSREWRITE_A_CONFIG_MACHINE_LIMIT, TSREWRITE_A_CONFIG_LIMIT,
		TSREWRITE_A_CONFIG_INBOUND_LIMIT,
		TSREWRITE_A_CONFIG_TIMEOUT_EMBRYONIC,
		TSREWRITE_A_CONFIG_TIMEOUT_ESTABLISHED,
		TSREWRITE_A_CONFIG_TIMEOUT_CLOSED,
		TSREWRITE_A_CONFIG_TIMEOUT_HALF_CLOSED,
		TSREWRITE_A_CONFIG_TIMEOUT_CLOSING,
	};
	const __u32 values[] = { 0, UINT32_MAX };
	struct nlmsghdr *nlh;

	for (size_t i = 0; i < ARRAY_SIZE(limits) * 2; i++) {
		/* All or nothing: the first one is good */
		nlh = request(&self->genl, TSREWRITE_CMD_CONFIG_SET, 0);
		mnl_attr_put_u32(nlh, limits[(i / 2 + 1) % 6], 77);
		mnl_attr_put_u32(nlh, limits[i / 2], values[i % 2]);
		REFUSED(ERANGE, limits[i / 2]);
	}
	nlh = request(&self->genl, TSREWRITE_CMD_CONFIG_SET, 0);
	mnl_attr_put_u32(nlh, TSREWRITE_A_CONFIG_WHEN_FULL, TSREWRITE_WHEN_FULL_MAX + 1);
	REFUSED(ERANGE, TSREWRITE_A_CONFIG_WHEN_FULL);
	nlh = request(&self->genl, TSREWRITE_CMD_GROUP_SET, 0);
	mnl_attr_put_strz(nlh, TSREWRITE_A_GROUP_NAME, TSREWRITE_GROUP_DEFAULT);
	mnl_attr_put_u32(nlh, TSREWRITE_A_GROUP_MODE, TSREWRITE_MODE_MAX + 1);
	REFUSED(ERANGE, TSREWRITE_A_GROUP_MODE);
	nlh = request(&self->genl, TSREWRITE_CMD_GROUP_ADD, 0);
	mnl_attr_put_strz(nlh, TSREWRITE_A_GROUP_NAME, "new");
	mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_CANARY, 101);
	REFUSED(ERANGE, TSREWRITE_A_GROUP_CANARY);
	nlh = request(&self->genl, TSREWRITE_CMD_GROUP_ADD, 0);
	mnl_attr_put_strz(nlh, TSREWRITE_A_GROUP_NAME, "zeroth");
	mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_ID, 0);
	REFUSED(ERANGE, TSREWRITE_A_GROUP_ID);
	/* All or nothing: the first one is good */
	nlh = request(&self->genl, TSREWRITE_CMD_CONFIG_SET, 0);
	mnl_attr_put_u32(nlh, TSREWRITE_A_CONFIG_LIMIT, 77);
	mnl_attr_put_u32(nlh, TSREWRITE_A_CONFIG_MARK_MASK, 0);
	REFUSED(EINVAL, TSREWRITE_A_CONFIG_MARK_MASK);
	nlh = request(&self->genl, TSREWRITE_CMD_DEVICE_SET, 0);
	mnl_attr_put_strz(nlh, TSREWRITE_A_DEVICE_NAME, "lo");
	mnl_attr_put_u8(nlh, TSREWRITE_A_DEVICE_DRAIN, 2);
	REFUSED(ERANGE, TSREWRITE_A_DEVICE_DRAIN);
	/* Nor by halves: what is good comes first */
	for (__u8 value = 0; value <= 2; value += 2) {
		nlh = request(&self->genl, TSREWRITE_CMD_DEVICE_SET, 0);
		mnl_attr_put_strz(nlh, TSREWRITE_A_DEVICE_NAME, "lo");
		mnl_attr_put_u8(nlh, TSREWRITE_A_DEVICE_DRAIN, 1);
		mnl_attr_put_u8(nlh, TSREWRITE_A_DEVICE_CONFIRMED, value);
		REFUSED(ERANGE, TSREWRITE_A_DEVICE_CONFIRMED);
	}
	mnl_attr_put_u32(request(&self->genl, TSREWRITE_CMD_FLOW_FLUSH, 0),
			 TSREWRITE_A_FLOW_MODE, TSREWRITE_MODE_MAX + 1);
	REFUSED(ERANGE, TSREWRITE_A_FLOW_MODE);
	mnl_attr_put_u32(request(&self->genl, TSREWRITE_CMD_FLOW_FLUSH, 0),
			 TSREWRITE_A_FLOW_STATE, __TSREWRITE_FLOW_STATE_MAX);
	REFUSED(ERANGE, TSREWRITE_A_FLOW_STATE);
}

/* Whether extack points at the name here is not laid down */
TEST_F(family, not_there)
{
	struct nlmsghdr *nlh = request(&self->genl, TSREWRITE_CMD_GROUP_SET, 0);

	mnl_attr_put_strz(nlh, TSREWRITE_A_GROUP_NAME, "nobody's");
	mnl_attr_put_u32(nlh, TSREWRITE_A_GROUP_MODE, TSREWRITE_MODE_REWRITE);
	REFUSED(ENOENT, TSREWRITE_A_GROUP_NAME);
	mnl_attr_put_strz(request(&self->genl, TSREWRITE_CMD_GROUP_DEL, 0),
			  TSREWRITE_A_GROUP_NAME, "nobody's");
	REFUSED(ENOENT, TSREWRITE_A_GROUP_NAME);
	mnl_attr_put_strz(request(&self->genl, TSREWRITE_CMD_GROUP_DEL, 0),
			  TSREWRITE_A_GROUP_NAME, TSREWRITE_GROUP_DEFAULT);
	REFUSED(EBUSY, TSREWRITE_A_GROUP_NAME);
	mnl_attr_put_strz(request(&self->genl, TSREWRITE_CMD_GROUP_ADD, 0),
			  TSREWRITE_A_GROUP_NAME, TSREWRITE_GROUP_DEFAULT);
	REFUSED(EEXIST, TSREWRITE_A_GROUP_NAME);

	EXPECT_EQ(-EEXIST, attach(&self->genl, "lo"));
	EXPECT_STREQ("device is already attached", self->genl.reason);
	EXPECT_EQ(-ENODEV, attach(&self->genl, "nowhere"));
	EXPECT_STREQ("no device of that name", self->genl.reason);
	EXPECT_EQ(-ENODEV, detach(&self->genl, "nowhere"));
	EXPECT_STREQ("device is not attached", self->genl.reason);
	EXPECT_EQ(-ENODEV, drain(&self->genl, "nowhere", 1));
	EXPECT_STREQ("device is not attached", self->genl.reason);
	EXPECT_EQ(-ENODEV, confirm(&self->genl, "nowhere"));
	EXPECT_STREQ("device is not attached", self->genl.reason);
	ASSERT_EQ(0, read_state(&self->genl, &self->after));
	EXPECT_EQ(0, memcmp(&self->before, &self->after, sizeof(self->before)));
}

TEST_F(family, what_is_set_is_there)
{
	ASSERT_EQ(0, set_config(&self->genl, TSREWRITE_A_CONFIG_TIMEOUT_CLOSED,
				77));
	ASSERT_EQ(0, read_state(&self->genl, &self->after));
	EXPECT_NE(0, memcmp(self->before.config, self->after.config, BUFFER));
	ASSERT_EQ(0, set_mode(&self->genl, TSREWRITE_MODE_REWRITE));
	ASSERT_EQ(0, read_state(&self->genl, &self->after));
	EXPECT_NE(0, memcmp(&self->before.groups, &self->after.groups,
			    sizeof(self->before.groups)));
	ASSERT_EQ(0, drain(&self->genl, "lo", 1));
	ASSERT_EQ(0, read_state(&self->genl, &self->after));
	EXPECT_NE(0, memcmp(&self->before.devices, &self->after.devices,
			    sizeof(self->before.devices)));
	ASSERT_EQ(0, drain(&self->genl, "lo", 0));
	ASSERT_EQ(0, read_state(&self->genl, &self->after));
	EXPECT_EQ(0, memcmp(&self->before.devices, &self->after.devices,
			    sizeof(self->before.devices)));
}

/* Of a dump with one entry; NULL where it does not tell */
static const struct nlattr *attr_of_one(struct genl *genl, __u8 cmd, int type)
{
	const size_t head = sizeof(struct genlmsghdr);
	const struct nlattr *attr;
	static struct dump dump;
	const void *attrs = dump.bytes + head;

	if (dump_all(genl, cmd, &dump))
		return NULL;
	mnl_attr_for_each_payload(attrs, dump.size - head)
		if (mnl_attr_get_type(attr) == type)
			return attr;
	return NULL;
}

/* Of the default group, which is alone; -1 where the dump does not tell */
static long long group_fingerprint(struct genl *genl)
{
	const struct nlattr *attr = attr_of_one(genl, TSREWRITE_CMD_GROUP_GET,
						TSREWRITE_A_GROUP_FINGERPRINT);

	return attr ? mnl_attr_get_u32(attr) : -1;
}

TEST_F(family, fingerprint_is_of_the_prefixes_it_came_with)
{
	struct genl *genl = &self->genl;

	EXPECT_EQ(0, group_fingerprint(genl));
	ASSERT_EQ(0, set_default_group(genl, TSREWRITE_A_GROUP_FINGERPRINT, 7777));
	EXPECT_EQ(7777, group_fingerprint(genl));
	ASSERT_EQ(0, set_mode(genl, TSREWRITE_MODE_OBSERVE));
	EXPECT_EQ(7777, group_fingerprint(genl));
	ASSERT_EQ(0, set_default_group(genl, TSREWRITE_A_GROUP_PREFIX_COUNT, 1));
	EXPECT_EQ(0, group_fingerprint(genl));
}

/* Of the one device; the same */
static int is_confirmed(struct genl *genl)
{
	const struct nlattr *attr = attr_of_one(genl, TSREWRITE_CMD_DEVICE_GET,
						TSREWRITE_A_DEVICE_CONFIRMED);

	return attr ? mnl_attr_get_u8(attr) : -1;
}

/* Only a device that comes when there are groups waits */
TEST_F(family, confirmed_where_no_rules_can_miss_it)
{
	EXPECT_EQ(1, is_confirmed(&self->genl));
	ASSERT_EQ(0, add_group(&self->genl, "first"));
	EXPECT_EQ(1, is_confirmed(&self->genl));
	ASSERT_EQ(0, detach(&self->genl, "lo"));
	ASSERT_EQ(0, attach(&self->genl, "lo"));
	EXPECT_EQ(0, is_confirmed(&self->genl));
	ASSERT_EQ(0, confirm(&self->genl, "lo"));
	EXPECT_EQ(1, is_confirmed(&self->genl));
	ASSERT_EQ(0, confirm(&self->genl, "lo"));

	ASSERT_EQ(0, detach(&self->genl, "lo"));
	ASSERT_EQ(0, attach(&self->genl, "lo"));
	ASSERT_EQ(0, add_group(&self->genl, "second"));
	ASSERT_EQ(0, remove_group(&self->genl, "first"));
	EXPECT_EQ(0, is_confirmed(&self->genl));
	ASSERT_EQ(0, remove_group(&self->genl, "second"));
	EXPECT_EQ(1, is_confirmed(&self->genl));
}

/* In a child: what an unprivileged user gets; the number of the step that
 * went otherwise
 */
static int try_as_nobody(void)
{
	struct genl genl;
	struct dump dump;

	if (setgid(NOBODY) || setuid(NOBODY) || genl_open(&genl))
		return 1;
	if (set_mode(&genl, TSREWRITE_MODE_REWRITE) != -EPERM)
		return 2;
	if (set_config(&genl, TSREWRITE_A_CONFIG_LIMIT, 77) != -EPERM)
		return 3;
	if (attach(&genl, "lo") != -EPERM || detach(&genl, "lo") != -EPERM)
		return 4;
	if (dump_all(&genl, TSREWRITE_CMD_FLOW_GET, &dump) != -EPERM)
		return 5;
	if (dump_all(&genl, TSREWRITE_CMD_DEVICE_GET, &dump) ||
	    dump.messages != 1)
		return 6;
	if (dump_all(&genl, TSREWRITE_CMD_GROUP_GET, &dump) ||
	    dump.messages != 1)
		return 7;
	request(&genl, TSREWRITE_CMD_CONFIG_GET, 0);
	if (ask(&genl))
		return 8;
	request(&genl, TSREWRITE_CMD_STATS_GET, 0);
	if (ask(&genl))
		return 9;
	if (mnl_socket_setsockopt(genl.nl, NETLINK_ADD_MEMBERSHIP,
				  &genl.events, sizeof(genl.events)) != -1 ||
	    errno != EPERM)
		return 10;
	if (drain(&genl, "lo", 1) != -EPERM || flush(&genl, false) != -EPERM ||
	    confirm(&genl, "lo") != -EPERM)
		return 11;
	request(&genl, TSREWRITE_CMD_KEY_GET, 0);
	if (ask(&genl) || set_key(&genl, "0123456789abcdef", 16) != -EPERM)
		return 12;
	return 0;
}

/* In a child: root of a user namespace, in a network namespace of its own */
static int try_as_guest(void)
{
	struct genl genl;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) || genl_open(&genl))
		return 1;
	if (attach(&genl, "lo") || set_mode(&genl, TSREWRITE_MODE_REWRITE))
		return 2;
	if (set_config(&genl, TSREWRITE_A_CONFIG_LIMIT, 77))
		return 3;
	if (set_config(&genl, TSREWRITE_A_CONFIG_MACHINE_LIMIT, 77) != -EPERM)
		return 4;
	if (!genl.reason[0] || genl.attr != TSREWRITE_A_CONFIG_MACHINE_LIMIT)
		return 5;
	if (set_config(&genl, TSREWRITE_A_CONFIG_LIMIT, 67108864) != -EDQUOT)
		return 6;
	if (!genl.reason[0] || genl.attr != TSREWRITE_A_CONFIG_LIMIT)
		return 7;
	if (drain(&genl, "lo", 1) || flush(&genl, false))
		return 8;
	if (set_key(&genl, "0123456789abcdef", 16))
		return 10;
	return detach(&genl, "lo") ? 9 : 0;
}

static int step_that_failed(int (*try)(void))
{
	pid_t child = fork();
	int status;

	if (!child)
		_exit(try());
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

TEST_F(family, unprivileged)
{
	EXPECT_EQ(0, step_that_failed(try_as_nobody));
	ASSERT_EQ(0, read_state(&self->genl, &self->after));
	EXPECT_EQ(0, memcmp(&self->before, &self->after, sizeof(self->before)));
}

TEST_F(family, user_namespace)
{
	EXPECT_EQ(0, step_that_failed(try_as_guest));
	ASSERT_EQ(0, read_state(&self->genl, &self->after));
	EXPECT_EQ(0, memcmp(&self->before, &self->after, sizeof(self->before)));
}

/* A dump of devices that stands between two pieces when one of them goes */
TEST_F_TIMEOUT(family, interrupted_dump, 120)
{
	const int devices = 100;
	struct dump dump;
	char name[32];
	FILE *batch;

	batch = popen("ip -batch -", "w");
	ASSERT_NE(NULL, batch);
	for (int i = 0; i < devices; i++)
		fprintf(batch, "link add many%d type dummy\n", i);
	if (pclose(batch))
		SKIP(return, "no dummy devices");
	for (int i = 0; i < devices; i++) {
		snprintf(name, sizeof(name), "many%d", i);
		ASSERT_EQ(0, attach(&self->genl, name));
	}

	ASSERT_EQ(0, dump_all(&self->genl, TSREWRITE_CMD_DEVICE_GET, &dump));
	EXPECT_EQ(devices + 1, dump.messages);
	EXPECT_FALSE(dump.interrupted);

	ASSERT_EQ(0, dump_begin(&self->genl, TSREWRITE_CMD_DEVICE_GET, &dump));
	ASSERT_EQ(0, dump_piece(&self->genl, &dump));
	ASSERT_FALSE(dump.done);
	ASSERT_EQ(0, detach(&self->other, "many0"));
	while (!dump.done)
		ASSERT_EQ(0, dump_piece(&self->genl, &dump));
	EXPECT_TRUE(dump.interrupted);
	EXPECT_EQ(0, dump.malformed);
}

static atomic_bool stop;
static atomic_int came;

/* Connections over lo, which is attached: two flows each */
static int connect_once(int listener, int *pair)
{
	struct sockaddr_in addr;
	socklen_t len = sizeof(addr);

	if (getsockname(listener, (void *)&addr, &len))
		return -1;
	pair[0] = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(pair[0], (void *)&addr, len))
		return -1;
	pair[1] = accept(listener, NULL, NULL);
	return pair[1];
}

static void *come_and_go(void *arg)
{
	int pair[2];

	while (!stop && connect_once(*(int *)arg, pair) >= 0) {
		close(pair[0]);
		close(pair[1]);
		came++;
	}
	return NULL;
}

TEST_F_TIMEOUT(family, flows_change_while_dumped, 120)
{
	const int stay = 60;
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int listener = socket(AF_INET, SOCK_STREAM, 0), pair[2];
	struct dump dump;
	pthread_t thread;

	ASSERT_EQ(0, bring_up("lo"));
	ASSERT_EQ(0, set_mode(&self->genl, TSREWRITE_MODE_REWRITE));
	ASSERT_EQ(0, bind(listener, (void *)&addr, sizeof(addr)));
	ASSERT_EQ(0, listen(listener, 16));
	for (int i = 0; i < stay; i++)
		ASSERT_LE(0, connect_once(listener, pair));
	ASSERT_EQ(0, dump_all(&self->genl, TSREWRITE_CMD_FLOW_GET, &dump));
	EXPECT_EQ(2 * stay, dump.messages);

	stop = false;
	came = 0;
	ASSERT_EQ(0, pthread_create(&thread, NULL, come_and_go, &listener));
	for (int i = 0; i < 30 || !came; i++) {
		ASSERT_EQ(0, dump_all(&self->genl, TSREWRITE_CMD_FLOW_GET,
				      &dump));
		EXPECT_EQ(0, dump.malformed);
		EXPECT_LE(2 * stay, dump.messages);
	}
	stop = true;
	pthread_join(thread, NULL);
	ASSERT_EQ(0, dump_all(&self->genl, TSREWRITE_CMD_FLOW_GET, &dump));
	EXPECT_LT(2 * stay, dump.messages);
}

struct event {
	__u32 type, uid, pid;
	__u64 time;
	char comm[32];
};

static int note_event(const struct nlattr *attr, void *arg)
{
	struct event *event = arg;

	switch (mnl_attr_get_type(attr)) {
	case TSREWRITE_A_EVENT_TYPE:
		event->type = mnl_attr_get_u32(attr);
		break;
	case TSREWRITE_A_EVENT_UID:
		event->uid = mnl_attr_get_u32(attr);
		break;
	case TSREWRITE_A_EVENT_PID:
		event->pid = mnl_attr_get_u32(attr);
		break;
	case TSREWRITE_A_EVENT_TIME:
		event->time = mnl_attr_get_u64(attr);
		break;
	case TSREWRITE_A_EVENT_COMM:
		snprintf(event->comm, sizeof(event->comm), "%s",
			 mnl_attr_get_str(attr));
		break;
	}
	return MNL_CB_OK;
}

static void expect_event(struct __test_metadata *_metadata, struct genl *genl,
			 __u32 type)
{
	struct event event = { .type = UINT32_MAX, .uid = UINT32_MAX };
	struct nlmsghdr *nlh = (void *)genl->reply;

	ASSERT_LT(0, mnl_socket_recvfrom(genl->nl, genl->reply,
					 sizeof(genl->reply)));
	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), note_event, &event);
	EXPECT_EQ(type, event.type);
	EXPECT_EQ(getuid(), event.uid);
	EXPECT_EQ((__u32)getpid(), event.pid);
	EXPECT_STREQ("the doer", event.comm);
	EXPECT_LT(1577836800ULL * 1000000000, event.time);
}

/* The settings that an event says a group had before, by enum tsrewrite_group_attr */
struct before {
	unsigned int count;
	__u32 value[TSREWRITE_A_GROUP_MAX + 1];
};

static int note_setting(const struct nlattr *attr, void *arg)
{
	struct before *before = arg;
	__u16 type = mnl_attr_get_type(attr);

	before->count++;
	if (type <= TSREWRITE_A_GROUP_MAX)
		before->value[type] = type == TSREWRITE_A_GROUP_CANARY ?
			mnl_attr_get_u8(attr) : mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

static int find_before(const struct nlattr *attr, void *arg)
{
	if (mnl_attr_get_type(attr) == TSREWRITE_A_EVENT_BEFORE)
		mnl_attr_parse_nested(attr, note_setting, arg);
	return MNL_CB_OK;
}

static struct before settings_before(struct genl *listener)
{
	struct nlmsghdr *nlh = (void *)listener->reply;
	struct before before = { 0 };

	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), find_before, &before);
	return before;
}

static int set_canary(struct genl *genl, __u8 percent)
{
	struct nlmsghdr *nlh = request(genl, TSREWRITE_CMD_GROUP_SET, 0);

	mnl_attr_put_strz(nlh, TSREWRITE_A_GROUP_NAME, TSREWRITE_GROUP_DEFAULT);
	mnl_attr_put_u8(nlh, TSREWRITE_A_GROUP_CANARY, percent);
	return ask(genl);
}

TEST_F(family, event_of_a_group_tells_which_setting_changed)
{
	struct genl *listener = &self->other;
	struct before before;

	ASSERT_EQ(0, mnl_socket_setsockopt(listener->nl, NETLINK_ADD_MEMBERSHIP,
					   &listener->events,
					   sizeof(listener->events)));
	prctl(PR_SET_NAME, "the doer");

	ASSERT_EQ(0, set_mode(&self->genl, TSREWRITE_MODE_STRIP));
	expect_event(_metadata, listener, TSREWRITE_EVENT_GROUP_CHANGED);
	ASSERT_EQ(0, set_mode(&self->genl, TSREWRITE_MODE_BUG));
	expect_event(_metadata, listener, TSREWRITE_EVENT_GROUP_CHANGED);
	before = settings_before(listener);
	EXPECT_EQ(1, before.count);
	EXPECT_EQ(TSREWRITE_MODE_STRIP, before.value[TSREWRITE_A_GROUP_MODE]);

	ASSERT_EQ(0, set_canary(&self->genl, 37));
	expect_event(_metadata, listener, TSREWRITE_EVENT_GROUP_CHANGED);
	ASSERT_EQ(0, set_canary(&self->genl, 62));
	expect_event(_metadata, listener, TSREWRITE_EVENT_GROUP_CHANGED);
	before = settings_before(listener);
	EXPECT_EQ(1, before.count);
	EXPECT_EQ(37, before.value[TSREWRITE_A_GROUP_CANARY]);

	ASSERT_EQ(0, set_default_group(&self->genl, TSREWRITE_A_GROUP_FINGERPRINT, 7777));
	expect_event(_metadata, listener, TSREWRITE_EVENT_GROUP_CHANGED);
	before = settings_before(listener);
	EXPECT_EQ(1, before.count);
	ASSERT_EQ(0, set_default_group(&self->genl, TSREWRITE_A_GROUP_PREFIX_COUNT, 5));
	expect_event(_metadata, listener, TSREWRITE_EVENT_GROUP_CHANGED);
	before = settings_before(listener);
	EXPECT_EQ(2, before.count);
	EXPECT_EQ(0, before.value[TSREWRITE_A_GROUP_PREFIX_COUNT]);
	EXPECT_EQ(7777, before.value[TSREWRITE_A_GROUP_FINGERPRINT]);
}

TEST_F(family, events)
{
	struct genl *listener = &self->other;

	ASSERT_EQ(0, mnl_socket_setsockopt(listener->nl, NETLINK_ADD_MEMBERSHIP,
					   &listener->events,
					   sizeof(listener->events)));
	prctl(PR_SET_NAME, "the doer");
	ASSERT_EQ(0, detach(&self->genl, "lo"));
	expect_event(_metadata, listener, TSREWRITE_EVENT_DEVICE_DETACHED);
	ASSERT_EQ(0, attach(&self->genl, "lo"));
	expect_event(_metadata, listener, TSREWRITE_EVENT_DEVICE_ATTACHED);
	ASSERT_EQ(0, set_mode(&self->genl, TSREWRITE_MODE_REWRITE));
	expect_event(_metadata, listener, TSREWRITE_EVENT_GROUP_CHANGED);
	ASSERT_EQ(0, set_config(&self->genl, TSREWRITE_A_CONFIG_LIMIT, 77));
	expect_event(_metadata, listener, TSREWRITE_EVENT_CONFIG);
	ASSERT_EQ(0, drain(&self->genl, "lo", 1));
	expect_event(_metadata, listener, TSREWRITE_EVENT_DEVICE_DRAIN);
	ASSERT_EQ(0, drain(&self->genl, "lo", 0));
	expect_event(_metadata, listener, TSREWRITE_EVENT_DEVICE_DRAIN);
	ASSERT_EQ(0, confirm(&self->genl, "lo"));	/* it is: no event */
	ASSERT_EQ(0, add_group(&self->genl, "first"));
	expect_event(_metadata, listener, TSREWRITE_EVENT_GROUP_ADDED);
	ASSERT_EQ(0, detach(&self->genl, "lo"));
	expect_event(_metadata, listener, TSREWRITE_EVENT_DEVICE_DETACHED);
	ASSERT_EQ(0, attach(&self->genl, "lo"));
	expect_event(_metadata, listener, TSREWRITE_EVENT_DEVICE_ATTACHED);
	ASSERT_EQ(0, confirm(&self->genl, "lo"));
	expect_event(_metadata, listener, TSREWRITE_EVENT_DEVICE_CONFIRMED);
}

/* What breaks is refused, and nothing else goes either */
TEST_F_TIMEOUT(family, flush_tells_what_breaks, 120)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int listener = socket(AF_INET, SOCK_STREAM, 0), pair[2];
	struct dump dump;

	ASSERT_EQ(0, bring_up("lo"));
	ASSERT_EQ(0, set_mode(&self->genl, TSREWRITE_MODE_REWRITE));
	ASSERT_EQ(0, bind(listener, (void *)&addr, sizeof(addr)));
	ASSERT_EQ(0, listen(listener, 16));
	for (int i = 0; i < 3; i++)
		ASSERT_LE(0, connect_once(listener, pair));
	EXPECT_EQ(-EBUSY, flush(&self->genl, false));
	EXPECT_STREQ("6 rewritten connections would break", self->genl.reason);
	ASSERT_EQ(0, dump_all(&self->genl, TSREWRITE_CMD_FLOW_GET, &dump));
	EXPECT_EQ(6, dump.messages);
	ASSERT_EQ(0, mnl_socket_setsockopt(self->other.nl, NETLINK_ADD_MEMBERSHIP,
					   &self->other.events,
					   sizeof(self->other.events)));
	prctl(PR_SET_NAME, "the doer");
	EXPECT_EQ(0, flush(&self->genl, true));
	expect_event(_metadata, &self->other, TSREWRITE_EVENT_FLOW_FLUSH);
	ASSERT_EQ(0, dump_all(&self->genl, TSREWRITE_CMD_FLOW_GET, &dump));
	EXPECT_EQ(0, dump.messages);
}

TEST_HARNESS_MAIN
