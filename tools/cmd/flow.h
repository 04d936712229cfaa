/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_FLOW_H
#define TSREWRITE_CMD_FLOW_H

#include "../attr.h"
#include "../parse.h"

struct flow {
	uint64_t present;
	struct address inside_addr;
	struct address outside_addr;
	uint16_t inside_port;
	uint16_t outside_port;
	uint8_t zone;
	uint16_t vlan;
	uint16_t vlan_inner;
	uint8_t group;
	uint32_t mode;
	uint32_t state;
	bool inbound;
	uint32_t offset;
	uint32_t last;
	uint32_t idle;
	uint32_t expires;
};

/* What is not in @given matches everything */
struct filter {
	unsigned int given;
	struct endpoint_match inside;
	struct endpoint_match outside;
	uint16_t port;
	int state;
	int mode;
	uint8_t zone;
};

/* Reads "inside PREFIX port N ..."; 0, or the exit status after it told */
int filter_read(char **words, struct filter *filter);
bool filter_matches(const struct filter *filter, const struct flow *flow);

#endif /* TSREWRITE_CMD_FLOW_H */
