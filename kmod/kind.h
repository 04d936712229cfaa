/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_KIND_H
#define TSRW_KIND_H

#include <linux/netdevice.h>

const char *tsrw_kind_refusal(const struct net_device *dev);

#endif /* TSRW_KIND_H */
