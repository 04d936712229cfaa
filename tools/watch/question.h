/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What may be out of line.  Pure.  Each question looks at the last second, or the
 * last two, or more, and says whether that is so; why is another question.
 */
#ifndef TSREWRITE_WATCH_QUESTION_H
#define TSREWRITE_WATCH_QUESTION_H

#include "look.h"

typedef bool (*question)(const struct look *look, struct finding *finding);

/* Inside answers SYN-ACKs with RST: the outage's signature */
bool question_refused(const struct look *look, struct finding *finding);

/* Connections do not come up */
bool question_failing(const struct look *look, struct finding *finding);

/* TSecr that nobody inside has sent */
bool question_echoes(const struct look *look, struct finding *finding);

/* Of connections begun that had the time, how many have come up? */
uint64_t question_came_up(const struct look *look, enum arm arm, enum count how);

/* Fewer connections are begun than ever in the last while: of @spans spans */
bool question_attempts(const struct side *side, const struct thresholds *thresholds,
		       unsigned int spans, struct finding *finding);

#endif /* TSREWRITE_WATCH_QUESTION_H */
