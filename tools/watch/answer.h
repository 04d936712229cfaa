/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who asks how it goes is answered: a line of JSON to each that connects to a name
 * which belongs to the network namespace
 */
#ifndef TSREWRITE_WATCH_ANSWER_H
#define TSREWRITE_WATCH_ANSWER_H

#include <stddef.h>

#include "watcher.h"

/* A socket, or -1 with errno: EADDRINUSE where the service runs already */
int answer_listen(void);

/* As many as wait */
void answer_all(int fd, const struct watcher *watcher);

/*
 * The other end: the answer, or NULL with why there is none.  Only root's, or one's
 * own service is believed.
 */
json_t *answer_ask(char *why, size_t size);

#endif /* TSREWRITE_WATCH_ANSWER_H */
