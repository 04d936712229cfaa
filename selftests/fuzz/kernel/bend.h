/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_BEND_H
#define TSRW_FUZZ_BEND_H

#include "frame.h"
#include "random.h"

bool bend_frame(struct frame *frame, struct random *random, enum side *from);

#endif /* TSRW_FUZZ_BEND_H */
