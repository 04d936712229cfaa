/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes the changes that the table needs to hold other classes */
#ifndef TSREWRITE_CLASSIFIER_WRITE_H
#define TSREWRITE_CLASSIFIER_WRITE_H

#include "classifier.h"

/*
 * Changes the table from @before, as it was read, to @after with chains for @devices, in one
 * transaction.  A table that was modified, or that an earlier version wrote, is deleted and
 * written new.  Returns 1, or 0 if there was nothing to write, or -1 with errno, ERESTART if
 * nftables' rules have changed since, and with the kernel's reason in @why.
 */
int classifier_write(const struct classifier *before,
		     const struct classes *after,
		     const struct classifier_devices *devices, char *why,
		     size_t size);

#endif /* TSREWRITE_CLASSIFIER_WRITE_H */
