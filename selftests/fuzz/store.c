// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as incidents.json, as a crash may have left it: it is loaded as far as it can be, and
 * what is saved then is loaded whole.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "target.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "watch/store.h"

static char directory[32] = "/dev/shm/store.XXXXXX";

static void remove_directory(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", directory);
	trap_unless(!system(command));
}

static void name_file(char path[128], const char *file)
{
	snprintf(path, 128, "%s/%s", directory, file);
}

static void put_file(const __u8 *data, size_t size)
{
	char path[128];
	FILE *file;

	name_file(path, "incidents.json");
	file = fopen(path, "wb");
	trap_unless(file && fwrite(data, 1, size, file) == size && !fclose(file));
}

static char *read_file(const char *name)
{
	char path[128], *text = NULL;
	size_t size = 0;
	FILE *file;

	name_file(path, name);
	file = fopen(path, "rb");
	trap_unless(file && getdelim(&text, &size, '\0', file) > 0);
	fclose(file);
	return text;
}

/* What a reader of feeds takes for text */
static void check_feed(void)
{
	char *text = read_file("incidents.atom");

	for (const char *c = text; *c; c++)
		trap_unless(*c == '\n' || (*c >= ' ' && *c < 0x7f));
	free(text);
}

/* Returns what incidents.json is then */
static char *save_state(struct incidents *incidents, struct feeds *feeds)
{
	const struct publication publication = { .time = 1 };
	char why[1024];

	trap_unless(!store_save(directory, incidents, feeds, &publication, why, sizeof(why)));
	check_feed();
	return read_file("incidents.json");
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	static struct incidents incidents;
	static struct feeds feeds;
	static bool made;
	char *first, *second, why[1024];

	if (!made) {
		trap_unless(mkdtemp(directory));
		atexit(remove_directory);
		made = true;
	}
	put_file(data, size);
	store_load(directory, &incidents, &feeds, why, sizeof(why));
	free(save_state(&incidents, &feeds));
	trap_unless(!store_load(directory, &incidents, &feeds, why, sizeof(why)));
	first = save_state(&incidents, &feeds);
	trap_unless(!store_load(directory, &incidents, &feeds, why, sizeof(why)));
	second = save_state(&incidents, &feeds);
	trap_unless(!strcmp(first, second));
	free(first);
	free(second);
	return 0;
}
