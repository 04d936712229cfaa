// SPDX-License-Identifier: GPL-2.0-only
#include "process.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Seconds between SIGTERM and SIGKILL */
#define GRACE 5

static bool ending;
static double told_to_end;		/* when that was, by time_passed() */
static unsigned int stop_patience;	/* seconds that a command has after that */

/* SIGCHLD is waited for in wait_until() */
static sigset_t held_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	return set;
}

void process_hold_signals(unsigned int patience)
{
	sigset_t set = held_signals();

	stop_patience = patience;
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static double time_passed(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Waits up to @seconds for a signal, and notes one that asks to end */
static void await_signal(double seconds)
{
	struct timespec most = { 0 };
	sigset_t set = held_signals();
	int signal;

	if (seconds > 0) {
		most.tv_sec = (time_t)seconds;
		most.tv_nsec = (long)((seconds - (double)most.tv_sec) * 1e9);
	}
	signal = sigtimedwait(&set, NULL, &most);
	if (ending || (signal != SIGTERM && signal != SIGINT))
		return;
	ending = true;
	told_to_end = time_passed();
}

bool process_is_ending(unsigned int seconds)
{
	double end = time_passed() + seconds;

	do {
		await_signal(end - time_passed());
	} while (!ending && time_passed() < end);
	return ending;
}

/* In the child process; does not return */
static void run_child(const struct job *job, int input)
{
	sigset_t none;
	const char *name;
	json_t *value;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	json_object_foreach((json_t *)job->environment, name, value)
		setenv(name, json_string_value(value), 1);
	if (dup2(input, STDIN_FILENO) >= 0)
		execl("/bin/sh", "sh", "-c", job->command, NULL);
	_exit(127);
}

static pid_t start_child(const struct job *job)
{
	int input = memfd_create("incident", MFD_CLOEXEC);
	pid_t pid = -1;
	int error;

	if (input >= 0 && !json_dumpfd(job->input, input, JSON_COMPACT) &&
	    !lseek(input, 0, SEEK_SET))
		pid = fork();
	if (!pid)
		run_child(job, input);
	error = errno;
	if (input >= 0)
		close(input);
	errno = error;
	return pid;
}

/* Returns true when the child has ended, false at @end, by time_passed() */
static bool wait_until(pid_t pid, double end)
{
	siginfo_t info = { 0 };

	for (;;) {
		if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
		    info.si_pid == pid)
			return true;
		if (time_passed() >= end)
			return false;
		await_signal(end - time_passed());
	}
}

/* Whether the job's time is over, or that which is left after this process was told to end */
static bool is_time_over(double end)
{
	double now = time_passed();

	return now >= end || (ending && now >= told_to_end + stop_patience);
}

/* Returns true when the child has ended, false when its time is over */
static bool wait_for_child(pid_t pid, double end)
{
	while (!wait_until(pid, fmin(end, time_passed() + 1))) {
		if (is_time_over(end))
			return false;
	}
	return true;
}

/* The child's process group has its number, which is its own until it is waited for */
static void end_child(pid_t pid)
{
	kill(-pid, SIGTERM);
	wait_until(pid, time_passed() + GRACE);
	kill(-pid, SIGKILL);
}

struct process_end process_run(const struct job *job)
{
	double begin = time_passed();
	pid_t pid = start_child(job);
	struct process_end end = { .started = pid > 0, .error = errno };

	if (!end.started)
		return end;
	if (!wait_for_child(pid, begin + job->timeout)) {
		end.timed_out = time_passed() >= begin + job->timeout;
		end.stopped = !end.timed_out;
		end_child(pid);
	}
	waitpid(pid, &end.status, 0);
	end.seconds = time_passed() - begin;
	return end;
}
