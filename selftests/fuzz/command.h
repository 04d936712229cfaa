/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs commands whose kernel answers any bytes: see kernel.h.  What they print is text, or JSON,
 * of printable characters.
 */
#ifndef TSRW_FUZZ_COMMAND_H
#define TSRW_FUZZ_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct call;

struct fuzz_command {
	int (*run)(const struct call *call);
	bool json;	/* one object or list; of cmd_monitor() one a line */
	bool lines;
	bool force;
	const char *words[8];	/* the name first */
};

void fuzz_command_run(const struct fuzz_command *command, const __u8 *data, size_t size);

#endif /* TSRW_FUZZ_COMMAND_H */
