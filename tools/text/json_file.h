/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_TEXT_JSON_FILE_H
#define TSREWRITE_TEXT_JSON_FILE_H

#include <stddef.h>

#include <jansson.h>

/*
 * Reads @file of the directory of that path.  Returns NULL if there is none, with an empty @why,
 * or if it cannot be read, with the reason, which begins with its path.
 */
json_t *json_file_read(const char *directory, const char *file, char *why, size_t size);

#endif /* TSREWRITE_TEXT_JSON_FILE_H */
