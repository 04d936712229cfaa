// SPDX-License-Identifier: GPL-2.0-only
#include "module.h"

#include <errno.h>
#include <string.h>

#include "../client/family.h"
#include "../client/report_genl.h"
#include "../text/report.h"
#include "group.h"
#include "keeping.h"
#include "lifecycle.h"
#include "machine.h"
#include "reload.h"
#include "upgrade.h"

static int report_hearing(struct watcher *watcher, struct genl *events)
{
	int ret = EXIT_DONE;

	/* It may have been unloaded between the two */
	if (events->error.code != ENOENT)
		ret = report_genl(events, "hearing events", "watch");
	genl_close(watcher->genl);
	return ret;
}

static int listen_to_events(struct watcher *watcher, struct genl *events)
{
	int ret;

	if (genl_open(events) < 0)
		return report_hearing(watcher, events);
	if (!genl_listen(events)) {
		watcher->connected = true;
		return EXIT_DONE;
	}
	ret = report_hearing(watcher, events);
	genl_close(events);
	return ret;
}

int module_open(struct watcher *watcher, struct genl *events)
{
	int ret;

	if (genl_open(watcher->genl) < 0) {
		if (watcher->genl->error.code == ENOENT)
			return EXIT_DONE;
		return report_genl(watcher->genl, "generic netlink", "watch");
	}
	ret = listen_to_events(watcher, events);
	if (!watcher->connected)
		return ret;
	watcher->rules_changes = UINT64_MAX;
	machine_begin(watcher);
	upgrade_module(watcher);
	settings_warn_of_groups(watcher);
	return EXIT_DONE;
}

void module_lose(struct watcher *watcher, struct genl *events)
{
	watcher->connected = false;
	genl_close(watcher->genl);
	genl_close(events);
	keeping_take(watcher);
	watched_groups_forget(watcher);
	memset(&watcher->asymmetric, 0, sizeof(watcher->asymmetric));
	memset(watcher->no_room, 0, sizeof(watcher->no_room));
	lifecycle_close_all(watcher, "the module was unloaded: how it went on is not known");
}
