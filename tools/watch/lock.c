// SPDX-License-Identifier: GPL-2.0-only
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "settings.h"

/* Another directory that is not there may be on a disk that is to be mounted */
static void make_default_directory(const char *directory)
{
	size_t length = strlen(SETTINGS_STATE);
	char path[PATH_MAX];

	if (strncmp(directory, SETTINGS_STATE, length))
		return;
	snprintf(path, sizeof(path), "%s/", directory);
	for (char *slash = path + length; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
}

int lock_directory(const char *directory)
{
	int fd, error;

	make_default_directory(directory);
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || !flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}
