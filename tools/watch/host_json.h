/* SPDX-License-Identifier: GPL-2.0-only */
/* The file host.json in the directory of the service's state: what the machine ran before */
#ifndef TSREWRITE_WATCH_HOST_JSON_H
#define TSREWRITE_WATCH_HOST_JSON_H

#include "host.h"

#define HOST_FILE "host.json"

/*
 * Reads it into @host.  Returns 0, also if there is no file, which leaves it zeroed; or -1 with
 * the reason in @why, after what is wrong was renamed to host.json.bad.
 */
int host_load(const char *directory, struct host *host, char *why, size_t size);

/* Replaces it.  Returns 0, or -1 with the reason in @why. */
int host_save(const char *directory, const struct host *host, char *why, size_t size);

#endif /* TSREWRITE_WATCH_HOST_JSON_H */
