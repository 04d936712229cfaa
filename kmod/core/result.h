/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_RESULT_H
#define TSRW_CORE_RESULT_H

#include <linux/tsrewrite.h>

#include "mapping.h"
#include "segment.h"

/**
 * enum tsrw_action - what to do with the TSopts of a segment
 * @TSRW_PASS_NO_TSOPT: pass the segment, which has no TSopt
 * @TSRW_PASS_NO_ACK: pass it: TSecr means nothing without ACK (RFC 7323 section 3.2)
 * @TSRW_PASS_ECHO_ZERO: pass it: TSecr is 0
 * @TSRW_PASS_MODE_OFF: pass it: the mode of its connection is off
 * @TSRW_PASS_OBSERVED: pass it: mode observe leaves what mode rewrite would translate
 * @TSRW_PASS_UNRESTORED: pass it with a wrong TSecr: mode bug
 * @TSRW_PASS_FOREIGN: pass it and end the flow: the peer echoes a TSval that left
 *	unrewritten
 * @TSRW_PASS_OTHER: pass it: it answers another connection than the one that begins
 * @TSRW_TRANSLATE: rewrite TSval or restore TSecr by the span of the result
 * @TSRW_ZERO: set TSecr to 0: it is that of a SYN-ACK, and was never sent as a TSval
 * @TSRW_STRIP: overwrite the TSopt with NOPs: mode strip
 */
enum tsrw_action {
	TSRW_PASS_NO_TSOPT,
	TSRW_PASS_NO_ACK,
	TSRW_PASS_ECHO_ZERO,
	TSRW_PASS_MODE_OFF,
	TSRW_PASS_OBSERVED,
	TSRW_PASS_UNRESTORED,
	TSRW_PASS_FOREIGN,
	TSRW_PASS_OTHER,
	TSRW_TRANSLATE,
	TSRW_ZERO,
	TSRW_STRIP,
};

/* struct tsrw_result, events */
enum {
	TSRW_EVENT_REUSED	= 1 << 0, /* the 4-tuple had another connection */
	TSRW_EVENT_RETRANSMIT	= 1 << 1, /* a SYN or SYN-ACK left again */
	TSRW_EVENT_ESTABLISHED	= 1 << 2, /* a candidate was committed */
	TSRW_EVENT_REFUSED	= 1 << 3, /* an RST answered the SYN */
	TSRW_EVENT_CLOSED	= 1 << 4, /* FINs or an RST closed the connection */
	TSRW_EVENT_NO_TSOPT	= 1 << 5, /* the peer does not use TSopt */
	TSRW_EVENT_ASYMMETRIC	= 1 << 6, /* one direction does not pass the hooks */
	TSRW_EVENT_END		= 1 << 7, /* the flow has to be removed */
};

/* struct tsrw_result, outcome: how a connection begins */
enum {
	TSRW_OUTCOME_ATTEMPT		= 1 << 0, /* its first SYN or SYN-ACK left */
	TSRW_OUTCOME_RETRANSMITTED	= 1 << 1, /* that left again */
	TSRW_OUTCOME_ANSWERED		= 1 << 2, /* the other side accepted it */
	TSRW_OUTCOME_ESTABLISHED	= 1 << 3, /* both sides accepted it */
	TSRW_OUTCOME_REFUSED_BY_PEER	= 1 << 4, /* an RST arrived instead */
	TSRW_OUTCOME_REFUSED_BY_US	= 1 << 5, /* an RST left instead */
	TSRW_OUTCOME_ANSWER_UNSEEN	= 1 << 6, /* an RST left to an answer that did not pass */
};

/**
 * struct tsrw_result - what a segment did to its flow, and what to do with the segment
 * @span: span to translate by
 * @action: enum tsrw_action
 * @events: TSRW_EVENT_REUSED and so on
 * @outcome: TSRW_OUTCOME_ATTEMPT and so on
 * @mode: enum tsrewrite_mode of the segment's connection, or TSRW_MODE_BARE
 * @inbound: that connection was begun from outside
 * @first_is_zero: the TSval that @first of the span stands for was 0
 * @verified: the TSecr to be delivered passed the echo check; on ingress, with
 *	TSRW_TRANSLATE, TSRW_ZERO, TSRW_PASS_OBSERVED and TSRW_PASS_UNRESTORED
 * @future: it failed, and is later than all TSvals that the inside host has sent
 */
struct tsrw_result {
	struct tsrw_span span;
	u8 action;
	u8 events;
	u8 outcome;
	u8 mode;
	bool inbound;
	bool first_is_zero;
	bool verified;
	bool future;
};

/**
 * tsrw_result_restore - translate the TSecr of a segment that arrives
 * @result: what the segment did, with TSRW_TRANSLATE
 * @tsecr: the outside TSecr
 *
 * Return: the inside TSecr; 0 for 0, which echoes nothing.
 */
static inline u32 tsrw_result_restore(const struct tsrw_result *result, u32 tsecr)
{
	const struct tsrw_span *span = &result->span;
	u32 tsval = tsrw_span_restore(span, tsecr);

	if (!tsecr)
		return 0;
	/* Later, @first has moved along with @last */
	if (result->first_is_zero && tsval == span->first &&
	    span->last - span->first < TSRW_ECHO_REACH)
		return 0;
	return tsval;
}

#endif /* TSRW_CORE_RESULT_H */
