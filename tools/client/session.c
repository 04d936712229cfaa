// SPDX-License-Identifier: GPL-2.0-only
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../text/report.h"
#include "family.h"
#include "report_genl.h"

#define NETNS_DIRECTORY "/var/run/netns"

static int netns_refused(const struct call *call)
{
	const char *name = call->netns;

	if (errno == ENOENT)
		return report_refused("%s: netns \"%s\" does not exist (see ip netns list)",
				      call->name, name);
	if (errno == EPERM || errno == EACCES)
		return report_refused("%s: entering netns \"%s\" needs CAP_SYS_ADMIN (run as root)",
				      call->name, name);
	return report_refused("%s: netns \"%s\": %s", call->name, name, strerror(errno));
}

/* A unit of systemd may have put this process there already, and taken the right to move */
static bool is_own_netns(int fd)
{
	struct stat own, other;

	return !stat("/proc/self/ns/net", &own) && !fstat(fd, &other) &&
	       own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

static int open_netns(const char *netns)
{
	char path[sizeof(NETNS_DIRECTORY) + NAME_MAX + 2];

	snprintf(path, sizeof(path), NETNS_DIRECTORY "/%s", netns);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int enter_netns(const struct call *call)
{
	int ret = EXIT_DONE;
	int fd = open_netns(call->netns);

	if (fd < 0)
		return netns_refused(call);
	if (!is_own_netns(fd) && setns(fd, CLONE_NEWNET) < 0)
		ret = netns_refused(call);
	close(fd);
	return ret;
}

int session_enter(const struct call *call)
{
	return call->netns ? enter_netns(call) : EXIT_DONE;
}

bool session_is_stale(const char *netns)
{
	bool stale;
	int fd;

	if (!netns)
		return false;
	fd = open_netns(netns);
	if (fd < 0)
		return errno == ENOENT;
	stale = !is_own_netns(fd);
	close(fd);
	return stale;
}

int session(const struct call *call, session_run run, void *arg)
{
	int ret = session_enter(call);
	struct genl genl;

	if (ret)
		return ret;
	if (genl_open(&genl) < 0)
		return report_genl(&genl, "generic netlink", "%s", call->name);
	ret = run(&genl, call, arg);
	if (*genl.warning)
		report_warning("%s: %s", call->name, genl.warning);
	genl_close(&genl);
	return ret;
}
