/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_FLOW_FILTER_H
#define TSREWRITE_CMD_FLOW_FILTER_H

#include "../client/flow_filter.h"
#include "../client/session.h"

/*
 * Reads the call's words, such as "inside PREFIX port N", into @filter, which is zeroed and
 * then points to these words.
 * Returns EXIT_DONE, or the exit status after reporting what is wrong.
 */
int filter_read(const struct call *call, struct filter *filter);

#endif /* TSREWRITE_CMD_FLOW_FILTER_H */
