/* SPDX-License-Identifier: GPL-2.0-only */
/* What entries of the journal say */
#ifndef TSREWRITE_CMD_JOURNAL_TEXT_H
#define TSREWRITE_CMD_JOURNAL_TEXT_H

#include "../client/config.h"
#include "../client/device.h"
#include "../client/event.h"
#include "../client/group.h"

/* These return a text that the caller frees, or NULL if there is no memory */

/* A change and who made it, with the names of users */
char *journal_text_event(const struct event *event);

/* What is attached and set, a line each */
char *journal_text_state(const struct devices *devices, const struct groups *groups,
			 const struct config *config);

#endif /* TSREWRITE_CMD_JOURNAL_TEXT_H */
