/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_COUNT_H
#define TSRW_COUNT_H

#include "net.h"

void tsrw_count_result(const struct tsrw_net *tn, u8 group,
		       const struct tsrw_result *result);
void tsrw_count_echo(const struct tsrw_net *tn, u8 group,
		     const struct tsrw_result *result);
void tsrw_count_echo_zero(const struct tsrw_net *tn, u8 group,
			  const struct tsrw_result *result);
void tsrw_count_unreachable(const struct tsrw_net *tn,
			    const struct tsrw_flow *flow);

#endif /* TSRW_COUNT_H */
