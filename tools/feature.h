/* SPDX-License-Identifier: GPL-2.0-only */
/* What a version does, its defaults and its bugs, for who has to judge an upgrade */
#ifndef TSREWRITE_FEATURE_H
#define TSREWRITE_FEATURE_H

#include "client/session.h"

int feature_command(const struct call *call);

#endif /* TSREWRITE_FEATURE_H */
