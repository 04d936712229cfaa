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
	if (flag(life, TSRW_INBOUND) || life->hs.state == TSRW_ESTABLISHED)
		require(flag(life, TSRW_HAS_COMMITTED));
	if (life->hs.state == TSRW_EMBRYONIC)
		require(!flag(life, TSRW_HAS_COMMITTED));
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

static void check_out(const struct tsrw_segment *seg,
		      const struct tsrw_step *step)
{
	u32 outside = tsrw_span_rewrite(&step->span, seg->tsval);

	require(step->action == TSRW_PASS_NO_TSOPT ||
		step->action == TSRW_PASS_MODE_OFF ||
		step->action == TSRW_PASS_OBSERVED ||
		step->action == TSRW_STRIP ||
		step->action == TSRW_TRANSLATE);
	if (step->action != TSRW_TRANSLATE)
		return;
	require(seg->has_tsopt && outside);
	if (outside != 1)
		require(tsrw_span_restore(&step->span, outside) == seg->tsval);
}

static void check_in(const struct tsrw_life *before,
		     const struct tsrw_life *life,
		     const struct tsrw_segment *seg,
		     const struct tsrw_step *step)
{
	require(!memcmp(&before->map.candidate, &life->map.candidate,
			sizeof(life->map.candidate)));
	if (seg->syn && !seg->has_ack)
		require(!memcmp(before, life, sizeof(*life)));
	if (step->action == TSRW_ZERO)
		require(seg->syn && !step->verified);
	if (step->action == TSRW_TRANSLATE && step->verified)
		require(tsrw_span_sent(&step->span,
				       tsrw_span_restore(&step->span,
							 seg->tsecr)));
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
		if (out)
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
		check_commit(&before, &life, &seg, out);
		check_quiet(&before, &life, out, &seg, &step);
		if (out)
			check_out(&seg, &step);
		else
			check_in(&before, &life, &seg, &step);
	}
	return 0;
}
