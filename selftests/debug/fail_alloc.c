// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each allocation of ours fails in turn. It does so in every command and in what devices,
 * namespaces and the module's loading do, which is done whole or not at all, and told.
 *
 * /proc/PID/fail-nth lets the nth allocation of a task fail. The stack filter of
 * fault injection leaves those that are ours or made for us.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/tsrewrite.h>

#include "kselftest_harness.h"

#include "../lib/genl.h"

#define MODULE "nf_tsrewrite"
#define DEBUGFS "/sys/kernel/debug/"
#define ATTEMPTS_MAX 5000

/* The kernel with all this is slow, and the machine is emulated */
#define PATIENCE 900

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	int err = fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return err;
}

static unsigned long read_number(const char *path, int base)
{
	char text[64] = "";
	FILE *file = fopen(path, "r");

	if (file) {
		if (!fgets(text, sizeof(text), file))
			text[0] = '\0';
		fclose(file);
	}
	return strtoul(text, NULL, base);
}

static int set_fault(const char *what, const char *attr, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), DEBUGFS "%s/%s", what, attr);
	return write_file(path, value);
}

#define DEPTH_MAX 32

/* Allocations with a caller between start and end, no more than depth calls up */
static int aim_faults(unsigned long start, unsigned long end, unsigned int depth)
{
	static const char *const kinds[] = { "failslab", "fail_page_alloc" };
	char from[32], to[32], calls[16];
	int err = 0;

	snprintf(calls, sizeof(calls), "%u", depth);
	snprintf(from, sizeof(from), "0x%lx", start);
	snprintf(to, sizeof(to), "0x%lx", end);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		err = err ?: set_fault(kinds[i], "probability", "0");
		err = err ?: set_fault(kinds[i], "verbose", "0");
		err = err ?: set_fault(kinds[i], "ignore-gfp-wait", "N");
		err = err ?: set_fault(kinds[i], "stacktrace-depth", calls);
		err = err ?: set_fault(kinds[i], "require-start", from);
		err = err ?: set_fault(kinds[i], "require-end", to);
	}
	err = err ?: set_fault("fail_page_alloc", "ignore-gfp-highmem", "N");
	return err ?: set_fault("fail_page_alloc", "min-order", "0");
}

static int aim_at_module(void)
{
	unsigned long start, size;

	start = read_number("/sys/module/" MODULE "/sections/.text", 16);
	size = read_number("/sys/module/" MODULE "/coresize", 10);
	return start && size ? aim_faults(start, start + size, DEPTH_MAX) : -ENOENT;
}

/* Every allocation of this task's that was aimed at */
static int fail_all(bool on)
{
	static const char *const kinds[] = { "failslab", "fail_page_alloc" };
	int err = write_file("/proc/self/make-it-fail", on ? "1" : "0");

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		err = err ?: set_fault(kinds[i], "task-filter", on ? "Y" : "N");
		err = err ?: set_fault(kinds[i], "times", "-1");
		err = err ?: set_fault(kinds[i], "interval", "1");
		err = err ?: set_fault(kinds[i], "probability", on ? "100" : "0");
	}
	return err;
}

/* From the function's symbol to the next one */
static int aim_at_function(const char *name, unsigned int depth)
{
	unsigned long start = 0, end = ULONG_MAX, address;
	FILE *file = fopen("/proc/kallsyms", "r");
	char symbol[512];

	for (int pass = 0; file && pass < 2; pass++) {
		rewind(file);
		while (fscanf(file, "%lx %*c %511s%*[^\n]", &address, symbol) == 2)
			if (!pass && !strcmp(symbol, name))
				start = address;
			else if (pass && address > start && address < end)
				end = address;
	}
	if (file)
		fclose(file);
	return start ? aim_faults(start, end, depth) : -ENOENT;
}

/* From now on the nth allocation of this task fails */
static void arm_fault(unsigned int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	if (write_file("/proc/thread-self/fail-nth", text)) {
		perror("fail-nth");
		exit(1);
	}
}

/* Return: whether one has failed */
static bool disarm_fault(void)
{
	bool failed = !read_number("/proc/thread-self/fail-nth", 10);

	arm_fault(0);
	return failed;
}

static bool has_fault_injection(void)
{
	return !access("/proc/self/fail-nth", W_OK) &&
	       !access(DEBUGFS "failslab/require-start", W_OK) &&
	       !access(DEBUGFS "fail_page_alloc/require-start", W_OK);
}

/* Devices */

struct rtnl {
	struct mnl_socket *nl;
	char buffer[BUFFER];
};

static int rtnl_ask(struct rtnl *rtnl)
{
	struct nlmsghdr *nlh = (void *)rtnl->buffer;
	int len;

	nlh->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	if (mnl_socket_sendto(rtnl->nl, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	len = mnl_socket_recvfrom(rtnl->nl, rtnl->buffer, sizeof(rtnl->buffer));
	if (len < 0)
		return -errno;
	return ((struct nlmsgerr *)mnl_nlmsg_get_payload(nlh))->error;
}

static struct nlmsghdr *rtnl_request(struct rtnl *rtnl, int type, int flags,
				     const char *name)
{
	struct nlmsghdr *nlh;

	memset(rtnl->buffer, 0, sizeof(rtnl->buffer));
	nlh = mnl_nlmsg_put_header(rtnl->buffer);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	return nlh;
}

static int add_dummy(struct rtnl *rtnl, const char *name)
{
	struct nlmsghdr *nlh = rtnl_request(rtnl, RTM_NEWLINK,
					    NLM_F_CREATE | NLM_F_EXCL, name);
	struct nlattr *nest = mnl_attr_nest_start(nlh, IFLA_LINKINFO);

	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "dummy");
	mnl_attr_nest_end(nlh, nest);
	return rtnl_ask(rtnl);
}

static int delete_device(struct rtnl *rtnl, const char *name)
{
	rtnl_request(rtnl, RTM_DELLINK, 0, name);
	return rtnl_ask(rtnl);
}

static int rename_device(const char *from, const char *to)
{
	struct ifreq ifr = {};
	int fd = socket(AF_INET, SOCK_DGRAM, 0), err;

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", from);
	snprintf(ifr.ifr_newname, sizeof(ifr.ifr_newname), "%s", to);
	err = ioctl(fd, SIOCSIFNAME, &ifr) ? -errno : 0;
	close(fd);
	return err;
}

static int bring_up(const char *name)
{
	struct ifreq ifr = { .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), err;

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	err = ioctl(fd, SIOCSIFFLAGS, &ifr);
	close(fd);
	return err;
}

/* A connection over lo, both of whose directions cross the attached device */
static int connect_over_lo(int fd[2])
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	socklen_t size = sizeof(addr);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd[0] = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (void *)&addr, size) || listen(listener, 1) ||
	    getsockname(listener, (void *)&addr, &size) ||
	    connect(fd[0], (void *)&addr, size))
		return -errno;
	fd[1] = accept(listener, NULL, NULL);
	close(listener);
	return fd[1] < 0 ? -errno : 0;
}

/* All that a namespace holds, as bytes */
struct state {
	char config[BUFFER];
	struct dump devices, groups;
};

/* Those that wait for RCU to be freed count as well, and those of namespaces that
 * are going; a device's flows tell which there are.
 */
static int blank_flows(const struct nlattr *attr, void *arg)
{
	__u16 type = mnl_attr_get_type(attr);

	(void)arg;
	if (type == TSREWRITE_A_CONFIG_MACHINE_FLOWS ||
	    type == TSREWRITE_A_CONFIG_FLOWS)
		memset(mnl_attr_get_payload(attr), 0, sizeof(__u32));
	return MNL_CB_OK;
}

/* Every connection counts for its group; the default one comes first */
static int blank_counters(const struct nlattr *attr, void *arg)
{
	__u16 type = mnl_attr_get_type(attr);

	(void)arg;
	if (type == TSREWRITE_A_GROUP_TREATED || type == TSREWRITE_A_GROUP_CONTROL ||
	    type == TSREWRITE_A_GROUP_UNTOUCHED)
		memset(mnl_attr_get_payload(attr), 0,
		       mnl_attr_get_payload_len(attr));
	return MNL_CB_OK;
}

static int read_state(struct genl *genl, struct state *state)
{
	int err;

	memset(genl->reply, 0, sizeof(genl->reply));
	request(genl, TSREWRITE_CMD_CONFIG_GET, 0);
	err = ask(genl);
	if (!err)
		mnl_attr_parse((void *)genl->reply, sizeof(struct genlmsghdr),
			       blank_flows, NULL);
	memcpy(state->config, genl->reply + sizeof(struct nlmsghdr),
	       BUFFER - sizeof(struct nlmsghdr));
	if (!err)
		err = dump_all(genl, TSREWRITE_CMD_DEVICE_GET, &state->devices);
	if (!err)
		err = dump_all(genl, TSREWRITE_CMD_GROUP_GET, &state->groups);
	if (!err)
		mnl_attr_parse_payload(state->groups.bytes + sizeof(struct genlmsghdr),
				       state->groups.size - sizeof(struct genlmsghdr),
				       blank_counters, NULL);
	return err;
}

static bool is_same_state(const struct state *a, const struct state *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* Commands: lo is attached, with two flows, d0 is a device */

static int do_attach(struct genl *genl) { return attach(genl, "d0"); }
static int undo_attach(struct genl *genl) { return detach(genl, "d0"); }
static int do_detach(struct genl *genl) { return detach(genl, "lo"); }
static int undo_detach(struct genl *genl) { return attach(genl, "lo"); }

static int do_mode(struct genl *genl)
{
	return set_mode(genl, TSREWRITE_MODE_BUG);
}

static int undo_mode(struct genl *genl)
{
	return set_mode(genl, TSREWRITE_MODE_REWRITE);
}

static int do_group(struct genl *genl) { return add_group(genl, "g"); }
static int undo_group(struct genl *genl) { return remove_group(genl, "g"); }

static int do_config(struct genl *genl)
{
	struct nlmsghdr *nlh = request(genl, TSREWRITE_CMD_CONFIG_SET, 0);

	mnl_attr_put_u32(nlh, TSREWRITE_A_CONFIG_LIMIT, 77);
	mnl_attr_put_u32(nlh, TSREWRITE_A_CONFIG_TIMEOUT_CLOSED, 78);
	return ask(genl);
}

static int undo_config(struct genl *genl)
{
	struct nlmsghdr *nlh = request(genl, TSREWRITE_CMD_CONFIG_SET, 0);

	mnl_attr_put_u32(nlh, TSREWRITE_A_CONFIG_LIMIT, 262144);
	mnl_attr_put_u32(nlh, TSREWRITE_A_CONFIG_TIMEOUT_CLOSED, 120);
	return ask(genl);
}

static int do_drain(struct genl *genl) { return drain(genl, "lo", 1); }
static int undo_drain(struct genl *genl) { return drain(genl, "lo", 0); }
static int do_flush(struct genl *genl) { return flush(genl, true); }

/* Another connection, as the one before has no flows any more */
static int undo_flush(struct genl *genl)
{
	int fd[2]; /* open until the test ends */

	(void)genl;
	return connect_over_lo(fd);
}

static int get_config(struct genl *genl)
{
	request(genl, TSREWRITE_CMD_CONFIG_GET, 0);
	return ask(genl);
}

static int get_stats(struct genl *genl)
{
	request(genl, TSREWRITE_CMD_STATS_GET, 0);
	return ask(genl);
}

static int run_dump(struct genl *genl, __u8 cmd)
{
	struct dump dump;
	int err = dump_all(genl, cmd, &dump);

	return err ?: dump.messages ? 0 : -ENODATA;
}

static int dump_devices(struct genl *genl)
{
	return run_dump(genl, TSREWRITE_CMD_DEVICE_GET);
}

static int dump_groups(struct genl *genl)
{
	return run_dump(genl, TSREWRITE_CMD_GROUP_GET);
}

static int dump_flows(struct genl *genl)
{
	return run_dump(genl, TSREWRITE_CMD_FLOW_GET);
}

static int do_nothing(struct genl *genl)
{
	(void)genl;
	return 0;
}

static int listen_to_events(struct genl *genl)
{
	int err = genl_open(genl);

	if (!err && mnl_socket_setsockopt(genl->nl, NETLINK_ADD_MEMBERSHIP,
					  &genl->events, sizeof(genl->events)))
		err = -errno;
	return err;
}

/* Whether something was told, or that it could not be; -1 if what was told is no message */
static int drain_events(struct genl *genl)
{
	char buffer[BUFFER];
	int heard = 0;

	for (;;) {
		const struct nlmsghdr *nlh = (struct nlmsghdr *)buffer;
		int len;

		memset(buffer, 0, sizeof(buffer));
		len = recv(mnl_socket_get_fd(genl->nl), buffer, sizeof(buffer),
			   MSG_DONTWAIT);
		if (len < 0 && errno != ENOBUFS)
			return heard;
		if (len >= 0 && !mnl_nlmsg_ok(nlh, len))
			return -1;
		heard = 1;
	}
}

FIXTURE(command)
{
	struct genl genl;
	struct genl listener;
	struct rtnl rtnl;
	struct state before, done, after;
	int fd[2];
};

/* One that has nothing of its own to allocate is done at once */
FIXTURE_VARIANT(command)
{
	int (*run)(struct genl *genl);
	int (*undo)(struct genl *genl);
	bool allocates;
};

FIXTURE_VARIANT_ADD(command, attach) {
	.run = do_attach, .undo = undo_attach, .allocates = true,
};

FIXTURE_VARIANT_ADD(command, detach) {
	.run = do_detach, .undo = undo_detach, .allocates = true,
};

FIXTURE_VARIANT_ADD(command, mode) {
	.run = do_mode, .undo = undo_mode, .allocates = true,
};

FIXTURE_VARIANT_ADD(command, drain) {
	.run = do_drain, .undo = undo_drain, .allocates = true,
};

FIXTURE_VARIANT_ADD(command, flush) {
	.run = do_flush, .undo = undo_flush, .allocates = true,
};

FIXTURE_VARIANT_ADD(command, group_add) {
	.run = do_group, .undo = undo_group, .allocates = true,
};

FIXTURE_VARIANT_ADD(command, config_set) {
	.run = do_config, .undo = undo_config, .allocates = true,
};

FIXTURE_VARIANT_ADD(command, config_get) {
	.run = get_config, .undo = do_nothing, .allocates = true,
};

FIXTURE_VARIANT_ADD(command, stats) {
	.run = get_stats, .undo = do_nothing, .allocates = true,
};

FIXTURE_VARIANT_ADD(command, dump_devices) {
	.run = dump_devices, .undo = do_nothing,
};

FIXTURE_VARIANT_ADD(command, dump_groups) {
	.run = dump_groups, .undo = do_nothing,
};

FIXTURE_VARIANT_ADD(command, dump_flows) {
	.run = dump_flows, .undo = do_nothing,
};

FIXTURE_SETUP(command)
{
	if (!has_fault_injection())
		SKIP(return, "no fault injection: see ../runner/check-debug");
	if (unshare(CLONE_NEWNET) || genl_open(&self->genl))
		SKIP(return, "nf_tsrewrite is not loaded");
	self->rtnl.nl = mnl_socket_open(NETLINK_ROUTE);
	ASSERT_EQ(0, mnl_socket_bind(self->rtnl.nl, 0, MNL_SOCKET_AUTOPID));
	ASSERT_EQ(0, bring_up("lo"));
	ASSERT_EQ(0, add_dummy(&self->rtnl, "d0"));
	ASSERT_EQ(0, attach(&self->genl, "lo"));
	ASSERT_EQ(0, set_mode(&self->genl, TSREWRITE_MODE_REWRITE));
	ASSERT_EQ(0, connect_over_lo(self->fd));
	ASSERT_EQ(0, listen_to_events(&self->listener));
	ASSERT_EQ(0, aim_at_module());
}

FIXTURE_TEARDOWN(command)
{
	mnl_socket_close(self->genl.nl);
	mnl_socket_close(self->listener.nl);
	mnl_socket_close(self->rtnl.nl);
}

TEST_F_TIMEOUT(command, all_or_nothing, PATIENCE)
{
	unsigned int n, refused = 0;
	bool changes, failed;

	ASSERT_EQ(0, read_state(&self->genl, &self->before));
	ASSERT_EQ(0, variant->run(&self->genl));
	ASSERT_EQ(0, read_state(&self->genl, &self->done));
	changes = !is_same_state(&self->before, &self->done);
	ASSERT_EQ(changes, drain_events(&self->listener));
	for (n = 1; n < ATTEMPTS_MAX; n++) {
		int err;

		ASSERT_EQ(0, variant->undo(&self->genl));
		/* Attachments are told in the order in which they came */
		ASSERT_EQ(0, read_state(&self->genl, &self->before));
		drain_events(&self->listener);
		arm_fault(n);
		err = variant->run(&self->genl);
		failed = disarm_fault();
		ASSERT_EQ(0, read_state(&self->genl, &self->after));
		if (err) {
			refused++;
			EXPECT_EQ(-ENOMEM, err)
				TH_LOG("allocation %u", n);
			EXPECT_TRUE(is_same_state(&self->before, &self->after))
				TH_LOG("allocation %u: refused, and done by half: %s",
				       n, self->genl.reason);
			EXPECT_EQ(0, drain_events(&self->listener))
				TH_LOG("allocation %u: refused, and told", n);
			if (is_same_state(&self->before, &self->after))
				ASSERT_EQ(0, variant->run(&self->genl));
			continue;
		}
		EXPECT_TRUE(is_same_state(&self->done, &self->after))
			TH_LOG("allocation %u: answered, and done by half", n);
		EXPECT_EQ(changes, drain_events(&self->listener))
			TH_LOG("allocation %u: nobody told", n);
		if (!failed)
			break;
	}
	TH_LOG("%u allocations, %u refusals", n - 1, refused);
	ASSERT_LT(n, ATTEMPTS_MAX);
	EXPECT_EQ(variant->allocates, n > 1);
}

FIXTURE(device)
{
	struct genl genl;
	struct genl listener;
	struct rtnl rtnl;
	struct state state;
};

FIXTURE_SETUP(device)
{
	if (!has_fault_injection())
		SKIP(return, "no fault injection: see ../runner/check-debug");
	if (unshare(CLONE_NEWNET) || genl_open(&self->genl))
		SKIP(return, "nf_tsrewrite is not loaded");
	self->rtnl.nl = mnl_socket_open(NETLINK_ROUTE);
	ASSERT_EQ(0, mnl_socket_bind(self->rtnl.nl, 0, MNL_SOCKET_AUTOPID));
	ASSERT_EQ(0, add_dummy(&self->rtnl, "d0"));
	ASSERT_EQ(0, listen_to_events(&self->listener));
	ASSERT_EQ(0, aim_at_module());
}

FIXTURE_TEARDOWN(device)
{
	mnl_socket_close(self->genl.nl);
	mnl_socket_close(self->listener.nl);
	mnl_socket_close(self->rtnl.nl);
}

static int note_ifindex(const struct nlattr *attr, void *arg)
{
	if (mnl_attr_get_type(attr) == TSREWRITE_A_DEVICE_IFINDEX)
		*(int *)arg = mnl_attr_get_u32(attr);
	return MNL_CB_OK;
}

/* Return: the only attachment's device, 0 if it has none, or no attachment: -1 */
static int held_ifindex(struct genl *genl)
{
	struct dump dump;
	int ifindex = 0;

	if (dump_all(genl, TSREWRITE_CMD_DEVICE_GET, &dump) ||
	    dump.messages != 1)
		return -1;
	mnl_attr_parse_payload(dump.bytes + sizeof(struct genlmsghdr),
			       dump.size - sizeof(struct genlmsghdr),
			       note_ifindex, &ifindex);
	return ifindex;
}

/* The attachment stays; it takes hold now or when the device comes again */
TEST_F_TIMEOUT(device, returns, PATIENCE)
{
	unsigned int n, missed = 0;
	bool failed = true;

	ASSERT_EQ(0, attach(&self->genl, "d0"));
	for (n = 1; failed; n++) {
		ASSERT_EQ(0, delete_device(&self->rtnl, "d0"));
		ASSERT_EQ(0, held_ifindex(&self->genl));
		arm_fault(n);
		ASSERT_EQ(0, add_dummy(&self->rtnl, "d0"));
		failed = disarm_fault();
		if (held_ifindex(&self->genl)) {
			EXPECT_EQ((int)if_nametoindex("d0"),
				  held_ifindex(&self->genl));
			continue;
		}
		missed++;
		ASSERT_EQ(0, delete_device(&self->rtnl, "d0"));
		ASSERT_EQ(0, add_dummy(&self->rtnl, "d0"));
		ASSERT_LT(0, held_ifindex(&self->genl));
	}
	TH_LOG("%u allocations, %u returns missed", n - 2, missed);
	EXPECT_GT(n, 2);
}

TEST_F_TIMEOUT(device, goes, PATIENCE)
{
	bool failed = true;
	unsigned int n;

	ASSERT_EQ(0, attach(&self->genl, "d0"));
	ASSERT_EQ(1, drain_events(&self->listener));
	for (n = 1; failed; n++) {
		arm_fault(n);
		ASSERT_EQ(0, delete_device(&self->rtnl, "d0"));
		failed = disarm_fault();
		ASSERT_EQ(0, held_ifindex(&self->genl));
		EXPECT_EQ(1, drain_events(&self->listener));
		ASSERT_EQ(0, add_dummy(&self->rtnl, "d0"));
		ASSERT_LT(0, held_ifindex(&self->genl));
		EXPECT_EQ(1, drain_events(&self->listener));
	}
	TH_LOG("%u allocations", n - 2);
	EXPECT_GT(n, 2);
}

TEST_F_TIMEOUT(device, is_renamed, PATIENCE)
{
	static const char *const names[] = { "d0", "d1" };
	bool failed = true;
	unsigned int n;

	ASSERT_EQ(0, attach(&self->genl, "d0"));
	ASSERT_EQ(1, drain_events(&self->listener));
	for (n = 1; failed; n++) {
		arm_fault(n);
		ASSERT_EQ(0, rename_device(names[(n + 1) % 2], names[n % 2]));
		failed = disarm_fault();
		ASSERT_LT(0, held_ifindex(&self->genl));
		ASSERT_EQ(-EEXIST, attach(&self->genl, names[n % 2]));
		EXPECT_EQ(1, drain_events(&self->listener));
	}
	TH_LOG("%u allocations", n - 2);
	EXPECT_GT(n, 2);
}

/* What comes in one piece or in pages, or in smaller ones, is not to be had */
TEST_F(device, gets_no_table)
{
	ASSERT_EQ(0, fail_all(true));
	EXPECT_EQ(-ENOMEM, attach(&self->genl, "d0"));
	EXPECT_STREQ("no memory for the flow table: lower the limit of flows",
		     self->genl.reason);
	ASSERT_EQ(0, fail_all(false));
	EXPECT_EQ(-1, held_ifindex(&self->genl));
	EXPECT_EQ(0, attach(&self->genl, "d0"));
}

FIXTURE(birth)
{
};

FIXTURE_SETUP(birth)
{
	if (!has_fault_injection())
		SKIP(return, "no fault injection: see ../runner/check-debug");
}

FIXTURE_TEARDOWN(birth)
{
}

/* In a child, whose namespace goes with it: how that ends */
static int begin_namespace(unsigned int n, bool *failed)
{
	int status, pid = fork();

	if (!pid) {
		int err;

		arm_fault(n);
		err = unshare(CLONE_NEWNET) ? errno : 0;
		_exit(disarm_fault() << 7 | err);
	}
	waitpid(pid, &status, 0);
	*failed = WEXITSTATUS(status) & 1 << 7;
	return -(WEXITSTATUS(status) & 0x7f);
}

/* What a namespace has of each part of the kernel, ours among them, fails: some
 * have begun by then, others not. No deeper, as not all of the kernel's own can
 * do without.
 */
static int aim_at_parts_of_namespaces(void)
{
	bool failed = false;
	int err = 0;

	for (int depth = 2; depth < DEPTH_MAX && !err && !failed; depth++) {
		err = aim_at_function("ops_init", depth);
		if (!err)
			begin_namespace(1, &failed);
	}
	return failed ? 0 : err ?: -ENOENT;
}

TEST_F_TIMEOUT(birth, of_a_namespace, PATIENCE)
{
	unsigned int n, refused = 0;
	bool failed = true;

	ASSERT_EQ(0, aim_at_parts_of_namespaces());
	for (n = 1; failed && n < ATTEMPTS_MAX; n++) {
		int err = begin_namespace(n, &failed);

		refused += !!err;
		EXPECT_EQ(failed ? -ENOMEM : 0, err)
			TH_LOG("allocation %u: %s", n, strerror(-err));
	}
	TH_LOG("%u allocations, %u refusals", n - 2, refused);
	EXPECT_GE(refused, 10);
	ASSERT_LT(n, ATTEMPTS_MAX);
}

static int load_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;

	close(fd);
	return err;
}

/* As soon as no attachment of a namespace that is going holds it */
static int unload_module(void)
{
	int tries = PATIENCE;

	while (syscall(SYS_delete_module, MODULE, O_NONBLOCK)) {
		if (errno != EAGAIN || !tries--)
			return -errno;
		sleep(1);
	}
	return 0;
}

/* All but a namespace's own may be found in memory that was there before */
TEST_F_TIMEOUT(birth, of_the_module, PATIENCE)
{
	const char *path = getenv("TSREWRITE_KO");
	unsigned int n, refused = 0;
	bool failed = true;

	if (!path)
		SKIP(return, "TSREWRITE_KO does not say where the module is");
	ASSERT_EQ(0, aim_at_function("do_one_initcall", DEPTH_MAX));
	ASSERT_EQ(0, unload_module());
	for (n = 1; failed && n < ATTEMPTS_MAX; n++) {
		int err;

		arm_fault(n);
		err = load_module(path);
		failed = disarm_fault();
		refused += err == -ENOMEM;
		EXPECT_TRUE(!err || (failed && err == -ENOMEM))
			TH_LOG("allocation %u: %s", n, strerror(-err));
		if (!err && failed)
			ASSERT_EQ(0, unload_module());
	}
	TH_LOG("%u allocations, %u refusals", n - 2, refused);
	EXPECT_GE(refused, 1);
	ASSERT_LT(n, ATTEMPTS_MAX);
}

TEST_HARNESS_MAIN
