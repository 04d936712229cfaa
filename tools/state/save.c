// SPDX-License-Identifier: GPL-2.0-only
#include "save.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/tsrewrite.h>

#include "../text/format.h"
#include "../text/parse.h"
#include "../text/version.h"
#include "read.h"
#include "words.h"

/* After so many columns a list of prefixes goes on in the next line */
#define COLUMNS 90

/* The name of a file that is written, before it replaces another */
#define NEW_MAX (PATH_MAX + 16)

static void print_config(FILE *to, const struct config *config, bool machine)
{
	const struct config_setting *setting = config_settings;
	char value[FORMAT_SIZE];

	for (; setting->word; setting++) {
		if (attr_present(config, setting->attr) &&
		    (machine || setting->attr != TSREWRITE_A_CONFIG_MACHINE_LIMIT))
			fprintf(to, "config set %s %s\n", setting->word,
				config_format_value(value, setting, config));
	}
}

/* A device need not exist when the state is restored: it may come later, as at boot */
static void print_device(FILE *to, const struct state_device *device)
{
	char name[WORD_QUOTED];

	fprintf(to, "attach --absent %s", word_quote(name, device->name));
	if (device->zone)
		fprintf(to, " zone %u", device->zone);
	fputc('\n', to);
}

static void print_range(FILE *to, struct range range, size_t *column)
{
	char text[PREFIX_SIZE];

	do {
		const char *between = *column ? "," : "";

		prefix_format(text, &range);
		if (*column > COLUMNS) {
			between = ",\\\n";
			*column = 0;
		}
		fprintf(to, "%s%s", between, text);
		*column += strlen(text) + 1;
	} while (range_rest(&range));
}

static void print_ranges(FILE *to, const struct ranges *ranges)
{
	size_t column = 0;

	fputs(" to ", to);
	for (size_t i = 0; i < ranges->count; i++)
		print_range(to, ranges->range[i], &column);
}

static void print_settings(FILE *to, const struct group *group)
{
	if (group->canary != 100)
		fprintf(to, " canary %u", group->canary);
	if (group->count)
		fputs(" count on", to);
}

/* What the mode was before is known to nobody */
static void print_trip(FILE *to, const struct group *group)
{
	char name[WORD_QUOTED];

	if (group->tripped)
		fprintf(to, "# Group %s was tripped: connections failed, and so its mode was set\n",
			word_quote(name, group->name));
}

static void print_group(FILE *to, const struct state_group *group)
{
	char ports[PORTS_TEXT], mode[FORMAT_SIZE], name[WORD_QUOTED];
	bool marked = !group->ranges.count && group->settings.id;

	print_trip(to, &group->settings);
	/* The user's own rules mark its connections with its id, so that this has to stay */
	fprintf(to, "group add %s", word_quote(name, group->settings.name));
	if (marked)
		fprintf(to, " id %u", group->settings.id);
	fprintf(to, " mode %s", format_word(mode, mode_words, group->settings.mode));
	print_settings(to, &group->settings);
	if (group->ports.count)
		fprintf(to, " port %s", ports_format(ports, &group->ports));
	if (group->ranges.count)
		print_ranges(to, &group->ranges);
	fputc('\n', to);
}

static void print_default(FILE *to, const struct group *group)
{
	char mode[FORMAT_SIZE], name[WORD_QUOTED];

	if (group->canary != 100 || group->count) {
		fprintf(to, "group set %s", word_quote(name, group->name));
		print_settings(to, group);
		fputc('\n', to);
	}
	print_trip(to, group);
	fprintf(to, "mode %s\n", format_word(mode, mode_words, group->mode));
}

void state_print(FILE *to, const struct state *state, bool machine)
{
	fputs(STATE_HEADER " " TSREWRITE_VERSION "\n", to);
	print_config(to, &state->config, machine);
	for (size_t i = 0; i < state->devices; i++)
		print_device(to, &state->device[i]);
	for (size_t i = 1; i < state->groups; i++)
		print_group(to, &state->group[i]);
	print_default(to, &state->group[0].settings);
	fputs(STATE_END "\n", to);
}

/* Writes to @fd, which it closes */
static int write_state(int fd, const struct state *state, bool machine)
{
	FILE *file = fdopen(fd, "w");
	int failed;

	if (!file) {
		close(fd);
		return -1;
	}
	state_print(file, state, machine);
	failed = fflush(file) || ferror(file) || fsync(fd) < 0;
	return fclose(file) || failed ? -1 : 0;
}

/* A new name in a directory is on the disk once the directory is */
static int sync_directory(const char *path)
{
	char copy[PATH_MAX];
	int fd, ret;

	snprintf(copy, sizeof(copy), "%s", path);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ret = fsync(fd);
	close(fd);
	return ret < 0 && errno != EINVAL ? -1 : 0;
}

/* Of a file that is replaced, owner and permissions stay; @old is NULL if there is none */
static int set_access(int fd, const struct stat *old)
{
	mode_t mask;

	if (!old) {
		mask = umask(0);
		umask(mask);
		return fchmod(fd, 0644 & ~mask);
	}
	if ((old->st_uid != geteuid() || old->st_gid != getegid()) &&
	    fchown(fd, old->st_uid, old->st_gid) < 0)
		return -1;
	return fchmod(fd, old->st_mode & 07777);
}

/* Opens a new file beside @path, and stores its name */
static int open_new(const char *path, const struct stat *old, char new[NEW_MAX])
{
	int fd, error;

	snprintf(new, NEW_MAX, "%s.XXXXXX", path);
	fd = mkostemp(new, O_CLOEXEC);
	if (fd < 0 || !set_access(fd, old))
		return fd;
	error = errno;
	close(fd);
	unlink(new);
	errno = error;
	return -1;
}

static int replace_file(const char *path, const struct stat *old, const struct state *state,
			bool machine)
{
	char new[NEW_MAX];
	int fd = open_new(path, old, new), error;

	if (fd < 0)
		return -1;
	if (!write_state(fd, state, machine) && !rename(new, path))
		return sync_directory(path);
	error = errno;
	unlink(new);
	errno = error;
	return -1;
}

/* What a symbolic link points to is replaced, and not the link */
static int resolve_path(const char *path, char real[PATH_MAX])
{
	if (realpath(path, real))
		return 0;
	if (errno != ENOENT || strlen(path) >= PATH_MAX)
		return -1;
	memcpy(real, path, strlen(path) + 1);
	return 0;
}

int state_save(const char *path, const struct state *state, bool machine)
{
	char real[PATH_MAX];
	struct stat old;
	bool exists;

	if (resolve_path(path, real) < 0)
		return -1;
	exists = !stat(real, &old);
	if (exists && !S_ISREG(old.st_mode)) {
		errno = S_ISDIR(old.st_mode) ? EISDIR : EINVAL;
		return -1;
	}
	return replace_file(real, exists ? &old : NULL, state, machine);
}
