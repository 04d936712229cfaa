// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the processes that send messages have counted.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "message.h"
#include "tally.h"

static unsigned long sum_up(const struct tally *tally, size_t offset)
{
	unsigned long sum = 0;

	for (int role = 0; role < ROLES; role++)
		sum += *(unsigned long *)((char *)&tally[role] + offset);
	return sum;
}

#define SUM(of, field) sum_up(of, offsetof(struct tally, field))

static void report_op(const struct tally *tally, unsigned int op)
{
	const struct spec_op *ops = message_ops;

	printf("refused %s %lu\n", ops[op].name, SUM(tally, refused[op]));
	printf("accepted %s - %lu\n", ops[op].name, SUM(tally, accepted[op]));
	for (unsigned int i = 0; i < ops[op].count; i++) {
		printf("accepted %s %s %lu\n", ops[op].name, ops[op].attrs[i].name,
		       SUM(tally, with[op][i]));
		if (!strcmp(ops[op].attrs[i].name, "machine-limit"))
			printf("container-set-machine-limit %lu\n",
			       tally[USER].with[op][i]);
	}
}

/**
 * tally_report - print what was counted, a line each, for ./netlink.sh
 * @tally: of all processes
 */
void tally_report(const struct tally *tally)
{
	for (unsigned int op = 0; op < message_op_count; op++)
		report_op(tally, op);
	for (unsigned int i = 0; i < __TSREWRITE_EVENT_MAX; i++)
		printf("event %u %lu\n", i, SUM(tally, events[i]));
	printf("sent %lu\n", SUM(tally, sent));
	printf("mutated %lu\n", SUM(tally, mutated));
	printf("answered %lu\n", SUM(tally, answered));
	printf("unanswered %lu\n", SUM(tally, unanswered));
	printf("dumps-stopped %lu\n", SUM(tally, dumps_stopped));
	printf("dumps-interrupted %lu\n", SUM(tally, dumps_interrupted));
	printf("events-lost %lu\n", SUM(tally, events_lost));
	printf("events-malformed %lu\n", SUM(tally, events_malformed));
	printf("connections %lu\n", SUM(tally, connections));
}

/**
 * tally_tell - tell how far it is, once a minute
 * @tally: of all processes
 * @begun: since when
 */
void tally_tell(const struct tally *tally, time_t begun)
{
	static time_t told;
	time_t now = time(NULL);

	if (now - begun < 60 || now - told < 60)
		return;
	fprintf(stderr, "# after %ld s, messages: %lu\n", (long)(now - begun),
		SUM(tally, sent));
	told = now;
}
