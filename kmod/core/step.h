/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_STEP_H
#define TSRW_CORE_STEP_H

#include <linux/tsrewrite.h>

#include "mapping.h"
#include "segment.h"

/**
 * enum tsrw_action - what to do with a segment's TSopts
 * @TSRW_PASS_NO_TSOPT: nothing: there are none
 * @TSRW_PASS_NO_ACK: nothing: TSecr means nothing without ACK (RFC 7323, 3.2)
 * @TSRW_PASS_ECHO_ZERO: nothing: TSecr is 0
 * @TSRW_PASS_MODE_OFF: nothing: the connection began while its mode was off
 * @TSRW_PASS_OBSERVED: nothing, though mode rewrite would: mode observe
 * @TSRW_PASS_UNRESTORED: nothing, though TSecr is wrong: mode bug
 * @TSRW_PASS_FOREIGN: nothing, and the flow ends: the peer echoes a TSval that
 *	left unrewritten
 * @TSRW_TRANSLATE: rewrite TSval or restore TSecr by the step's span
 * @TSRW_ZERO: set TSecr to 0: it is a SYN-ACK's and not a value that was sent
 * @TSRW_STRIP: put NOPs in the TSopt's place: mode strip
 */
enum tsrw_action {
	TSRW_PASS_NO_TSOPT,
	TSRW_PASS_NO_ACK,
	TSRW_PASS_ECHO_ZERO,
	TSRW_PASS_MODE_OFF,
	TSRW_PASS_OBSERVED,
	TSRW_PASS_UNRESTORED,
	TSRW_PASS_FOREIGN,
	TSRW_TRANSLATE,
	TSRW_ZERO,
	TSRW_STRIP,
};

/* struct tsrw_step, events */
enum {
	TSRW_EVENT_REUSED	= 1 << 0, /* a candidate where there was a span */
	TSRW_EVENT_RETRANSMIT	= 1 << 1, /* inside sent a SYN again */
	TSRW_EVENT_ESTABLISHED	= 1 << 2, /* a candidate was committed */
	TSRW_EVENT_REFUSED	= 1 << 3, /* an RST answered a SYN */
	TSRW_EVENT_CLOSED	= 1 << 4,
	TSRW_EVENT_NO_TSOPT	= 1 << 5, /* the peer does not do TSopt */
	TSRW_EVENT_ONE_SIDED	= 1 << 6, /* one direction does not come by */
	TSRW_EVENT_END		= 1 << 7, /* the flow is to be forgotten */
};

/* struct tsrw_step, fate: how a connection fares that begins */
enum {
	TSRW_FATE_BEGUN		= 1 << 0, /* it is asked for */
	TSRW_FATE_AGAIN		= 1 << 1, /* once more */
	TSRW_FATE_ANSWERED	= 1 << 2, /* the other end agrees */
	TSRW_FATE_CONFIRMED	= 1 << 3, /* so does the one that asked */
	TSRW_FATE_REFUSED	= 1 << 4, /* an RST of outside's, instead */
	TSRW_FATE_REJECTED	= 1 << 5, /* an RST of inside's, instead */
};

/**
 * struct tsrw_step - what a segment did to a flow, and what to do with it
 * @span: by which to translate
 * @action: enum tsrw_action
 * @events: TSRW_EVENT_REUSED and so on
 * @fate: TSRW_FATE_BEGUN and so on
 * @mode: of the connection that the segment is of
 * @inbound: that one was begun from outside
 * @verified: the TSecr to deliver passed the echo check; on ingress, with
 *	TSRW_TRANSLATE, TSRW_ZERO, TSRW_PASS_OBSERVED and TSRW_PASS_UNRESTORED
 * @future: it did not, and is later than all that the inside host sent
 */
struct tsrw_step {
	struct tsrw_span span;
	u8 action;
	u8 events;
	u8 fate;
	u8 mode;
	bool inbound;
	bool verified;
	bool future;
};

bool tsrw_mode_writes(enum tsrewrite_mode mode);
void tsrw_step_egress(struct tsrw_step *step, const struct tsrw_span *span,
		      enum tsrewrite_mode mode);
void tsrw_step_ingress(struct tsrw_step *step, const struct tsrw_span *span,
		       enum tsrewrite_mode mode, const struct tsrw_segment *seg);

#endif /* TSRW_CORE_STEP_H */
