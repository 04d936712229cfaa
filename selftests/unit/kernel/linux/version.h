/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNIT_KERNEL_VERSION_H
#define TSRW_UNIT_KERNEL_VERSION_H

#define KERNEL_VERSION(major, minor, patch)	((major) << 16 | (minor) << 8 | (patch))
#define LINUX_VERSION_CODE	KERNEL_VERSION(6, 12, 0)

#endif
