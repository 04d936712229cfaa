/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_CACHE_H
#define TSRW_UNIT_KERNEL_CACHE_H

#define ____cacheline_aligned_in_smp

#endif
