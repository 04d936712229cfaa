/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_ANCHOR_H
#define TSRW_ANCHOR_H

#include <linux/init.h>
#include <linux/types.h>

#include "flow_key.h"

void __init tsrw_anchor_init(void);
u32 tsrw_anchor(const struct tsrw_flow_key *key);

#endif /* TSRW_ANCHOR_H */
