/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_LIFE_H
#define TSRW_CORE_LIFE_H

#include "sides.h"
#include "step.h"

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

/* A new connection's segments lie this close behind its initial sequence
 * number until the other side has confirmed it: more than any first window.
 */
#define TSRW_FIRST_WINDOW	0x100000u

/**
 * struct tsrw_handshake - a flow's life
 * @isn_committed: initial sequence number of the inside end, committed connection;
 *	until there is one, of the SYN-ACK that answered the candidate's SYN before
 * @isn_candidate: the same of the candidate
 * @ack: the last acknowledgment number sent, by enum tsrw_direction
 * @fin_end: the number that acknowledges the FIN, by enum tsrw_direction
 * @state: enum tsrw_state
 * @flags: TSRW_HAS_COMMITTED and so on
 * @mode: enum tsrewrite_mode of the committed connection, never off
 * @mode_candidate: of the candidate; off: it is to pass as if there were no flow
 * @unconfirmed: the peer has answered the committed one's SYN; the third segment has
 *	not left yet
 * @unreachable: an ICMP error has answered the candidate's SYN
 * @sides: TSRW_SIDE_SEEN and so on, of the committed connection
 */
struct tsrw_handshake {
	u32 isn_committed;
	u32 isn_candidate;
	u32 ack[2];
	u32 fin_end[2];
	u8 state;
	u8 flags;
	u8 mode : 3;
	u8 mode_candidate : 3;
	u8 unconfirmed : 1;
	u8 unreachable : 1;
	u8 sides;
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

/**
 * tsrw_has - does a flow have any of some flags?
 * @hs: the flow's
 * @flags: TSRW_HAS_COMMITTED and so on
 */
static inline bool tsrw_has(const struct tsrw_handshake *hs, unsigned int flags)
{
	return hs->flags & flags;
}

/**
 * tsrw_follows - does a sequence number lie just behind a SYN?
 * @seq: the number
 * @isn: the SYN's
 * @reach: how far behind it at most, its data included
 */
static inline bool tsrw_follows(u32 seq, u32 isn, u32 reach)
{
	return seq - isn - 1 <= reach;
}

/**
 * tsrw_life_is_quiet - can a segment be answered without changing the life?
 * @hs: the flow's
 * @seg: the segment
 *
 * Return: true if only the committed span's @last, @hs->ack and @hs->sides may
 * move by it.
 */
static inline bool tsrw_life_is_quiet(const struct tsrw_handshake *hs,
				      const struct tsrw_segment *seg)
{
	const u8 busy = TSRW_HAS_CANDIDATE | TSRW_FIN << TSRW_EGRESS |
			TSRW_FIN << TSRW_INGRESS;

	return !seg->syn && !seg->fin && !seg->rst && !hs->unconfirmed &&
	       (hs->flags & (busy | TSRW_HAS_COMMITTED)) == TSRW_HAS_COMMITTED;
}

enum tsrewrite_mode tsrw_life_mode(const struct tsrw_life *life,
				   const struct tsrw_span *span);
const struct tsrw_span *tsrw_life_shown(const struct tsrw_life *life);
const struct tsrw_span *tsrw_life_newest(const struct tsrw_life *life);
bool tsrw_life_breaks(const struct tsrw_life *life);
bool tsrw_life_may_be_forgotten(const struct tsrw_life *life, u32 anchor);
bool tsrw_life_continues(const struct tsrw_handshake *hs,
			 const struct tsrw_segment *seg);
bool tsrw_life_leaves_as_candidate(const struct tsrw_handshake *hs,
				   const struct tsrw_segment *seg);
bool tsrw_life_quoted(const struct tsrw_life *life,
		      const struct tsrw_segment *seg, enum tsrw_direction dir,
		      struct tsrw_span *span);

#endif /* TSRW_CORE_LIFE_H */
