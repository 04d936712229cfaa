// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inside TSvals to outside ones and back.  Time is a parameter, all arithmetic
 * is mod 2^32, and nothing here knows how fast the inside host's clock runs.
 */
#include "mapping.h"

/* How far back an echo may lie (RFC 7323 section 5.5 lives with less) */
#define ECHO_REACH	0x40000000u

/* A TSval sent unrewritten this much before the span began may be echoed raw:
 * retransmissions of a SYN are at most some 64 s apart, the first 1 s. That is
 * 2^16 ticks of 1 kHz, and 2^20 of 1 MHz; the wider the reach, the likelier an
 * impossible echo is taken for a raw one.
 */
#define RAW_REACH	0x200000u

/**
 * tsrw_outside_start - the outside TSval that a connection begins with
 * @anchor: where the 4-tuple's clock stands now, in ms
 * @past: the newest span that the 4-tuple is known to have had, or NULL
 *
 * Return: the later of @anchor and one tick after the last outside TSval of
 * @past; TIME-WAIT accepts a SYN whose TSval is greater by one (RFC 6191
 * section 2). Never 0, which some firewalls drop.
 */
u32 tsrw_outside_start(u32 anchor, const struct tsrw_span *past)
{
	u32 start = anchor;

	if (past) {
		u32 next = tsrw_span_rewrite(past, past->last) + 1;

		if (tsrw_after(next, start))
			start = next;
	}
	return start ? start : 1;
}

/**
 * tsrw_span_begin - begin a connection's span
 * @span: filled in
 * @tsval: the inside TSval of its SYN or SYN-ACK
 * @outside: what it goes out as
 */
void tsrw_span_begin(struct tsrw_span *span, u32 tsval, u32 outside)
{
	span->offset = outside - tsval;
	span->first = tsval;
	span->last = tsval;
}

/**
 * tsrw_span_rewrite - inside TSval to outside TSval
 * @span: the connection's span
 * @tsval: the inside TSval
 *
 * Return: the outside TSval, never 0: that one tick goes out as 1.
 */
u32 tsrw_span_rewrite(const struct tsrw_span *span, u32 tsval)
{
	u32 outside = tsval + span->offset;

	return outside ? outside : 1;
}

/**
 * tsrw_span_restore - outside TSecr to inside TSecr
 * @span: the connection's span
 * @tsecr: the outside TSecr, not 0
 *
 * Return: the inside TSval whose rewriting is @tsecr. Two inside values go out
 * as 1; of those, one that was sent.
 */
u32 tsrw_span_restore(const struct tsrw_span *span, u32 tsecr)
{
	u32 tsval = tsecr - span->offset;

	if (tsecr == 1 && tsval == span->last + 1)
		return span->last;
	return tsval;
}

/**
 * tsrw_span_sent - the echo check
 * @span: the connection's span
 * @tsval: a restored TSecr
 *
 * Return: true if the inside host can have sent @tsval: it lies in
 * [max(first, last - 2^30), last].
 */
bool tsrw_span_sent(const struct tsrw_span *span, u32 tsval)
{
	u32 reach = span->last - span->first;

	if (reach > ECHO_REACH)
		reach = ECHO_REACH;
	return span->last - tsval <= reach;
}

/**
 * tsrw_span_echoes_raw - does the peer echo what left before the span began?
 * @span: the connection's span
 * @tsecr: the TSecr as it came, one that fails the echo check when restored
 *
 * Return: true if @tsecr is an inside TSval of just before or within @span: a
 * SYN passed unrewritten, and its retransmission did not.
 */
bool tsrw_span_echoes_raw(const struct tsrw_span *span, u32 tsecr)
{
	return span->last - tsecr <= span->last - span->first + RAW_REACH;
}

/**
 * tsrw_span_later - the latest inside TSval, having seen one more
 * @last: the latest so far
 * @tsval: the one seen
 * @idle: seconds since the flow's segment before
 *
 * Return: @tsval if it is later, or if so much time went by that a fast clock
 * may have wrapped and no older segment can still be on its way; else @last.
 */
u32 tsrw_span_later(u32 last, u32 tsval, u32 idle)
{
	if (tsrw_after(tsval, last) || idle > TSRW_IDLE_LONG)
		return tsval;
	return last;
}

/**
 * tsrw_span_floor - keep the first TSval from being overtaken by the wrap
 * @first: the span's first
 * @last: its last
 *
 * Return: @first, or where the echo check's reach ends if that is later.
 */
u32 tsrw_span_floor(u32 first, u32 last)
{
	return last - first > ECHO_REACH ? last - ECHO_REACH : first;
}
