// SPDX-License-Identifier: GPL-2.0-only
#include "live.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "../client/tick.h"
#include "../text/report.h"
#include "screen.h"
#include "terminal.h"

/* What the loop waits for */
enum { KEYS, TIMER, SIGNALS, FDS };

struct live {
	struct source source;
	struct view view;
	struct choice choice;
	struct pollfd fd[FDS];
	const char *netns;
	int signal;		/* that is to end it */
	bool ending;
};

static void fill_ending_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGQUIT);
}

static int open_signals(void)
{
	sigset_t set;

	fill_ending_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void make_view(struct live *live)
{
	struct layout layout;

	view_make(&live->view, &live->source, &live->choice);
	layout = screen_layout(&live->view);
	view_scroll(&live->view, &live->choice, &layout, 0);
}

static int rows_of_key(const struct live *live, const struct layout *layout, enum screen_key key)
{
	const struct view *view = &live->view;
	int first = live->choice.first;

	switch (key) {
	case SCREEN_UP:
		return -1;
	case SCREEN_DOWN:
		return 1;
	case SCREEN_PAGE_UP:
		return -layout_rows_before(layout, view->row, first);
	case SCREEN_PAGE_DOWN:
		return layout_rows_from(layout, view->row, view->count, first);
	case SCREEN_HOME:
		return -view->count;
	case SCREEN_END:
		return view->count;
	default:
		return 0;
	}
}

static void scroll_by(struct live *live, enum screen_key key)
{
	struct layout layout = screen_layout(&live->view);

	view_scroll(&live->view, &live->choice, &layout, rows_of_key(live, &layout, key));
}

static void handle_key(struct live *live, enum screen_key key)
{
	struct choice *choice = &live->choice;

	if (key == SCREEN_QUIT) {
		live->ending = true;
	} else if (key == SCREEN_RESIZED) {
		scroll_by(live, key);
	} else if (choice->help || key == SCREEN_HELP) {
		choice->help = !choice->help;
	} else if (key == SCREEN_PAUSE) {
		choice->paused = !choice->paused;
	} else if (key == SCREEN_SORT) {
		choice->order = (choice->order + 1) % ROW_ORDERS;
		choice->first = 0;
		make_view(live);
	} else if (key == SCREEN_FILTER) {
		choice->busy_only = !choice->busy_only;
		choice->first = 0;
		make_view(live);
	} else {
		scroll_by(live, key);
	}
}

/* A paused screen stays as it is, but samples are taken */
static void handle_tick(struct live *live)
{
	if (!tick_read(live->fd[TIMER].fd))
		return;
	source_sample(&live->source);
	if (!live->choice.paused)
		make_view(live);
}

static void handle_signal(struct live *live)
{
	struct signalfd_siginfo info;

	if (read(live->fd[SIGNALS].fd, &info, sizeof(info)) < 0)
		return;
	live->signal = (int)info.ssi_signo;
	live->ending = true;
}

static void handle_keys(struct live *live)
{
	enum screen_key key;

	while ((key = screen_key()) != SCREEN_NONE)
		handle_key(live, key);
}

/* A resized terminal interrupts poll() and is told as a key.  One that is gone ends this. */
static void run_loop(struct live *live)
{
	while (!live->ending) {
		screen_draw(&live->view, &live->choice, live->netns);
		if (poll(live->fd, FDS, -1) < 0 && errno != EINTR)
			return;
		if (live->fd[SIGNALS].revents & POLLIN)
			handle_signal(live);
		if (live->fd[KEYS].revents & (POLLHUP | POLLERR | POLLNVAL))
			return;
		handle_keys(live);
		if (live->fd[TIMER].revents & POLLIN)
			handle_tick(live);
	}
}

static int begin_live(struct live *live)
{
	int ret = terminal_check();

	if (ret)
		return ret;
	source_sample(&live->source);
	if (*live->source.module_failure)
		return report_refused("top: %s", live->source.module_failure);
	live->fd[KEYS].fd = STDIN_FILENO;
	live->fd[TIMER].fd = tick_open();
	live->fd[SIGNALS].fd = open_signals();
	for (int i = 0; i < FDS; i++) {
		live->fd[i].events = POLLIN;
		if (live->fd[i].fd < 0)
			return report_refused("top: %s", strerror(errno));
	}
	return screen_begin();
}

/* As a shell that waits for this process wants to know what has ended it */
static void end_by_signal(int signo)
{
	sigset_t set;

	fill_ending_signals(&set);
	signal(signo, SIG_DFL);
	raise(signo);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int live_run(const char *netns)
{
	struct live *live = calloc(1, sizeof(*live));
	int ret;

	if (!live)
		return report_refused("top: %s", strerror(ENOMEM));
	live->netns = netns;
	ret = begin_live(live);
	if (!ret) {
		make_view(live);
		run_loop(live);
		screen_end();
	}
	if (live->signal)
		end_by_signal(live->signal);
	view_free(&live->view);
	source_free(&live->source);
	free(live);
	return ret;
}
