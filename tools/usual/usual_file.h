/* SPDX-License-Identifier: GPL-2.0-only */
/* The file usual.json in the directory of the service's state, which only the service writes */
#ifndef TSREWRITE_USUAL_USUAL_FILE_H
#define TSREWRITE_USUAL_USUAL_FILE_H

#include "usual.h"

#define USUAL_FILE "usual.json"

/*
 * Reads it at @time, into @usual, which is to be freed by usual_free() in any case.  Returns 0,
 * also if there is no file, which leaves it empty; or -1 with the reason in @why, with the name
 * of the file: what could be read of it can be used all the same.
 */
int usual_read(const char *directory, uint64_t time, struct usual *usual, char *why,
	       size_t size);

/*
 * Replaces the file, as a whole or not at all.  Returns 0, or -1 with the reason in @why, with
 * the name of the file.
 */
int usual_save(const char *directory, uint64_t time, const struct usual *usual, char *why,
	       size_t size);

#endif /* TSREWRITE_USUAL_USUAL_FILE_H */
