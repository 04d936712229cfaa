// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any string as a word of the command line: what is taken is within its range.
 */
#include <string.h>
#include <sys/socket.h>

#include "classifier/ports.h"
#include "classifier/prefix.h"
#include "target.h"
#include "text/endpoint.h"
#include "text/parse.h"
#include "text/word.h"

#define WORD_MAX	200

static void take_endpoint(const char *word)
{
	const u8 addr[16] = { 10 };
	struct endpoint_match match;

	if (endpoint_parse(word, &match))
		return;
	trap_unless(match.family == AF_INET || match.family == AF_INET6);
	trap_unless(match.len <= (match.family == AF_INET ? 32 : 128));
	endpoint_matches(&match, match.family, addr, 80);
}

static void take_prefix(const char *word)
{
	char text[PREFIX_SIZE];
	struct range range, again;

	if (prefix_parse(word, &range))
		return;
	trap_unless(memcmp(range.first, range.last, 16) <= 0);
	trap_unless(!prefix_parse(prefix_format(text, &range), &again));
	trap_unless(!range_compare(&range, &again));
	trap_unless(!range_rest(&range));
}

static void take_ports(const char *word)
{
	struct ports ports, again;
	char text[PORTS_TEXT];

	if (ports_parse(word, &ports))
		return;
	trap_unless(ports.count && ports.count <= PORTS_MAX);
	trap_unless(!ports_parse(ports_format(text, &ports), &again));
	trap_unless(ports_equal(&ports, &again));
	trap_unless(ports_lowest(&ports) == ports.range[0].first);
	for (size_t i = 0; i < ports.count; i++) {
		const struct port_range range = ports.range[i];

		trap_unless(range.first && range.first <= range.last);
		trap_unless(!i || ports.range[i - 1].last + 1 < range.first);
		trap_unless(ports_have_range(&ports, range));
	}
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	char word[WORD_MAX + 1] = "", list[16];
	u32 number;
	u16 port;
	u8 zone;

	if (size > WORD_MAX)
		return 0;
	memcpy(word, data, size);

	take_endpoint(word);
	take_prefix(word);
	take_ports(word);
	parse_number(word, &number);
	parse_duration(word, &number);
	parse_port(word, &port);
	parse_zone(word, &zone);
	if (!parse_device(word))
		trap_unless(*word && strlen(word) < 16 && !strchr(word, '/'));
	if (!parse_netns(word))
		trap_unless(*word && !strchr(word, '/'));
	word_nearest(word, mode_words);
	trap_unless(strlen(word_list(state_words, list, sizeof(list))) < 16);
	return 0;
}
