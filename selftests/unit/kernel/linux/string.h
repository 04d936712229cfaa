/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_STRING_H
#define TSRW_UNIT_KERNEL_STRING_H

#include <stdio.h>
#include <string.h>

#define memzero_explicit(at, size)	memset(at, 0, size)
#define strscpy(to, from, size)	snprintf(to, size, "%s", from)

#endif
