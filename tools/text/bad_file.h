/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_TEXT_BAD_FILE_H
#define TSREWRITE_TEXT_BAD_FILE_H

#include <stddef.h>

/*
 * Keeps a file of that directory that cannot be read, or not all of it, as FILE.bad, since the
 * next one replaces it; and adds to @why that it did, or why it could not.
 */
void bad_file_keep(const char *directory, const char *file, char *why, size_t size);

#endif /* TSREWRITE_TEXT_BAD_FILE_H */
