/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_MAPPING_H
#define TSRW_CORE_MAPPING_H

#include "serial.h"

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
u32 tsrw_span_rewrite(const struct tsrw_span *span, u32 tsval);
u32 tsrw_span_restore(const struct tsrw_span *span, u32 tsecr);
bool tsrw_span_sent(const struct tsrw_span *span, u32 tsval);
bool tsrw_span_echoes_raw(const struct tsrw_span *span, u32 tsecr);
u32 tsrw_span_later(u32 last, u32 tsval, u32 idle);
u32 tsrw_span_floor(u32 first, u32 last);

#endif /* TSRW_CORE_MAPPING_H */
