// SPDX-License-Identifier: GPL-2.0-only
#include "before.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "../usual/usual_file.h"

#define COPY "before"	/* a directory */

static const char *name_copy(char path[PATH_MAX], const char *directory)
{
	snprintf(path, PATH_MAX, "%s/" COPY, directory);
	return path;
}

int before_keep(const char *directory, uint64_t time, char *why, size_t size)
{
	char path[PATH_MAX];
	struct usual usual;
	int ret = usual_read(directory, time, &usual, why, size);

	if (!ret && mkdir(name_copy(path, directory), 0755) && errno != EEXIST) {
		snprintf(why, size, "%s: %s", path, strerror(errno));
		ret = -1;
	}
	if (!ret)
		ret = usual_save(path, time, &usual, why, size);
	if (!ret)
		ret = (int)usual.count;
	usual_free(&usual);
	return ret;
}

int before_read(const char *directory, uint64_t time, struct usual *usual, char *why,
		size_t size)
{
	char path[PATH_MAX];

	return usual_read(name_copy(path, directory), time, usual, why, size);
}
