/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Opens a socket to the generic netlink family "tsrewrite", whose number is asked from the
 * controller, and receives its events.  Functions that return an int return 0, or -1 with
 * genl->error filled in.
 */
#ifndef TSREWRITE_CLIENT_FAMILY_H
#define TSREWRITE_CLIENT_FAMILY_H

#include "genl.h"

/*
 * Opens the socket and finds the family; after a failure no socket is left to close.  The
 * error's code is ENOENT if the module is not loaded.
 */
int genl_open(struct genl *genl);
void genl_close(struct genl *genl);

/* The same, but waits until the module is loaded if it is not, after calling @waits once */
int genl_open_loaded(struct genl *genl, void (*waits)(void *arg), void *arg);

/* Subscribes to the family's events; a request on this socket would discard some of them */
int genl_listen(struct genl *genl);

/*
 * Waits for the next message and calls @row for each event in it.  Fails with the code
 * ENOBUFS if events were lost as the socket's buffer was full or memory was short, and with
 * ENOENT if the module was unloaded.
 */
int genl_events(struct genl *genl, genl_row row, void *arg);

#endif /* TSREWRITE_CLIENT_FAMILY_H */
