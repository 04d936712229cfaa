// SPDX-License-Identifier: GPL-2.0-only
#include "exposition.h"

#include <stdio.h>
#include <string.h>

#include "../client/attr.h"
#include "../text/format.h"
#include "../text/print.h"

#define PREFIX "tsrewrite_"

static const char *suffix_of(const char *type)
{
	if (!strcmp(type, "counter"))
		return "_total";
	return strcmp(type, "info") ? "" : "_info";
}

static void add_family(struct exposition *to, const char *type, const char *help)
{
	char name[FORMAT_SIZE];

	snprintf(name, sizeof(name), PREFIX "%s", to->name);
	to->samples = json_array();
	json_array_append_new(to->families,
			      json_pack("{s:s, s:s, s:s, s:o}", "name", name, "type",
					type, "help", help, "samples", to->samples));
}

/* @help has neither backslashes nor line breaks, which this format would want escaped */
static void print_family(const struct exposition *to, const char *type, const char *help)
{
	if (!strcmp(type, "info"))
		type = "gauge";
	printf("# HELP " PREFIX "%s%s %s\n# TYPE " PREFIX "%s%s %s\n", to->name,
	       to->suffix, help, to->name, to->suffix, type);
}

void exposition_family(struct exposition *to, const char *name, const char *type,
		       const char *help)
{
	to->name = name;
	to->suffix = suffix_of(type);
	if (to->families)
		add_family(to, type, help);
	else
		print_family(to, type, help);
}

/* format_safe() has replaced line breaks, and what is not UTF-8, which Prometheus refuses */
static void print_label(char before, const char *name, const char *value)
{
	char safe[4 * ATTR_TEXT + 2];

	printf("%c%s=\"", before, name);
	format_safe(safe, sizeof(safe), value);
	for (const char *c = safe; *c; c++) {
		if (*c == '"' || *c == '\\')
			putchar('\\');
		putchar(*c);
	}
	putchar('"');
}

static void print_sample(const struct exposition *to,
			 const struct exposition_label *labels, const char *value)
{
	char before = '{';

	printf(PREFIX "%s%s", to->name, to->suffix);
	for (; labels && labels->name; labels++) {
		print_label(before, labels->name, labels->value);
		before = ',';
	}
	if (to->netns) {
		print_label(before, "netns", to->netns);
		before = ',';
	}
	printf("%s %s\n", before == ',' ? "}" : "", value);
}

static void add_sample(struct exposition *to, const struct exposition_label *labels,
		       json_t *value)
{
	json_t *json = json_object();

	for (; labels && labels->name; labels++)
		json_object_set_new(json, labels->name, json_text(labels->value));
	if (to->netns)
		json_object_set_new(json, "netns", json_text(to->netns));
	json_array_append_new(to->samples,
			      json_pack("{s:o, s:o}", "labels", json, "value", value));
}

void exposition_sample(struct exposition *to, const struct exposition_label *labels,
		       uint64_t number)
{
	char text[FORMAT_SIZE];

	if (to->families)
		add_sample(to, labels, json_u64(number));
	else
		print_sample(to, labels, format_number(text, number));
}

void exposition_percent(struct exposition *to, const struct exposition_label *labels,
			unsigned int percent)
{
	char text[FORMAT_SIZE];

	snprintf(text, sizeof(text), "%u.%02u", percent / 100, percent % 100);
	if (to->families)
		add_sample(to, labels, json_real(percent / 100.0));
	else
		print_sample(to, labels, text);
}

/* To a millisecond, which a double holds exactly enough */
void exposition_time(struct exposition *to, const struct exposition_label *labels,
		     uint64_t nanoseconds)
{
	unsigned long long milliseconds = nanoseconds / 1000000;
	char text[FORMAT_SIZE];

	snprintf(text, sizeof(text), "%llu.%03llu", milliseconds / 1000,
		 milliseconds % 1000);
	if (to->families)
		add_sample(to, labels, json_real((double)milliseconds / 1000));
	else
		print_sample(to, labels, text);
}

void exposition_end(struct exposition *to)
{
	if (to->families)
		print_json(to->families);
	to->families = NULL;
}
