/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_CONFIG_H
#define TSREWRITE_CMD_CONFIG_H

#include <stdio.h>

#include <jansson.h>

#include "../genl.h"

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
	uint32_t timeout_closed;
	uint32_t mark_mask;
};

/* As an answer has it; events promise nothing */
extern const struct attr_table config_table;
extern const struct attr_table config_partial_table;

int config_get(struct genl *genl, struct config *config);

/* Only what is present */
json_t *config_json(const struct config *config);

/* The settings that are present, as words for config set: " limit 10 ..." */
void config_print_words(FILE *to, const struct config *config);

#endif /* TSREWRITE_CMD_CONFIG_H */
