// SPDX-License-Identifier: GPL-2.0-only
#include "parse.h"

#include <ctype.h>
#include <limits.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "word.h"

const char *const mode_words[] = {
	[TSREWRITE_MODE_OFF]	 = "off",
	[TSREWRITE_MODE_REWRITE] = "rewrite",
	[TSREWRITE_MODE_BUG]	 = "bug",
	[TSREWRITE_MODE_OBSERVE] = "observe",
	[TSREWRITE_MODE_STRIP]	 = "strip",
	[__TSREWRITE_MODE_MAX]	 = NULL,
};

const char *const state_words[] = {
	[TSREWRITE_FLOW_EMBRYONIC]   = "embryonic",
	[TSREWRITE_FLOW_ESTABLISHED] = "established",
	[TSREWRITE_FLOW_CLOSED]	     = "closed",
	[TSREWRITE_FLOW_HALF_CLOSED] = "half-closed",
	[TSREWRITE_FLOW_CLOSING]     = "closing",
	[__TSREWRITE_FLOW_STATE_MAX] = NULL,
};

const char *const when_full_words[] = {
	[TSREWRITE_WHEN_FULL_STRIP]  = "strip",
	[TSREWRITE_WHEN_FULL_PASS]   = "pass",
	[__TSREWRITE_WHEN_FULL_MAX] = NULL,
};

/*
 * Reads decimal digits into *@out, and sets *@end to the first other character.  Returns
 * false if there is no digit.  A number above UINT32_MAX is not exact, but remains above.
 */
static bool read_digits(const char *word, const char **end, uint64_t *out)
{
	uint64_t value = 0;

	if (!isdigit((unsigned char)*word))
		return false;
	for (; isdigit((unsigned char)*word); word++) {
		if (value <= UINT32_MAX)
			value = value * 10 + (uint64_t)(*word - '0');
	}
	*end = word;
	*out = value;
	return true;
}

static const char *number_below(const char *word, uint64_t max,
				const char *range, uint64_t *out)
{
	const char *end;

	if (!read_digits(word, &end, out) || *end)
		return "is not a number";
	return *out > max ? range : NULL;
}

const char *parse_number(const char *word, uint32_t *out)
{
	uint64_t value = 0;
	const char *why;

	why = number_below(word, UINT32_MAX, "is not in 0..4294967295", &value);
	if (!why)
		*out = (uint32_t)value;
	return why;
}

const char *parse_zone(const char *word, uint8_t *out)
{
	uint64_t value = 0;
	const char *why;

	why = number_below(word, UINT8_MAX, "is not in 0..255", &value);
	if (!why)
		*out = (uint8_t)value;
	return why;
}

const char *parse_port(const char *word, uint16_t *out)
{
	uint64_t value = 0;
	const char *why;

	why = number_below(word, UINT16_MAX, "is not in 0..65535", &value);
	if (!why)
		*out = (uint16_t)value;
	return why;
}

static uint32_t seconds_in(char unit)
{
	switch (unit) {
	case '\0':
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 60 * 60;
	case 'd':
		return 24 * 60 * 60;
	default:
		return 0;
	}
}

const char *parse_duration(const char *word, uint32_t *seconds)
{
	const char *end;
	uint64_t value;
	uint32_t unit;

	if (!read_digits(word, &end, &value))
		return "is not a duration (seconds, or 30s, 5m, 2h, 5d)";
	unit = seconds_in(*end);
	if (!unit || (*end && end[1]))
		return "is not a duration (seconds, or 30s, 5m, 2h, 5d)";
	if (value > UINT32_MAX / unit)
		return "is more than 4294967295 seconds";
	*seconds = (uint32_t)value * unit;
	return NULL;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

const char *parse_key(const char *word, uint8_t key[KEY_SIZE])
{
	for (size_t i = 0; i < KEY_SIZE; i++, word += 2) {
		int high = hex_digit(word[0]), low = high < 0 ? -1 : hex_digit(word[1]);

		if (low < 0)
			return KEY_WRONG;
		key[i] = (uint8_t)(high << 4 | low);
	}
	return *word ? KEY_WRONG : NULL;
}

const char *parse_when_full(const char *word, uint32_t *when_full)
{
	int i = word_index(word, when_full_words);

	if (i < 0)
		return "is neither strip nor pass";
	*when_full = (uint32_t)i;
	return NULL;
}

const char *parse_mask(const char *word, uint32_t *mask)
{
	size_t digits_len;

	if (strncmp(word, "0x", 2))
		return "is not a mask (as in 0xff000000)";
	digits_len = strspn(word + 2, "0123456789abcdefABCDEF");
	if (!digits_len || digits_len > 8 || word[2 + digits_len])
		return "is not a mask (as in 0xff000000)";
	*mask = (uint32_t)strtoul(word + 2, NULL, 16);
	return NULL;
}

const char *parse_label_bit(const char *word, uint32_t *bit)
{
	if (!strcmp(word, "none"))
		*bit = 0;
	else if (!strcmp(word, "32"))
		*bit = 32;
	else if (!strcmp(word, "64"))
		*bit = 64;
	else
		return "is neither 32, nor 64, nor none";
	return NULL;
}

/* The rules of the kernel's dev_valid_name() */
const char *parse_device(const char *word)
{
	if (!*word)
		return "is empty: name a device";
	if (strlen(word) >= IFNAMSIZ)
		return "is too long: a device name has at most 15 characters";
	if (!strcmp(word, ".") || !strcmp(word, ".."))
		return "is not a device name";
	for (; *word; word++) {
		if (*word == '/' || *word == ':' || isspace((unsigned char)*word))
			return "has a character that is not allowed in device names";
	}
	return NULL;
}

const char *parse_netns(const char *word)
{
	if (!*word || !strcmp(word, ".") || !strcmp(word, "..") ||
	    strchr(word, '/'))
		return "is not the name of a network namespace (see ip netns list)";
	return strlen(word) > NAME_MAX ? "is too long" : NULL;
}
