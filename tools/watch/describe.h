/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_DESCRIBE_H
#define TSREWRITE_WATCH_DESCRIBE_H

#include <stddef.h>

#include "judge.h"

/* The figures of a finding, in words */
char *describe_finding(const struct finding *finding, char *out, size_t size);

#endif /* TSREWRITE_WATCH_DESCRIBE_H */
