/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_STACK_H
#define TSRW_STACK_H

#include "device.h"

const struct tsrw_device *tsrw_stack_at_or_below(struct net_device *dev);
const struct tsrw_device *tsrw_stack_at_or_above(struct net_device *dev);

#endif /* TSRW_STACK_H */
