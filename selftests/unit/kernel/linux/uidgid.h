/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_UIDGID_H
#define TSRW_UNIT_KERNEL_UIDGID_H

typedef struct {
	unsigned int val;
} kuid_t;

#endif
