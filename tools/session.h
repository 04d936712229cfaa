/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_SESSION_H
#define TSREWRITE_SESSION_H

#include <stdbool.h>

#include "genl.h"

/* A command line, read */
struct call {
	const char *netns;
	bool json;
	bool force;
	bool watch;
	bool all;
	const char *name;	/* the command */
	char **words;		/* what follows it; ends with NULL */
};

/* Returns an exit status; has reported what went wrong */
typedef int (*session_run)(struct genl *genl, const struct call *call,
			   void *arg);

/* Enter the network namespace, open the socket, run, close */
int session(const struct call *call, session_run run, void *arg);

#endif /* TSREWRITE_SESSION_H */
