/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_TRACK_H
#define TSRW_TRACK_H

#include "table.h"

int tsrw_track_begin(struct tsrw_table *table, const struct tsrw_flow_key *key,
		     u32 hash, const struct tsrw_hook_info *info,
		     const struct tsrw_segment *seg, struct tsrw_result *result);
int tsrw_track_resume(struct tsrw_table *table, const struct tsrw_flow_key *key, u32 hash,
		      const struct tsrw_hook_info *info, const struct tsrw_segment *seg,
		      u32 offset, struct tsrw_result *result);
bool tsrw_track_segment(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash,
			const struct tsrw_hook_info *info,
			const struct tsrw_segment *seg, struct tsrw_result *result);
void tsrw_track_unread(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash);
bool tsrw_track_unreachable(struct tsrw_table *table, struct tsrw_flow *flow, u32 hash,
			    u32 seq);

#endif /* TSRW_TRACK_H */
