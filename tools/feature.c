// SPDX-License-Identifier: GPL-2.0-only
#include "feature.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <jansson.h>
#include <linux/tsrewrite.h>

#include "../kmod/defaults.h"
#include "built.h"
#include "client/config.h"
#include "client/module.h"
#include "cmd/json.h"
#include "text/changes.h"
#include "text/parse.h"
#include "text/print.h"
#include "text/report.h"

static const struct config default_config = {
	.machine_limit = TSRW_DEFAULT_MACHINE_LIMIT,
	.limit = TSRW_DEFAULT_LIMIT,
	.inbound_limit = TSRW_DEFAULT_INBOUND_LIMIT(TSRW_DEFAULT_LIMIT),
	.timeout_embryonic = TSRW_DEFAULT_TIMEOUT_EMBRYONIC,
	.timeout_established = TSRW_DEFAULT_TIMEOUT_ESTABLISHED,
	.timeout_half_closed = TSRW_DEFAULT_TIMEOUT_HALF_CLOSED,
	.timeout_closing = TSRW_DEFAULT_TIMEOUT_CLOSING,
	.timeout_closed = TSRW_DEFAULT_TIMEOUT_CLOSED,
	.mark_mask = TSRW_DEFAULT_MARK_MASK,
	.when_full = TSRW_DEFAULT_WHEN_FULL,
};

static json_t *module_json(const struct module *module)
{
	json_t *json = json_pack("{s:o, s:o}", "version", json_text(module->version),
				 "srcversion", json_text(module->srcversion));

	if (*module->vermagic)
		json_object_set_new(json, "vermagic", json_text(module->vermagic));
	if (*module->signer)
		json_object_set_new(json, "signer", json_text(module->signer));
	return json;
}

static void add_kernel(void *kernels, const char *name)
{
	json_t *json = json_pack("{s:o}", "kernel", json_text(name));
	struct module module;

	if (module_installed(name, &module))
		json_object_set_new(json, "module", module_json(&module));
	json_array_append_new(kernels, json);
}

/*
 * Of the sample, before the settings of a group: "#key = value" is a default, and "# key =
 * value" an example of what has none
 */
static json_t *watch_defaults(void)
{
	const char *line = built_settings;
	json_t *json = json_object();
	char key[32], value[128];

	while (*line && strncmp(line, "#[", 2)) {
		if (sscanf(line, "# %31[a-z-] = %127[^\n]", key, value) == 2)
			json_object_set_new(json, key,
					    line[1] == ' ' ? json_null() : json_text(value));
		line += strcspn(line, "\n");
		line += !!*line;
	}
	return json;
}

static json_t *config_defaults(void)
{
	const struct config_setting *setting = config_settings;
	struct config config = default_config;

	for (; setting->word; setting++)
		config.present |= ATTR_BIT(setting->attr);
	return config_json(&config);
}

static json_t *modes_json(void)
{
	json_t *json = json_array();

	for (size_t i = 0; mode_words[i]; i++)
		json_array_append_new(json, json_string(mode_words[i]));
	return json;
}

/* Below "known_bugs", or below its version in "changes" */
static void add_entry(void *features, const char *heading, const char *entry)
{
	json_t *changes = json_object_get(features, "changes"), *last;

	if (!strcmp(heading, CHANGES_BUGS)) {
		json_array_append_new(json_object_get(features, "known_bugs"),
				      json_text(entry));
		return;
	}
	last = json_array_get(changes, json_array_size(changes) - 1);
	if (!last || strcmp(json_string_value(json_object_get(last, "version")), heading)) {
		last = json_pack("{s:o, s:[]}", "version", json_text(heading), "changes");
		json_array_append_new(changes, last);
	}
	json_array_append_new(json_object_get(last, "changes"), json_text(entry));
}

static json_t *features_json(void)
{
	json_t *kernels = json_array(), *json;
	struct utsname system;
	struct module module;

	uname(&system);
	module_kernels(add_kernel, kernels);
	json = json_pack("{s:s, s:s, s:i, s:o, s:o, s:o, s:{s:s, s:o, s:o}, s:[], s:[]}",
			 "version", TSREWRITE_VERSION, "commit", built_commit,
			 "netlink_version", TSREWRITE_GENL_VERSION,
			 "running_kernel", json_text(system.release),
			 "kernels", kernels, "modes", modes_json(), "defaults",
			 "mode", mode_words[TSRW_DEFAULT_MODE], "config", config_defaults(),
			 "watch", watch_defaults(), "known_bugs", "changes");
	json_object_set_new(json, "signature_required", json_boolean(module_must_be_signed()));
	if (module_loaded(&module))
		json_object_set_new(json, "module_loaded", module_json(&module));
	if (json && !changes_read(built_changes, add_entry, json)) {
		json_decref(json);
		return NULL;
	}
	return json;
}

static const char *text_of(const json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

static void print_module(const json_t *module)
{
	const char *vermagic = text_of(module, "vermagic"), *signer = text_of(module, "signer");

	printf("%s, srcversion %s", text_of(module, "version"), text_of(module, "srcversion"));
	if (vermagic)
		printf(", for %s", vermagic);
	if (signer)
		printf(", signed by %s", signer);
	putchar('\n');
}

static void print_kernels(json_t *features)
{
	json_t *loaded = json_object_get(features, "module_loaded"), *kernel, *module;
	size_t i;

	fputs("module loaded:    ", stdout);
	if (loaded)
		print_module(loaded);
	else
		puts("none");
	json_array_foreach(json_object_get(features, "kernels"), i, kernel) {
		module = json_object_get(kernel, "module");
		printf("after a boot of %s%s: ", text_of(kernel, "kernel"),
		       strcmp(text_of(kernel, "kernel"), text_of(features, "running_kernel")) ?
		       "" : ", which runs now");
		if (module)
			print_module(module);
		else
			puts("no module: all connections pass untouched");
		if (module && !text_of(module, "signer") &&
		    json_is_true(json_object_get(features, "signature_required")))
			puts("  it is not signed: under Secure Boot no kernel loads it");
	}
}

static void print_defaults(json_t *defaults)
{
	const struct config_setting *setting = config_settings;
	char text[FORMAT_SIZE];
	const char *key;
	json_t *value;

	printf("\ndefaults:\n  %-22s%s\n", "mode", text_of(defaults, "mode"));
	for (; setting->word; setting++)
		printf("  %-22s%s\n", setting->word,
		       config_format_value(text, setting, &default_config));
	json_object_foreach(json_object_get(defaults, "watch"), key, value)
		printf("  watch %-16s%s\n", key,
		       json_is_null(value) ? "none" : json_string_value(value));
}

static void print_list(const char *head, const json_t *list)
{
	const json_t *entry;
	size_t i;

	printf("\n%s\n", head);
	json_array_foreach(list, i, entry)
		printf("  - %s\n", json_string_value(entry));
}

static void print_features(json_t *features)
{
	const json_t *version;
	char head[64];
	size_t i;

	printf("version:          %s, commit %s\n", TSREWRITE_VERSION, built_commit);
	printf("netlink version:  %d\n", TSREWRITE_GENL_VERSION);
	fputs("modes:           ", stdout);
	for (i = 0; mode_words[i]; i++)
		printf(" %s", mode_words[i]);
	putchar('\n');
	print_kernels(features);
	print_defaults(json_object_get(features, "defaults"));
	print_list("known bugs:", json_object_get(features, "known_bugs"));
	json_array_foreach(json_object_get(features, "changes"), i, version) {
		snprintf(head, sizeof(head), "new in %s:", text_of(version, "version"));
		print_list(head, json_object_get(version, "changes"));
	}
}

int feature_command(const struct call *call)
{
	json_t *features;

	if (call->words[0])
		return report_surplus("features", call->words[0]);
	features = features_json();
	if (!features)
		return report_refused("features: memory is short, or the changes are unreadable");
	if (call->json) {
		print_json(features);
		return EXIT_DONE;
	}
	print_features(features);
	json_decref(features);
	return EXIT_DONE;
}
