/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_FLOW_SAVE_H
#define TSREWRITE_CMD_FLOW_SAVE_H

#include "../client/session.h"

int cmd_flows_save(const struct call *call);

/* Saves all into the file @path.  Reports what fails, and returns an exit status. */
int flow_save_file(struct genl *genl, const char *path, size_t *count);

#endif /* TSREWRITE_CMD_FLOW_SAVE_H */
