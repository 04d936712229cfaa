// SPDX-License-Identifier: GPL-2.0-only
/*
 * The translation of inside TSvals to outside TSvals, and back.  Time is a parameter,
 * all arithmetic is mod 2^32, and the rate of the inside host's clock is not known.
 */
#include "mapping.h"

/* A TSval that left unrewritten at most so many ticks before the span began may be
 * echoed raw, that is as it left. A SYN is sent again after 1 s at first and after some
 * 64 s at most: 64 s are 2^16 ticks at 1 kHz, and 1 s is 2^20 ticks at 1 MHz. The wider
 * the reach, the more impossible echoes are taken for raw ones.
 */
#define RAW_REACH	0x200000u

/**
 * tsrw_outside_start - choose the outside TSval that a connection begins with
 * @anchor: the clock of the 4-tuple now, in ms
 * @past: the span with the last outside TSval of the 4-tuple, or NULL if none is known
 *
 * Return: the later of @anchor and one tick after the last outside TSval of @past,
 * because TIME-WAIT accepts a SYN whose TSval is greater by one (RFC 6191 section 2).
 * It is never 0, which some firewalls drop.
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
 * tsrw_span_begin - begin the span of a connection
 * @span: filled in
 * @tsval: the inside TSval of its SYN or SYN-ACK
 * @outside: the outside TSval that @tsval is rewritten to
 */
void tsrw_span_begin(struct tsrw_span *span, u32 tsval, u32 outside)
{
	span->offset = outside - tsval;
	span->first = tsval;
	span->last = tsval;
}

/* A host may send TSval 0 before it sends its clock (Windows, some switches do). The
 * clock begins one tick behind that 0, so that the outside learns nothing from the step.
 */
static void begin_clock(struct tsrw_span *span, u32 tsval)
{
	span->offset += 1 - tsval;
	span->first = tsval - 1;
	span->last = tsval;
}

/* The peer looks at no TSval of an RST (RFC 7323 section 5.3) */
static bool can_be_of_clock(const struct tsrw_span *span, u32 tsval, u32 idle, bool rst)
{
	if (!tsval)
		return !rst && 0 - span->last <= TSRW_ZERO_AHEAD;
	if (tsrw_span_sent(span, tsval) || (idle > TSRW_IDLE_LONG && !rst))
		return true;
	return tsval - span->last <= (rst ? TSRW_RST_AHEAD : TSRW_ECHO_REACH);
}

/**
 * tsrw_span_note - note a TSval that leaves
 * @span: the connection's span
 * @tsval: the TSval
 * @idle: seconds since the segment of the flow before
 * @rst: it is that of an RST, which some hosts fill with anything
 *
 * A TSval that cannot be of the clock is not noted. Some hosts send 0 in RSTs, for example.
 *
 * Return: true if it is the first TSval that is not 0 of a span that began with 0, so
 * that @span->first stands for that 0 from now on.
 */
bool tsrw_span_note(struct tsrw_span *span, u32 tsval, u32 idle, bool rst)
{
	if (!span->first && !span->last) {
		if (tsval)
			begin_clock(span, tsval);
		return tsval;
	}
	if (can_be_of_clock(span, tsval, idle, rst)) {
		span->last = tsrw_span_later(span->last, tsval, idle);
		span->first = tsrw_span_floor(span->first, span->last);
	}
	return false;
}

/**
 * tsrw_span_echoes_raw - whether the peer echoes a TSval that left unrewritten
 * @span: the connection's span
 * @tsecr: the TSecr as it arrived, which fails the echo check once it is restored
 *
 * Return: true if @tsecr is an inside TSval within @span or just before it: a SYN left
 * unrewritten, and its retransmission was rewritten.
 */
bool tsrw_span_echoes_raw(const struct tsrw_span *span, u32 tsecr)
{
	return span->last - tsecr <= span->last - span->first + RAW_REACH;
}
