// SPDX-License-Identifier: GPL-2.0-only
#include "bad_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

void bad_file_keep(const char *directory, const char *file, char *why, size_t size)
{
	char path[PATH_MAX], bad[PATH_MAX + sizeof(".bad")];
	size_t used = strlen(why);

	snprintf(path, sizeof(path), "%s/%s", directory, file);
	snprintf(bad, sizeof(bad), "%s.bad", path);
	if (rename(path, bad) < 0)
		snprintf(why + used, size - used, " (it cannot be kept as %s.bad: %s)", file,
			 strerror(errno));
	else
		snprintf(why + used, size - used, " (it is kept as %s.bad)", file);
}
