// SPDX-License-Identifier: GPL-2.0-only
#include "flow.h"

#include <arpa/inet.h>
#include <string.h>

#include <linux/tsrewrite.h>

#include "../report.h"

enum filter_word { INSIDE, OUTSIDE, PORT, STATE, MODE, ZONE };

static const char *const filter_words[] = {
	[INSIDE]  = "inside",
	[OUTSIDE] = "outside",
	[PORT]	  = "port",
	[STATE]	  = "state",
	[MODE]	  = "mode",
	[ZONE]	  = "zone",
	NULL
};

static bool given(const struct filter *filter, enum filter_word word)
{
	return filter->given & (1U << word);
}

static int read_choice(const char *what, const char *word,
		       const char *const *words, int *out)
{
	*out = word_index(word, words);
	return *out < 0 ? report_word(what, word, words) : EXIT_DONE;
}

static int read_value(const char *command, enum filter_word word,
		      const char *value, struct filter *filter)
{
	const char *why = NULL;

	switch (word) {
	case INSIDE:
		why = parse_endpoint(value, &filter->inside);
		break;
	case OUTSIDE:
		why = parse_endpoint(value, &filter->outside);
		break;
	case PORT:
		why = parse_port(value, &filter->port);
		break;
	case STATE:
		return read_choice("state", value, state_words, &filter->state);
	case MODE:
		return read_choice("mode", value, mode_words, &filter->mode);
	case ZONE:
		why = parse_zone(value, &filter->zone);
		break;
	}
	if (!why)
		return EXIT_DONE;
	return report_usage("%s: %s \"%s\" %s", command, filter_words[word],
			    value, why);
}

int filter_read(const struct call *call, struct filter *filter)
{
	for (char **words = call->words; *words; words += 2) {
		int word = word_index(words[0], filter_words);
		int ret;

		if (word < 0 && !strcmp(words[0], "dev"))
			return report_usage("%s: a flow has no device; filter by zone instead",
					    call->name);
		if (word < 0)
			return report_word("filter", words[0], filter_words);
		if (!words[1])
			return report_usage("%s: %s needs a value", call->name,
					    words[0]);
		if (given(filter, word))
			return report_usage("%s: %s is given twice", call->name,
					    words[0]);
		ret = read_value(call->name, word, words[1], filter);
		if (ret)
			return ret;
		filter->given |= 1U << word;
	}
	return EXIT_DONE;
}

static bool end_matches(const struct endpoint_match *match,
			const struct address *address, uint16_t port)
{
	return endpoint_matches(match, address->len == 4 ? AF_INET : AF_INET6,
				address->byte, port);
}

bool filter_matches(const struct filter *filter, const struct flow *flow)
{
	if (given(filter, PORT) && flow->inside_port != filter->port &&
	    flow->outside_port != filter->port)
		return false;
	if (given(filter, STATE) && flow->state != (uint32_t)filter->state)
		return false;
	if (given(filter, MODE) && flow->mode != (uint32_t)filter->mode)
		return false;
	if (given(filter, ZONE) && flow->zone != filter->zone)
		return false;
	return end_matches(&filter->inside, &flow->inside_addr,
			   flow->inside_port) &&
	       end_matches(&filter->outside, &flow->outside_addr,
			   flow->outside_port);
}

/* An end's attributes */
struct end {
	uint16_t addr, prefix, port;
};

static const struct end inside = {
	TSREWRITE_A_FLOW_INSIDE_ADDR, TSREWRITE_A_FLOW_INSIDE_PREFIX,
	TSREWRITE_A_FLOW_INSIDE_PORT,
};

static const struct end outside = {
	TSREWRITE_A_FLOW_OUTSIDE_ADDR, TSREWRITE_A_FLOW_OUTSIDE_PREFIX,
	TSREWRITE_A_FLOW_OUTSIDE_PORT,
};

static void put_end(const struct end *end, const struct endpoint_match *match,
		    struct nlmsghdr *nlh)
{
	mnl_attr_put(nlh, end->addr, match->family == AF_INET ? 4 : 16,
		     match->addr);
	mnl_attr_put_u8(nlh, end->prefix, match->len);
	if (match->has_port)
		mnl_attr_put_u16(nlh, end->port, htons(match->port));
}

void filter_put(const struct filter *filter, struct nlmsghdr *nlh)
{
	if (given(filter, INSIDE))
		put_end(&inside, &filter->inside, nlh);
	if (given(filter, OUTSIDE))
		put_end(&outside, &filter->outside, nlh);
	if (given(filter, PORT))
		mnl_attr_put_u16(nlh, TSREWRITE_A_FLOW_PORT,
				 htons(filter->port));
	if (given(filter, STATE))
		mnl_attr_put_u32(nlh, TSREWRITE_A_FLOW_STATE,
				 (uint32_t)filter->state);
	if (given(filter, MODE))
		mnl_attr_put_u32(nlh, TSREWRITE_A_FLOW_MODE,
				 (uint32_t)filter->mode);
	if (given(filter, ZONE))
		mnl_attr_put_u8(nlh, TSREWRITE_A_FLOW_ZONE, filter->zone);
}
