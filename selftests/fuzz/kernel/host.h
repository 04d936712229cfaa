/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_HOST_H
#define TSRW_FUZZ_HOST_H

#include "script.h"
#include "world.h"

void host_open(struct world *world, bool hidden, const char *netns, const char *peer);
void host_begin(struct world *world, const struct script *script, __u16 port);
void host_read(struct world *world);
void host_write(struct world *world, unsigned int len);
void host_shut(struct world *world);
void host_end(struct world *world);

#endif /* TSRW_FUZZ_HOST_H */
