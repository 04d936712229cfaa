// SPDX-License-Identifier: GPL-2.0-only
#include "state_directory.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char directory[32] = "/dev/shm/state.XXXXXX";

static void remove_directory(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", directory);
	trap_unless(!system(command));
}

const char *state_directory(void)
{
	static bool made;

	if (!made) {
		trap_unless(mkdtemp(directory));
		atexit(remove_directory);
		made = true;
	}
	return directory;
}

static FILE *open_file(const char *name, const char *mode)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", state_directory(), name);
	file = fopen(path, mode);
	trap_unless(file);
	return file;
}

void state_directory_put(const char *name, const __u8 *data, size_t size)
{
	FILE *file = open_file(name, "wb");

	trap_unless(fwrite(data, 1, size, file) == size && !fclose(file));
}

char *state_directory_read(const char *name)
{
	FILE *file = open_file(name, "rb");
	char *text = NULL;
	size_t size = 0;

	trap_unless(getdelim(&text, &size, '\0', file) > 0);
	fclose(file);
	return text;
}
