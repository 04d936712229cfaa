// SPDX-License-Identifier: GPL-2.0-only
/* Words out of a fixed list: which one is it, and which one was meant */
#include "parse.h"

#include <stdio.h>
#include <string.h>

#define WORD_MAX 32

/* @words ends with NULL.  The word's place, or -1. */
int word_index(const char *word, const char *const *words)
{
	for (int i = 0; words[i]; i++) {
		if (!strcmp(word, words[i]))
			return i;
	}
	return -1;
}

static size_t least(size_t a, size_t b, size_t c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

/* Levenshtein's distance; words of WORD_MAX characters or more are far away */
static size_t distance(const char *a, const char *b)
{
	size_t cols = strlen(b), row[WORD_MAX + 1];

	if (strlen(a) > WORD_MAX || cols > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= cols; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= cols; j++) {
			size_t above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1,
				       diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[cols];
}

/* The word that was probably meant, or NULL: a beginning, or two slips off */
const char *word_nearest(const char *word, const char *const *words)
{
	const char *nearest = NULL;
	size_t best = 3;

	for (; *words; words++) {
		size_t far = distance(word, *words);

		if (*word && !strncmp(word, *words, strlen(word)))
			far = 1;
		if (far < best && far < strlen(*words)) {
			best = far;
			nearest = *words;
		}
	}
	return nearest;
}

/* "a, b, c", cut where @size ends */
char *word_list(const char *const *words, char *out, size_t size)
{
	size_t used = 0;

	*out = '\0';
	for (; *words && used < size; words++)
		used += (size_t)snprintf(out + used, size - used, "%s%s",
					 used ? ", " : "", *words);
	return out;
}
