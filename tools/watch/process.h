/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs one command of the queue, and waits until it has ended */
#ifndef TSREWRITE_WATCH_PROCESS_H
#define TSREWRITE_WATCH_PROCESS_H

#include <stdbool.h>

#include "job.h"

/* How a command ended */
struct process_end {
	bool started;	/* or else @error says why not, an errno */
	int error;
	bool timed_out;	/* it was killed, since it took longer than it may */
	bool stopped;	/* it was killed, since a signal has come, as below */
	int status;	/* as waitpid() has it */
	double seconds;	/* how long it took */
};

/*
 * To be called first: the signals SIGTERM and SIGINT no longer end the process at once.  Once
 * one has come, a command is killed after another @patience seconds.
 */
void process_hold_signals(unsigned int patience);

/* Whether one of those signals has come since; waits for one up to @seconds */
bool process_is_ending(unsigned int seconds);

/*
 * Runs the job in a shell, a session of its own, and waits for it, but not for processes that
 * it leaves behind.  One that takes longer than it may is killed, with all of its session's
 * process group.
 */
struct process_end process_run(const struct job *job);

#endif /* TSREWRITE_WATCH_PROCESS_H */
