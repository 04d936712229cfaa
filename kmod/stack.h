/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_STACK_H
#define TSRW_STACK_H

#include "device.h"

/**
 * struct tsrw_stack_link - two attachments of one network namespace in a stack
 * @below: the one below
 * @above: the one above
 */
struct tsrw_stack_link {
	const struct tsrw_device *below;
	const struct tsrw_device *above;
};

const struct tsrw_device *tsrw_stack_at_or_below(struct net_device *dev,
						 const struct net *net);
const struct tsrw_device *tsrw_stack_at_or_above(struct net_device *dev,
						 const struct net *net);
bool tsrw_stack_would_link(struct net_device *lower, struct net_device *upper,
			   struct tsrw_stack_link *link);

#endif /* TSRW_STACK_H */
