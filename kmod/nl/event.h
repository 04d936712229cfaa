/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NL_EVENT_H
#define TSRW_NL_EVENT_H

#include <linux/notifier.h>

extern struct notifier_block tsrw_nl_event_listener;

#endif /* TSRW_NL_EVENT_H */
