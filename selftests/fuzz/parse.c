// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any string as a word of the command line: what is taken is within its range.
 */
#include <string.h>
#include <sys/socket.h>

#include "parse.h"
#include "target.h"

#define WORD_MAX	200

static void take_endpoint(const char *word)
{
	const u8 addr[16] = { 10 };
	struct endpoint_match match;

	if (parse_endpoint(word, &match))
		return;
	require(match.family == AF_INET || match.family == AF_INET6);
	require(match.len <= (match.family == AF_INET ? 32 : 128));
	endpoint_matches(&match, match.family, addr, 80);
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
	parse_number(word, &number);
	parse_duration(word, &number);
	parse_port(word, &port);
	parse_zone(word, &zone);
	if (!parse_device(word))
		require(*word && strlen(word) < 16 && !strchr(word, '/'));
	if (!parse_netns(word))
		require(*word && !strchr(word, '/'));
	word_nearest(word, mode_words);
	require(strlen(word_list(state_words, list, sizeof(list))) < 16);
	return 0;
}
