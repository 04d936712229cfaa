// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as host.json, as a crash may have left it: what is right of it is loaded, and what is
 * saved then is loaded whole, and is the same.
 */
#include <stdlib.h>
#include <string.h>

#include "state_directory.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "watch/host_json.h"

/* Returns what the file is then */
static char *save_host(const struct host *host)
{
	char why[1024];

	trap_unless(!host_save(state_directory(), host, why, sizeof(why)));
	return state_directory_read(HOST_FILE);
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	static struct host host;
	char *first, *second, why[1024];

	state_directory_put(HOST_FILE, data, size);
	if (host_load(state_directory(), &host, why, sizeof(why)))
		trap_unless(*why);
	trap_unless(host.count <= HOST_CHANGES);
	free(save_host(&host));
	trap_unless(!host_load(state_directory(), &host, why, sizeof(why)));
	first = save_host(&host);
	trap_unless(!host_load(state_directory(), &host, why, sizeof(why)));
	second = save_host(&host);
	trap_unless(!strcmp(first, second));
	free(first);
	free(second);
	return 0;
}
