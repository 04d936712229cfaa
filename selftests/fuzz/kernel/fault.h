/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FUZZ_FAULT_H
#define TSRW_FUZZ_FAULT_H

#include <stdbool.h>

bool fault_can_inject(void);
void fault_begin(void);
void fault_end(void);

#endif /* TSRW_FUZZ_FAULT_H */
