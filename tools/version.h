/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_VERSION_H
#define TSREWRITE_VERSION_H

#ifndef TSREWRITE_VERSION
#define TSREWRITE_VERSION "0.1.0"
#endif

#endif /* TSREWRITE_VERSION_H */
