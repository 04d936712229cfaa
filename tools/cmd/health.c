// SPDX-License-Identifier: GPL-2.0-only
/*
 * Says in one line and by its exit status whether the firewall works.  It judges by what the
 * service has found out about connections, and not by which processes run.
 */
#include "health.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../client/family.h"
#include "../state/saved.h"
#include "../text/print.h"
#include "../text/report.h"

/* Seconds to wait for an answer of any kind: keepalived gives a check of health five */
#define PATIENCE 4

static const char *said_without_answer;

/* A kernel or a service that hangs must not keep whoever asks waiting */
static void end_without_answer(int signal)
{
	ssize_t written = write(STDOUT_FILENO, said_without_answer,
				strlen(said_without_answer));

	(void)signal;
	(void)written;
	_exit(HEALTH_UNKNOWN);
}

static void limit_time(bool json)
{
	said_without_answer = json ?
		"{\"health\":\"unknown\",\"reasons\":[\"there was no answer in time\"]}\n" :
		"unknown: there was no answer in time\n";
	signal(SIGALRM, end_without_answer);
	alarm(PATIENCE);
}

static void print_report(const struct health_report *report, bool json)
{
	const json_t *reason;
	size_t i;

	if (json) {
		print_json_line(json_pack("{s:s, s:O}", "health",
					  health_words[report->health],
					  "reasons", report->reasons));
		return;
	}
	fputs(health_words[report->health], stdout);
	json_array_foreach(report->reasons, i, reason)
		printf("%s%s", i ? "; " : ": ", json_string_value(reason));
	putchar('\n');
}

static void judge_machine(const struct call *call, struct health_report *report)
{
	char was_on[SAVED_TEXT];
	struct genl genl;

	if (session_enter(call)) {
		health_add(report, HEALTH_UNKNOWN, "the network namespace could not be entered");
	} else if (genl_open(&genl) < 0) {
		health_judge_failure(&genl, saved_was_on(call->netns, was_on), report);
	} else {
		health_judge(&genl, report);
		genl_close(&genl);
	}
}

int cmd_health(const struct call *call)
{
	struct health_report report;

	if (call->words[0]) {
		report_surplus("health", call->words[0]);
		return HEALTH_USAGE;
	}
	health_begin(&report);
	limit_time(call->json);
	judge_machine(call, &report);
	alarm(0);
	print_report(&report, call->json);
	health_end(&report);
	return (int)report.health;
}
