/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the table as it was written? */
#ifndef TSREWRITE_CLASSIFIER_JUDGE_H
#define TSREWRITE_CLASSIFIER_JUDGE_H

#include "../macros.h"
#include "classifier.h"

/* What is wrong; only the first is told */
void classifier_note(struct classifier *classifier, const char *format, ...)
	__printf(2, 3);

struct classifier_chain *classifier_find(const struct classifier *classifier,
					 const char *name);

/* 0, or -1 with errno.  Devices' chains are judged by classifier_chain_of(). */
int classifier_judge(struct classifier *classifier);

#endif /* TSREWRITE_CLASSIFIER_JUDGE_H */
