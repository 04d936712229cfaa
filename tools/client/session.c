// SPDX-License-Identifier: GPL-2.0-only
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../text/report.h"
#include "family.h"
#include "report_genl.h"

#define NETNS_DIRECTORY "/var/run/netns"

static int netns_refused(const char *name)
{
	if (errno == ENOENT)
		return report_refused("netns \"%s\" does not exist (see ip netns list)",
				      name);
	if (errno == EPERM || errno == EACCES)
		return report_refused("netns \"%s\": entering it needs CAP_SYS_ADMIN (run as root)",
				      name);
	return report_refused("netns \"%s\": %s", name, strerror(errno));
}

static int enter_netns(const char *name)
{
	char path[sizeof(NETNS_DIRECTORY) + NAME_MAX + 2];
	int ret;
	int fd;

	snprintf(path, sizeof(path), NETNS_DIRECTORY "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return netns_refused(name);
	ret = setns(fd, CLONE_NEWNET) < 0 ? netns_refused(name) : EXIT_DONE;
	close(fd);
	return ret;
}

int session_enter(const struct call *call)
{
	return call->netns ? enter_netns(call->netns) : EXIT_DONE;
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
