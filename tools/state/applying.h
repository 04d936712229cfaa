/* SPDX-License-Identifier: GPL-2.0-only */
/* What the steps know that make one state the other; apply.c has their order */
#ifndef TSREWRITE_STATE_APPLYING_H
#define TSREWRITE_STATE_APPLYING_H

#include "../client/genl.h"
#include "state.h"
#include "undo.h"

#define APPLYING_PRIVILEGED "restoring a state"

/*
 * @detached says that a device was detached, and @broken how many rewritten connections crossed
 * devices that were
 */
struct applying {
	struct genl *genl;
	const struct state *now;
	const struct state *wanted;
	bool force;
	bool detached;
	uint32_t broken;
	struct undo undo;
};

/* Reports what could not be undone, and returns -1 */
int applying_stuck(const struct applying *applying, const char *what, const char *name);

/* Reports that there is no memory, and returns an exit status */
int applying_out_of_memory(void);

#endif /* TSREWRITE_STATE_APPLYING_H */
