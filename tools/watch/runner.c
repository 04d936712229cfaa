// SPDX-License-Identifier: GPL-2.0-only
#include "runner.h"

#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../client/tick.h"
#include "../text/report.h"
#include "log.h"
#include "process.h"
#include "spool.h"

/* Seconds to wait before giving up, so that who starts it again does not do so without end */
#define PATIENCE 5

/* Seconds that a command may still take when the runner is told to end; see TimeoutStopSec= */
#define STOP_PATIENCE 60

struct runner {
	const char *directory;
	int spool;
	bool failed;	/* something was complained about */
};

static __printf(2, 3) void complain(struct runner *runner, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_vline(stderr, SD_ERR, tick_time_now(), format, args);
	va_end(args);
	runner->failed = true;
}

#define KILLED_BY_STOP "the command \"%s\" was killed after %.1f s: it did not end within " \
	"%u s after what runs it was stopped"

static void tell_end(struct runner *runner, const struct job *job,
		     const struct process_end *end)
{
	if (!end->started)
		complain(runner, "the command \"%s\" could not be run: %s", job->command,
			 strerror(end->error));
	else if (end->stopped)
		complain(runner, KILLED_BY_STOP, job->command, end->seconds, STOP_PATIENCE);
	else if (end->timed_out)
		complain(runner, "the command \"%s\" was killed after %u s (run-timeout)",
			 job->command, job->timeout);
	else if (WIFSIGNALED(end->status))
		complain(runner, "the command \"%s\" was killed by signal %d after %.1f s",
			 job->command, WTERMSIG(end->status), end->seconds);
	else if (WEXITSTATUS(end->status))
		complain(runner, "the command \"%s\" exited with status %d after %.1f s",
			 job->command, WEXITSTATUS(end->status), end->seconds);
	else
		log_line(stdout, SD_INFO, tick_time_now(),
			 "the command \"%s\" exited with status 0 after %.1f s", job->command,
			 end->seconds);
}

static void run_job(struct runner *runner, const struct job *job)
{
	struct process_end end;

	log_line(stdout, SD_INFO, tick_time_now(), "running the command \"%s\" for \"%s: %s\"",
		 job->command, job->what, job->title);
	end = process_run(job);
	tell_end(runner, job, &end);
}

#define INTERRUPTED "the command \"%s\" for \"%s: %s\" was interrupted, and is not run again"

/* Takes the one that was begun: runs it, or tells that it was interrupted, and removes it */
static int finish_one(struct runner *runner, uint64_t number, bool interrupted)
{
	json_t *json = spool_load(runner->spool, number);
	struct job job;

	if (job_parse(json, &job) < 0)
		complain(runner, "%s: file %llu is no command of tsrewrite watch, and is removed",
			 runner->directory, (unsigned long long)number);
	else if (interrupted)
		complain(runner, INTERRUPTED, job.command, job.what, job.title);
	else
		run_job(runner, &job);
	json_decref(json);
	return spool_remove(runner->spool, number);
}

/* Returns 1 if there may be more, 0 if there is none, or -1 with errno */
static int take_one(struct runner *runner)
{
	struct spool_state state;

	if (spool_read_state(runner->spool, &state) < 0)
		return -1;
	if (*state.strange) {
		complain(runner, "%s/%s: this file does not belong here, and is renamed to .%s",
			 runner->directory, state.strange, state.strange);
		return spool_hide(runner->spool, state.strange) < 0 ? -1 : 1;
	}
	if (state.begun)
		return finish_one(runner, state.running, true) < 0 ? -1 : 1;
	if (!state.waiting)
		return 0;
	if (spool_begin(runner->spool, state.first) < 0 ||
	    finish_one(runner, state.first, false) < 0)
		return -1;
	return 1;
}

/* Waits while another runner is at work, or until this one is told to end */
static int lock_spool(const struct runner *runner)
{
	while (flock(runner->spool, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK)
			return -1;
		if (process_is_ending(1))
			return 0;
	}
	return 0;
}

/* Returns when none waits, or it is told to end: then what waits stays queued */
static int run_all(struct runner *runner)
{
	int more = 1;

	if (lock_spool(runner) < 0)
		return -1;
	while (more > 0 && !process_is_ending(0))
		more = take_one(runner);
	return more < 0 ? -1 : 0;
}

/* Returns an exit status */
static int give_up(int status)
{
	process_is_ending(PATIENCE);
	return status;
}

int runner_command(const struct call *call)
{
	struct runner runner = { .directory = call->run };
	char why[512];

	if (call->words[0])
		return report_surplus("watch", call->words[0]);
	if (call->json)
		return report_usage("watch: --json does not apply to --run");
	process_hold_signals(STOP_PATIENCE);
	if (session_enter(call))
		return give_up(EXIT_REFUSED);
	runner.spool = spool_open(runner.directory, why, sizeof(why));
	if (runner.spool < 0)
		return give_up(report_refused("watch --run: %s", why));
	if (run_all(&runner) < 0) {
		complain(&runner, "%s: %s", runner.directory, strerror(errno));
		give_up(EXIT_REFUSED);
	}
	close(runner.spool);
	return runner.failed ? EXIT_REFUSED : EXIT_DONE;
}
