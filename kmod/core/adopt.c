// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a firewall goes on with a connection that another one has carried, without anything
 * from that one.
 *
 *   PAWS takes a segment whose TSval is not before TS.Recent, and TSecr is TS.Recent (RFC
 *   7323 sections 4.3 and 5.3).  So each segment that arrives says which TSval is enough:
 *   the echo, and a lead for what is on its way.
 *   Until an echo has said so, segments leave without TSopt and arrive with TSecr 0: hosts
 *   take both, and neither tells anything.
 *   The same again if the peer echoes later TSvals than those sent here, because another
 *   firewall has carried the connection meanwhile.
 *
 * What leaves depends on echoes and on how far the inside clock has moved since, never on
 * what it reads.  What arrives changes no offset: the next segment from inside does.
 */
#include "adopt.h"

static bool has_flag(const struct tsrw_adopt *adopt, unsigned int flag)
{
	return adopt->flags & flag;
}

static u8 seconds_since(u8 then, const struct tsrw_adopt_info *info)
{
	return info->now - then;
}

/**
 * tsrw_adopt_begin - begin with a connection of which nothing is known
 * @adopt: filled in
 * @now: in seconds
 */
void tsrw_adopt_begin(struct tsrw_adopt *adopt, u32 now)
{
	*adopt = (struct tsrw_adopt){
		.flags = TSRW_ADOPT_UNDECIDED | TSRW_ADOPT_UNKNOWN, .since = now,
	};
}

/**
 * tsrw_adopt_doubt - have an echo decide whether the offset of a connection still holds
 * @adopt: that of a connection that is rewritten
 * @now: in seconds
 *
 * A takeover has begun since its last segment: another firewall may have carried it.
 */
void tsrw_adopt_doubt(struct tsrw_adopt *adopt, u32 now)
{
	adopt->flags &= TSRW_ADOPT_UNKNOWN | TSRW_ADOPT_ADOPTED;
	adopt->flags |= TSRW_ADOPT_UNDECIDED;
	adopt->unanswered = 0;
	adopt->since = now;
}

/* From now on another firewall may have sent what the peer echoes */
static void begin_settling(struct tsrw_adopt *adopt, const struct tsrw_adopt_info *info)
{
	adopt->flags &= ~TSRW_ADOPT_PROBED;
	adopt->flags |= TSRW_ADOPT_SETTLING;
	adopt->since = info->now;
}

/* Where nothing has passed for a second, all may have passed elsewhere. Between segments that
 * follow each other at once there may be one second, since stamps move once a second.
 */
static void note_silence(struct tsrw_adopt *adopt, const struct tsrw_adopt_info *info)
{
	if (info->takeover && info->idle > 1 && !has_flag(adopt, TSRW_ADOPT_UNDECIDED))
		begin_settling(adopt, info);
}

/* Count how often a segment leaves again. Once in a second counts, so that the first
 * retransmissions of a segment that is lost do not.
 */
static void note_numbers(struct tsrw_adopt *adopt, const struct tsrw_segment *seg,
			 const struct tsrw_adopt_info *info)
{
	bool again = seg->seq == adopt->seq && seg->ack == info->acked;

	if (seg->rst || (again && !seconds_since(adopt->tried, info)))
		return;
	adopt->seq = seg->seq;
	adopt->tried = info->now;
	adopt->unanswered = again ? adopt->unanswered + 1 : 0;
	if (again && !adopt->unanswered)
		adopt->unanswered = TSRW_ADOPT_UNANSWERED;
}

static void note_tsval(struct tsrw_adopt *adopt, struct tsrw_span *span,
		       const struct tsrw_segment *seg, const struct tsrw_adopt_info *info)
{
	if (!has_flag(adopt, TSRW_ADOPT_UNDECIDED)) {
		tsrw_span_note(span, seg->tsval, info->idle, seg->rst);
	} else if (seg->tsval && !seg->rst) {
		adopt->flags |= TSRW_ADOPT_FRESH;
		span->first = seg->tsval;
		span->last = seg->tsval;
	}
}

/* Have @tsval leave as the least TSval that the peer is sure to take. What was sent before it
 * cannot be told from what another firewall has sent.
 */
static void rebase_span(struct tsrw_adopt *adopt, struct tsrw_span *span, u32 tsval)
{
	tsrw_span_begin(span, tsval, adopt->echo + TSRW_ADOPT_LEAD);
	adopt->flags |= TSRW_ADOPT_ADOPTED;
}

static enum tsrw_adopt_event use_echo(struct tsrw_adopt *adopt, struct tsrw_span *span,
				      const struct tsrw_segment *seg,
				      const struct tsrw_adopt_info *info)
{
	bool undecided = has_flag(adopt, TSRW_ADOPT_UNDECIDED);
	bool behind = has_flag(adopt, TSRW_ADOPT_UNKNOWN) ||
		      tsrw_after(adopt->echo, tsrw_span_rewrite(span, seg->tsval));

	if (!has_flag(adopt, TSRW_ADOPT_HAS_ECHO) || !seg->tsval || seg->rst)
		return TSRW_ADOPT_NOTHING;
	adopt->flags &= ~TSRW_ADOPT_HAS_ECHO;
	if (!undecided && !(behind && info->takeover))
		return TSRW_ADOPT_NOTHING;
	adopt->flags &= TSRW_ADOPT_ADOPTED;
	if (behind)
		rebase_span(adopt, span, seg->tsval);
	begin_settling(adopt, info);
	return undecided ? TSRW_ADOPT_DECIDED : TSRW_ADOPT_FOLLOWED;
}

/* Hosts that find TSval too old drop a segment without data, and need not say so. What gets
 * no answer leaves the other way: without TSopt, or with it if it had none; then in turn,
 * because it may be the path that fails.
 */
static bool leaves_other_way(const struct tsrw_adopt *adopt,
			     const struct tsrw_adopt_info *info)
{
	return info->takeover && !has_flag(adopt, TSRW_ADOPT_UNKNOWN) &&
	       adopt->unanswered >= TSRW_ADOPT_UNANSWERED &&
	       !((adopt->unanswered - TSRW_ADOPT_UNANSWERED) & 1);
}

/* What was sent before the span begins has no TSval that the echo check would find */
static bool leaves_bare(const struct tsrw_adopt *adopt, const struct tsrw_span *span,
			const struct tsrw_segment *seg, const struct tsrw_adopt_info *info)
{
	bool undecided = has_flag(adopt, TSRW_ADOPT_UNDECIDED);

	if (seg->rst)
		return undecided;
	if (tsrw_after(span->first, seg->tsval))
		return true;
	return undecided != leaves_other_way(adopt, info);
}

/* A firewall that faces this one may wait for an echo as well: it gets one */
static bool is_due_by_clock(const struct tsrw_adopt *adopt, const struct tsrw_segment *seg,
			    const struct tsrw_adopt_info *info)
{
	return has_flag(adopt, TSRW_ADOPT_UNDECIDED) &&
	       has_flag(adopt, TSRW_ADOPT_HEARD_BARE) && !seg->rst && seg->tsval &&
	       seconds_since(adopt->since, info) >= TSRW_ADOPT_BARE;
}

static enum tsrw_adopt_event strip_or_clock(struct tsrw_adopt *adopt,
					    const struct tsrw_span *span,
					    const struct tsrw_segment *seg,
					    const struct tsrw_adopt_info *info,
					    struct tsrw_result *result)
{
	result->action = TSRW_STRIP;
	if (!is_due_by_clock(adopt, seg, info))
		return TSRW_ADOPT_STRIPPED;
	result->action = TSRW_TRANSLATE;
	result->span = *span;
	if (has_flag(adopt, TSRW_ADOPT_UNKNOWN))
		tsrw_span_begin(&result->span, seg->tsval, info->anchor);
	adopt->flags &= ~TSRW_ADOPT_HEARD_BARE;
	adopt->since = info->now;
	return TSRW_ADOPT_CLOCKED;
}

/* The span begins anew with a TSval that only this firewall can have sent: once that is
 * echoed, all from then on is known
 */
static void probe_if_due(struct tsrw_adopt *adopt, struct tsrw_span *span,
			 const struct tsrw_segment *seg, const struct tsrw_adopt_info *info)
{
	if (!has_flag(adopt, TSRW_ADOPT_SETTLING) || has_flag(adopt, TSRW_ADOPT_PROBED) ||
	    seconds_since(adopt->since, info) < TSRW_ADOPT_SETTLE ||
	    !seg->tsval || seg->tsval != span->last)
		return;
	span->first = span->last;
	adopt->flags |= TSRW_ADOPT_PROBED;
}

/**
 * tsrw_adopt_egress - handle a segment that leaves
 * @adopt: how far the connection is known
 * @span: its span
 * @seg: the segment, not a SYN
 * @info: when it leaves
 * @result: gets the action, TSRW_PASS_NO_TSOPT, TSRW_STRIP or TSRW_TRANSLATE, and the span
 *
 * Return: what to count. Context: any; the caller excludes other writers.
 */
enum tsrw_adopt_event tsrw_adopt_egress(struct tsrw_adopt *adopt, struct tsrw_span *span,
					const struct tsrw_segment *seg,
					const struct tsrw_adopt_info *info,
					struct tsrw_result *result)
{
	enum tsrw_adopt_event event;

	note_numbers(adopt, seg, info);
	note_silence(adopt, info);
	result->action = TSRW_PASS_NO_TSOPT;
	if (!seg->has_tsopt)
		return TSRW_ADOPT_NOTHING;

	note_tsval(adopt, span, seg, info);
	event = use_echo(adopt, span, seg, info);
	if (leaves_bare(adopt, span, seg, info))
		return strip_or_clock(adopt, span, seg, info, result);
	probe_if_due(adopt, span, seg, info);
	result->action = TSRW_TRANSLATE;
	result->span = *span;
	return event;
}

static bool is_near(const struct tsrw_adopt *adopt, const struct tsrw_segment *seg,
		    const struct tsrw_adopt_info *info)
{
	return seg->has_ack && !seg->rst &&
	       seg->ack - adopt->seq + TSRW_ADOPT_NEAR <= 2 * TSRW_ADOPT_NEAR &&
	       seg->seq - info->acked + TSRW_ADOPT_NEAR <= 2 * TSRW_ADOPT_NEAR;
}

static void keep_echo(struct tsrw_adopt *adopt, u32 echo)
{
	if (!has_flag(adopt, TSRW_ADOPT_HAS_ECHO) || tsrw_after(echo, adopt->echo))
		adopt->echo = echo;
	adopt->flags |= TSRW_ADOPT_HAS_ECHO;
}

/* The probe may be one of the TSvals that the peer does not echo, since it acknowledges
 * several segments at once: then another one is to be
 */
static void settle_by_echo(struct tsrw_adopt *adopt, const struct tsrw_span *span, u32 tsval)
{
	if (!has_flag(adopt, TSRW_ADOPT_PROBED))
		return;
	if (tsval == span->first)
		adopt->flags &= ~(TSRW_ADOPT_SETTLING | TSRW_ADOPT_PROBED);
	else if (tsrw_after(tsval, span->first))
		adopt->flags &= ~TSRW_ADOPT_PROBED;
}

/* @tsval is what the echo is if it is of what was sent here */
static void note_echo(struct tsrw_adopt *adopt, const struct tsrw_span *span, u32 tsecr,
		      u32 tsval, const struct tsrw_adopt_info *info)
{
	if (has_flag(adopt, TSRW_ADOPT_UNDECIDED)) {
		if (has_flag(adopt, TSRW_ADOPT_FRESH))
			keep_echo(adopt, tsecr);
	} else if (!tsrw_after(tsval, span->last)) {
		settle_by_echo(adopt, span, tsval);
	} else if (info->takeover) {
		keep_echo(adopt, tsecr);
		begin_settling(adopt, info);
	}
}

static enum tsrw_adopt_event restore_echo(const struct tsrw_adopt *adopt,
					  const struct tsrw_span *span, u32 tsval,
					  const struct tsrw_adopt_info *info,
					  struct tsrw_result *result)
{
	bool later = tsrw_after(tsval, span->last);
	bool expected = info->takeover || (has_flag(adopt, TSRW_ADOPT_ADOPTED) && !later);
	bool known = !has_flag(adopt, TSRW_ADOPT_UNDECIDED | TSRW_ADOPT_SETTLING);

	result->span = *span;
	result->action = TSRW_TRANSLATE;
	result->verified = known && tsrw_span_sent(span, tsval);
	result->future = known && !result->verified && later;
	if (result->verified || (known && !expected))
		return TSRW_ADOPT_NOTHING;
	result->action = TSRW_ZERO;
	result->future = false;
	return TSRW_ADOPT_ZEROED;
}

/**
 * tsrw_adopt_ingress - handle a segment that arrives
 * @adopt: how far the connection is known
 * @span: its span, which stays as it is
 * @seg: the segment, not a SYN
 * @info: when it arrives
 * @result: gets the action: TSRW_ZERO where TSecr may be of what another firewall has sent;
 *	otherwise that of mode rewrite, with span and echo check
 *
 * Return: what to count. Context: any; the caller excludes other writers.
 */
enum tsrw_adopt_event tsrw_adopt_ingress(struct tsrw_adopt *adopt,
					 const struct tsrw_span *span,
					 const struct tsrw_segment *seg,
					 const struct tsrw_adopt_info *info,
					 struct tsrw_result *result)
{
	bool near = is_near(adopt, seg, info);
	u32 tsval = tsrw_span_restore(span, seg->tsecr);

	note_silence(adopt, info);
	if (near)
		adopt->unanswered = 0;
	if (near && !seg->has_tsopt && has_flag(adopt, TSRW_ADOPT_UNDECIDED))
		adopt->flags |= TSRW_ADOPT_HEARD_BARE;
	result->action = !seg->has_tsopt ? TSRW_PASS_NO_TSOPT :
			 !seg->has_ack ? TSRW_PASS_NO_ACK : TSRW_PASS_ECHO_ZERO;
	if (!seg->has_tsopt || !seg->has_ack || !seg->tsecr)
		return TSRW_ADOPT_NOTHING;
	if (near)
		note_echo(adopt, span, seg->tsecr, tsval, info);
	return restore_echo(adopt, span, tsval, info, result);
}
