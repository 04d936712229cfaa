/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What libFuzzer calls, and how a target complains.
 */
#ifndef TSRW_FUZZ_TARGET_H
#define TSRW_FUZZ_TARGET_H

#include "core/serial.h"

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size);

static inline void trap_unless(bool condition)
{
	if (!condition)
		__builtin_trap();
}

#endif /* TSRW_FUZZ_TARGET_H */
