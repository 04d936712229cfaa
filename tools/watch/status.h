/* SPDX-License-Identifier: GPL-2.0-only */
/* How the service says how it is: to systemd, and to whoever asks its status socket */
#ifndef TSREWRITE_WATCH_STATUS_H
#define TSREWRITE_WATCH_STATUS_H

#include "watcher.h"

/* Tells systemd that the service is alive, and the line that systemctl status shows */
void status_tell_systemd(const struct watcher *watcher);

/* Answers whoever has connected to the status socket @fd */
void status_answer(const struct watcher *watcher, int fd);

#endif /* TSREWRITE_WATCH_STATUS_H */
