/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_TEXT_VERSION_H
#define TSREWRITE_TEXT_VERSION_H

/* TSREWRITE_VERSION */
#include "../../kmod/defaults.h"

#endif /* TSREWRITE_TEXT_VERSION_H */
