/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_SHOOT_H
#define TSRW_FUZZ_SHOOT_H

void shoot_frames(void);

#endif /* TSRW_FUZZ_SHOOT_H */
