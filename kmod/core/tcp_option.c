// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP options: RFC 9293 section 3.1 (EOL, NOP, the length byte), RFC 7323
 * section 3 (TSopt), RFC 5925 section 2.2 (TCP-AO).
 */
#include "tcp_option.h"

enum {
	OPTION_EOL = 0,
	OPTION_NOP = 1,
	OPTION_TIMESTAMP = 8,
	OPTION_AO = 29,
};

#define TIMESTAMP_LEN	10
#define TSVAL_AT	2	/* the kind and the length byte come first */

/* Two NOPs and a TSopt, and nothing else, are the options of nearly every segment of
 * an established connection (RFC 7323 appendix A)
 */
static bool is_common_layout(const u8 *options, unsigned int len)
{
	return len == TIMESTAMP_LEN + 2 &&
	       options[0] == OPTION_NOP && options[1] == OPTION_NOP &&
	       options[2] == OPTION_TIMESTAMP && options[3] == TIMESTAMP_LEN;
}

/* Receivers pass over one of another length. Return: false if there are too many. */
static bool take_timestamp(struct tsrw_tcp_options *found, unsigned int at,
			   unsigned int len)
{
	if (len != TIMESTAMP_LEN)
		return true;
	if (found->ts_count == TSRW_TSOPT_MAX)
		return false;
	found->ts[found->ts_count++] = at + TSVAL_AT;
	return true;
}

/**
 * tsrw_tcp_options_walk - find the TSopts of a TCP header
 * @options: the bytes that follow the 20 fixed ones of the header
 * @len: how many bytes of options there are, at most 40
 * @found: filled in
 *
 * EOL ends the walk. No byte past @len is read, and no partial option is accepted.
 * Context: any; pure.
 */
void tsrw_tcp_options_walk(const u8 *options, unsigned int len,
			   struct tsrw_tcp_options *found)
{
	unsigned int at = 0;

	*found = (struct tsrw_tcp_options){};
	if (is_common_layout(options, len)) {
		take_timestamp(found, 2, TIMESTAMP_LEN);
		return;
	}

	while (at < len && options[at] != OPTION_EOL) {
		unsigned int kind = options[at], size;

		if (kind == OPTION_NOP) {
			at++;
			continue;
		}
		size = at + 1 < len ? options[at + 1] : 0;
		if (size < 2 || size > len - at) {
			found->malformed = true;
			return;
		}
		if (kind == OPTION_TIMESTAMP && !take_timestamp(found, at, size)) {
			found->malformed = true;
			return;
		}
		if (kind == OPTION_AO)
			found->ao = true;
		at += size;
	}
}
