/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_NL_OPS_H
#define TSRW_NL_OPS_H

#include <linux/init.h>

int __init tsrw_nl_ops_init(void);
void tsrw_nl_ops_exit(void);

#endif /* TSRW_NL_OPS_H */
