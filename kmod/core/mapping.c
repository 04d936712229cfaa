// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inside TSvals to outside ones and back.  Time is a parameter, all arithmetic
 * is mod 2^32, and nothing here knows how fast the inside host's clock runs.
 */
#include "mapping.h"

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
