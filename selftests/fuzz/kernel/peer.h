/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_PEER_H
#define TSRW_FUZZ_PEER_H

#include "script.h"
#include "world.h"

void peer_send(struct world *world, const struct script *script,
	       const struct action *action);
void peer_take_answers(struct world *world);

#endif /* TSRW_FUZZ_PEER_H */
