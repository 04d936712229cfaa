/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_VERDICT_H
#define TSREWRITE_WATCH_VERDICT_H

#include "sample.h"

/*
 * Finds whose fault it looks like, and stores the verdict in @finding.  @since is a sample of
 * all seconds since the onset; @after is the same without the first, in which connections of
 * the control may have come up before the onset.  Returns false if there is too little to
 * call it a fault, or too little yet.  A pure function.
 */
bool verdict_reach(const struct sample *since, const struct sample *after,
		   struct finding *finding);

#endif /* TSREWRITE_WATCH_VERDICT_H */
