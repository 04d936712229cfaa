// SPDX-License-Identifier: GPL-2.0-only
#include "words.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *words_cut_line(char **text, size_t *number)
{
	char *line = *text, *to = line;
	const char *from = line;
	bool comment = line[strspn(line, " \t")] == '#';

	for (; *from && *from != '\n'; from++) {
		if (!comment && *from == '\\' && from[1] == '\n') {
			++*number;
			from++;
			continue;
		}
		*to++ = *from;
	}
	*text = *from ? (char *)from + 1 : NULL;
	*to = '\0';
	++*number;
	return line;
}

/* Reads what follows a backslash in quotes into *@byte.  Returns its end, or NULL. */
static const char *read_escape(const char *from, char *byte)
{
	char digits[3] = "";

	if (*from == '"' || *from == '\\') {
		*byte = *from;
		return from + 1;
	}
	if (*from != 'x' || !isxdigit((unsigned char)from[1]) ||
	    !isxdigit((unsigned char)from[2]))
		return NULL;
	memcpy(digits, from + 1, 2);
	*byte = (char)strtoul(digits, NULL, 16);
	return *byte ? from + 3 : NULL;
}

/* Reads a word in quotes, from behind the first one on, to @to.  Returns its end, or NULL. */
static char *read_quoted(char *from, char *to)
{
	while (*from && *from != '"') {
		if (*from != '\\') {
			*to++ = *from++;
			continue;
		}
		from = (char *)read_escape(from + 1, to++);
		if (!from)
			return NULL;
	}
	if (!*from)
		return NULL;
	*to = '\0';
	return from + 1;
}

static const char *split_word(char **rest, char **word)
{
	char *end;

	if (**rest != '"') {
		*word = *rest;
		*rest += strcspn(*rest, " \t\r\"");
		return **rest == '"' ? "has a quote inside a word" : NULL;
	}
	*word = *rest + 1;
	end = read_quoted(*rest + 1, *rest + 1);
	if (!end)
		return "has a quote that is not closed, or a \\ before something unknown";
	*rest = end;
	return *end && !strchr(" \t\r", *end) ? "has no space after a quote" : NULL;
}

const char *words_split(char *line, char *words[WORDS_MAX + 1])
{
	size_t count = 0;
	char *rest = line + strspn(line, " \t\r");

	while (*rest && *rest != '#') {
		const char *why = count == WORDS_MAX ? "has too many words" :
				  split_word(&rest, &words[count]);
		size_t space = why ? 0 : strspn(rest, " \t\r");

		if (why)
			return why;
		if (space)
			*rest = '\0';
		rest += space;
		count++;
	}
	words[count] = NULL;
	return NULL;
}

const char *word_quote(char out[WORD_QUOTED], const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-,:/@+=";
	size_t used = 0;

	if (*word && !word[strspn(word, plain)])
		return word;
	out[used++] = '"';
	for (; *word && used + 6 < WORD_QUOTED; word++) {
		unsigned char c = (unsigned char)*word;

		if (c == '"' || c == '\\')
			used += (size_t)sprintf(out + used, "\\%c", c);
		else if (c >= ' ' && c < 0x7f)
			out[used++] = *word;
		else
			used += (size_t)sprintf(out + used, "\\x%02x", c);
	}
	out[used++] = '"';
	out[used] = '\0';
	return out;
}
