/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_SLAB_H
#define TSRW_UNIT_KERNEL_SLAB_H

#include <errno.h>
#include <stdlib.h>

/* If a test sets it, it is told what is freed, just before */
__attribute__((weak)) void (*kernel_tell_freed)(const void *pointer);

static inline void kernel_free(const void *pointer)
{
	if (kernel_tell_freed)
		kernel_tell_freed(pointer);
	free((void *)pointer);
}

#define GFP_KERNEL_ACCOUNT	0
#define ERR_PTR(error)		((void *)(long)(error))
#define kzalloc(size, flags)	((void)(flags), calloc(1, size))
#define kfree(pointer)		kernel_free(pointer)

#endif
