/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_CMD_DEVICE_H
#define TSREWRITE_CMD_DEVICE_H

#include "../client/device.h"
#include "../client/session.h"

/*
 * Reads the call's first word, DEV, into @device, and points @rest to the words after it.
 * Returns EXIT_DONE, or the exit status after reporting what is wrong.
 */
int device_read_name(const struct call *call, struct device *device,
		     char ***rest);

/* Each returns the exit status of its command */
int cmd_attach(const struct call *call);
int cmd_detach(const struct call *call);

#endif /* TSREWRITE_CMD_DEVICE_H */
