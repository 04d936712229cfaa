// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether answers to the connections that begin on a device are seen there.
 *
 * If something carries what arrives past the ingress hook, the answer to a SYN that was
 * rewritten arrives unrestored, and the connection fails.  Such SYNs then lose their
 * TSopt, as in mode strip, until an answer is seen: their connections work, and hide.
 * That answers are missing follows from what inside hosts do, or from the absence of any
 * answer since the attach.  An inside host can cause it only while nobody else is answered
 * there.
 */
#include <linux/slab.h>

#include "answers.h"
#include "stamp.h"

/* Answers are missing if so many SYNs were rewritten, the first of them so long ago, and
 * no answer was ever seen
 */
#define TSRW_ANSWERS_ENOUGH	8
#define TSRW_ANSWERS_PATIENCE	(3 * HZ)

/* If an answer was seen so lately, one that was not is that of its connection alone */
#define TSRW_ANSWERS_LATELY	HZ

static bool seen_within(const struct tsrw_answers *answers, u32 time)
{
	return READ_ONCE(answers->seen) && tsrw_stamp_age(READ_ONCE(answers->last)) <= time;
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
	else if (tsrw_stamp_age(READ_ONCE(answers->first)) > TSRW_ANSWERS_PATIENCE)
		WRITE_ONCE(answers->missing, true);
}

/* An inside host has refused an answer that did not pass, or accepted one. To what was not
 * rewritten, answers may go another way without harm.
 */
static bool shows_unseen_answer(const struct tsrw_result *result)
{
	return result->outcome & TSRW_OUTCOME_ANSWER_UNSEEN ||
	       (result->mode == TSREWRITE_MODE_REWRITE &&
		result->outcome & TSRW_OUTCOME_ESTABLISHED &&
		result->events & TSRW_EVENT_ASYMMETRIC);
}

/* The SYN that was answered had left through the device, by whichever its answer arrived */
static bool shows_answer(const struct tsrw_result *result)
{
	return result->outcome & (TSRW_OUTCOME_ANSWERED | TSRW_OUTCOME_ESTABLISHED |
				  TSRW_OUTCOME_REFUSED_BY_PEER) &&
	       !(result->events & TSRW_EVENT_ASYMMETRIC);
}

/**
 * tsrw_answers_update - note what the outcome of a segment tells of answers
 * @answers: answers by IPv4, or by IPv6, on the device by which its flow leaves
 * @result: what the segment did to its flow
 *
 * Connections that begin outside tell nothing: their answers leave.
 *
 * Context: any.
 */
void tsrw_answers_update(struct tsrw_answers *answers,
			 const struct tsrw_result *result)
{
	if (result->inbound)
		return;
	if (shows_unseen_answer(result))
		note_unseen(answers);
	else if (shows_answer(result))
		note_answer(answers);
	else if (result->outcome & TSRW_OUTCOME_ATTEMPT &&
		 result->mode == TSREWRITE_MODE_REWRITE)
		note_rewritten_syn(answers);
}

/**
 * tsrw_answers_forget - begin anew with a device, as one that was just attached
 * @answers: of the device
 *
 * Context: any.
 */
void tsrw_answers_forget(struct tsrw_device_answers *answers)
{
	for (int i = 0; i < TSRW_IP_VERSIONS; i++) {
		WRITE_ONCE(answers->by_version[i].seen, false);
		WRITE_ONCE(answers->by_version[i].count, 0);
		WRITE_ONCE(answers->by_version[i].missing, false);
	}
}

static void expect_answers(struct tsrw_device_answers *answers)
{
	for (int i = 0; i < TSRW_IP_VERSIONS; i++)
		WRITE_ONCE(answers->by_version[i].missing, false);
}

/**
 * tsrw_answers_expect_all - take answers as not missing on any device, because a mode was
 *	changed
 * @tn: state of the network namespace
 *
 * That they are missing follows from connections that are rewritten: where none are any
 * more, nothing would end it.
 *
 * Context: any.
 */
void tsrw_answers_expect_all(const struct tsrw_net *tn)
{
	struct tsrw_device_answers *answers = READ_ONCE(tn->answers);

	for (unsigned int id = 0; answers && id <= TSRW_DEVICES_MAX; id++)
		expect_answers(&answers[id]);
}

/**
 * tsrw_answers_alloc - make room for what is known of answers on devices
 * @tn: state of the network namespace
 *
 * The room is kept until the namespace ends. The first place is that of flows whose
 * device was detached.
 *
 * Return: 0, also if there is room already; -ENOMEM. Context: RTNL.
 */
int tsrw_answers_alloc(struct tsrw_net *tn)
{
	struct tsrw_device_answers *answers;

	if (tn->answers)
		return 0;
	answers = kcalloc(TSRW_DEVICES_MAX + 1, sizeof(*answers), GFP_KERNEL_ACCOUNT);
	if (!answers)
		return -ENOMEM;
	WRITE_ONCE(tn->answers, answers);
	return 0;
}

/**
 * tsrw_answers_free - free what is known of answers on devices
 * @tn: state of the network namespace, in which no device is attached
 *
 * Context: nothing else accesses the namespace.
 */
void tsrw_answers_free(struct tsrw_net *tn)
{
	kfree(tn->answers);
}
