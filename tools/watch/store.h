/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The incidents on disk: incidents.json, to go on with, and incidents.atom, to tell.
 * Each is whole at any time.
 */
#ifndef TSREWRITE_WATCH_STORE_H
#define TSREWRITE_WATCH_STORE_H

#include "incident.h"

/* As they were left; 0 if there were none; -1 with the reason in @why */
int store_load(const char *directory, struct incidents *incidents, char *why,
	       size_t size);

/* 0, or -1 with the reason in @why */
int store_save(const char *directory, const struct incidents *incidents,
	       uint64_t now, char *why, size_t size);

#endif /* TSREWRITE_WATCH_STORE_H */
