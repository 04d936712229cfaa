/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_VISIT_H
#define TSRW_VISIT_H

#include <linux/types.h>

/*
 * How many chains and flows are visited at once, at most, where others may wait for it: in a
 * command, in one message of a dump, in a notifier, in the exit of a network namespace.
 * There, locks are held that the whole machine shares, such as RTNL.
 */
#define TSRW_VISITS_MAX		16384

/* A kernel that checks locks also checks that */
#ifdef CONFIG_PROVE_LOCKING
void tsrw_visit_begin(void);
void tsrw_visit(u32 entries);
#else
static inline void tsrw_visit_begin(void) { }
static inline void tsrw_visit(u32 entries) { }
#endif

#endif /* TSRW_VISIT_H */
