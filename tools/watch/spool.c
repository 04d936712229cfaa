// SPDX-License-Identifier: GPL-2.0-only
#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* systemd's DirectoryNotEmpty= does not count a name that begins with a dot */
#define NEW ".new"

#define DIGITS 20
#define NAME   (DIGITS + sizeof(".running"))

enum ending { WAITS, RUNS, ENDINGS };

static const char *const endings[] = { [WAITS] = "json", [RUNS] = "running" };

static void put_name(char name[NAME], uint64_t number, enum ending ending)
{
	snprintf(name, NAME, "%0*llu.%s", DIGITS, (unsigned long long)number, endings[ending]);
}

/* Returns false if @name is none that put_name() makes */
static bool read_name(const char *name, uint64_t *number, enum ending *ending)
{
	char same[NAME];

	*number = strtoull(name, NULL, 10);
	for (int i = 0; i < ENDINGS; i++) {
		put_name(same, *number, (enum ending)i);
		if (strcmp(name, same))
			continue;
		*ending = (enum ending)i;
		return true;
	}
	return false;
}

int spool_open(const char *directory, char *why, size_t size)
{
	struct stat is;
	int fd;

	if (mkdir(directory, 0700) < 0 && errno != EEXIST) {
		snprintf(why, size, "%s: %s", directory, strerror(errno));
		return -1;
	}
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0 && !fstat(fd, &is) && is.st_uid == geteuid() &&
	    !(is.st_mode & 0022))
		return fd;
	if (fd < 0)
		snprintf(why, size, "%s: %s", directory, strerror(errno));
	else
		snprintf(why, size,
			 "%s: others may write there, and have commands run (chmod 700, chown root)",
			 directory);
	if (fd >= 0)
		close(fd);
	return -1;
}

static void note_name(int spool, struct spool_state *state, const char *name)
{
	enum ending ending;
	uint64_t number;
	struct stat is;

	if (*name == '.')
		return;
	if (!read_name(name, &number, &ending)) {
		snprintf(state->strange, sizeof(state->strange), "%s", name);
		return;
	}
	if (number > state->last)
		state->last = number;
	if (ending == RUNS) {
		state->begun = true;
		state->running = number;
		return;
	}
	if (!state->waiting++ || number < state->first) {
		state->first = number;
		state->since = fstatat(spool, name, &is, 0) ? 0 : is.st_mtime;
	}
}

int spool_read_state(int spool, struct spool_state *state)
{
	int fd = openat(spool, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	*state = (struct spool_state){ 0 };
	if (!directory) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while ((entry = readdir(directory)))
		note_name(spool, state, entry->d_name);
	closedir(directory);
	return 0;
}

static int write_new(int spool, const json_t *json)
{
	int fd = openat(spool, NEW, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int ret = -1;

	if (fd < 0)
		return -1;
	errno = EINVAL;
	if (!json_dumpfd(json, fd, JSON_COMPACT) && !fsync(fd))
		ret = 0;
	if (close(fd) < 0)
		ret = -1;
	return ret;
}

int spool_add(int spool, const json_t *json)
{
	struct spool_state state;
	char name[NAME];

	if (spool_read_state(spool, &state) < 0 || write_new(spool, json) < 0)
		return -1;
	put_name(name, state.last + 1, WAITS);
	return renameat(spool, NEW, spool, name);
}

int spool_sync(int spool)
{
	return fsync(spool);
}

int spool_begin(int spool, uint64_t number)
{
	char waits[NAME], runs[NAME];

	put_name(waits, number, WAITS);
	put_name(runs, number, RUNS);
	return renameat(spool, waits, spool, runs) || fsync(spool) ? -1 : 0;
}

int spool_remove(int spool, uint64_t number)
{
	char name[NAME];

	put_name(name, number, RUNS);
	return unlinkat(spool, name, 0) || fsync(spool) ? -1 : 0;
}

int spool_hide(int spool, const char *name)
{
	char hidden[sizeof(((struct spool_state *)NULL)->strange) + 1];

	snprintf(hidden, sizeof(hidden), ".%s", name);
	return renameat(spool, name, spool, hidden);
}

json_t *spool_load(int spool, uint64_t number)
{
	char name[NAME];
	json_t *json;
	int fd;

	put_name(name, number, RUNS);
	fd = openat(spool, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return NULL;
	json = json_loadfd(fd, 0, NULL);
	close(fd);
	return json;
}
