/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_CTYPE_H
#define TSRW_UNIT_KERNEL_CTYPE_H

#include <ctype.h>

#endif
