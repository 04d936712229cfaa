// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any segments in any order: what is committed changes only with a number that
 * matches, and a life is never in two minds.
 */
#include <string.h>

#include "core/handshake.h"
#include "core/unseen.h"
#include "target.h"

#define SEGMENT_BYTES	8

static bool has_flag(const struct tsrw_conn *conn, unsigned int flags)
{
	return conn->flags & flags;
}

/* Numbers that matter to the life as it is, and their neighbours */
static u32 number_near(const struct tsrw_conn *conn, u8 what, u8 delta)
{
	const u32 base[] = {
		0, conn->isn_committed, conn->isn_candidate,
		conn->ack[0], conn->ack[1], conn->end[0],
		conn->end[1], (u32)delta << 24,
	};

	return base[what & 7] + (u32)(delta & 7) - 2;
}

static u32 timestamp_near(const struct tsrw_conn *conn, u8 what, u8 delta)
{
	const struct tsrw_span *span[] = {
		&conn->map.committed, &conn->map.candidate,
	};
	const struct tsrw_span *one = span[what & 1];
	u32 base = what & 2 ? one->first : one->last;

	if (what & 4)
		return delta ? (u32)delta << 24 | what : 0;
	return base + (what & 8 ? one->offset : 0) + (u32)(delta & 7) - 2;
}

static struct tsrw_segment segment_of_bytes(const struct tsrw_conn *conn,
					    const u8 *bytes)
{
	struct tsrw_segment seg = {
		.seq = number_near(conn, bytes[1], bytes[2]),
		.ack = number_near(conn, bytes[1] >> 3, bytes[3]),
		.tsval = timestamp_near(conn, bytes[4], bytes[5]),
		.tsecr = timestamp_near(conn, bytes[4] >> 4, bytes[6]),
		.has_ack = bytes[0] & 2,
		.syn = bytes[0] & 4,
		.fin = (bytes[0] & 0x18) == 0x18,
		.rst = (bytes[0] & 0x60) == 0x60,
		.has_tsopt = bytes[0] & 0x80 || bytes[7] & 1,
	};

	seg.end = seg.seq + seg.syn + seg.fin + (bytes[7] & 2 ? bytes[7] : 0);
	return seg;
}

static void check_flags(const struct tsrw_conn *conn)
{
	trap_unless(conn->state < TSRW_STATES);
	trap_unless(has_flag(conn, TSRW_HAS_COMMITTED | TSRW_HAS_CANDIDATE));
	if (has_flag(conn, TSRW_CANDIDATE_INBOUND))
		trap_unless(has_flag(conn, TSRW_HAS_CANDIDATE));
	if (has_flag(conn, TSRW_INBOUND))
		trap_unless(has_flag(conn, TSRW_HAS_COMMITTED));
	trap_unless(has_flag(conn, TSRW_HAS_COMMITTED) ==
		    (conn->state != TSRW_EMBRYONIC));
}

/* One of the numbers that can prove that the candidate was seen */
static bool number_matches(const struct tsrw_conn *before,
			   const struct tsrw_segment *seg, bool out)
{
	enum tsrw_direction dir = out ? TSRW_EGRESS : TSRW_INGRESS;
	u32 number = out ? seg->seq : seg->ack;
	u32 acked = before->ack[tsrw_other(dir)];

	if (seg->rst && acked &&
	    seg->seq - acked <= before->end[dir] - acked)
		return true;
	/* the FIN that closes */
	if (seg->ack == before->end[tsrw_other(dir)])
		return seg->has_ack;
	if (before->answered_twice && seg->ack == before->isn_earlier_answer + 1)
		return seg->has_ack;
	return seg->has_ack && number - before->isn_candidate - 1 < 1 << 20;
}

/* A span that began with a TSval of 0, before its clock is known */
static bool is_unbased(const struct tsrw_span *span)
{
	return !span->first && !span->last;
}

static void check_commit(const struct tsrw_conn *before,
			 const struct tsrw_conn *conn,
			 const struct tsrw_segment *seg, bool out)
{
	bool again = out && seg->syn && seg->seq == before->isn_committed;

	if (!has_flag(before, TSRW_HAS_COMMITTED) || again)
		return;
	trap_unless(has_flag(conn, TSRW_HAS_COMMITTED));
	if (out && (is_unbased(&before->map.committed) ||
		    is_unbased(&before->map.candidate)))
		return;
	if ((conn->answered_twice || conn->isn_committed == before->isn_committed) &&
	    conn->map.committed.offset == before->map.committed.offset)
		return;
	trap_unless(has_flag(before, TSRW_HAS_CANDIDATE));
	trap_unless(conn->isn_committed == before->isn_candidate ||
		    (before->answered_twice &&
		     conn->isn_committed == before->isn_earlier_answer));
	trap_unless(conn->map.committed.offset == before->map.candidate.offset);
	trap_unless(!seg->syn || !out);
	trap_unless(number_matches(before, seg, out));
}

/* Whose mode a segment is to be treated by, as the life is after it */
static bool is_of_candidate(const struct tsrw_conn *conn,
			    const struct tsrw_result *result)
{
	return result->span.offset == conn->map.candidate.offset &&
	       has_flag(conn, TSRW_HAS_CANDIDATE);
}

static bool is_of_committed(const struct tsrw_conn *conn,
			    const struct tsrw_result *result)
{
	return result->span.offset == conn->map.committed.offset &&
	       has_flag(conn, TSRW_HAS_COMMITTED);
}

static bool action_fits(u8 action, enum tsrewrite_mode mode, bool out)
{
	switch ((unsigned int)mode) {
	case TSREWRITE_MODE_OFF:
	case TSRW_MODE_BARE:
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
static void check_mode(const struct tsrw_conn *conn, u8 action, bool out,
		       const struct tsrw_result *result)
{
	trap_unless((is_of_candidate(conn, result) &&
		     action_fits(action, conn->mode_candidate, out)) ||
		    (is_of_committed(conn, result) &&
		     action_fits(action, conn->mode, out)));
}

/* A SYN that is sent again, because its answer did not pass */
static bool is_stripped_again(const struct tsrw_conn *conn, const struct tsrw_segment *seg,
			      const struct tsrw_result *result)
{
	return result->action == TSRW_STRIP && seg->syn && is_of_candidate(conn, result) &&
	       tsrw_unseen_strips(conn, &conn->map.candidate);
}

static void check_out(const struct tsrw_conn *conn,
		      const struct tsrw_segment *seg,
		      const struct tsrw_result *result)
{
	const struct tsrw_span *span = &result->span;
	u32 outside = tsrw_span_outside(span, seg->tsval);

	trap_unless(!result->verified && !result->future);
	if (result->action == TSRW_PASS_NO_TSOPT)
		return; /* also what has a TSopt and is nobody's */
	trap_unless(seg->has_tsopt);
	if (is_stripped_again(conn, seg, result))
		return;
	check_mode(conn, result->action, true, result);
	if (result->action != TSRW_TRANSLATE)
		return;
	trap_unless(outside);
	if (!seg->tsval || !tsrw_span_sent(span, seg->tsval))
		trap_unless(outside == tsrw_span_rewrite(span, span->last));
	else if (outside != 1)
		trap_unless(tsrw_span_restore(span, outside) == seg->tsval);
}

/* What a step says of an echo is what tsrw_span_sent() says of its delivery */
static void check_echo(const struct tsrw_segment *seg,
		       const struct tsrw_result *result)
{
	const struct tsrw_span *span = &result->span;
	u32 delivered = seg->tsecr;

	trap_unless(!(result->verified && result->future));
	switch (result->action) {
	case TSRW_ZERO:
		trap_unless(seg->syn && !result->verified);
		return;
	case TSRW_TRANSLATE:
		delivered = tsrw_span_restore(span, delivered);
		break;
	case TSRW_PASS_OBSERVED:
	case TSRW_PASS_UNRESTORED:
		break;
	default:
		trap_unless(!result->verified && !result->future);
		return;
	}
	trap_unless(seg->has_ack && seg->tsecr);
	trap_unless(result->verified == tsrw_span_sent(span, delivered));
	trap_unless(!result->future || tsrw_after(delivered, span->last));
}

/* A SYN alone is judged by the mode that holds now, or by that of the SYN which it
 * crosses
 */
static void check_syn_in(const struct tsrw_conn *conn,
			 const struct tsrw_segment *seg,
			 enum tsrewrite_mode mode, const struct tsrw_result *result)
{
	if (has_flag(conn, TSRW_HAS_CANDIDATE) &&
	    !has_flag(conn, TSRW_CANDIDATE_INBOUND))
		mode = conn->mode_candidate;
	if (!seg->has_tsopt)
		trap_unless(result->action == TSRW_PASS_NO_TSOPT);
	else if (mode == TSREWRITE_MODE_STRIP)
		trap_unless(result->action == TSRW_STRIP);
	else if (tsrw_mode_passes(mode))
		trap_unless(result->action == TSRW_PASS_MODE_OFF);
	else
		trap_unless(result->action == TSRW_PASS_NO_ACK);
}

static void check_in(const struct tsrw_conn *before,
		     const struct tsrw_conn *conn,
		     const struct tsrw_segment *seg,
		     enum tsrewrite_mode mode, const struct tsrw_result *result)
{
	struct tsrw_conn expected = *before;

	trap_unless(!memcmp(&before->map.candidate, &conn->map.candidate,
			    sizeof(conn->map.candidate)));
	check_echo(seg, result);
	if (seg->syn && !seg->has_ack) {
		expected.answer = conn->answer; /* that something was heard */
		trap_unless(!memcmp(&expected, conn, sizeof(*conn)));
		check_syn_in(conn, seg, mode, result);
		return;
	}
	trap_unless((result->action == TSRW_PASS_NO_TSOPT) == !seg->has_tsopt);
	trap_unless(result->action != TSRW_PASS_FOREIGN);
	if (result->action > TSRW_PASS_ECHO_ZERO && result->action != TSRW_PASS_OTHER)
		check_mode(conn, result->action, false, result);
}

/* A quote of what has just passed is translated as it was */
static void check_quoted(const struct tsrw_conn *before, const struct tsrw_conn *conn,
			 bool out, const struct tsrw_segment *seg,
			 const struct tsrw_result *result)
{
	enum tsrw_direction dir = out ? TSRW_EGRESS : TSRW_INGRESS;
	struct tsrw_segment passed = *seg;
	struct tsrw_span span;
	bool quoted;

	if (!out && result->action == TSRW_TRANSLATE)
		passed.tsecr = tsrw_result_restore(result, seg->tsecr);
	quoted = tsrw_conn_quoted_span(conn, &passed, dir, &span);
	if (result->action == TSRW_TRANSLATE && !out && !passed.tsecr)
		return; /* it echoes nothing */
	/* the number of a SYN does not tell whose it is */
	if (has_flag(conn, TSRW_HAS_COMMITTED) && has_flag(conn, TSRW_HAS_CANDIDATE) &&
	    conn->isn_candidate == conn->isn_committed)
		return;
	/* its first SYN may be quoted */
	if (out && is_stripped_again(conn, seg, result))
		return;
	/* it has closed the connection itself */
	if (!out && tsrw_conn_is_other(before, seg) != tsrw_conn_is_other(conn, seg))
		return;
	/* what is quoted looks like a TSecr that was restored */
	if (result->action == TSRW_PASS_OTHER && tsrw_span_sent(&span, seg->tsecr))
		return;
	if (result->action == TSRW_TRANSLATE)
		trap_unless(quoted && span.offset == result->span.offset);
	else if (result->action >= TSRW_PASS_MODE_OFF &&
		 result->action != TSRW_ZERO)
		trap_unless(!quoted);
}

static bool is_written(const struct tsrw_conn *conn, unsigned int which,
		       enum tsrewrite_mode mode)
{
	return has_flag(conn, which) && tsrw_mode_writes(mode);
}

/* Where nothing was rewritten, nothing is gone on from and nothing breaks */
static void check_answers(const struct tsrw_conn *conn)
{
	const struct tsrw_span *newest = tsrw_conn_newest_span(conn);
	bool committed = is_written(conn, TSRW_HAS_COMMITTED, conn->mode);
	bool candidate = is_written(conn, TSRW_HAS_CANDIDATE,
				    conn->mode_candidate);
	bool closed = conn->state == TSRW_CLOSED;

	trap_unless(!newest == !(committed || candidate));
	trap_unless(newest != &conn->map.committed || committed);
	trap_unless(newest != &conn->map.candidate || candidate);
	trap_unless(tsrw_conn_breaks(conn) == ((committed && !closed) || candidate));
	if (tsrw_conn_may_be_forgotten(conn, 0))
		trap_unless((closed || tsrw_conn_only_counts(conn)) && !tsrw_conn_breaks(conn));
}

/* A flow that only counts ends with the third segment, and nothing of it is translated */
static void check_counted(const struct tsrw_conn *conn, const struct tsrw_result *result)
{
	if (!tsrw_conn_only_counts(conn))
		return;
	trap_unless(!has_flag(conn, TSRW_HAS_COMMITTED) || conn->awaits_third_segment ||
		    has_flag(conn, TSRW_HAS_CANDIDATE));
	trap_unless(result->action != TSRW_TRANSLATE && result->action != TSRW_ZERO);
	trap_unless(tsrw_conn_phase(conn) == TSRW_PHASE_EMBRYONIC ||
		    has_flag(conn, TSRW_HAS_CANDIDATE));
}

/* What can begin a connection that is to be hidden does not pass for one that is not */
static void check_hidden(const struct tsrw_conn *before, const struct tsrw_segment *seg,
			 enum tsrewrite_mode mode, const struct tsrw_result *result)
{
	bool bare = (unsigned int)before->mode_candidate == TSRW_MODE_BARE &&
		    !has_flag(before, TSRW_HAS_COMMITTED);

	if (seg->syn && seg->has_tsopt && !tsrw_mode_passes(mode) && (seg->has_ack || bare))
		trap_unless(result->action != TSRW_PASS_MODE_OFF);
}

/* The mode of a SYN or SYN-ACK that leaves, as the hook chooses it */
static enum tsrewrite_mode mode_of_leaving(const struct tsrw_segment *seg, u8 byte)
{
	if (!seg->has_tsopt && seg->syn && !seg->rst && byte & 0x80)
		return TSRW_MODE_BARE;
	return (byte >> 2) % (TSREWRITE_MODE_MAX + 1);
}

/* Only what commits forgets what the two directions have shown */
static void check_sides(const struct tsrw_conn *before,
			const struct tsrw_conn *conn,
			const struct tsrw_result *result)
{
	if (result->outcome & TSRW_OUTCOME_ANSWER_UNSEEN)
		trap_unless(!(result->events & ~TSRW_EVENT_CLOSED) &&
			    conn->asymmetry == before->asymmetry);
	else if (result->events & TSRW_EVENT_ASYMMETRIC)
		trap_unless((result->events & TSRW_EVENT_ESTABLISHED ||
			     tsrw_mode_passes(conn->mode)) &&
			    conn->asymmetry == TSRW_ASYMMETRIC);
	else if (result->events & TSRW_EVENT_ESTABLISHED)
		trap_unless(!conn->asymmetry);
	else
		trap_unless(!conn->asymmetry || conn->asymmetry == before->asymmetry);
}

/* The lockless path and this one have to agree */
static void check_quiet(const struct tsrw_conn *before,
			const struct tsrw_conn *conn, bool out,
			const struct tsrw_segment *seg,
			const struct tsrw_result *result)
{
	enum tsrw_direction dir = out ? TSRW_EGRESS : TSRW_INGRESS;
	u32 end = before->end[dir], acked = before->ack[tsrw_other(dir)];
	struct tsrw_conn expected = *before;
	struct tsrw_result quiet = {};

	if (!tsrw_conn_is_quiet(before, seg, dir) ||
	    (out && seg->has_tsopt && !tsrw_span_is_usual(&before->map.committed,
							  seg->tsval)))
		return;
	expected.map = conn->map;
	if (seg->end != seg->seq)
		expected.end[dir] = tsrw_seq_end_after(end, acked, seg);
	if (seg->has_ack)
		expected.ack[dir] = seg->ack;
	trap_unless(!memcmp(&expected, conn, sizeof(*conn)));
	trap_unless(!result->events);
	if (out)
		return;
	tsrw_mode_ingress(&quiet, &before->map.committed, before->mode, seg);
	trap_unless(quiet.action == result->action);
	trap_unless(quiet.verified == result->verified);
	trap_unless(!memcmp(&quiet.span, &result->span, sizeof(quiet.span)));
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	struct tsrw_conn conn, before;
	bool begun = false;

	memset(&conn, 0, sizeof(conn));
	for (; size >= SEGMENT_BYTES; data += SEGMENT_BYTES, size -= SEGMENT_BYTES) {
		struct tsrw_segment seg = segment_of_bytes(&conn, data);
		bool out = data[0] & 1;
		enum tsrewrite_mode mode = out ? mode_of_leaving(&seg, data[7]) :
					   (data[7] >> 2) % (TSREWRITE_MODE_MAX + 1);
		u32 anchor = (u32)data[5] << 24;
		struct tsrw_result result;

		/* as the hook sees to it */
		if (!begun && (!out || !seg.syn || seg.rst ||
			       (!seg.has_tsopt && (unsigned int)mode != TSRW_MODE_BARE)))
			continue;
		memcpy(&before, &conn, sizeof(conn));
		if (!begun)
			tsrw_handshake_begin(&conn, &seg, mode, anchor, &result);
		else if (out)
			tsrw_handshake_egress(&conn, &seg, mode, anchor,
					      data[6] << 5, &result);
		else
			tsrw_handshake_ingress(&conn, &seg, mode, data[4] & 0x80,
					       &result);
		begun = !(result.events & TSRW_EVENT_END);
		if (!begun) {
			memset(&conn, 0, sizeof(conn));
			continue;
		}
		check_flags(&conn);
		check_answers(&conn);
		check_counted(&conn, &result);
		check_sides(&before, &conn, &result);
		check_commit(&before, &conn, &seg, out);
		check_quiet(&before, &conn, out, &seg, &result);
		if (out)
			check_hidden(&before, &seg, mode, &result);
		if (out)
			check_out(&conn, &seg, &result);
		else
			check_in(&before, &conn, &seg, mode, &result);
		check_quoted(&before, &conn, out, &seg, &result);
	}
	return 0;
}
