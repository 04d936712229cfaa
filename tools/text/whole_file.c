// SPDX-License-Identifier: GPL-2.0-only
#include "whole_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Reads up to WHOLE_FILE_MAX bytes, with a NUL at their end.  NULL with errno. */
static char *read_text(FILE *file, size_t *len)
{
	size_t room = 65536;
	char *text = malloc(room);

	*len = 0;
	while (text) {
		char *grown;

		*len += fread(text + *len, 1, room - *len - 1, file);
		if (*len < room - 1)
			break;
		errno = EFBIG;
		grown = room < WHOLE_FILE_MAX ? realloc(text, room *= 2) : NULL;
		if (!grown)
			free(text);
		text = grown;
	}
	if (text && ferror(file)) {
		free(text);
		return NULL;
	}
	if (text)
		text[*len] = '\0';
	return text;
}

char *whole_file_read(FILE *file, const char **why)
{
	size_t len;
	char *text;

	errno = 0;
	text = read_text(file, &len);
	if (!text) {
		*why = strerror(errno);
		return NULL;
	}
	if (strlen(text) == len)
		return text;
	*why = WHOLE_FILE_NUL;
	free(text);
	return NULL;
}
