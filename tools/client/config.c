// SPDX-License-Identifier: GPL-2.0-only
#include "config.h"

#include <string.h>

#include <linux/tsrewrite.h>

#include "../text/parse.h"

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
	[TSREWRITE_A_CONFIG_TIMEOUT_HALF_CLOSED] =
		FIELD(ATTR_U32, timeout_half_closed),
	[TSREWRITE_A_CONFIG_TIMEOUT_CLOSING] = FIELD(ATTR_U32, timeout_closing),
	[TSREWRITE_A_CONFIG_MARK_MASK] = FIELD(ATTR_U32, mark_mask),
	[TSREWRITE_A_CONFIG_WHEN_FULL] = FIELD(ATTR_U32, when_full),
	[TSREWRITE_A_CONFIG_USER_LIMIT] = FIELD(ATTR_U32, user_limit),
	[TSREWRITE_A_CONFIG_USER_FLOWS] = FIELD(ATTR_U32, user_flows),
	[TSREWRITE_A_CONFIG_LABEL_BIT] = FIELD(ATTR_U32, label_bit),
};

const struct attr_table config_table = {
	"config", fields, TSREWRITE_A_CONFIG_MAX,
	(ATTR_BIT(TSREWRITE_A_CONFIG_MAX + 1) - 1) &
		~(ATTR_BIT(TSREWRITE_A_CONFIG_UNSPEC) |
		  ATTR_BIT(TSREWRITE_A_CONFIG_LABEL_BIT) |
		  ATTR_BIT(TSREWRITE_A_CONFIG_USER_LIMIT) |
		  ATTR_BIT(TSREWRITE_A_CONFIG_USER_FLOWS)),
};

const struct attr_table config_partial_table = {
	"config", fields, TSREWRITE_A_CONFIG_MAX, 0,
};

static char *format_flows(char out[FORMAT_SIZE], uint32_t value)
{
	return format_number(out, value);
}

static char *format_when_full(char out[FORMAT_SIZE], uint32_t value)
{
	char number[FORMAT_SIZE];

	return format_safe(out, FORMAT_SIZE, format_word(number, when_full_words, value));
}

static char *format_label_bit(char out[FORMAT_SIZE], uint32_t value)
{
	return value ? format_number(out, value) : format_safe(out, FORMAT_SIZE, "none");
}

/* What the module takes: kmod/limit.h has TSRW_LIMIT_MAX and TSRW_TIMEOUT_MAX */
#define FLOWS_MAX   67108864
#define SECONDS_MAX (10 * 24 * 3600)

static const struct config_unit flows = { parse_number, format_flows, FLOWS_MAX };
static const struct config_unit seconds = { parse_duration, format_duration, SECONDS_MAX };
static const struct config_unit fate = { parse_when_full, format_when_full, 0 };
static const struct config_unit label_bit = { parse_label_bit, format_label_bit, 0 };
static const struct config_unit mask = { parse_mask, format_mask, 0 };

const struct config_setting config_settings[] = {
	{ "machine-limit", &flows, TSREWRITE_A_CONFIG_MACHINE_LIMIT,
	  TSREWRITE_A_CONFIG_MACHINE_FLOWS },
	{ "limit", &flows, TSREWRITE_A_CONFIG_LIMIT, TSREWRITE_A_CONFIG_FLOWS },
	{ "inbound-limit", &flows, TSREWRITE_A_CONFIG_INBOUND_LIMIT,
	  TSREWRITE_A_CONFIG_INBOUND_FLOWS },
	{ "timeout-embryonic", &seconds,
	  TSREWRITE_A_CONFIG_TIMEOUT_EMBRYONIC, 0 },
	{ "timeout-established", &seconds,
	  TSREWRITE_A_CONFIG_TIMEOUT_ESTABLISHED, 0 },
	{ "timeout-half-closed", &seconds,
	  TSREWRITE_A_CONFIG_TIMEOUT_HALF_CLOSED, 0 },
	{ "timeout-closing", &seconds, TSREWRITE_A_CONFIG_TIMEOUT_CLOSING, 0 },
	{ "timeout-closed", &seconds, TSREWRITE_A_CONFIG_TIMEOUT_CLOSED, 0 },
	{ "mark-mask", &mask, TSREWRITE_A_CONFIG_MARK_MASK, 0 },
	{ "when-full", &fate, TSREWRITE_A_CONFIG_WHEN_FULL, 0 },
	{ "label-bit", &label_bit, TSREWRITE_A_CONFIG_LABEL_BIT, 0 },
	{ NULL, NULL, 0, 0 },
};

uint32_t config_value(const struct config *config, uint16_t attr)
{
	return *(const uint32_t *)((const char *)config + fields[attr].offset);
}

const char *config_parse_value(const struct config_setting *setting,
			       const char *word, struct config *config)
{
	uint32_t *slot = (uint32_t *)((char *)config + fields[setting->attr].offset);
	const char *why = setting->unit->parse(word, slot);

	if (!why)
		config->present |= ATTR_BIT(setting->attr);
	return why;
}

char *config_format_value(char out[FORMAT_SIZE],
			  const struct config_setting *setting,
			  const struct config *config)
{
	return setting->unit->format(out, config_value(config, setting->attr));
}

bool config_has_user(const struct config *config)
{
	return attr_present(config, TSREWRITE_A_CONFIG_USER_LIMIT) &&
	       attr_present(config, TSREWRITE_A_CONFIG_USER_FLOWS);
}

void config_print_words(FILE *to, const struct config *config)
{
	const struct config_setting *setting = config_settings;
	char value[FORMAT_SIZE];

	for (; setting->word; setting++) {
		if (attr_present(config, setting->attr))
			fprintf(to, " %s %s", setting->word,
				config_format_value(value, setting, config));
	}
}

void config_print_changes(FILE *to, const struct config *before, const struct config *now)
{
	const struct config_setting *setting = config_settings;
	char old[FORMAT_SIZE], new[FORMAT_SIZE];

	for (; setting->word; setting++) {
		if (attr_present(before, setting->attr))
			fprintf(to, " %s %s -> %s", setting->word,
				config_format_value(old, setting, before),
				config_format_value(new, setting, now));
	}
}

char *config_format_flows(char out[CONFIG_FLOWS], const struct config *config)
{
	int n = snprintf(out, CONFIG_FLOWS,
			 "%u of %u; half-open from outside %u of %u; whole machine %u of %u",
			 config->flows, config->limit, config->inbound_flows,
			 config->inbound_limit, config->machine_flows,
			 config->machine_limit);

	if (config_has_user(config))
		snprintf(out + n, CONFIG_FLOWS - n, "; all of this user %u of %u",
			 config->user_flows, config->user_limit);
	return out;
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
	return genl_fail(genl, 0, "the module's answer is empty");
}

int config_set(struct genl *genl, const struct config *config)
{
	struct nlmsghdr *nlh = genl_request(genl, TSREWRITE_CMD_CONFIG_SET);
	const struct config_setting *setting = config_settings;

	for (; setting->word; setting++) {
		if (attr_present(config, setting->attr))
			mnl_attr_put_u32(nlh, setting->attr,
					 config_value(config, setting->attr));
	}
	return genl_do(genl, NULL, NULL);
}
