/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_TOP_LIVE_H
#define TSREWRITE_TOP_LIVE_H

/*
 * Shows the groups on the terminal, anew each second, until it is told to end.  @netns is the
 * name of the network namespace, or NULL.  Returns an exit status, after reporting what
 * failed; a signal that ends it ends the process, once the terminal is as it was.
 */
int live_run(const char *netns);

#endif /* TSREWRITE_TOP_LIVE_H */
