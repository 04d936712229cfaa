/* SPDX-License-Identifier: GPL-2.0-only */
/* The settings of the service: for all groups, and of a group's own */
#ifndef TSREWRITE_WATCH_SETTINGS_H
#define TSREWRITE_WATCH_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include <linux/tsrewrite.h>

#include "finding.h"

/* What is said of settings for a group that does not exist: file, line and group */
#define SETTINGS_NO_GROUP "%s:%d: there is no group \"%s\" (its settings apply once it is added)"

enum trip { TRIP_NO, TRIP_OFF, TRIP_OBSERVE, TRIP_STRIP };

/* What holds for a group: when it has an incident, and what is done about it */
struct policy {
	struct thresholds thresholds;
	enum trip trip;
	const char *run;	/* a command for the shell, or NULL */
};

/* A group may have settings of its own for the keys before KEY_QUIET */
enum settings_key {
	KEY_MIN_ATTEMPTS, KEY_DROP, KEY_HISTORY, KEY_TRIP, KEY_RUN,
	KEY_QUIET, KEY_FULL, KEY_ASYMMETRIC, KEY_STATE, KEY_FEED_URL, KEY_RUN_TIMEOUT, KEYS
};

/* A group's own settings: those whose bit, by enum settings_key, is set in @given */
struct group_settings {
	char name[TSREWRITE_GROUP_NAMSIZ];
	int line;		/* of the file, where they begin */
	unsigned int given;
	struct policy policy;
};

struct settings {
	struct policy policy;
	uint32_t quiet;		/* seconds as usual after which an incident is closed */
	uint32_t full;		/* percent of a limit, when the table is nearly full */
	uint32_t asymmetric;	/* asymmetric connections in a minute that are an incident */
	char *state;		/* the directory where incidents are saved */
	char *feed_url;		/* where the directory's feeds are published, or NULL */
	uint32_t run_timeout;	/* seconds after which a command is killed */
	char *path;		/* the file that they were read from; it may not exist */

	struct group_settings *group;
	size_t groups;
	char **text;		/* the strings that the pointers above point to */
	size_t texts;
};

/* Frees what the settings hold, and leaves them zeroed */
void settings_free(struct settings *settings);

/* The settings for all groups, overridden by those of the group of that name */
struct policy settings_policy(const struct settings *settings, const char *group);

/* By enum trip; ends with NULL */
extern const char *const trip_words[];

#endif /* TSREWRITE_WATCH_SETTINGS_H */
