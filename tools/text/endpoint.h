/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parses and matches endpoints: a prefix and a port, as filters of flows and prefixes of
 * groups name them.  Pure functions.
 */
#ifndef TSREWRITE_TEXT_ENDPOINT_H
#define TSREWRITE_TEXT_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What an endpoint has to match.  @family is AF_INET, AF_INET6, or AF_UNSPEC, which
 * matches every address.  Of @addr, in network byte order, @len bits count.  @port, in
 * host byte order, counts if @has_port is set.
 */
struct endpoint_match {
	uint8_t family;
	uint8_t len;
	bool has_port;
	uint16_t port;
	uint8_t addr[16];
};

/*
 * Parses PREFIX[:PORT], where an IPv6 prefix that is followed by a port is in brackets:
 * [2001:db8::/32]:443 or [2001:db8::]/32:443.  Returns NULL, or why @word is invalid, to be
 * read after the quoted word as in parse.h.
 */
const char *endpoint_parse(const char *word, struct endpoint_match *out);

/*
 * Whether an address and port match.  @addr has 4 or 16 bytes, as @family says; @port is in
 * host byte order.
 */
bool endpoint_matches(const struct endpoint_match *match, uint8_t family,
		      const uint8_t *addr, uint16_t port);

#endif /* TSREWRITE_TEXT_ENDPOINT_H */
