// SPDX-License-Identifier: GPL-2.0-only
#include "openmetrics.h"

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

static void add_family(struct openmetrics *to, const char *type, const char *help)
{
	char name[FORMAT_SIZE];

	snprintf(name, sizeof(name), PREFIX "%s", to->name);
	to->samples = json_array();
	json_array_append_new(to->families,
			      json_pack("{s:s, s:s, s:s, s:o}", "name", name, "type",
					type, "help", help, "samples", to->samples));
}

void openmetrics_family(struct openmetrics *to, const char *name, const char *type,
			const char *help)
{
	to->name = name;
	to->suffix = suffix_of(type);
	if (to->families)
		add_family(to, type, help);
	else
		printf("# TYPE " PREFIX "%s %s\n# HELP " PREFIX "%s %s\n", name, type,
		       name, help);
}

static void print_label(const struct openmetrics_label *label)
{
	char safe[4 * ATTR_TEXT + 2];

	printf("%s=\"", label->name);
	format_safe(safe, sizeof(safe), label->value);
	for (const char *c = safe; *c; c++) {
		if (*c == '"' || *c == '\\')
			putchar('\\');
		putchar(*c);
	}
	putchar('"');
}

static void print_sample(const struct openmetrics *to,
			 const struct openmetrics_label *labels, const char *value)
{
	printf(PREFIX "%s%s", to->name, to->suffix);
	for (size_t i = 0; labels && labels[i].name; i++) {
		putchar(i ? ',' : '{');
		print_label(&labels[i]);
	}
	printf("%s %s\n", labels ? "}" : "", value);
}

static void add_sample(struct openmetrics *to, const struct openmetrics_label *labels,
		       json_t *value)
{
	json_t *json = json_object();

	for (; labels && labels->name; labels++)
		json_object_set_new(json, labels->name, json_text(labels->value));
	json_array_append_new(to->samples,
			      json_pack("{s:o, s:o}", "labels", json, "value", value));
}

void openmetrics_sample(struct openmetrics *to, const struct openmetrics_label *labels,
			uint64_t number)
{
	char text[FORMAT_SIZE];

	if (to->families)
		add_sample(to, labels, json_u64(number));
	else
		print_sample(to, labels, format_number(text, number));
}

void openmetrics_percent(struct openmetrics *to, const struct openmetrics_label *labels,
			 unsigned int percent)
{
	char text[FORMAT_SIZE];

	snprintf(text, sizeof(text), "%u.%02u", percent / 100, percent % 100);
	if (to->families)
		add_sample(to, labels, json_real(percent / 100.0));
	else
		print_sample(to, labels, text);
}

void openmetrics_end(struct openmetrics *to)
{
	if (to->families)
		print_json(to->families);
	else
		puts("# EOF");
	to->families = NULL;
}
