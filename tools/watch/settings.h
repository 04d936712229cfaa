/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the service is told to do: lines of KEY = VALUE, for all groups, and behind
 * a line [group NAME], for one.
 */
#ifndef TSREWRITE_WATCH_SETTINGS_H
#define TSREWRITE_WATCH_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "judge.h"

#define SETTINGS_PATH  "/etc/tsrewrite/watch.conf"
#define SETTINGS_STATE "/var/lib/tsrewrite"

enum trip { TRIP_NO, TRIP_OFF, TRIP_OBSERVE };

/* For a group */
struct policy {
	struct thresholds thresholds;
	enum trip trip;
	const char *run;	/* a command for the shell, or NULL */
};

struct group_settings;

struct settings {
	struct policy policy;
	uint32_t quiet;		/* seconds until what is over is over */
	uint32_t full;		/* percent of a limit */
	uint32_t one_sided;	/* connections in a minute */
	char *state;		/* a directory */

	struct group_settings *group;
	size_t groups;
	char **text;		/* what the pointers point to */
	size_t texts;
};

/*
 * 0, or -1 with the reason in @why.  Where @path is NULL, SETTINGS_PATH is read, and
 * need not be there.  Either way @settings is to be freed.
 */
int settings_read(struct settings *settings, const char *path, char *why,
		  size_t size);
void settings_free(struct settings *settings);

/* What holds for a group */
struct policy settings_policy(const struct settings *settings, const char *group);

extern const char *const trip_words[];

#endif /* TSREWRITE_WATCH_SETTINGS_H */
