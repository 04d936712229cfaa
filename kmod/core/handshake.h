/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_HANDSHAKE_H
#define TSRW_CORE_HANDSHAKE_H

#include <linux/tsrewrite.h>

#include "mapping.h"

/**
 * struct tsrw_segment - the facts of a TCP segment
 * @seq: sequence number
 * @end: sequence number behind its payload, SYN and FIN
 * @ack: acknowledgment number
 * @tsval: of the first TSopt
 * @tsecr: of the first TSopt
 * @has_ack: the ACK bit
 * @syn: the SYN bit
 * @fin: the FIN bit
 * @rst: the RST bit
 * @has_tsopt: it carries a TSopt
 *
 * Numbers in host byte order.
 */
struct tsrw_segment {
	u32 seq;
	u32 end;
	u32 ack;
	u32 tsval;
	u32 tsecr;
	bool has_ack;
	bool syn;
	bool fin;
	bool rst;
	bool has_tsopt;
};

/**
 * enum tsrw_state - where a flow is in its life; see enum tsrewrite_flow_state
 * @TSRW_EMBRYONIC: nothing is committed yet
 * @TSRW_ESTABLISHED: a connection is committed
 * @TSRW_CLOSED: the committed one is over
 * @TSRW_STATES: how many there are
 */
enum tsrw_state {
	TSRW_EMBRYONIC,
	TSRW_ESTABLISHED,
	TSRW_CLOSED,
	TSRW_STATES,
};

/* struct tsrw_handshake, flags */
enum {
	TSRW_HAS_COMMITTED	= 1 << 0,
	TSRW_HAS_CANDIDATE	= 1 << 1,
	TSRW_CANDIDATE_INBOUND	= 1 << 2, /* begun from outside: by a SYN-ACK */
	TSRW_INBOUND		= 1 << 3, /* the committed one was */
	TSRW_FIN		= 1 << 4, /* and << direction: it sent a FIN */
	TSRW_FIN_ACKED		= 1 << 6, /* and << direction: the other acked it */
};

/**
 * struct tsrw_handshake - a flow's life
 * @isn_committed: initial sequence number of the inside end, committed connection
 * @isn_candidate: the same of the candidate
 * @ack: the last acknowledgment number sent, by enum tsrw_direction
 * @fin_end: the number that acknowledges the FIN, by enum tsrw_direction
 * @state: enum tsrw_state
 * @flags: TSRW_HAS_COMMITTED and so on
 * @mode: enum tsrewrite_mode of the committed connection, never off
 * @mode_candidate: of the candidate; off: it is to pass as if there were no flow
 */
struct tsrw_handshake {
	u32 isn_committed;
	u32 isn_candidate;
	u32 ack[2];
	u32 fin_end[2];
	u8 state;
	u8 flags;
	u8 mode;
	u8 mode_candidate;
};

/**
 * enum tsrw_action - what to do with a segment's TSopts
 * @TSRW_PASS_NO_TSOPT: nothing: there are none
 * @TSRW_PASS_NO_ACK: nothing: TSecr means nothing without ACK (RFC 7323, 3.2)
 * @TSRW_PASS_ECHO_ZERO: nothing: TSecr is 0
 * @TSRW_PASS_MODE_OFF: nothing: the connection began while its mode was off
 * @TSRW_PASS_UNRESTORED: nothing, though TSecr is wrong: mode bug
 * @TSRW_PASS_FOREIGN: nothing, and the flow ends: the peer echoes a TSval that
 *	left unrewritten
 * @TSRW_TRANSLATE: rewrite TSval or restore TSecr by the step's span
 * @TSRW_ZERO: set TSecr to 0: it is a SYN-ACK's and not a value that was sent
 */
enum tsrw_action {
	TSRW_PASS_NO_TSOPT,
	TSRW_PASS_NO_ACK,
	TSRW_PASS_ECHO_ZERO,
	TSRW_PASS_MODE_OFF,
	TSRW_PASS_UNRESTORED,
	TSRW_PASS_FOREIGN,
	TSRW_TRANSLATE,
	TSRW_ZERO,
};

/* struct tsrw_step, events */
enum {
	TSRW_EVENT_REUSED	= 1 << 0, /* a candidate where there was a span */
	TSRW_EVENT_RETRANSMIT	= 1 << 1, /* inside sent a SYN again */
	TSRW_EVENT_ESTABLISHED	= 1 << 2, /* a candidate was committed */
	TSRW_EVENT_REFUSED	= 1 << 3, /* an RST answered a SYN */
	TSRW_EVENT_CLOSED	= 1 << 4,
	TSRW_EVENT_NO_TSOPT	= 1 << 5, /* the peer does not do TSopt */
	TSRW_EVENT_END		= 1 << 6, /* the flow is to be forgotten */
};

/**
 * struct tsrw_step - what a segment did to a flow, and what to do with it
 * @span: by which to translate
 * @action: enum tsrw_action
 * @events: TSRW_EVENT_REUSED and so on
 * @verified: the delivered TSecr passed the echo check; on ingress, with
 *	TSRW_TRANSLATE, TSRW_ZERO and TSRW_PASS_UNRESTORED
 */
struct tsrw_step {
	struct tsrw_span span;
	u8 action;
	u8 events;
	bool verified;
};

/**
 * struct tsrw_life - all that a flow remembers of its connections
 * @map: timestamps
 * @hs: sequence numbers
 */
struct tsrw_life {
	struct tsrw_mapping map;
	struct tsrw_handshake hs;
};

bool tsrw_life_is_quiet(const struct tsrw_handshake *hs,
			const struct tsrw_segment *seg);
void tsrw_life_egress(struct tsrw_life *life, const struct tsrw_segment *seg,
		      enum tsrewrite_mode mode, u32 anchor, u32 idle,
		      struct tsrw_step *step);
void tsrw_life_ingress(struct tsrw_life *life, const struct tsrw_segment *seg,
		       struct tsrw_step *step);
void tsrw_span_answer(const struct tsrw_span *span, enum tsrewrite_mode mode,
		      const struct tsrw_segment *seg, struct tsrw_step *step);
const struct tsrw_span *tsrw_life_newest(const struct tsrw_life *life);

#endif /* TSRW_CORE_HANDSHAKE_H */
