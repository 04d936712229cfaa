// SPDX-License-Identifier: GPL-2.0-only
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../client/config.h"
#include "../client/report_genl.h"
#include "../client/witness.h"
#include "../text/print.h"
#include "../text/report.h"
#include "../text/word.h"
#include "json.h"

/* Not a setting: it follows the limit of the machine */
static void print_user(struct table *table, const struct config *config)
{
	char limit[FORMAT_SIZE], held[FORMAT_SIZE];

	if (!config_has_user(config))
		return;
	table_row(table, (const char *[]){
		"(all of this user)",
		format_number(limit, config->user_limit),
		format_number(held, config->user_flows),
	});
}

static int print_settings(const struct config *config)
{
	static const struct column columns[] = {
		{ "KEY", ALIGN_LEFT },
		{ "VALUE", ALIGN_RIGHT },
		{ "HELD", ALIGN_RIGHT },
		{ NULL, ALIGN_LEFT },
	};
	const struct config_setting *setting = config_settings;
	struct table table;

	if (table_begin(&table, columns))
		return EXIT_REFUSED;
	for (; setting->word; setting++) {
		char value[FORMAT_SIZE], held[FORMAT_SIZE] = "-";

		config_format_value(value, setting, config);
		if (setting->held)
			format_number(held, config_value(config, setting->held));
		table_row(&table, (const char *[]){ setting->word, value, held });
	}
	print_user(&table, config);
	table_end(&table);
	return EXIT_DONE;
}

static int show_settings(struct genl *genl, const struct call *call, void *unused)
{
	struct config config;

	(void)unused;
	if (config_get(genl, &config) < 0)
		return report_genl(genl, "showing limits", "config");
	if (!call->json)
		return print_settings(&config);
	print_json(config_json(&config));
	return EXIT_DONE;
}

/* The kernel's error names the attribute that it refused, so the message names its key */
static int report_refused_setting(const struct genl *genl)
{
	const struct config_setting *setting = config_settings;

	for (; setting->word; setting++) {
		if (setting->attr == genl->error.attr)
			return report_genl(genl, "changing limits",
					   "config set %s", setting->word);
	}
	return report_genl(genl, "changing limits and timeouts", "config set");
}

static int change_settings(struct genl *genl, const struct call *call, void *arg)
{
	struct config now = { 0 };
	struct witness witness;
	bool changed;

	witness_begin(&witness, genl, TSREWRITE_EVENT_CONFIG);
	if (config_set(genl, arg) < 0)
		return report_refused_setting(genl);
	changed = witness_saw_change(&witness);
	if (!call->json && !changed)
		puts("these values are set already");
	if (!call->json)
		return EXIT_DONE;
	if (config_get(genl, &now) < 0)
		return report_genl(genl, "showing limits",
				   "config set: the values were set, but could not be read back");
	print_json(change_json("config", config_json(&now), changed));
	return EXIT_DONE;
}

#define WORDS_MAX 16

static const struct config_setting *find_setting(const char *word)
{
	const char *words[WORDS_MAX] = { NULL };
	int i;

	for (size_t n = 0; n < WORDS_MAX - 1 && config_settings[n].word; n++)
		words[n] = config_settings[n].word;
	i = word_index(word, words);
	if (i >= 0)
		return &config_settings[i];
	report_unknown_word("config set", "key", word, words);
	return NULL;
}

static int read_pair(const char *word, const char *value, struct config *config)
{
	const struct config_setting *setting = find_setting(word);
	const char *why;

	if (!setting)
		return EXIT_USAGE;
	if (!value)
		return report_usage("config set: %s needs a value", word);
	if (attr_present(config, setting->attr))
		return report_usage("config set: %s is given twice", word);
	why = config_parse_value(setting, value, config);
	if (why)
		return report_usage("config set: %s \"%s\" %s", word, value,
				    why);
	return EXIT_DONE;
}

static int read_settings(const struct call *call)
{
	struct config config = { 0 };
	char **words = call->words + 1;

	if (!*words)
		return report_usage("config set: name a key and its value (tsrewrite help config)");
	for (; *words; words += 2) {
		int ret = read_pair(words[0], words[1], &config);

		if (ret)
			return ret;
	}
	return session(call, change_settings, &config);
}

int cmd_config(const struct call *call)
{
	static const char *const words[] = { "show", "set", NULL };
	const char *word = call->words[0];

	if (word && !strcmp(word, "set"))
		return read_settings(call);
	if (word && strcmp(word, "show"))
		return report_unknown_word("config", "word", word, words);
	if (word && call->words[1])
		return report_surplus("config", call->words[1]);
	return session(call, show_settings, NULL);
}
