/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_STATE_DEVICE_BYPASSED_H
#define TSREWRITE_STATE_DEVICE_BYPASSED_H

#include "../client/genl.h"

/*
 * Reports a refusal if something carries what arrives past device @name, so that it must not be
 * attached; warns of what may do so.  Returns an exit status.
 */
int device_refuse_bypassed(struct genl *genl, const char *name);

#endif /* TSREWRITE_STATE_DEVICE_BYPASSED_H */
