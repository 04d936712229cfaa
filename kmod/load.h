/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_LOAD_H
#define TSRW_LOAD_H

#include "net.h"

/**
 * struct tsrw_saved - all that a flow is
 * @key: its 4-tuple
 * @conn: state of its connections
 * @idle: seconds since its last segment
 * @group: id of its group
 * @device: ids of the attachments that it crossed last, by enum tsrw_direction; 0 for none
 * @slept: as in struct tsrw_flow
 */
struct tsrw_saved {
	struct tsrw_flow_key key;
	struct tsrw_conn conn;
	u32 idle;
	u8 group;
	u8 device[2];
	bool slept;
};

void tsrw_load(struct tsrw_net *tn, const struct tsrw_saved *saved);
void tsrw_load_end(struct tsrw_net *tn, struct tsrw_load_count *count);

#endif /* TSRW_LOAD_H */
