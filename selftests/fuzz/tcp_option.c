// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as TCP options: no byte past them is read, and what is found lies
 * within them and is whole.
 */
#include "core/tcp_option.h"
#include "target.h"

#define TIMESTAMP_LEN	10

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	struct tsrw_tcp_options found;
	unsigned int i, end = 0;

	if (size > TSRW_TCP_HEADER_MAX - TSRW_TCP_HEADER_MIN)
		return 0;
	tsrw_tcp_options_walk(data, size, &found);

	trap_unless(found.ts_count <= TSRW_TSOPT_MAX);
	for (i = 0; i < found.ts_count; i++) {
		unsigned int begin = found.ts[i] - 2;

		trap_unless(begin >= end);
		end = begin + TIMESTAMP_LEN;
		trap_unless(end <= size);
		trap_unless(data[begin] == 8 && data[begin + 1] == TIMESTAMP_LEN);
	}
	return 0;
}
