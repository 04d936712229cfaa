/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_ARRAY_SIZE_H
#define TSRW_UNIT_KERNEL_ARRAY_SIZE_H

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof(*(array)))

#endif
