/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_FLOW_LOAD_H
#define TSREWRITE_CMD_FLOW_LOAD_H

#include "../client/flow_saved.h"
#include "../client/session.h"

int cmd_flows_load(const struct call *call);

/* Loads those of the file @path.  Reports what fails, and returns an exit status. */
int flow_load_file(struct genl *genl, const char *path, struct flow_loaded *loaded);

#endif /* TSREWRITE_CMD_FLOW_LOAD_H */
