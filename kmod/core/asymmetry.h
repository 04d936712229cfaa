/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_ASYMMETRY_H
#define TSRW_CORE_ASYMMETRY_H

#include "segment.h"

/* struct tsrw_conn, asymmetry: what the two directions of a connection have shown.
 * TSRW_DIRECTION_* are of the present interval, and shifted by enum tsrw_direction.
 * Intervals of a run have acknowledgments of one direction for what did not pass the
 * hooks in the other.
 */
enum {
	TSRW_DIRECTION_SEEN		= 1 << 0, /* a segment passed */
	TSRW_DIRECTION_ACKED		= 1 << 2, /* a segment acknowledged more */
	TSRW_ASYMMETRY_RUN		= 1 << 4, /* unit of the length of a run */
	TSRW_ASYMMETRY_RUN_MASK		= 3 << 4, /* intervals of the run so far */
	TSRW_ASYMMETRIC			= 1 << 6, /* a run was three intervals long */
	TSRW_ASYMMETRY_RUN_INGRESS	= 1 << 7, /* the acknowledgments arrived */
};

u8 tsrw_asymmetry_end_interval(u8 asymmetry);

/**
 * tsrw_asymmetry_note - note that a segment passes
 * @asymmetry: asymmetry of the connection so far
 * @dir: which way the segment goes
 * @acks_more: the segment shows that its sender has received more: its acknowledgment
 *	number differs from the one before, or its sequence number is further ahead
 *	than the acknowledgments that have passed allow
 *
 * Return: asymmetry of the connection now.
 */
static inline u8 tsrw_asymmetry_note(u8 asymmetry, enum tsrw_direction dir, bool acks_more)
{
	asymmetry |= TSRW_DIRECTION_SEEN << dir;
	if (acks_more)
		asymmetry |= TSRW_DIRECTION_ACKED << dir;
	return asymmetry;
}

/**
 * tsrw_asymmetry_beyond_window - whether a segment is beyond the window that is known
 * @seq: sequence number of a segment that leaves
 * @acked: last acknowledgment number that arrived here, 0 if none did
 *
 * Return: true if @seq lies further ahead of @acked than any window reaches, so that
 * later acknowledgments must have reached the inside host on another path.
 */
static inline bool tsrw_asymmetry_beyond_window(u32 seq, u32 acked)
{
	return acked && tsrw_after(seq, acked + TSRW_WINDOW_MAX);
}

#endif /* TSRW_CORE_ASYMMETRY_H */
