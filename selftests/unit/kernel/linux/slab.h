/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_SLAB_H
#define TSRW_UNIT_KERNEL_SLAB_H

#include <errno.h>
#include <stdlib.h>

#define ERR_PTR(error)		((void *)(long)(error))
#define kzalloc(size, flags)	((void)(flags), calloc(1, size))
#define kfree(pointer)		free((void *)(pointer))

#endif
