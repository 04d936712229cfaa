/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether there is a terminal that can be drawn on.  Writes nothing to it. */
#ifndef TSREWRITE_TOP_TERMINAL_H
#define TSREWRITE_TOP_TERMINAL_H

#include <stdbool.h>

/* Returns 0, or an exit status after reporting why there is none */
int terminal_check(void);

/* Reports why the terminal cannot be used, and what can be done.  Returns an exit status. */
int terminal_refuse(const char *why);

/* Whether it shows the blocks of UTF-8, by the locale of the environment and TERM */
bool terminal_shows_blocks(void);

#endif /* TSREWRITE_TOP_TERMINAL_H */
