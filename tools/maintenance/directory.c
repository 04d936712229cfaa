// SPDX-License-Identifier: GPL-2.0-only
#include "directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ini.h>

#include "../client/status_socket.h"

#define LOCK ".lock"

bool directory_settings(char path[PATH_MAX], const char *netns)
{
	if (netns) {
		snprintf(path, PATH_MAX, DIRECTORY_SETTINGS_NETNS, netns);
		if (!access(path, F_OK) || errno != ENOENT)
			return true;
	}
	snprintf(path, PATH_MAX, DIRECTORY_SETTINGS);
	return false;
}

/* One in a namespace is below that of others, unless its own file has a place for it */
void directory_place(char path[PATH_MAX], const char *state, const char *netns, bool own)
{
	if (netns && !(state && own))
		snprintf(path, PATH_MAX, "%s/netns/%s", state ? state : DIRECTORY_STATE, netns);
	else
		snprintf(path, PATH_MAX, "%s", state ? state : DIRECTORY_STATE);
}

/* The service reads the same file with more care, and says what is wrong with it */
static int take_state(void *state, const char *section, const char *key, const char *value)
{
	if (!*section && !strcmp(key, "state"))
		snprintf(state, PATH_MAX, "%s", value);
	return 1;
}

static int read_settings(char path[PATH_MAX], const char *netns, char *why, size_t size)
{
	char settings[PATH_MAX], state[PATH_MAX] = "";
	bool own = directory_settings(settings, netns);
	FILE *file = fopen(settings, "re");

	if (!file && errno != ENOENT) {
		snprintf(why, size, "%s: %s", settings, strerror(errno));
		return -1;
	}
	if (file) {
		ini_inline_comment_prefixes = (char *)"";
		ini_allow_multiline = false;
		ini_parse_file(file, take_state, state);
		fclose(file);
	}
	directory_place(path, *state ? state : NULL, netns, own);
	return 0;
}

int directory_find(char path[PATH_MAX], const char *netns, char *why, size_t size)
{
	json_t *status = status_socket_ask(why, size);
	const char *state = json_string_value(json_object_get(status, "state"));
	int ret = 0;

	if (state)
		snprintf(path, PATH_MAX, "%s", state);
	else
		ret = read_settings(path, netns, why, size);
	json_decref(status);
	return ret;
}

void directory_make(const char *directory)
{
	size_t length = strlen(DIRECTORY_STATE);
	char path[PATH_MAX];

	if (strncmp(directory, DIRECTORY_STATE, length))
		return;
	snprintf(path, sizeof(path), "%s/", directory);
	for (char *slash = path + length; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
}

/* Not on the directory itself, whose lock the service holds as long as it runs */
int directory_lock(const char *directory)
{
	char path[PATH_MAX + sizeof(LOCK)];
	int fd, error;

	snprintf(path, sizeof(path), "%s/" LOCK, directory);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || !flock(fd, LOCK_EX))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}
