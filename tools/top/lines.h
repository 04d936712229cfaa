/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_TOP_LINES_H
#define TSREWRITE_TOP_LINES_H

#include <stdbool.h>

/*
 * Prints the groups each second, as a table, or as JSON in one line, until the command is killed
 * or stdout cannot be written.  Returns an exit status, after reporting what failed.
 */
int lines_run(bool json);

#endif /* TSREWRITE_TOP_LINES_H */
