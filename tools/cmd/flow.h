/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_FLOW_H
#define TSREWRITE_CMD_FLOW_H

#include <jansson.h>

#include "../attr.h"
#include "../parse.h"
#include "../session.h"

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
	bool one_sided;
};

/* What a flush did, or an event tells of it */
struct flow_flushed {
	uint64_t present;
	uint32_t flushed;
	uint32_t broken;
};

extern const struct attr_table flow_flushed_table;

json_t *flow_flushed_json(const struct flow_flushed *flushed);

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

/*
 * Reads the call's words "inside PREFIX port N ..."; 0, or the exit status
 * after it told
 */
int filter_read(const struct call *call, struct filter *filter);
bool filter_matches(const struct filter *filter, const struct flow *flow);

/* For the kernel to match */
void filter_put(const struct filter *filter, struct nlmsghdr *nlh);

#endif /* TSREWRITE_CMD_FLOW_H */
