/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_ANCHOR_H
#define TSRW_ANCHOR_H

#include "key.h"

u32 tsrw_anchor(const struct tsrw_key *key, const struct tsrw_flow_key *tuple);
u32 tsrw_anchor_settled(const struct tsrw_key *key, const struct tsrw_flow_key *tuple);

#endif /* TSRW_ANCHOR_H */
