/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_INIT_H
#define TSRW_UNIT_KERNEL_INIT_H

#define __init

#endif
