// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups out of a file, all in one transaction, or none: lines as behind group add
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../report.h"
#include "group.h"
#include "group_request.h"

/* A name, all the pairs that there are, and a word too many, which is refused */
#define LINE_WORDS 10

struct load {
	char *text;		/* of the file; words point into it */
	char (*where)[ATTR_TEXT];	/* for errors: a file and line each */
	struct group_request *request;
	struct group_rules_setting *setting;
	size_t count;
	size_t added;		/* by now */
};

static void load_free(struct load *load)
{
	for (size_t i = 0; i < load->count; i++)
		group_request_free(&load->request[i]);
	free(load->request);
	free(load->setting);
	free(load->where);
	free(load->text);
}

static int read_file(const char *path, char **text)
{
	FILE *file = fopen(path, "re");
	size_t size = 0;
	ssize_t got = -1;

	if (file)
		got = getdelim(text, &size, '\0', file);
	if (!file || ferror(file) || (got >= 0 && strlen(*text) != (size_t)got)) {
		int error = file && !ferror(file) ? EINVAL : errno;

		if (file)
			fclose(file);
		return report_refused("group load: %s: %s", path, strerror(error));
	}
	fclose(file);
	return EXIT_DONE;
}

/* What follows '#' says nothing */
static size_t split(char *line, char *words[LINE_WORDS + 1])
{
	size_t count = 0;
	char *rest = NULL;

	line[strcspn(line, "#")] = '\0';
	for (char *word = strtok_r(line, " \t\r", &rest); word && count < LINE_WORDS;
	     word = strtok_r(NULL, " \t\r", &rest))
		words[count++] = word;
	words[count] = NULL;
	return count;
}

static int read_line(struct load *load, const char *path, size_t line, char *text)
{
	char *words[LINE_WORDS + 1];
	struct group_request *request = &load->request[load->count];

	if (!split(text, words))
		return EXIT_DONE;
	snprintf(load->where[load->count], ATTR_TEXT, "load: %s:%zu", path, line);
	request->what = load->where[load->count];
	load->setting[load->count].rules = &request->rules;
	load->count++;
	return group_request_read(words, request);
}

static size_t count_lines(const char *text)
{
	size_t lines = 1;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static int read_lines(const char *path, struct load *load)
{
	size_t lines = count_lines(load->text), line = 0;
	char *rest = load->text, *text;
	int ret = EXIT_DONE;

	load->request = calloc(lines, sizeof(*load->request));
	load->setting = calloc(lines, sizeof(*load->setting));
	load->where = calloc(lines, sizeof(*load->where));
	if (!load->request || !load->setting || !load->where)
		return report_refused("group load: %s", strerror(ENOMEM));
	while (!ret && (text = strsep(&rest, "\n")))
		ret = read_line(load, path, ++line, text);
	return ret;
}

static int add(struct genl *genl, struct load *load)
{
	for (; load->added < load->count; load->added++) {
		if (group_request_add(genl, &load->request[load->added],
				      &load->setting[load->added].id) < 0)
			return -1;
	}
	return group_rules_set(genl, load->setting, load->count, NULL);
}

static int tell_given(struct genl *genl, const struct load *load)
{
	for (size_t i = 0; i < load->count; i++) {
		struct classes_sum given = load->setting[i].given;

		if (given.prefixes &&
		    group_request_tell_given(genl, &load->request[i], given) < 0)
			return -1;
	}
	return 0;
}

static void undo(struct genl *genl, const struct load *load)
{
	struct genl_error error = genl->error;

	for (size_t i = 0; i < load->added; i++) {
		if (group_remove(genl, load->request[i].name) < 0)
			report_warning("group %s: without its rules, it is there: %s",
				       load->request[i].name, genl->error.text);
	}
	genl->error = error;
}

static int run(struct genl *genl, const struct call *call, void *arg)
{
	struct load *load = arg;
	const char *where = "load";

	(void)call;
	if (!load->count)
		return EXIT_DONE;
	if (add(genl, load) < 0) {
		if (load->added < load->count)
			where = load->where[load->added];
		undo(genl, load);
		return report_genl(genl, "changing groups", "group %s", where);
	}
	if (tell_given(genl, load) < 0)
		return report_genl(genl, "changing groups", "group load");
	return EXIT_DONE;
}

int group_load(const struct call *call)
{
	const char *path = call->words[1];
	struct load load = { 0 };
	int ret;

	if (!path)
		return report_usage("group load: name a file");
	if (call->words[2])
		return report_surplus("group load", call->words[2]);
	ret = read_file(path, &load.text);
	if (!ret && load.text)
		ret = read_lines(path, &load);
	if (!ret)
		ret = session(call, run, &load);
	load_free(&load);
	return ret;
}
