/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_WATCH_SERVICE_H
#define TSREWRITE_WATCH_SERVICE_H

#include "../session.h"

/* Watch until told to end; an exit status. @path is of settings, or NULL. */
int service_run(struct genl *genl, const struct call *call, void *path);

#endif /* TSREWRITE_WATCH_SERVICE_H */
