/* SPDX-License-Identifier: GPL-2.0-only */
/* The module's settings, and how many flows count against its limits */
#ifndef TSREWRITE_CLIENT_CONFIG_H
#define TSREWRITE_CLIENT_CONFIG_H

#include <stdio.h>

#include "../text/format.h"
#include "genl.h"

/* Limits and their current use in flows, timeouts in seconds, enum tsrewrite_when_full */
struct config {
	uint64_t present;
	char version[ATTR_TEXT];
	uint32_t machine_limit;
	uint32_t machine_flows;
	uint32_t limit;
	uint32_t flows;
	uint32_t inbound_limit;
	uint32_t inbound_flows;
	uint32_t timeout_embryonic;
	uint32_t timeout_established;
	uint32_t timeout_half_closed;
	uint32_t timeout_closing;
	uint32_t timeout_closed;
	uint32_t mark_mask;
	uint32_t when_full;
	uint32_t user_limit;
	uint32_t user_flows;
	uint32_t label_bit;
};

/*
 * An answer has every attribute, but for those of the user in the initial user namespace; an
 * event has only the settings that changed
 */
extern const struct attr_table config_table;
extern const struct attr_table config_partial_table;

/*
 * How a setting's value is parsed, as in parse.h, and formatted.  If @max is not 0, the module
 * takes values from 1 to @max.
 */
struct config_unit {
	const char *(*parse)(const char *word, uint32_t *out);
	char *(*format)(char out[FORMAT_SIZE], uint32_t value);
	uint32_t max;
};

/*
 * A setting: its word on the command line, and its attribute.  @held is the attribute with
 * the number of flows that count against it if it is a limit, or else 0.
 */
struct config_setting {
	const char *word;
	const struct config_unit *unit;
	uint16_t attr;
	uint16_t held;
};

/* All settings; the last entry has a @word of NULL */
extern const struct config_setting config_settings[];

/* The value of an attribute that is a number; @attr is one of struct config_setting */
uint32_t config_value(const struct config *config, uint16_t attr);

/* Parses @word into @config.  Returns NULL, or why @word is invalid. */
const char *config_parse_value(const struct config_setting *setting,
			       const char *word, struct config *config);
char *config_format_value(char out[FORMAT_SIZE],
			  const struct config_setting *setting,
			  const struct config *config);

/* Whether the flows count for a user as well, because the user namespace is not the initial one */
bool config_has_user(const struct config *config);

/* Formats how many flows there are and may be, for people */
#define CONFIG_FLOWS 200
char *config_format_flows(char out[CONFIG_FLOWS], const struct config *config);

/* Prints the settings that are present, as words for config set: " limit 10 ..." */
void config_print_words(FILE *to, const struct config *config);

/* Prints those that are present in @before, as they were and are: " limit 10 -> 20 ..." */
void config_print_changes(FILE *to, const struct config *before, const struct config *now);

/* Reads all.  Returns 0, or -1 with @genl's error filled in. */
int config_get(struct genl *genl, struct config *config);

/* Changes the settings that are present.  Returns 0, or -1 with @genl's error filled in. */
int config_set(struct genl *genl, const struct config *config);

#endif /* TSREWRITE_CLIENT_CONFIG_H */
