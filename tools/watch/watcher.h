/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the service knows, and what it does each second
 */
#ifndef TSREWRITE_WATCH_WATCHER_H
#define TSREWRITE_WATCH_WATCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "../cmd/config.h"
#include "../cmd/stats.h"
#include "../genl.h"
#include "change.h"
#include "incident.h"
#include "settings.h"

#define WATCHER_GROUPS 256
#define WATCHER_MINUTE 60

struct watched_group;

struct watcher {
	struct genl *genl;
	bool json;
	bool journal;		/* systemd reads what is printed */
	struct settings settings;
	struct changes changes;
	struct incidents incidents;
	bool unsaved;
	bool save_failed;	/* and was told */

	uint64_t now;		/* seconds since it began, not 0 */
	uint64_t time;		/* nanoseconds since the epoch, of that second's end */
	struct watched_group *group[WATCHER_GROUPS];
	uint32_t rules_generation;	/* of nf_tables, when rules were looked at */
	uint64_t rules_changes;	/* heard of by then */
	bool has_looked;	/* @one_sided_before holds */
	uint64_t one_sided_before;
	uint32_t one_sided[WATCHER_MINUTE];	/* connections in a second */
};

/* A second is over.  0, or -1 with @watcher->genl's error filled in */
int watcher_second(struct watcher *watcher);
void watcher_free(struct watcher *watcher);

/* The parts of it */
int watcher_judge_groups(struct watcher *watcher);
int watcher_judge_machine(struct watcher *watcher);
int watcher_judge_rules(struct watcher *watcher);
void watcher_free_groups(struct watcher *watcher);

/* An incident begins, with @incident's kind, verdict, group and text */
void watcher_open(struct watcher *watcher, const struct incident *incident);
void watcher_update(struct watcher *watcher, struct incident *incident);
void watcher_close(struct watcher *watcher, struct incident *incident,
		   const char *end);

/* The machine's of that kind: begun where there is any of @alarms, else over */
void watcher_tell(struct watcher *watcher, enum incident_kind kind,
		  const json_t *alarms);

/* Looking around takes some dumps: not each second */
bool watcher_looks_around(const struct watcher *watcher);

#endif /* TSREWRITE_WATCH_WATCHER_H */
