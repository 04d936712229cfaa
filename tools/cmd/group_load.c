// SPDX-License-Identifier: GPL-2.0-only
/*
 * Adds all groups of a file, or none.  A line has the words of group add.  The rules of all
 * groups are written in one transaction.
 */
#include "group_load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../classifier/classes_sum.h"
#include "../classifier/group_rules.h"
#include "../client/group.h"
#include "../client/report_genl.h"
#include "../state/group_request.h"
#include "../text/print.h"
#include "../text/report.h"
#include "../text/whole_file.h"
#include "json.h"

/* A name, six pairs, and one more word, so that a line with too many words is refused */
#define LINE_WORDS 14

/* As many as there can be, beside the default one */
#define GROUPS (CLASSES_GROUPS - 1)

struct load {
	char *text;		/* the file; the requests point into it */
	char (*where)[ATTR_TEXT];	/* the file and line of each request, for errors */
	struct group_request *request;
	struct group_rules_setting *setting;
	size_t count;
	size_t added;		/* how many groups were added so far */
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
	const char *why = strerror(errno);

	if (file)
		*text = whole_file_read(file, &why);
	if (file)
		fclose(file);
	return *text ? EXIT_DONE : report_refused("group load: %s: %s", path, why);
}

/* Splits @line into @words, which end with NULL.  A '#' begins a comment. */
static size_t split_words(char *line, char *words[LINE_WORDS + 1])
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

/* Whatever is wrong in a line, the command line is not: EXIT_REFUSED */
static int read_line(struct load *load, const char *path, size_t line, char *text)
{
	char *words[LINE_WORDS + 1];
	struct group_request *request = &load->request[load->count];

	if (!split_words(text, words))
		return EXIT_DONE;
	if (load->count == GROUPS)
		return report_refused("group load: %s:%zu: more than %d groups beside the default",
				      path, line, GROUPS);
	snprintf(load->where[load->count], ATTR_TEXT, "load: %s:%zu", path, line);
	request->what = load->where[load->count];
	load->setting[load->count].rules = &request->rules;
	load->count++;
	return group_request_read(words, request) ? EXIT_REFUSED : EXIT_DONE;
}

static int read_lines(const char *path, struct load *load)
{
	char *rest = load->text, *text;
	int ret = EXIT_DONE;
	size_t line = 0;

	load->request = calloc(GROUPS, sizeof(*load->request));
	load->setting = calloc(GROUPS, sizeof(*load->setting));
	load->where = calloc(GROUPS, sizeof(*load->where));
	if (!load->request || !load->setting || !load->where)
		return report_refused("group load: out of memory");
	while (!ret && (text = strsep(&rest, "\n")))
		ret = read_line(load, path, ++line, text);
	return ret;
}

static int add_groups(struct genl *genl, struct load *load)
{
	for (; load->added < load->count; load->added++) {
		if (group_add(genl, &load->request[load->added].group,
			      &load->setting[load->added].id) < 0)
			return -1;
	}
	return group_rules_set(genl, load->setting, load->count, NULL);
}

static int tell_given(struct genl *genl, const struct load *load)
{
	for (size_t i = 0; i < load->count; i++) {
		struct classes_sum given = load->setting[i].given;

		if (given.prefix_count &&
		    group_request_set_given(genl, &load->request[i], given) < 0)
			return -1;
	}
	return 0;
}

static void undo_adds(struct genl *genl, const struct load *load)
{
	struct genl_error error = genl->error;

	for (size_t i = 0; i < load->added; i++) {
		if (group_remove(genl, load->request[i].group.name) < 0)
			report_warning("group load: group %s was added without rules, and could not be removed again: %s",
				       load->request[i].group.name, genl->error.text);
	}
	genl->error = error;
}

static json_t *added_json(const struct groups *groups, const struct load *load)
{
	json_t *json = json_array();

	for (size_t i = 0; i < load->added; i++) {
		const char *name = load->request[i].group.name;
		const struct group *group = groups_find(groups, name);

		if (group)
			json_array_append_new(json, group_brief_json(group));
	}
	return json;
}

static int print_added(struct genl *genl, const struct load *load)
{
	struct groups groups = { 0 };

	if (groups_get(genl, &groups) < 0)
		return report_genl(genl, "listing groups",
				   "group load: the groups were added, but could not be read back");
	print_json(change_json("groups", added_json(&groups, load), load->added));
	free(groups.group);
	return EXIT_DONE;
}

static int load_groups(struct genl *genl, struct load *load)
{
	const char *where = "load";

	if (!load->count)
		return EXIT_DONE;
	if (add_groups(genl, load) < 0) {
		if (load->added < load->count)
			where = load->where[load->added];
		undo_adds(genl, load);
		return report_genl(genl, "changing groups", "group %s", where);
	}
	if (tell_given(genl, load) < 0)
		return report_genl(genl, "changing groups", "group load");
	return EXIT_DONE;
}

static int run_load(struct genl *genl, const struct call *call, void *load)
{
	int ret = load_groups(genl, load);

	return !ret && call->json ? print_added(genl, load) : ret;
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
	if (!ret)
		ret = read_lines(path, &load);
	if (!ret)
		ret = session(call, run_load, &load);
	load_free(&load);
	return ret;
}
