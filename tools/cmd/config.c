// SPDX-License-Identifier: GPL-2.0-only
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../format.h"
#include "../parse.h"
#include "../print.h"
#include "../report.h"
#include "cmd.h"

#define FIELD(kind, member) ATTR_FIELD(kind, #member, config, member)

static const struct attr_field fields[] = {
	[TSREWRITE_A_CONFIG_VERSION] = FIELD(ATTR_STRING, version),
	[TSREWRITE_A_CONFIG_MACHINE_LIMIT] = FIELD(ATTR_U32, machine_limit),
	[TSREWRITE_A_CONFIG_MACHINE_FLOWS] = FIELD(ATTR_U32, machine_flows),
	[TSREWRITE_A_CONFIG_LIMIT] = FIELD(ATTR_U32, limit),
	[TSREWRITE_A_CONFIG_FLOWS] = FIELD(ATTR_U32, flows),
	[TSREWRITE_A_CONFIG_INBOUND_LIMIT] = FIELD(ATTR_U32, inbound_limit),
	[TSREWRITE_A_CONFIG_INBOUND_FLOWS] = FIELD(ATTR_U32, inbound_flows),
	[TSREWRITE_A_CONFIG_TIMEOUT_EMBRYONIC] =
		FIELD(ATTR_U32, timeout_embryonic),
	[TSREWRITE_A_CONFIG_TIMEOUT_ESTABLISHED] =
		FIELD(ATTR_U32, timeout_established),
	[TSREWRITE_A_CONFIG_TIMEOUT_CLOSED] = FIELD(ATTR_U32, timeout_closed),
	[TSREWRITE_A_CONFIG_MARK_MASK] = FIELD(ATTR_U32, mark_mask),
};

const struct attr_table config_table = {
	"config", fields, TSREWRITE_A_CONFIG_MAX,
	(ATTR_BIT(TSREWRITE_A_CONFIG_MAX + 1) - 1) &
		~ATTR_BIT(TSREWRITE_A_CONFIG_UNSPEC),
};

const struct attr_table config_partial_table = {
	"config", fields, TSREWRITE_A_CONFIG_MAX, 0,
};

/* How a setting is read and shown */
struct unit {
	const char *(*parse)(const char *word, uint32_t *out);
	char *(*format)(char out[FORMAT_SIZE], uint32_t value);
};

static char *format_flows(char out[FORMAT_SIZE], uint32_t value)
{
	return format_number(out, value);
}

static const struct unit flows = { parse_number, format_flows };
static const struct unit seconds = { parse_duration, format_duration };
static const struct unit mask = { parse_mask, format_mask };

/* What can be set; @held is the attribute that says how much is in use */
static const struct key {
	const char *word;
	const struct unit *unit;
	uint16_t attr;
	uint16_t held;
} keys[] = {
	{ "machine-limit", &flows, TSREWRITE_A_CONFIG_MACHINE_LIMIT,
	  TSREWRITE_A_CONFIG_MACHINE_FLOWS },
	{ "limit", &flows, TSREWRITE_A_CONFIG_LIMIT, TSREWRITE_A_CONFIG_FLOWS },
	{ "inbound-limit", &flows, TSREWRITE_A_CONFIG_INBOUND_LIMIT,
	  TSREWRITE_A_CONFIG_INBOUND_FLOWS },
	{ "timeout-embryonic", &seconds,
	  TSREWRITE_A_CONFIG_TIMEOUT_EMBRYONIC, 0 },
	{ "timeout-established", &seconds,
	  TSREWRITE_A_CONFIG_TIMEOUT_ESTABLISHED, 0 },
	{ "timeout-closed", &seconds, TSREWRITE_A_CONFIG_TIMEOUT_CLOSED, 0 },
	{ "mark-mask", &mask, TSREWRITE_A_CONFIG_MARK_MASK, 0 },
};

#define KEYS ARRAY_SIZE(keys)

static uint32_t *slot(struct config *config, uint16_t attr)
{
	return (uint32_t *)((char *)config + fields[attr].offset);
}

static uint32_t value_of(const struct config *config, uint16_t attr)
{
	return *(const uint32_t *)((const char *)config + fields[attr].offset);
}

static char *format_value(char out[FORMAT_SIZE], const struct config *config,
			  const struct key *key)
{
	return key->unit->format(out, value_of(config, key->attr));
}

json_t *config_json(const struct config *config)
{
	json_t *json = json_object();

	if (attr_present(config, TSREWRITE_A_CONFIG_VERSION))
		json_object_set_new(json, "version",
				    json_text(config->version));
	for (uint16_t attr = 0; attr <= config_table.max; attr++) {
		if (fields[attr].kind == ATTR_U32 && attr_present(config, attr))
			json_object_set_new(json, fields[attr].name,
					    json_u64(value_of(config, attr)));
	}
	return json;
}

void config_print_words(FILE *to, const struct config *config)
{
	char value[FORMAT_SIZE];

	for (size_t i = 0; i < KEYS; i++) {
		if (attr_present(config, keys[i].attr))
			fprintf(to, " %s %s", keys[i].word,
				format_value(value, config, &keys[i]));
	}
}

static int config_row(struct genl *genl, struct attrs attrs, void *config)
{
	return genl_decode(genl, &config_table, attrs, config);
}

int config_get(struct genl *genl, struct config *config)
{
	memset(config, 0, sizeof(*config));
	genl_request(genl, TSREWRITE_CMD_CONFIG_GET);
	if (genl_do(genl, config_row, config) < 0)
		return -1;
	if (config->present)
		return 0;
	return genl_fail(genl, 0, "the module answered nothing");
}

static int print_table(const struct config *config)
{
	static const struct column columns[] = {
		{ "KEY", ALIGN_LEFT },
		{ "VALUE", ALIGN_RIGHT },
		{ "HELD", ALIGN_RIGHT },
		{ NULL, ALIGN_LEFT },
	};
	struct table table;

	if (table_begin(&table, columns))
		return EXIT_REFUSED;
	for (size_t i = 0; i < KEYS; i++) {
		char value[FORMAT_SIZE], held[FORMAT_SIZE] = "-";

		format_value(value, config, &keys[i]);
		if (keys[i].held)
			format_number(held, value_of(config, keys[i].held));
		table_row(&table, (const char *[]){ keys[i].word, value, held });
	}
	table_end(&table);
	return EXIT_DONE;
}

static int show(struct genl *genl, const struct call *call, void *unused)
{
	struct config config;

	(void)unused;
	if (config_get(genl, &config) < 0)
		return report_genl(genl, "showing limits", "config");
	if (!call->json)
		return print_table(&config);
	print_json(config_json(&config));
	return EXIT_DONE;
}

static int refused(const struct genl *genl)
{
	for (size_t i = 0; i < KEYS; i++) {
		if (keys[i].attr == genl->error.attr)
			return report_genl(genl, "changing limits",
					   "config set %s", keys[i].word);
	}
	return report_genl(genl, "changing limits and timeouts", "config set");
}

static int set(struct genl *genl, const struct call *call, void *arg)
{
	struct nlmsghdr *nlh = genl_request(genl, TSREWRITE_CMD_CONFIG_SET);
	struct config *config = arg;

	for (size_t i = 0; i < KEYS; i++) {
		if (attr_present(config, keys[i].attr))
			mnl_attr_put_u32(nlh, keys[i].attr,
					 value_of(config, keys[i].attr));
	}
	if (genl_do(genl, NULL, NULL) < 0)
		return refused(genl);
	if (call->json)
		print_json(config_json(config));
	return EXIT_DONE;
}

static const struct key *find_key(const char *word)
{
	const char *words[KEYS + 1] = { NULL };
	int i;

	for (size_t n = 0; n < KEYS; n++)
		words[n] = keys[n].word;
	i = word_index(word, words);
	if (i >= 0)
		return &keys[i];
	report_word("key", word, words);
	return NULL;
}

static int read_pair(const char *word, const char *value, struct config *config)
{
	const struct key *key = find_key(word);
	const char *why;

	if (!key)
		return EXIT_USAGE;
	if (!value)
		return report_usage("config set: %s needs a value", word);
	if (attr_present(config, key->attr))
		return report_usage("config set: %s is given twice", word);
	why = key->unit->parse(value, slot(config, key->attr));
	if (why)
		return report_usage("config set: %s \"%s\" %s", word, value,
				    why);
	config->present |= ATTR_BIT(key->attr);
	return EXIT_DONE;
}

static int config_set(const struct call *call)
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
	return session(call, set, &config);
}

int cmd_config(const struct call *call)
{
	static const char *const words[] = { "show", "set", NULL };
	const char *word = call->words[0];

	if (word && !strcmp(word, "set"))
		return config_set(call);
	if (word && strcmp(word, "show"))
		return report_word("word", word, words);
	if (word && call->words[1])
		return report_surplus("config", call->words[1]);
	return session(call, show, NULL);
}
