/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was usual when a maintenance was begun: a copy, as what the service learns while a fault
 * goes on, it takes for usual.
 */
#ifndef TSREWRITE_MAINTENANCE_BEFORE_H
#define TSREWRITE_MAINTENANCE_BEFORE_H

#include "../usual/usual.h"

/*
 * Copies what is usual at @time, in the directory of the service's state.  Returns how many
 * groups something is known of, or -1 with the reason in @why.
 */
int before_keep(const char *directory, uint64_t time, char *why, size_t size);

/* As usual_read(), of the copy */
int before_read(const char *directory, uint64_t time, struct usual *usual, char *why,
		size_t size);

#endif /* TSREWRITE_MAINTENANCE_BEFORE_H */
