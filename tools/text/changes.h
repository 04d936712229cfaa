/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads the form of the file CHANGES */
#ifndef TSREWRITE_TEXT_CHANGES_H
#define TSREWRITE_TEXT_CHANGES_H

#include <stdbool.h>

/* The heading of what is known to be wrong; all others are versions, the newest first */
#define CHANGES_BUGS "known bugs"

/*
 * Calls @take for each entry of @text, which is in the form of CHANGES, with its heading and
 * its own text in one line.  Returns false if @text is in another form, or memory is short.
 */
bool changes_read(const char *text, void (*take)(void *arg, const char *heading,
						 const char *entry), void *arg);

#endif /* TSREWRITE_TEXT_CHANGES_H */
