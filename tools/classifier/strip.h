/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A table of its own that takes TSopt out of all that leaves and arrives by some devices: while
 * there is no module, no inside TSval is shown, and connections go on without.
 */
#ifndef TSREWRITE_CLASSIFIER_STRIP_H
#define TSREWRITE_CLASSIFIER_STRIP_H

#include <stdbool.h>
#include <stddef.h>

#define STRIP_TABLE "tsrewrite-reload"

/*
 * Each returns 0, or -1 with errno, and with the kernel's reason in @why, if it gives one.
 * strip_begin() takes TSopt out of what arrives, and with @both of what leaves as well; what it
 * did before is replaced.
 */
int strip_begin(const char *const *devices, size_t count, bool both, char *why, size_t size);
int strip_end(char *why, size_t size);

#endif /* TSREWRITE_CLASSIFIER_STRIP_H */
