/* SPDX-License-Identifier: GPL-2.0-only */
/* The file of a key: 32 hexadecimal digits and a newline, which nobody else may read */
#ifndef TSREWRITE_CMD_KEY_FILE_H
#define TSREWRITE_CMD_KEY_FILE_H

#include "../text/parse.h"

/*
 * Writes a new key, drawn at random, to a file that does not exist yet.  Returns EXIT_DONE, or
 * EXIT_REFUSED after reporting why not.
 */
int key_file_new(const char *path);

/*
 * Reads a key; @path may be "-" for stdin.  Returns EXIT_DONE, or EXIT_REFUSED after reporting
 * what is wrong: others can read or write the file, it is not root's nor the caller's, or its
 * text is no key.
 */
int key_file_read(const char *path, uint8_t secret[KEY_SIZE]);

#endif /* TSREWRITE_CMD_KEY_FILE_H */
