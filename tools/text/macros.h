/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_TEXT_MACROS_H
#define TSREWRITE_TEXT_MACROS_H

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define __printf(format, first) \
	__attribute((__format__(__printf__, format, first)))

#endif /* TSREWRITE_TEXT_MACROS_H */
