// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any segments in any order: what is committed changes only with a number that
 * matches, and a life is never in two minds.
 */
#include <string.h>

#include "core/handshake.h"
#include "target.h"

#define SEGMENT_BYTES	8

static bool flag(const struct tsrw_life *life, unsigned int flags)
{
	return life->hs.flags & flags;
}

/* Numbers that matter to the life as it is, and their neighbours */
static u32 number(const struct tsrw_life *life, u8 what, u8 delta)
{
	const u32 base[] = {
		0, life->hs.isn_committed, life->hs.isn_candidate,
		life->hs.ack[0], life->hs.ack[1], life->hs.fin_end[0],
		life->hs.fin_end[1], (u32)delta << 24,
	};

	return base[what & 7] + (u32)(delta & 7) - 2;
}

static u32 timestamp(const struct tsrw_life *life, u8 what, u8 delta)
{
	const struct tsrw_span *span[] = {
		&life->map.committed, &life->map.candidate,
	};
	const struct tsrw_span *one = span[what & 1];
	u32 base = what & 2 ? one->first : one->last;

	if (what & 4)
		return (u32)delta << 24 | what;
	return base + (what & 8 ? one->offset : 0) + (u32)(delta & 7) - 2;
}

static struct tsrw_segment segment(const struct tsrw_life *life,
				   const u8 *bytes)
{
	struct tsrw_segment seg = {
		.seq = number(life, bytes[1], bytes[2]),
		.ack = number(life, bytes[1] >> 3, bytes[3]),
		.tsval = timestamp(life, bytes[4], bytes[5]),
		.tsecr = timestamp(life, bytes[4] >> 4, bytes[6]),
		.has_ack = bytes[0] & 2,
		.syn = bytes[0] & 4,
		.fin = (bytes[0] & 0x18) == 0x18,
		.rst = (bytes[0] & 0x60) == 0x60,
		.has_tsopt = bytes[0] & 0x80 || bytes[7] & 1,
	};

	seg.end = seg.seq + seg.syn + seg.fin + (bytes[7] & 2 ? bytes[7] : 0);
	return seg;
}

static void check_flags(const struct tsrw_life *life)
{
	require(life->hs.state < TSRW_STATES);
	require(flag(life, TSRW_HAS_COMMITTED | TSRW_HAS_CANDIDATE));
	if (flag(life, TSRW_CANDIDATE_INBOUND))
		require(flag(life, TSRW_HAS_CANDIDATE));
	if (flag(life, TSRW_INBOUND))
		require(flag(life, TSRW_HAS_COMMITTED));
	require(flag(life, TSRW_HAS_COMMITTED) ==
		(life->hs.state != TSRW_EMBRYONIC));
}

/* One of the numbers that can prove that the candidate was seen */
static bool number_matches(const struct tsrw_life *before,
			   const struct tsrw_segment *seg, bool out)
{
	u32 number = out ? seg->seq : seg->ack;
	u32 acked = before->hs.ack[out ? TSRW_INGRESS : TSRW_EGRESS];

	if (seg->rst && seg->seq == acked)
		return true;
	/* the FIN that closes */
	if (seg->ack == before->hs.fin_end[out ? TSRW_INGRESS : TSRW_EGRESS])
		return seg->has_ack;
	return seg->has_ack && number - before->hs.isn_candidate - 1 < 1 << 20;
}

static void check_commit(const struct tsrw_life *before,
			 const struct tsrw_life *life,
			 const struct tsrw_segment *seg, bool out)
{
	bool again = out && seg->syn && seg->seq == before->hs.isn_committed;

	if (!flag(before, TSRW_HAS_COMMITTED) || again)
		return;
	require(flag(life, TSRW_HAS_COMMITTED));
	if (life->hs.isn_committed == before->hs.isn_committed &&
	    life->map.committed.offset == before->map.committed.offset)
		return;
	require(flag(before, TSRW_HAS_CANDIDATE));
	require(life->hs.isn_committed == before->hs.isn_candidate);
	require(life->map.committed.offset == before->map.candidate.offset);
	require(!seg->syn || !out);
	require(number_matches(before, seg, out));
}

/* Whose mode a segment is to be treated by, as the life is after it */
static bool is_of_candidate(const struct tsrw_life *life,
			    const struct tsrw_step *step)
{
	return step->span.offset == life->map.candidate.offset &&
	       flag(life, TSRW_HAS_CANDIDATE);
}

static bool is_of_committed(const struct tsrw_life *life,
			    const struct tsrw_step *step)
{
	return step->span.offset == life->map.committed.offset &&
	       flag(life, TSRW_HAS_COMMITTED);
}

static bool action_fits(u8 action, enum tsrewrite_mode mode, bool out)
{
	switch (mode) {
	case TSREWRITE_MODE_OFF:
		return action == TSRW_PASS_MODE_OFF;
	case TSREWRITE_MODE_STRIP:
		return action == TSRW_STRIP;
	case TSREWRITE_MODE_OBSERVE:
		return action == TSRW_PASS_OBSERVED;
	case TSREWRITE_MODE_BUG:
		return action == (out ? TSRW_TRANSLATE : TSRW_PASS_UNRESTORED);
	default:
		return action == TSRW_TRANSLATE ||
		       (action == TSRW_ZERO && !out);
	}
}

/* Nothing is written that the mode of its connection does not write */
static void check_mode(const struct tsrw_life *life, u8 action, bool out,
		       const struct tsrw_step *step)
{
	require((is_of_candidate(life, step) &&
		 action_fits(action, life->hs.mode_candidate, out)) ||
		(is_of_committed(life, step) &&
		 action_fits(action, life->hs.mode, out)));
}

static void check_out(const struct tsrw_life *life,
		      const struct tsrw_segment *seg,
		      const struct tsrw_step *step)
{
	u32 outside = tsrw_span_rewrite(&step->span, seg->tsval);

	require(!step->verified && !step->future);
	if (step->action == TSRW_PASS_NO_TSOPT)
		return; /* also what has a TSopt and is nobody's */
	require(seg->has_tsopt);
	check_mode(life, step->action, true, step);
	if (step->action != TSRW_TRANSLATE)
		return;
	require(outside);
	if (outside != 1)
		require(tsrw_span_restore(&step->span, outside) == seg->tsval);
}

/* What a step says of an echo is what tsrw_span_sent() says of its delivery */
static void check_echo(const struct tsrw_segment *seg,
		       const struct tsrw_step *step)
{
	const struct tsrw_span *span = &step->span;
	u32 delivered = seg->tsecr;

	require(!(step->verified && step->future));
	switch (step->action) {
	case TSRW_ZERO:
		require(seg->syn && !step->verified);
		return;
	case TSRW_TRANSLATE:
		delivered = tsrw_span_restore(span, delivered);
		break;
	case TSRW_PASS_OBSERVED:
	case TSRW_PASS_UNRESTORED:
		break;
	default:
		require(!step->verified && !step->future);
		return;
	}
	require(seg->has_ack && seg->tsecr);
	require(step->verified == tsrw_span_sent(span, delivered));
	require(!step->future || tsrw_after(delivered, span->last));
}

/* A SYN alone is judged by the mode that holds now, or by that of the SYN which it
 * crosses
 */
static void check_syn_in(const struct tsrw_life *life,
			 const struct tsrw_segment *seg,
			 enum tsrewrite_mode mode, const struct tsrw_step *step)
{
	if (flag(life, TSRW_HAS_CANDIDATE) &&
	    !flag(life, TSRW_CANDIDATE_INBOUND))
		mode = life->hs.mode_candidate;
	if (!seg->has_tsopt)
		require(step->action == TSRW_PASS_NO_TSOPT);
	else if (mode == TSREWRITE_MODE_STRIP)
		require(step->action == TSRW_STRIP);
	else if (mode == TSREWRITE_MODE_OFF)
		require(step->action == TSRW_PASS_MODE_OFF);
	else
		require(step->action == TSRW_PASS_NO_ACK);
}

static void check_in(const struct tsrw_life *before,
		     const struct tsrw_life *life,
		     const struct tsrw_segment *seg,
		     enum tsrewrite_mode mode, const struct tsrw_step *step)
{
	require(!memcmp(&before->map.candidate, &life->map.candidate,
			sizeof(life->map.candidate)));
	check_echo(seg, step);
	if (seg->syn && !seg->has_ack) {
		require(!memcmp(before, life, sizeof(*life)));
		check_syn_in(life, seg, mode, step);
		return;
	}
	require((step->action == TSRW_PASS_NO_TSOPT) == !seg->has_tsopt);
	require(step->action != TSRW_PASS_FOREIGN);
	if (step->action > TSRW_PASS_ECHO_ZERO)
		check_mode(life, step->action, false, step);
}

/* A quote of what has just passed is translated as it was */
static void check_quoted(const struct tsrw_life *life, bool out,
			 const struct tsrw_segment *seg,
			 const struct tsrw_step *step)
{
	enum tsrw_direction dir = out ? TSRW_EGRESS : TSRW_INGRESS;
	struct tsrw_span span;
	bool quoted = tsrw_life_quoted(life, seg, dir, &span);

	if (step->action == TSRW_TRANSLATE)
		require(quoted && span.offset == step->span.offset);
	else if (step->action >= TSRW_PASS_MODE_OFF &&
		 step->action != TSRW_ZERO)
		require(!quoted);
}

static bool is_written(const struct tsrw_life *life, unsigned int which,
		       enum tsrewrite_mode mode)
{
	return flag(life, which) && tsrw_mode_writes(mode);
}

/* Where nothing was rewritten, nothing is gone on from and nothing breaks */
static void check_answers(const struct tsrw_life *life)
{
	const struct tsrw_span *newest = tsrw_life_newest(life);
	bool committed = is_written(life, TSRW_HAS_COMMITTED, life->hs.mode);
	bool candidate = is_written(life, TSRW_HAS_CANDIDATE,
				    life->hs.mode_candidate);
	bool closed = life->hs.state == TSRW_CLOSED;

	require(!newest == !(committed || candidate));
	require(newest != &life->map.committed || committed);
	require(newest != &life->map.candidate || candidate);
	require(tsrw_life_breaks(life) == ((committed && !closed) || candidate));
	if (tsrw_life_may_be_forgotten(life, 0))
		require(closed && !tsrw_life_breaks(life));
}

/* Only what commits forgets what the two directions have shown */
static void check_sides(const struct tsrw_life *before,
			const struct tsrw_life *life,
			const struct tsrw_step *step)
{
	if (step->events & TSRW_EVENT_ONE_SIDED)
		require(step->events & TSRW_EVENT_ESTABLISHED &&
			life->hs.sides == TSRW_ONE_SIDED);
	else if (step->events & TSRW_EVENT_ESTABLISHED)
		require(!life->hs.sides);
	else
		require(!life->hs.sides || life->hs.sides == before->hs.sides);
}

/* The lockless path and this one have to agree */
static void check_quiet(const struct tsrw_life *before,
			const struct tsrw_life *life, bool out,
			const struct tsrw_segment *seg,
			const struct tsrw_step *step)
{
	struct tsrw_handshake hs = before->hs;
	struct tsrw_step quiet = {};

	if (!tsrw_life_is_quiet(&before->hs, seg))
		return;
	if (seg->has_ack)
		hs.ack[out ? TSRW_EGRESS : TSRW_INGRESS] = seg->ack;
	require(!memcmp(&hs, &life->hs, sizeof(hs)));
	require(!step->events);
	if (out)
		return;
	tsrw_step_ingress(&quiet, &before->map.committed, before->hs.mode, seg);
	require(quiet.action == step->action);
	require(quiet.verified == step->verified);
	require(!memcmp(&quiet.span, &step->span, sizeof(quiet.span)));
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	struct tsrw_life life, before;
	bool begun = false;

	memset(&life, 0, sizeof(life));
	for (; size >= SEGMENT_BYTES; data += SEGMENT_BYTES, size -= SEGMENT_BYTES) {
		struct tsrw_segment seg = segment(&life, data);
		bool out = data[0] & 1;
		enum tsrewrite_mode mode = (data[7] >> 2) %
					   (TSREWRITE_MODE_MAX + 1);
		u32 anchor = (u32)data[5] << 24;
		struct tsrw_step step;

		/* as the hook sees to it */
		if (!begun && (!out || !seg.syn || !seg.has_tsopt || seg.rst))
			continue;
		if (!begun && mode == TSREWRITE_MODE_OFF)
			mode = TSREWRITE_MODE_REWRITE;
		memcpy(&before, &life, sizeof(life));
		if (!begun)
			tsrw_life_begin(&life, &seg, mode, anchor, &step);
		else if (out)
			tsrw_life_egress(&life, &seg, mode, anchor,
					 data[6] << 5, &step);
		else
			tsrw_life_ingress(&life, &seg, mode, &step);
		begun = !(step.events & TSRW_EVENT_END);
		if (!begun) {
			memset(&life, 0, sizeof(life));
			continue;
		}
		check_flags(&life);
		check_answers(&life);
		check_sides(&before, &life, &step);
		check_commit(&before, &life, &seg, out);
		check_quiet(&before, &life, out, &seg, &step);
		if (out)
			check_out(&life, &seg, &step);
		else
			check_in(&before, &life, &seg, mode, &step);
		check_quoted(&life, out, &seg, &step);
	}
	return 0;
}
