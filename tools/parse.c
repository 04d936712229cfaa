// SPDX-License-Identifier: GPL-2.0-only
#include "parse.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <limits.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/tsrewrite.h>

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
	[__TSREWRITE_FLOW_STATE_MAX] = NULL,
};

/* Decimal digits only; leaves *end at the first other character */
static bool digits(const char *word, const char **end, uint64_t *out)
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

	if (!digits(word, &end, out) || *end)
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

	if (!digits(word, &end, &value))
		return "is not a duration (seconds, or 30s, 5m, 2h, 5d)";
	unit = seconds_in(*end);
	if (!unit || (*end && end[1]))
		return "is not a duration (seconds, or 30s, 5m, 2h, 5d)";
	if (value > UINT32_MAX / unit)
		return "is more than 4294967295 seconds";
	*seconds = (uint32_t)value * unit;
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

/* The kernel's own rules: dev_valid_name() */
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
			return "has a character that no device name has";
	}
	return NULL;
}

const char *parse_netns(const char *word)
{
	if (!*word || !strcmp(word, ".") || !strcmp(word, "..") ||
	    strchr(word, '/'))
		return "is not a name (ip netns list shows them)";
	return strlen(word) > NAME_MAX ? "is too long" : NULL;
}

/* ADDRESS[/LENGTH] */
static const char *parse_prefix(char *word, struct endpoint_match *out)
{
	char *slash = strchr(word, '/');
	uint64_t len = UINT64_MAX;
	uint64_t bits;

	if (slash) {
		*slash = '\0';
		if (number_below(slash + 1, 128, "", &len))
			return "has no good prefix length";
	}
	if (inet_pton(AF_INET, word, out->addr) == 1)
		out->family = AF_INET;
	else if (inet_pton(AF_INET6, word, out->addr) == 1)
		out->family = AF_INET6;
	else
		return "is not an address or prefix (10.0.0.0/8, 2001:db8::/32)";
	bits = out->family == AF_INET ? 32 : 128;
	if (slash && len > bits)
		return "has no good prefix length";
	out->len = (uint8_t)(slash ? len : bits);
	return NULL;
}

/* Cuts ADDRESS]/LENGTH:PORT into ADDRESS/LENGTH and PORT, in place */
static bool split_bracketed(char *word, char **port)
{
	char *bracket = strchr(word, ']');

	if (!bracket || (bracket[1] && !strchr("/:", bracket[1])))
		return false;
	memmove(bracket, bracket + 1, strlen(bracket));
	*port = strchr(bracket, ':');
	if (*port)
		*(*port)++ = '\0';
	return true;
}

/* A lone colon is a port's, several are an IPv6 address's */
static char *split_port(char *word)
{
	char *port = strchr(word, ':');

	if (!port || strchr(port + 1, ':'))
		return NULL;
	*port++ = '\0';
	return port;
}

/*
 * PREFIX[:PORT], with an IPv6 prefix in brackets where a port follows:
 * [2001:db8::/32]:443 or [2001:db8::]/32:443.
 */
const char *parse_endpoint(const char *word, struct endpoint_match *out)
{
	size_t len = strlen(word);
	char *port = NULL;
	char text[80];
	const char *why;

	if (len >= sizeof(text))
		return "is too long";
	memcpy(text, word, len + 1);
	memset(out, 0, sizeof(*out));
	if (*text != '[')
		port = split_port(text);
	else if (!split_bracketed(text + 1, &port))
		return "has a bracket without its other half";
	if (port && parse_port(port, &out->port))
		return "has no good port";
	out->has_port = port;
	why = parse_prefix(*text == '[' ? text + 1 : text, out);
	if (!why && *text == '[' && out->family != AF_INET6)
		return "has brackets, but no IPv6 address";
	return why;
}

static bool prefix_matches(const struct endpoint_match *match,
			   const uint8_t *addr)
{
	size_t bytes = match->len / 8;
	unsigned int rest = match->len % 8;

	if (memcmp(match->addr, addr, bytes))
		return false;
	return !rest || !((match->addr[bytes] ^ addr[bytes]) >> (8 - rest));
}

/* @port in host byte order; @addr 4 or 16 bytes, as @family says */
bool endpoint_matches(const struct endpoint_match *match, uint8_t family,
		      const uint8_t *addr, uint16_t port)
{
	if (match->has_port && match->port != port)
		return false;
	if (match->family == AF_UNSPEC)
		return true;
	return match->family == family && prefix_matches(match, addr);
}
