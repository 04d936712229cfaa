/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_UNALIGNED_H
#define TSRW_UNIT_KERNEL_UNALIGNED_H

/* Nothing that is tested reads unaligned */

#endif
