/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_DESCRIBE_H
#define TSREWRITE_WATCH_DESCRIBE_H

#include <stddef.h>

#include "finding.h"

/* Writes the figures of a finding as a sentence to @out, @size bytes long, and returns it */
char *describe_finding(const struct finding *finding, char *out, size_t size);

#endif /* TSREWRITE_WATCH_DESCRIBE_H */
