/* SPDX-License-Identifier: GPL-2.0-only */
/* A filter that selects flows, here or in the kernel */
#ifndef TSREWRITE_CLIENT_FLOW_FILTER_H
#define TSREWRITE_CLIENT_FLOW_FILTER_H

#include "../text/endpoint.h"
#include "flow.h"

enum filter_word {
	FILTER_INSIDE,
	FILTER_OUTSIDE,
	FILTER_PORT,
	FILTER_STATE,
	FILTER_MODE,
	FILTER_ZONE,
	FILTER_GROUP,
};

/* Conditions that must all hold; one that is not in @given holds for every flow */
struct filter {
	unsigned int given;	/* a bit for each enum filter_word */
	struct endpoint_match inside;
	struct endpoint_match outside;
	uint16_t port;
	int state;
	int mode;
	uint8_t zone;
	const char *group;	/* its name, by which the kernel finds it */
	uint8_t group_id;	/* for filter_matches(), whose caller has to look it up */
};

/* Whether the condition is given */
bool filter_has(const struct filter *filter, enum filter_word word);
bool filter_matches(const struct filter *filter, const struct flow *flow);

/* Adds the filter to @nlh as attributes of a flush, enum tsrewrite_flush_attr */
void filter_put(const struct filter *filter, struct nlmsghdr *nlh);

#endif /* TSREWRITE_CLIENT_FLOW_FILTER_H */
