/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_MAPPING_H
#define TSRW_CORE_MAPPING_H

#include "serial.h"

/* How far back an echo may lie (RFC 7323 section 5.5 lives with less) */
#define TSRW_ECHO_REACH	0x40000000u

/* Seconds without a segment, rounded down, after which a clock of 1 MHz may have
 * turned half its circle, so that "before" and "after" mean nothing any more
 */
#define TSRW_IDLE_LONG	2146

/**
 * struct tsrw_span - one connection's relation between inside and outside TSvals
 * @offset: outside TSval less inside TSval, mod 2^32
 * @first: the first inside TSval, or one less old once it is far behind
 * @last: the latest inside TSval, a monotonic maximum
 *
 * All in ticks of the inside host's clock, which may run at any rate.
 */
struct tsrw_span {
	u32 offset;
	u32 first;
	u32 last;
};

/**
 * struct tsrw_mapping - a flow's relation between inside and outside TSvals
 * @committed: of the connection that the other side has confirmed
 * @candidate: of a newer one on the same 4-tuple that it has not confirmed yet
 *
 * Which of the two hold anything is the handshake's to know. Outside, every
 * value of the candidate comes after every value of the committed span.
 */
struct tsrw_mapping {
	struct tsrw_span committed;
	struct tsrw_span candidate;
};

u32 tsrw_outside_start(u32 anchor, const struct tsrw_span *past);
void tsrw_span_begin(struct tsrw_span *span, u32 tsval, u32 outside);
bool tsrw_span_echoes_raw(const struct tsrw_span *span, u32 tsecr);

/**
 * tsrw_span_rewrite - inside TSval to outside TSval
 * @span: the connection's span
 * @tsval: the inside TSval
 *
 * Return: the outside TSval, never 0: that one tick goes out as 1.
 */
static inline u32 tsrw_span_rewrite(const struct tsrw_span *span, u32 tsval)
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
static inline u32 tsrw_span_restore(const struct tsrw_span *span, u32 tsecr)
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
static inline bool tsrw_span_sent(const struct tsrw_span *span, u32 tsval)
{
	u32 reach = span->last - span->first;

	if (reach > TSRW_ECHO_REACH)
		reach = TSRW_ECHO_REACH;
	return span->last - tsval <= reach;
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
static inline u32 tsrw_span_later(u32 last, u32 tsval, u32 idle)
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
static inline u32 tsrw_span_floor(u32 first, u32 last)
{
	return last - first > TSRW_ECHO_REACH ? last - TSRW_ECHO_REACH : first;
}

#endif /* TSRW_CORE_MAPPING_H */
