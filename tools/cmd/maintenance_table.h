/* SPDX-License-Identifier: GPL-2.0-only */
/* Prints how connections fare at the end of a maintenance, before and now */
#ifndef TSREWRITE_CMD_MAINTENANCE_TABLE_H
#define TSREWRITE_CMD_MAINTENANCE_TABLE_H

#include "../maintenance/judgement.h"

#include <jansson.h>

/* Returns an exit status: that of printing, and not of the verdict */
int maintenance_table(const struct judgement *judgement);

/* An array with an object for each row; a new reference */
json_t *maintenance_rows_json(const struct judgement *judgement);

/* A row's connections, as in "group alpha, from inside".  Returns @out. */
char *maintenance_row_name(const struct judgement_row *row, char *out, size_t size);

#endif /* TSREWRITE_CMD_MAINTENANCE_TABLE_H */
