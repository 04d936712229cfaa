// SPDX-License-Identifier: GPL-2.0-only
#include "word.h"

#include <stdio.h>
#include <string.h>

#define WORD_MAX 32

int word_index(const char *word, const char *const *words)
{
	for (int i = 0; words[i]; i++) {
		if (!strcmp(word, words[i]))
			return i;
	}
	return -1;
}

static size_t least_of(size_t a, size_t b, size_t c)
{
	if (b < a)
		a = b;
	return c < a ? c : a;
}

/* Levenshtein's distance; WORD_MAX if a word is longer than WORD_MAX characters */
static size_t edit_distance(const char *a, const char *b)
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

			row[j] = least_of(above + 1, row[j - 1] + 1,
					  diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[cols];
}

const char *word_nearest(const char *word, const char *const *words)
{
	const char *nearest = NULL;
	size_t best = 3;

	for (; *words; words++) {
		size_t far = edit_distance(word, *words);

		if (*word && !strncmp(word, *words, strlen(word)))
			far = 1;
		if (far < best && far < strlen(*words)) {
			best = far;
			nearest = *words;
		}
	}
	return nearest;
}

char *word_list(const char *const *words, char *out, size_t size)
{
	size_t used = 0;

	*out = '\0';
	for (; *words && used < size; words++)
		used += (size_t)snprintf(out + used, size - used, "%s%s",
					 used ? ", " : "", *words);
	return out;
}
