/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds out what runs on this machine now */
#ifndef TSREWRITE_MAINTENANCE_RUNNING_VERSIONS_H
#define TSREWRITE_MAINTENANCE_RUNNING_VERSIONS_H

#include "versions.h"

void running_versions(struct versions *versions);

#endif /* TSREWRITE_MAINTENANCE_RUNNING_VERSIONS_H */
