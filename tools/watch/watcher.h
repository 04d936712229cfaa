/* SPDX-License-Identifier: GPL-2.0-only */
/* The state of the service, as its checks share it */
#ifndef TSREWRITE_WATCH_WATCHER_H
#define TSREWRITE_WATCH_WATCHER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "../client/genl.h"
#include "../maintenance/record.h"
#include "../usual/usual.h"
#include "change.h"
#include "feeds.h"
#include "host.h"
#include "incident.h"
#include "settings.h"

#define WATCHER_GROUPS 256
#define WATCHER_MINUTE 60	/* seconds */
#define WATCHER_CHECK 10	/* seconds between checks that take several dumps */

/* What may become of a connection that finds no room: machine.c names them */
#define WATCHER_NO_ROOM 3

struct watched_group;

/* How much a counter of the module has risen, second by second */
struct last_minute {
	bool has_before;	/* @before is filled in */
	uint64_t before;	/* the counter a second ago */
	uint32_t risen[WATCHER_MINUTE];
};

struct watcher {
	struct genl *genl;
	bool connected;		/* @genl is open: the module was loaded a second ago */
	bool json;
	const char *netns;	/* the network namespace that was asked for, or NULL */
	int home_netns;		/* the one in which the service was started, or -1 if the same */
	const char *path;	/* the file with the settings, or NULL for the default one */
	struct settings settings;
	int state_lock;		/* holds the lock of the state's directory, or -1 */
	char reload_error[512];	/* why the settings could not be read again, or empty */

	const char *queue;	/* the directory where a unit finds commands, or NULL */
	pid_t runner;		/* the child that runs commands, or 0 */
	bool queue_unsynced;	/* the queue's directory is not on the disk as it is */
	uint64_t commands_lost;	/* since the last one that could be queued */
	bool commands_stuck;	/* they are not run, and this was printed */

	struct record maintenance;	/* the last one */
	struct timespec maintenance_read;	/* when its file was written, as it was read */
	bool maintenance_seen;	/* whether one was open at the start is known */
	bool overdue_told;	/* that it was to be over */

	struct changes changes;
	struct host host;	/* what the machine runs, and has run before */
	char booted[CHANGE_TEXT];	/* what changed with this boot, until the module is found */
	int64_t log_size;	/* of dpkg's log, when it was read last */
	struct incidents incidents;
	struct feeds feeds;
	bool unsaved;		/* they have changed since they were saved */
	uint64_t revived;	/* the second in which all feeds were written last */
	bool save_failed;	/* the last try to save them failed, and this was printed */

	struct usual usual;	/* what was learnt, but for what judges still have */
	uint64_t usual_taken;	/* the second in which it was taken from these last */
	uint64_t usual_saved;	/* the second in which it was saved last, or that was tried */
	bool usual_unsaved;	/* it has changed since then */
	bool usual_failed;	/* the last try failed, and this was printed */

	uint64_t now;		/* the number of the last second that is over; never 0 */
	uint64_t time;		/* when it ended, in nanoseconds since the epoch */
	struct watched_group *group[WATCHER_GROUPS];	/* by id; NULL if there is none */
	uint32_t rules_generation;	/* of nf_tables when rules were checked last */
	uint64_t rules_changes;	/* changes.count at that time */
	struct last_minute asymmetric;	/* asymmetric connections */
	struct last_minute no_room[WATCHER_NO_ROOM];	/* connections without room, by fate */
};

/* Whether the checks that take several dumps, and are not done each second, are due */
static inline bool watcher_is_check_due(const struct watcher *watcher)
{
	return watcher->now % WATCHER_CHECK == 0;
}

#endif /* TSREWRITE_WATCH_WATCHER_H */
