/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_JUDGE_H
#define TSRW_FUZZ_JUDGE_H

#include <linux/types.h>

void judge_frame(const __u8 *bytes, int len);

#endif /* TSRW_FUZZ_JUDGE_H */
