// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as incidents.json, as a crash may have left it: it is loaded as far as it can be, and
 * what is saved then is loaded whole.
 */
#include <stdlib.h>
#include <string.h>

#include "state_directory.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "watch/store.h"

/* What a reader of feeds takes for text */
static void check_feed(void)
{
	char *text = state_directory_read("incidents.atom");

	for (const char *c = text; *c; c++)
		trap_unless(*c == '\n' || (*c >= ' ' && *c < 0x7f));
	free(text);
}

/* Returns what incidents.json is then */
static char *save_state(struct incidents *incidents, struct feeds *feeds)
{
	const struct publication publication = { .time = 1 };
	char why[1024];

	trap_unless(!store_save(state_directory(), incidents, feeds, &publication, why,
				sizeof(why)));
	check_feed();
	return state_directory_read("incidents.json");
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	static struct incidents incidents;
	static struct feeds feeds;
	char *first, *second, why[1024];

	state_directory_put("incidents.json", data, size);
	store_load(state_directory(), &incidents, &feeds, why, sizeof(why));
	free(save_state(&incidents, &feeds));
	trap_unless(!store_load(state_directory(), &incidents, &feeds, why, sizeof(why)));
	first = save_state(&incidents, &feeds);
	trap_unless(!store_load(state_directory(), &incidents, &feeds, why, sizeof(why)));
	second = save_state(&incidents, &feeds);
	trap_unless(!strcmp(first, second));
	free(first);
	free(second);
	return 0;
}
