// SPDX-License-Identifier: GPL-2.0-only
#include "versions.h"

#include <stdio.h>
#include <string.h>

#include "../text/format.h"
#include "../text/print.h"

const char *const version_names[VERSIONS] = {
	[VERSION_OS] = "os", [VERSION_KERNEL] = "kernel", [VERSION_MODULE] = "module",
	[VERSION_SRCVERSION] = "srcversion", [VERSION_COMMAND] = "command",
};

/* A value may be in quotes, in which a backslash is before characters that a shell would obey */
static void take_value(const char *value, char out[VERSION_TEXT])
{
	char quote = strchr("\"'", *value) ? *value++ : '\n';
	size_t used = 0;

	while (*value && *value != quote && *value != '\n' && used + 1 < VERSION_TEXT) {
		if (*value == '\\' && quote == '"' && value[1])
			value++;
		out[used++] = *value++;
	}
	out[used] = '\0';
}

void versions_os_release(const char *text, const char *key, char out[VERSION_TEXT])
{
	size_t length = strlen(key);

	*out = '\0';
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, length) && line[length] == '=')
			take_value(line + length + 1, out);
	}
}

json_t *versions_json(const struct versions *versions)
{
	json_t *json = json_object();

	for (int i = 0; i < VERSIONS; i++)
		json_object_set_new(json, version_names[i], *versions->text[i] ?
				    json_text(versions->text[i]) : json_null());
	return json;
}

void versions_parse(const json_t *json, struct versions *versions)
{
	for (int i = 0; i < VERSIONS; i++) {
		const char *text = json_string_value(json_object_get(json, version_names[i]));

		snprintf(versions->text[i], VERSION_TEXT, "%s", text ? text : "");
	}
}

static void add_text(char *out, size_t size, const char *between, const char *name,
		     const char *text)
{
	size_t used = strlen(out);
	char safe[4 * VERSION_TEXT];

	snprintf(out + used, size - used, "%s%s%s%s", *out ? between : "", name,
		 *name ? " " : "", format_safe(safe, sizeof(safe), text));
}

char *versions_format(char *out, size_t size, const struct versions *versions)
{
	*out = '\0';
	for (int i = 0; i < VERSIONS; i++) {
		if (*versions->text[i])
			add_text(out, size, ", ", i == VERSION_OS ? "" : version_names[i],
				 versions->text[i]);
	}
	return out;
}

char *versions_difference(char *out, size_t size, const struct versions *before,
			  const struct versions *now)
{
	*out = '\0';
	for (int i = 0; i < VERSIONS; i++) {
		const char *was = before->text[i], *is = now->text[i];

		if (!strcmp(was, is))
			continue;
		add_text(out, size, ", ", version_names[i], *was ? was : "none");
		add_text(out, size, " -> ", "", *is ? is : "none");
	}
	return out;
}
