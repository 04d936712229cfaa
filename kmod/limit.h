/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_LIMIT_H
#define TSRW_LIMIT_H

#include <linux/atomic.h>
#include <linux/errno.h>

#include "core/conn.h"
#include "owner.h"

#define TSRW_LIMIT_MAX		67108864
#define TSRW_LIMIT_USERS	16	/* a user has one in so many flows of the machine */
#define TSRW_TIMEOUT_MAX	(10U * 24 * 3600)	/* seconds */

/**
 * struct tsrw_limits - what an operator may set for a network namespace
 * @flows: how many flows it may hold
 * @inbound: how many embryonic flows begun from outside it may hold; see
 *	tsrw_limit_is_short()
 * @when_full: enum tsrewrite_when_full
 * @timeout: seconds without a segment until a flow expires, by enum tsrw_conn_phase
 */
struct tsrw_limits {
	u32 flows;
	u32 inbound;
	u32 when_full;
	u32 timeout[TSRW_PHASES];
};

/**
 * struct tsrw_usage - what a network namespace holds, for comparison with its limits
 * @owner: the user who pays for it as well; NULL if it is the machine's own
 * @flows: how many flows, including those that wait for their grace period
 * @inbound: how many embryonic flows begun from outside
 */
struct tsrw_usage {
	struct tsrw_owner *owner;
	atomic_t flows;
	atomic_t inbound;
};

/**
 * tsrw_limit_fails_closed - whether a connection without a flow must not show TSvals
 * @limits: limits of the namespace
 * @mode: its mode
 *
 * Context: any.
 */
static inline bool tsrw_limit_fails_closed(const struct tsrw_limits *limits,
					   enum tsrewrite_mode mode)
{
	return tsrw_mode_writes(mode) &&
	       READ_ONCE(limits->when_full) == TSREWRITE_WHEN_FULL_STRIP;
}

bool tsrw_limit_is_short(const struct tsrw_limits *limits,
			 const struct tsrw_usage *usage);
int tsrw_limit_take(const struct tsrw_limits *limits, struct tsrw_usage *usage,
		    bool inbound, enum tsrewrite_mode mode);
bool tsrw_limit_is_near(const struct tsrw_limits *limits, const struct tsrw_usage *usage);
void tsrw_limit_give(struct tsrw_usage *usage, bool inbound);

u32 tsrw_limit_take_chains(struct tsrw_usage *usage, u32 wanted, u32 least);
void tsrw_limit_give_chains(struct tsrw_usage *usage, u32 chains);

void tsrw_limit_set_machine(u32 limit);
u32 tsrw_limit_machine(void);
u32 tsrw_limit_machine_usage(void);
u32 tsrw_limit_user(void);

#endif /* TSRW_LIMIT_H */
