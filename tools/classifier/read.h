/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads the table, consistently, and verifies it */
#ifndef TSREWRITE_CLASSIFIER_READ_H
#define TSREWRITE_CLASSIFIER_READ_H

#include "classifier.h"

/*
 * Reads the table into @classifier; @mask is the module's mark-mask.  Returns 0, also if it
 * cannot be read for want of nf_tables or of permission (@unreadable is set then), or -1 with
 * errno.  After 0, classifier_free() frees it.
 */
int classifier_read(struct classifier *classifier, uint32_t mask);
/*
 * Reads all but the maps, once.  Returns 0, or -1 with errno; classifier_free() frees it in any
 * case.  What was read is consistent if nft_batch_commit() takes its generation.
 */
int classifier_read_chains(struct classifier *classifier, uint32_t mask);
void classifier_free(struct classifier *classifier);

#endif /* TSREWRITE_CLASSIFIER_READ_H */
