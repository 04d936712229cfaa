/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Saves all that flows are, and loads it again: as netlink attributes, one
 * TSREWRITE_A_LOAD_FLOW for each flow, as the module gives and takes them.
 */
#ifndef TSREWRITE_CLIENT_FLOW_SAVED_H
#define TSREWRITE_CLIENT_FLOW_SAVED_H

#include "genl.h"

/* What became of flows that were loaded */
struct flow_loaded {
	uint64_t present;
	uint32_t loaded;
	uint32_t existing;	/* there was a flow of the same 4-tuple, which stays */
	uint32_t expired;
	uint32_t no_room;
};

extern const struct attr_table flow_loaded_table;

/* By the ids that groups and devices had when flows were saved, those that they have now */
struct flow_saved_ids {
	uint8_t group[256];
	uint8_t device[256];
};

/* Called with the attribute of a flow.  Returns 0 to go on; -1, with @genl's error, to stop. */
typedef int (*flow_saved_each)(struct genl *genl, struct attrs flow, void *arg);

/*
 * Calls @each for each flow.  genl->interrupted says that the table changed meanwhile.  Returns
 * 0, or -1 with @genl's error filled in.
 */
int flows_save(struct genl *genl, flow_saved_each each, void *arg);

/*
 * Gives the flows, @len bytes of attributes, the ids of now.  Returns how many there are, or -1
 * if these bytes are something else.
 */
ssize_t flows_saved_map(void *flows, size_t len, const struct flow_saved_ids *ids);

/*
 * Loads flows that flows_saved_map() has accepted, which were saved @elapsed seconds ago.
 * Returns 0, or -1 with @genl's error filled in: those before the one that is refused are loaded.
 */
int flows_load(struct genl *genl, struct attrs flows, uint32_t elapsed,
	       struct flow_loaded *loaded);

#endif /* TSREWRITE_CLIENT_FLOW_SAVED_H */
