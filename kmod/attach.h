/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_ATTACH_H
#define TSRW_ATTACH_H

#include "device.h"

int tsrw_attach(struct tsrw_net *tn, const char *name, u8 zone, bool absent,
		struct tsrw_buckets **buckets, struct netlink_ext_ack *extack);

#endif /* TSRW_ATTACH_H */
