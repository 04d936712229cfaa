/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_MAPPING_H
#define TSRW_CORE_MAPPING_H

#include "serial.h"

/* How many ticks an echo may lie behind the latest TSval: half of the distance up to
 * which serial arithmetic tells earlier from later
 */
#define TSRW_ECHO_REACH	0x40000000u

/* If the seconds without a segment, rounded down, exceed this, a TSval clock of 1 MHz
 * may have advanced by more than TSRW_ECHO_REACH
 */
#define TSRW_IDLE_LONG	1022

/* A TSval of an RST may lie so many ticks ahead of the latest one: a clock of 1 MHz
 * advances by so many in a minute
 */
#define TSRW_RST_AHEAD	0x4000000u

/* A TSval of 0 is a reading of a clock only where the clock wraps: at most so many ticks
 * ahead of the latest one, which a clock of 1 MHz advances by in a second
 */
#define TSRW_ZERO_AHEAD	0x100000u

/**
 * struct tsrw_span - the relation between inside and outside TSvals of a connection
 * @offset: outside TSval less inside TSval, mod 2^32
 * @first: the first inside TSval, or where the reach of the echo check ends if that is
 *	later. If the first was 0, which is no reading of a clock, it is one less than
 *	the first TSval that was not 0, once there is one
 * @last: the latest inside TSval; it moves back only after a silence of more than
 *	TSRW_IDLE_LONG
 *
 * All are in ticks of the inside host's clock, which may run at any rate.
 */
struct tsrw_span {
	u32 offset;
	u32 first;
	u32 last;
};

/**
 * struct tsrw_mapping - the spans of the connections of a flow
 * @committed: span of the connection that the other side has confirmed
 * @candidate: span of a newer connection on the same 4-tuple, which the other side has
 *	not confirmed yet
 *
 * The flags of struct tsrw_conn say which of them are valid. If the committed
 * connection is rewritten, a candidate that is rewritten begins after its last outside
 * TSval so far.
 */
struct tsrw_mapping {
	struct tsrw_span committed;
	struct tsrw_span candidate;
};

u32 tsrw_outside_start(u32 anchor, const struct tsrw_span *past);
void tsrw_span_begin(struct tsrw_span *span, u32 tsval, u32 outside);
bool tsrw_span_note(struct tsrw_span *span, u32 tsval, u32 idle, bool rst);
bool tsrw_span_echoes_raw(const struct tsrw_span *span, u32 tsecr);

/**
 * tsrw_span_rewrite - translate an inside TSval to the outside TSval
 * @span: the connection's span
 * @tsval: the inside TSval
 *
 * Return: the outside TSval; 1 where it would be 0, which some firewalls drop.
 */
static inline u32 tsrw_span_rewrite(const struct tsrw_span *span, u32 tsval)
{
	u32 outside = tsval + span->offset;

	return outside ? outside : 1;
}

/**
 * tsrw_span_restore - translate an outside TSecr to the inside TSecr
 * @span: the connection's span
 * @tsecr: the outside TSecr, not 0
 *
 * Return: the inside TSval that was rewritten to @tsecr. Two of them are rewritten to
 * 1: the earlier is returned as long as the later was not sent.
 */
static inline u32 tsrw_span_restore(const struct tsrw_span *span, u32 tsecr)
{
	u32 tsval = tsecr - span->offset;

	if (tsecr == 1 && tsval == span->last + 1)
		return span->last;
	return tsval;
}

/**
 * tsrw_span_sent - whether the inside host can have sent a TSval (the echo check)
 * @span: the connection's span
 * @tsval: a restored TSecr
 *
 * Return: true if @tsval lies in [max(first, last - TSRW_ECHO_REACH), last].
 */
static inline bool tsrw_span_sent(const struct tsrw_span *span, u32 tsval)
{
	u32 reach = span->last - span->first;

	if (reach > TSRW_ECHO_REACH)
		reach = TSRW_ECHO_REACH;
	return span->last - tsval <= reach;
}

/**
 * tsrw_span_later - get the latest inside TSval after one more was sent
 * @last: the latest TSval before
 * @tsval: the TSval that was sent
 * @idle: seconds since the segment of the flow before
 *
 * Return: @tsval if it is later than @last, or if the silence was so long that a fast
 * clock may have wrapped and no older segment can still be on its way; else @last.
 */
static inline u32 tsrw_span_later(u32 last, u32 tsval, u32 idle)
{
	if (tsrw_after(tsval, last) || idle > TSRW_IDLE_LONG)
		return tsval;
	return last;
}

/**
 * tsrw_span_floor - move the first TSval of a span along, before @last wraps around it
 * @first: the span's first TSval
 * @last: its last TSval
 *
 * Return: @first, or where the reach of the echo check ends if that is later.
 */
static inline u32 tsrw_span_floor(u32 first, u32 last)
{
	return last - first > TSRW_ECHO_REACH ? last - TSRW_ECHO_REACH : first;
}

/**
 * tsrw_span_is_usual - whether a TSval is of the clock of the span, at first sight
 * @span: the connection's span
 * @tsval: a TSval that leaves
 *
 * Return: true if @tsval is no earlier than the TSvals that were sent, and not ahead of
 * them by more than TSRW_ECHO_REACH; false also if it is 0, or if no other was sent.
 */
static inline bool tsrw_span_is_usual(const struct tsrw_span *span, u32 tsval)
{
	return tsval && span->last &&
	       (tsval - span->last <= TSRW_ECHO_REACH || tsrw_span_sent(span, tsval));
}

/**
 * tsrw_span_outside - get the outside TSval to send
 * @span: the connection's span, with @last as it is after @tsval
 * @tsval: the inside TSval that leaves
 *
 * Return: the outside TSval of @tsval; if @tsval cannot be of the span's clock, the
 * last outside TSval, because that of @tsval would disclose @offset.
 */
static inline u32 tsrw_span_outside(const struct tsrw_span *span, u32 tsval)
{
	if (!tsval || !tsrw_span_sent(span, tsval))
		tsval = span->last;
	return tsrw_span_rewrite(span, tsval);
}

#endif /* TSRW_CORE_MAPPING_H */
