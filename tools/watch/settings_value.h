/* SPDX-License-Identifier: GPL-2.0-only */
/* Parses the values of settings */
#ifndef TSREWRITE_WATCH_SETTINGS_VALUE_H
#define TSREWRITE_WATCH_SETTINGS_VALUE_H

#include "settings.h"

/* The keys, by enum settings_key; ends with NULL */
extern const char *const settings_words[];

/* Sets a key for all groups.  Returns NULL, or why @value is invalid, to be read after it. */
const char *settings_set(struct settings *settings, enum settings_key key,
			 const char *value);

/* Sets, in @policy, a key that a group may have of its own; returns the same */
const char *settings_set_policy(struct settings *settings, struct policy *policy,
				enum settings_key key, const char *value);

/* A group's own settings, new if it had none; NULL if there is no memory */
struct group_settings *settings_group(struct settings *settings, const char *name);

/* A copy of @value that is freed with @settings; NULL if there is no memory */
char *settings_keep_text(struct settings *settings, const char *value);

#endif /* TSREWRITE_WATCH_SETTINGS_VALUE_H */
