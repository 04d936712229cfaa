// SPDX-License-Identifier: GPL-2.0-only
#include "monitor.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "../client/event.h"
#include "../client/family.h"
#include "../client/report_genl.h"
#include "../text/format.h"
#include "../text/print.h"
#include "../text/report.h"
#include "journal.h"
#include "json.h"

static int event_row(struct genl *genl, struct attrs attrs, void *arg)
{
	const struct call *call = arg;
	struct event event = { 0 };

	if (event_decode(genl, attrs, &event) < 0)
		return -1;
	if (call->json) {
		print_json_line(event_json(&event));
	} else {
		event_print(&event, stdout);
		putchar('\n');
	}
	return print_failed() ? genl_fail(genl, 0, "stdout cannot be written") : 0;
}

/* The kernel does not say how many events were lost */
static void print_lost(const struct call *call)
{
	struct timespec now;
	char text[FORMAT_SIZE];
	uint64_t time;

	clock_gettime(CLOCK_REALTIME, &now);
	time = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	if (call->json)
		print_json_line(json_pack("{s:o, s:s}", "time", json_time(time),
					  "type", "events_lost"));
	else
		printf("%s events lost: they came too fast to be read, or memory was short\n",
		       format_time(text, time));
}

static int listen_on(struct genl *genl, const struct call *call, void *unused)
{
	(void)unused;
	if (genl_listen(genl) < 0)
		return report_genl(genl, "hearing events", "monitor");
	for (;;) {
		if (!genl_events(genl, event_row, (void *)call))
			continue;
		if (!print_failed() && genl->error.code != ENOBUFS)
			return report_genl(genl, "hearing events", "monitor");
		print_lost(call);
		if (print_failed())
			return EXIT_REFUSED;
	}
}

int cmd_monitor(const struct call *call)
{
	if (call->words[0])
		return report_surplus("monitor", call->words[0]);
	return call->journal ? journal_run(call) : session(call, listen_on, NULL);
}
