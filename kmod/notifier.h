/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NOTIFIER_H
#define TSRW_NOTIFIER_H

#include <linux/init.h>

int __init tsrw_notifier_init(void);
void tsrw_notifier_exit(void);

#endif /* TSRW_NOTIFIER_H */
