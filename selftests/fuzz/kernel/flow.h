/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_FLOW_H
#define TSRW_FUZZ_FLOW_H

#include "frame.h"
#include "random.h"

/* How its connection goes, beside the usual way */
enum variant {
	USUAL,
	SYN_AGAIN,	/* the SYN is sent twice */
	BARE_ANSWER,	/* the SYN-ACK has no TSopt */
	BARE,		/* nothing has one */
	REFUSED,	/* an RST answers the SYN */
	BLIND,		/* from inside, the SYN-ACK is not seen */
	WRONG_ECHO,	/* the SYN-ACK echoes what was not sent */
	RAW_ECHO,	/* the SYN-ACK echoes the first SYN of two */
	UNANSWERED,
	VARIANTS,
};

/* What the module has made of the TSval of the SYN or SYN-ACK that left */
enum fate { FATE_OPEN, FATE_REWRITTEN, FATE_UNCHANGED, FATE_STRIPPED };

/**
 * struct flow - a connection of which both ends are played here
 * @ends: addresses and ports
 * @inbound: it is begun from outside
 * @variant: see there
 * @fate: see there
 * @tainted: something that could change it has been sent
 * @restores: TSecrs that arrive are to be restored
 * @step: how many segments have passed
 * @last: how many will
 * @seq: what each side says next
 * @clock: of each side
 * @heard: what each side has heard last of the other's clock
 * @first: the TSval of the inside's first SYN, raw
 * @raw: what the inside has said that is heard outside as @heard[OUTSIDE]
 * @offset: outside TSval less inside TSval, if its fate is to be rewritten
 * @layout: where its TSopts are
 */
struct flow {
	struct ends ends;
	bool inbound;
	enum variant variant;
	enum fate fate;
	bool tainted, restores;
	unsigned int step, last;
	__u32 seq[2], clock[2], heard[2], first, raw, offset;
	unsigned int layout;
};

void flow_begin(struct flow *flow, struct random *random, unsigned int number,
		unsigned int variants);
bool flow_next(struct flow *flow, struct random *random, struct segment *segment);
bool flow_is_over(const struct flow *flow);

#endif /* TSRW_FUZZ_FLOW_H */
