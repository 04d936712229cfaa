/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Looks a word up in a fixed list, and guesses which of the list was meant.  Pure functions;
 * every list ends with NULL.
 */
#ifndef TSREWRITE_TEXT_WORD_H
#define TSREWRITE_TEXT_WORD_H

#include <stddef.h>

/* The index of @word in @words, or -1 */
int word_index(const char *word, const char *const *words);

/*
 * The word of @words that was probably meant, or NULL: @word is its beginning, or at most
 * two edits away from it.
 */
const char *word_nearest(const char *word, const char *const *words);

/* Writes "a, b, c" to @out, cut to @size bytes, and returns it */
char *word_list(const char *const *words, char *out, size_t size);

#endif /* TSREWRITE_TEXT_WORD_H */
