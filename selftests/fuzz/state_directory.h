/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A directory of the service's state, for targets that want files: one for each process, in
 * memory, which goes when the process exits.  What fails here ends the program.
 */
#ifndef TSRW_FUZZ_STATE_DIRECTORY_H
#define TSRW_FUZZ_STATE_DIRECTORY_H

#include <stddef.h>

#include "target.h"

/* Returns its path */
const char *state_directory(void);

void state_directory_put(const char *name, const __u8 *data, size_t size);

/* Returns what the file has, up to a NUL; the caller frees it */
char *state_directory_read(const char *name);

#endif /* TSRW_FUZZ_STATE_DIRECTORY_H */
