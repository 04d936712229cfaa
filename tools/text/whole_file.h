/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads a text file that has to be whole: it has an end, and no NUL character */
#ifndef TSREWRITE_TEXT_WHOLE_FILE_H
#define TSREWRITE_TEXT_WHOLE_FILE_H

#include <stdio.h>

/* 100,000 prefixes take 2 MB: what is larger than this is something else */
#define WHOLE_FILE_MAX (64 << 20)

/* What is wrong with a file that has one: a crash may leave zeros, and C would end there */
#define WHOLE_FILE_NUL "the file has a NUL character"

/*
 * Returns all of @file with a NUL at its end, which the caller frees; or NULL, with the reason in
 * @why, to be read after the file's name.
 */
char *whole_file_read(FILE *file, const char **why);

#endif /* TSREWRITE_TEXT_WHOLE_FILE_H */
