// SPDX-License-Identifier: GPL-2.0-only
#include "new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

static void name_new(char name[NAME_MAX + 1], const char *file)
{
	snprintf(name, NAME_MAX + 1, ".%.200s.new", file);
}

FILE *new_file_begin(int directory, const char *file, mode_t mode)
{
	char name[NAME_MAX + 1];
	int fd;

	name_new(name, file);
	/* Its mode would stay that of one that was left behind */
	unlinkat(directory, name, 0);
	fd = openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	return fd < 0 ? NULL : fdopen(fd, "w");
}

int new_file_end(FILE *to, int directory, const char *file, bool lasting)
{
	bool failed = fflush(to) || ferror(to) || (lasting && fsync(fileno(to)));
	char name[NAME_MAX + 1];

	if (fclose(to) || failed)
		return -1;
	name_new(name, file);
	return renameat(directory, name, directory, file);
}

static int write_json(int directory, const char *file, mode_t mode, const json_t *json)
{
	FILE *to = json ? new_file_begin(directory, file, mode) : NULL;
	int failed;

	if (!to)
		return -1;
	failed = json_dumpf(json, to, JSON_INDENT(2)) || putc('\n', to) == EOF;
	if (new_file_end(to, directory, file, true) || failed)
		return -1;
	/* The new name, too, is to outlive a crash that comes next */
	return fsync(directory);
}

int new_file_json(const char *directory, const char *file, mode_t mode, json_t *json)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int ret, error;

	if (!json)
		errno = ENOMEM;
	ret = fd < 0 ? -1 : write_json(fd, file, mode, json);
	error = errno;
	if (fd >= 0)
		close(fd);
	json_decref(json);
	errno = error;
	return ret;
}
