// SPDX-License-Identifier: GPL-2.0-only
#include "prefix_list.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

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

/* Cuts off the comment, and returns what remains without the space around it */
static char *trim_line(char *line)
{
	char *end = line + strcspn(line, "#\n");

	while (end > line && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return line + strspn(line, " \t");
}

static int read_lines(FILE *file, const char *path, const struct list *list)
{
	char *line = NULL, where[300];
	size_t room = 0, number = 0;
	int ret = 0;

	while (!ret && getline(&line, &room, file) >= 0) {
		char *prefix = trim_line(line);

		snprintf(where, sizeof(where), "%.250s:%zu: ", path, ++number);
		if (*prefix)
			ret = add_prefix(list, where, prefix);
	}
	if (!ret && ferror(file)) {
		snprintf(list->why, list->size, "%.250s: %s", path,
			 strerror(errno));
		ret = -1;
	}
	free(line);
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
