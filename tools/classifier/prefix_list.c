// SPDX-License-Identifier: GPL-2.0-only
#include "prefix_list.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../text/whole_file.h"

#define LINE_MOST     1000
#define LINE_TOO_LONG "the line is longer than 1000 characters"

struct list {
	struct ranges *ranges;
	char *why;
	size_t size;
};

static int no_memory(const struct list *list)
{
	snprintf(list->why, list->size, "%s", strerror(ENOMEM));
	return -1;
}

/* Adds a prefix.  @where, "FILE:LINE: " or empty, precedes what is wrong with it. */
static int add_prefix(const struct list *list, const char *where, const char *prefix)
{
	struct range range;
	const char *wrong = prefix_parse(prefix, &range);

	if (!wrong)
		return ranges_add(list->ranges, &range) < 0 ?
		       no_memory(list) : 0;
	snprintf(list->why, list->size, "%s\"%.80s\" %s", where, prefix, wrong);
	return -1;
}

static int read_words(const char *words, const struct list *list)
{
	char *copy = strdup(words), *rest = copy, *word;
	int ret = 0;

	if (!copy)
		return no_memory(list);
	while (!ret && (word = strsep(&rest, ",")))
		ret = add_prefix(list, "", word);
	free(copy);
	return ret;
}

/* Returns @line without the space around it */
static char *trim_line(char *line)
{
	char *end = line + strlen(line);

	while (end > line && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return line + strspn(line, " \t");
}

/* A file that is being read */
struct lines {
	FILE *file;
	const char *path;
	size_t number;	/* of the last line */
	size_t bytes;	/* read so far */
};

static int refuse_file(const struct lines *lines, const struct list *list, const char *why)
{
	snprintf(list->why, list->size, "%.250s: %s", lines->path, why);
	return -1;
}

static int refuse_line(const struct lines *lines, const struct list *list, const char *why)
{
	snprintf(list->why, list->size, "%.250s:%zu: %s", lines->path, lines->number, why);
	return -1;
}

/* Reads a line but for its comment.  Returns 1, 0 at the end of the file, or -1. */
static int next_line(struct lines *lines, const struct list *list, char line[LINE_MOST + 1])
{
	bool comment = false;
	size_t len = 0;
	int c;

	lines->number++;
	while ((c = getc_unlocked(lines->file)) != EOF && c != '\n') {
		comment |= c == '#';
		if (!c)
			return refuse_line(lines, list, WHOLE_FILE_NUL);
		if (++lines->bytes > WHOLE_FILE_MAX)
			return refuse_file(lines, list, strerror(EFBIG));
		if (comment)
			continue;
		if (len == LINE_MOST)
			return refuse_line(lines, list, LINE_TOO_LONG);
		line[len++] = (char)c;
	}
	line[len] = '\0';
	lines->bytes++;
	if (ferror(lines->file))
		return refuse_file(lines, list, strerror(errno));
	return c != EOF || len;
}

static int read_lines(FILE *file, const char *path, const struct list *list)
{
	struct lines lines = { .file = file, .path = path };
	char line[LINE_MOST + 1], where[300];
	int ret;

	while ((ret = next_line(&lines, list, line)) > 0) {
		char *prefix = trim_line(line);

		snprintf(where, sizeof(where), "%.250s:%zu: ", path, lines.number);
		if (*prefix && add_prefix(list, where, prefix) < 0)
			return -1;
	}
	return ret;
}

static int read_file(const char *path, const struct list *list)
{
	FILE *file = fopen(path, "re");
	int ret;

	if (!file) {
		snprintf(list->why, list->size, "%.250s: %s", path,
			 strerror(errno));
		return -1;
	}
	ret = read_lines(file, path, list);
	if (!ret && !list->ranges->count) {
		snprintf(list->why, list->size, "%.250s: the file has no prefixes", path);
		ret = -1;
	}
	fclose(file);
	return ret;
}

static int add_all(const struct list *list)
{
	const struct range all[] = {
		range_of_all(AF_INET), range_of_all(AF_INET6),
	};

	if (ranges_add(list->ranges, &all[0]) < 0 ||
	    ranges_add(list->ranges, &all[1]) < 0)
		return no_memory(list);
	return 0;
}

int prefix_list_read(const char *word, struct ranges *ranges, char *why,
		     size_t size)
{
	const struct list list = { ranges, why, size };
	int ret = 0;

	if (*word == '@')
		ret = read_file(word + 1, &list);
	else if (!strcmp(word, "any"))
		ret = add_all(&list);
	else if (strcmp(word, "none"))
		ret = read_words(word, &list);
	ranges_normalize(ranges);
	return ret;
}
