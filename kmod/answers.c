// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether answers to the connections that begin on a device are seen there.
 *
 * If something carries what arrives past the ingress hook, the answer to a SYN that was
 * rewritten arrives unrestored, and the connection fails.  Such SYNs then lose their
 * TSopt, as in mode strip, until an answer is seen: their connections work, and hide.
 * That answers are missing follows from what inside hosts do, or from the absence of any
 * answer since the attach.  Nobody outside can cause it at a device that has seen one,
 * and an inside host only while nobody else is answered there.
 */
#include <linux/jiffies.h>

#include "answers.h"

/* Answers are missing if so many SYNs were rewritten, the first of them so long ago, and
 * no answer was ever seen
 */
#define TSRW_ANSWERS_ENOUGH	8
#define TSRW_ANSWERS_PATIENCE	(3 * HZ)

/* If an answer was seen so lately, one that was not is that of its connection alone */
#define TSRW_ANSWERS_LATELY	HZ

static bool seen_within(const struct tsrw_answers *answers, u32 time)
{
	return READ_ONCE(answers->seen) &&
	       (u32)jiffies - READ_ONCE(answers->last) <= time;
}

static void note_answer(struct tsrw_answers *answers)
{
	if (!seen_within(answers, TSRW_ANSWERS_LATELY / 4)) {
		WRITE_ONCE(answers->last, (u32)jiffies);
		WRITE_ONCE(answers->seen, true);
	}
	if (READ_ONCE(answers->missing))
		WRITE_ONCE(answers->missing, false);
}

static void note_unseen(struct tsrw_answers *answers)
{
	if (!seen_within(answers, TSRW_ANSWERS_LATELY))
		WRITE_ONCE(answers->missing, true);
}

static void note_rewritten_syn(struct tsrw_answers *answers)
{
	u8 count = READ_ONCE(answers->count);

	if (READ_ONCE(answers->seen))
		return;
	if (!count)
		WRITE_ONCE(answers->first, (u32)jiffies);
	if (count < TSRW_ANSWERS_ENOUGH)
		WRITE_ONCE(answers->count, count + 1);
	else if ((u32)jiffies - READ_ONCE(answers->first) > TSRW_ANSWERS_PATIENCE)
		WRITE_ONCE(answers->missing, true);
}

/* An inside host has refused an answer that did not pass, or accepted it */
static bool shows_unseen_answer(const struct tsrw_result *result)
{
	return result->outcome & TSRW_OUTCOME_ANSWER_UNSEEN ||
	       (result->outcome & TSRW_OUTCOME_ESTABLISHED &&
		result->events & TSRW_EVENT_ASYMMETRIC);
}

/**
 * tsrw_answers_update - note what the outcome of a segment tells of answers
 * @answers: answers by IPv4, or by IPv6, on its device
 * @result: what the segment did to its flow
 *
 * A connection that begins on one device and is answered on another one is established
 * by what leaves on the first, which tells of the answer there, too. What is only
 * observed is not changed, so that whoever refuses an answer to it has another reason.
 *
 * Context: any.
 */
void tsrw_answers_update(struct tsrw_answers *answers,
			 const struct tsrw_result *result)
{
	if (shows_unseen_answer(result)) {
		if (result->mode != TSREWRITE_MODE_OBSERVE)
			note_unseen(answers);
	} else if (result->outcome & (TSRW_OUTCOME_ANSWERED | TSRW_OUTCOME_ESTABLISHED |
				      TSRW_OUTCOME_REFUSED_BY_PEER)) {
		note_answer(answers);
	} else if (result->outcome & TSRW_OUTCOME_ATTEMPT && !result->inbound &&
		   result->mode == TSREWRITE_MODE_REWRITE) {
		note_rewritten_syn(answers);
	}
}
