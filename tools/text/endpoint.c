// SPDX-License-Identifier: GPL-2.0-only
#include "endpoint.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "parse.h"

/*
 * Parses ADDRESS[/LENGTH] into @out's family, addr and len; cuts @word at the slash.
 * Returns NULL, or why @word is invalid.
 */
static const char *parse_prefix(char *word, struct endpoint_match *out)
{
	char *slash = strchr(word, '/');
	uint32_t len = UINT32_MAX;
	uint32_t bits;

	if (slash) {
		*slash = '\0';
		if (parse_number(slash + 1, &len))
			return "has an invalid prefix length";
	}
	if (inet_pton(AF_INET, word, out->addr) == 1)
		out->family = AF_INET;
	else if (inet_pton(AF_INET6, word, out->addr) == 1)
		out->family = AF_INET6;
	else
		return "is not an address or prefix (10.0.0.0/8, 2001:db8::/32)";
	bits = out->family == AF_INET ? 32 : 128;
	if (slash && len > bits)
		return "has an invalid prefix length";
	out->len = (uint8_t)(slash ? len : bits);
	return NULL;
}

/*
 * Cuts ADDRESS]/LENGTH:PORT into ADDRESS/LENGTH and PORT, in place.  *@port becomes NULL
 * if there is no port.  Returns false if the bracket is not closed, or something else
 * follows it.
 */
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

/*
 * Cuts ADDRESS:PORT at its colon, and returns the port; NULL if there is no colon, or
 * several, as in an IPv6 address.
 */
static char *split_port(char *word)
{
	char *port = strchr(word, ':');

	if (!port || strchr(port + 1, ':'))
		return NULL;
	*port++ = '\0';
	return port;
}

const char *endpoint_parse(const char *word, struct endpoint_match *out)
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
		return "has an unclosed bracket, or other text than /LENGTH or :PORT after it";
	if (port && parse_port(port, &out->port))
		return "has an invalid port";
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

bool endpoint_matches(const struct endpoint_match *match, uint8_t family,
		      const uint8_t *addr, uint16_t port)
{
	if (match->has_port && match->port != port)
		return false;
	if (match->family == AF_UNSPEC)
		return true;
	return match->family == family && prefix_matches(match, addr);
}
