/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The words of a line of a saved state.  Pure functions, which write into the text that they
 * read.
 *
 * Words are separated by spaces or tabs.  A word in double quotes may have any character;
 * \" and \\ stand for themselves in it, and \xNN for a byte.  A # where a word could begin
 * begins a comment.
 */
#ifndef TSREWRITE_STATE_WORDS_H
#define TSREWRITE_STATE_WORDS_H

#include <stddef.h>

/* More than any command takes, so that a line with too many words is refused as such */
#define WORDS_MAX 64

/* Room for a name of 31 bytes, each of which may become \xNN, and the quotes */
#define WORD_QUOTED 128

/*
 * Cuts the next line off *@text, which becomes NULL after the last one.  A line that ends with
 * a backslash goes on with the next one, as in a shell; *@number is increased by how many
 * lines were cut off.
 */
char *words_cut_line(char **text, size_t *number);

/* Splits @line into @words, which end with NULL.  Returns NULL, or why the line is invalid. */
const char *words_split(char *line, char *words[WORDS_MAX + 1]);

/* Returns @word as words_split() reads it: as it is, or in quotes in @out */
const char *word_quote(char out[WORD_QUOTED], const char *word);

#endif /* TSREWRITE_STATE_WORDS_H */
