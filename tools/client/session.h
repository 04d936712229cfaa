/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CLIENT_SESSION_H
#define TSREWRITE_CLIENT_SESSION_H

#include <stdbool.h>

#include "genl.h"

/* A command line, parsed */
struct call {
	const char *netns;
	bool json;
	bool force;
	bool watch;
	bool all;
	bool journal;
	bool absent;
	bool check;
	const char *queue;	/* directories, or NULL */
	const char *run;
	const char *wait;	/* a duration, or NULL */
	const char *name;	/* the command */
	char **words;		/* the words that follow it, ending with NULL */
};

/* Runs a command on an open socket.  Reports failures, and returns an exit status. */
typedef int (*session_run)(struct genl *genl, const struct call *call,
			   void *arg);

/*
 * Enters the network namespace of @call, if any.  Returns 0, or EXIT_REFUSED after reporting
 * what failed.
 */
int session_enter(const struct call *call);

/*
 * Whether the namespace that was entered by that name is no longer the one of that name: it was
 * removed, and maybe another one was made.  @netns may be NULL.
 */
bool session_is_stale(const char *netns);

#define SESSION_STALE "netns \"%s\" was removed, or is another one by now"

/*
 * Enters the network namespace of @call, if any, opens a socket, calls @run, and closes the
 * socket.  Returns the exit status of @run, or EXIT_REFUSED after reporting what failed.
 */
int session(const struct call *call, session_run run, void *arg);

#endif /* TSREWRITE_CLIENT_SESSION_H */
