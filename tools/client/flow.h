/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CLIENT_FLOW_H
#define TSREWRITE_CLIENT_FLOW_H

#include "genl.h"

/* A flow, as enum tsrewrite_flow_attr of the uapi header describes it */
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
	bool asymmetric;
};

/* Called for a flow.  Returns 0 to go on; -1, with @genl's error filled in, to stop. */
typedef int (*flow_each)(struct genl *genl, const struct flow *flow, void *arg);

/*
 * Calls @each for each flow.  They are not collected, as they may be more than fit into
 * memory.  genl->interrupted says that the table changed meanwhile, so that flows may be
 * missing or listed twice.  Returns 0, or -1 with @genl's error filled in.
 */
int flows_dump(struct genl *genl, flow_each each, void *arg);

#endif /* TSREWRITE_CLIENT_FLOW_H */
