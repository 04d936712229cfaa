/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Replaces a file as a whole.  It is written under another name, and renamed when it is complete,
 * so that readers never see half of it.
 */
#ifndef TSREWRITE_TEXT_NEW_FILE_H
#define TSREWRITE_TEXT_NEW_FILE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include <jansson.h>

/*
 * Begins to write what is to be @file of the open @directory, with that mode.  Returns NULL with
 * errno if that cannot be done.
 */
FILE *new_file_begin(int directory, const char *file, mode_t mode);

/*
 * Closes @to and gives it its name.  @lasting: it is on the disk before it has its name, so that
 * a crash leaves the one or the other.  Returns 0, or -1 with errno, which is 0 if a write failed
 * before without a reason that is still known.
 */
int new_file_end(FILE *to, int directory, const char *file, bool lasting);

/*
 * Replaces @file of the directory of that path by @json, which it releases, and does not return
 * before it is on the disk under its name.  Returns 0, or -1 with errno.
 */
int new_file_json(const char *directory, const char *file, mode_t mode, json_t *json);

#endif /* TSREWRITE_TEXT_NEW_FILE_H */
