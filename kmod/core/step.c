// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each mode makes of a segment's TSopts.
 */
#include "step.h"

/**
 * tsrw_mode_writes - do a mode's TSvals leave as others than they came?
 * @mode: a connection's
 *
 * Return: true if so: what the outside has seen of it is span and offset, and
 * it breaks where nobody translates it any more.
 */
bool tsrw_mode_writes(enum tsrewrite_mode mode)
{
	return mode == TSREWRITE_MODE_REWRITE || mode == TSREWRITE_MODE_BUG;
}

/**
 * tsrw_step_egress - what to do with the TSval of a segment that leaves
 * @step: filled in, but for its events
 * @span: the one that it belongs to
 * @mode: of that connection
 */
void tsrw_step_egress(struct tsrw_step *step, const struct tsrw_span *span,
		      enum tsrewrite_mode mode)
{
	step->span = *span;
	switch (mode) {
	case TSREWRITE_MODE_OFF:
		step->action = TSRW_PASS_MODE_OFF;
		break;
	case TSREWRITE_MODE_OBSERVE:
		step->action = TSRW_PASS_OBSERVED;
		break;
	case TSREWRITE_MODE_STRIP:
		step->action = TSRW_STRIP;
		break;
	default:
		step->action = TSRW_TRANSLATE;
	}
}

static void check_echo(struct tsrw_step *step, const struct tsrw_span *span,
		       u32 delivered)
{
	step->verified = tsrw_span_sent(span, delivered);
	step->future = !step->verified && tsrw_after(delivered, span->last);
}

/**
 * tsrw_step_ingress - what to do with the TSecr of a segment that arrives
 * @step: filled in, but for its events
 * @span: the one that it belongs to
 * @mode: of that connection
 * @seg: the segment
 */
void tsrw_step_ingress(struct tsrw_step *step, const struct tsrw_span *span,
		       enum tsrewrite_mode mode, const struct tsrw_segment *seg)
{
	step->span = *span;
	if (!seg->has_tsopt) {
		step->action = TSRW_PASS_NO_TSOPT;
	} else if (mode == TSREWRITE_MODE_OFF) {
		step->action = TSRW_PASS_MODE_OFF;
	} else if (mode == TSREWRITE_MODE_STRIP) {
		step->action = TSRW_STRIP;
	} else if (!seg->has_ack) {
		step->action = TSRW_PASS_NO_ACK;
	} else if (!seg->tsecr) {
		step->action = TSRW_PASS_ECHO_ZERO;
	} else if (mode == TSREWRITE_MODE_OBSERVE) {
		step->action = TSRW_PASS_OBSERVED;
		check_echo(step, span, seg->tsecr);
	} else if (mode == TSREWRITE_MODE_BUG) {
		step->action = TSRW_PASS_UNRESTORED;
		check_echo(step, span, seg->tsecr);
	} else {
		step->action = TSRW_TRANSLATE;
		check_echo(step, span, tsrw_span_restore(span, seg->tsecr));
	}
}
