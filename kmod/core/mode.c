// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each mode does to the TSopts of a segment.
 */
#include "mode.h"

/**
 * tsrw_mode_writes - whether a mode rewrites the TSvals that leave
 * @mode: mode of a connection
 *
 * Return: true if so. The outside then knows only rewritten TSvals of the connection,
 * which breaks if they are not translated any more.
 */
bool tsrw_mode_writes(enum tsrewrite_mode mode)
{
	return mode == TSREWRITE_MODE_REWRITE || mode == TSREWRITE_MODE_BUG;
}

/**
 * tsrw_mode_hides - whether a connection in a mode does not show the inside clock
 * @mode: mode of the connection
 *
 * Return: true if so.
 */
bool tsrw_mode_hides(enum tsrewrite_mode mode)
{
	return tsrw_mode_writes(mode) || mode == TSREWRITE_MODE_STRIP;
}

/**
 * tsrw_mode_passes - whether a connection passes as if it had no flow
 * @mode: mode of the connection
 *
 * Return: true if so. It has a flow only until it is established or refused, to be counted.
 */
bool tsrw_mode_passes(enum tsrewrite_mode mode)
{
	return mode == TSREWRITE_MODE_OFF || mode == TSRW_MODE_BARE;
}

/**
 * tsrw_mode_arm - get the arm of the trial that a connection belongs to
 * @mode: its mode, or TSRW_MODE_BARE
 */
enum tsrw_arm tsrw_mode_arm(enum tsrewrite_mode mode)
{
	if (tsrw_mode_passes(mode))
		return TSRW_UNTOUCHED;
	return mode == TSREWRITE_MODE_OBSERVE ? TSRW_CONTROL : TSRW_TREATED;
}

/**
 * tsrw_mode_checks_echo - whether the echo check is made with an action
 * @action: the action of a segment that arrives
 */
bool tsrw_mode_checks_echo(enum tsrw_action action)
{
	return action == TSRW_TRANSLATE || action == TSRW_PASS_OBSERVED ||
	       action == TSRW_PASS_UNRESTORED;
}

/**
 * tsrw_mode_egress - decide what to do with the TSval of a segment that leaves
 * @result: gets the action and the span
 * @span: span of the segment's connection
 * @mode: mode of that connection
 */
void tsrw_mode_egress(struct tsrw_result *result, const struct tsrw_span *span,
		      enum tsrewrite_mode mode)
{
	result->span = *span;
	switch ((unsigned int)mode) {
	case TSREWRITE_MODE_OFF:
	case TSRW_MODE_BARE:
		result->action = TSRW_PASS_MODE_OFF;
		break;
	case TSREWRITE_MODE_OBSERVE:
		result->action = TSRW_PASS_OBSERVED;
		break;
	case TSREWRITE_MODE_STRIP:
		result->action = TSRW_STRIP;
		break;
	default:
		result->action = TSRW_TRANSLATE;
	}
}

static void check_echo(struct tsrw_result *result, const struct tsrw_span *span,
		       u32 delivered)
{
	result->verified = tsrw_span_sent(span, delivered);
	result->future = !result->verified && tsrw_after(delivered, span->last);
}

/**
 * tsrw_mode_ingress - decide what to do with the TSecr of a segment that arrives
 * @result: gets the action, the span and the result of the echo check
 * @span: span of the segment's connection
 * @mode: mode of that connection
 * @seg: the segment
 */
void tsrw_mode_ingress(struct tsrw_result *result, const struct tsrw_span *span,
		       enum tsrewrite_mode mode, const struct tsrw_segment *seg)
{
	result->span = *span;
	if (!seg->has_tsopt) {
		result->action = TSRW_PASS_NO_TSOPT;
	} else if (tsrw_mode_passes(mode)) {
		result->action = TSRW_PASS_MODE_OFF;
	} else if (mode == TSREWRITE_MODE_STRIP) {
		result->action = TSRW_STRIP;
	} else if (!seg->has_ack) {
		result->action = TSRW_PASS_NO_ACK;
	} else if (!seg->tsecr) {
		result->action = TSRW_PASS_ECHO_ZERO;
	} else if (mode == TSREWRITE_MODE_OBSERVE) {
		result->action = TSRW_PASS_OBSERVED;
		check_echo(result, span, seg->tsecr);
	} else if (mode == TSREWRITE_MODE_BUG) {
		result->action = TSRW_PASS_UNRESTORED;
		check_echo(result, span, seg->tsecr);
	} else {
		result->action = TSRW_TRANSLATE;
		check_echo(result, span, tsrw_span_restore(span, seg->tsecr));
	}
}
