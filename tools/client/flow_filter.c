// SPDX-License-Identifier: GPL-2.0-only
#include "flow_filter.h"

#include <arpa/inet.h>

#include <linux/tsrewrite.h>

#include "../text/endpoint.h"

bool filter_has(const struct filter *filter, enum filter_word word)
{
	return filter->given & (1U << word);
}

static bool end_matches(const struct endpoint_match *match,
			const struct address *address, uint16_t port)
{
	return endpoint_matches(match, address->len == 4 ? AF_INET : AF_INET6,
				address->byte, port);
}

bool filter_matches(const struct filter *filter, const struct flow *flow)
{
	if (filter_has(filter, FILTER_PORT) && flow->inside_port != filter->port &&
	    flow->outside_port != filter->port)
		return false;
	if (filter_has(filter, FILTER_STATE) && flow->state != (uint32_t)filter->state)
		return false;
	if (filter_has(filter, FILTER_MODE) && flow->mode != (uint32_t)filter->mode)
		return false;
	if (filter_has(filter, FILTER_ZONE) && flow->zone != filter->zone)
		return false;
	if (filter_has(filter, FILTER_GROUP) && flow->group != filter->group_id)
		return false;
	return end_matches(&filter->inside, &flow->inside_addr,
			   flow->inside_port) &&
	       end_matches(&filter->outside, &flow->outside_addr,
			   flow->outside_port);
}

/* The attribute types of one end's address, prefix length and port */
struct end {
	uint16_t addr, prefix, port;
};

static const struct end inside = {
	TSREWRITE_A_FLUSH_INSIDE_ADDR, TSREWRITE_A_FLUSH_INSIDE_PREFIX_LEN,
	TSREWRITE_A_FLUSH_INSIDE_PORT,
};

static const struct end outside = {
	TSREWRITE_A_FLUSH_OUTSIDE_ADDR, TSREWRITE_A_FLUSH_OUTSIDE_PREFIX_LEN,
	TSREWRITE_A_FLUSH_OUTSIDE_PORT,
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
	if (filter_has(filter, FILTER_INSIDE))
		put_end(&inside, &filter->inside, nlh);
	if (filter_has(filter, FILTER_OUTSIDE))
		put_end(&outside, &filter->outside, nlh);
	if (filter_has(filter, FILTER_PORT))
		mnl_attr_put_u16(nlh, TSREWRITE_A_FLUSH_PORT,
				 htons(filter->port));
	if (filter_has(filter, FILTER_STATE))
		mnl_attr_put_u32(nlh, TSREWRITE_A_FLUSH_STATE,
				 (uint32_t)filter->state);
	if (filter_has(filter, FILTER_MODE))
		mnl_attr_put_u32(nlh, TSREWRITE_A_FLUSH_MODE,
				 (uint32_t)filter->mode);
	if (filter_has(filter, FILTER_ZONE))
		mnl_attr_put_u8(nlh, TSREWRITE_A_FLUSH_ZONE, filter->zone);
	if (filter_has(filter, FILTER_GROUP))
		mnl_attr_put_strz(nlh, TSREWRITE_A_FLUSH_GROUP, filter->group);
}
