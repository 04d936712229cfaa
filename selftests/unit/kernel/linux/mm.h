/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_MM_H
#define TSRW_UNIT_KERNEL_MM_H

#include <linux/slab.h>

#define __GFP_RETRY_MAYFAIL	0
#define __GFP_NOWARN		0
#define array_size(count, size)	((size_t)(count) * (size))
#define struct_size(pointer, member, count)				\
	(sizeof(*(pointer)) + array_size(count, sizeof(*(pointer)->member)))
#define kvzalloc(size, flags)	((void)(flags), calloc(1, size))
#define kvfree(pointer)		free((void *)(pointer))

#endif
