// SPDX-License-Identifier: GPL-2.0-only
#include "json_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

json_t *json_file_read(const char *directory, const char *file, char *why, size_t size)
{
	char path[PATH_MAX];
	json_error_t error;
	json_t *json;

	*why = '\0';
	snprintf(path, sizeof(path), "%s/%s", directory, file);
	if (access(path, R_OK)) {
		if (errno != ENOENT)
			snprintf(why, size, "%s: %s", path, strerror(errno));
		return NULL;
	}
	json = json_load_file(path, 0, &error);
	if (!json)
		snprintf(why, size, "%s: %s", path, error.text);
	return json;
}
