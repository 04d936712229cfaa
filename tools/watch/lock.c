// SPDX-License-Identifier: GPL-2.0-only
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "../maintenance/directory.h"

int lock_directory(const char *directory)
{
	int fd, error;

	directory_make(directory);
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || !flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}
