// SPDX-License-Identifier: GPL-2.0-only
#include "usual_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "../text/new_file.h"
#include "../text/whole_file.h"
#include "usual_json.h"

static int fail_with(const char *directory, const char *reason, char *why, size_t size)
{
	snprintf(why, size, "%s/" USUAL_FILE ": %s", directory, reason);
	return -1;
}

/* Returns NULL, or what is wrong with the file */
static const char *parse_file(FILE *file, uint64_t time, struct usual *usual, char *why,
			      size_t size)
{
	const char *wrong = NULL;
	char *text = whole_file_read(file, &wrong);
	json_error_t error;
	json_t *json;

	if (!text)
		return wrong;
	json = json_loads(text, 0, &error);
	free(text);
	if (!json) {
		snprintf(why, size, "line %d: %s", error.line, error.text);
		return why;
	}
	wrong = usual_parse(json, time, usual, why, size);
	json_decref(json);
	return wrong;
}

int usual_read(const char *directory, uint64_t time, struct usual *usual, char *why,
	       size_t size)
{
	char path[PATH_MAX], reason[512];
	const char *wrong;
	FILE *file;

	*usual = (struct usual){ 0 };
	snprintf(path, sizeof(path), "%s/" USUAL_FILE, directory);
	file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? 0 : fail_with(directory, strerror(errno), why, size);
	wrong = parse_file(file, time, usual, reason, sizeof(reason));
	fclose(file);
	return wrong ? fail_with(directory, wrong, why, size) : 0;
}

/* Weeks have thousands of numbers: six digits of each, without blanks, are enough */
static int write_json(int directory, const json_t *json)
{
	FILE *to = new_file_begin(directory, USUAL_FILE, 0600);
	int failed;

	if (!to)
		return -1;
	failed = json_dumpf(json, to, JSON_COMPACT | JSON_REAL_PRECISION(6));
	if (putc('\n', to) == EOF)
		failed = -1;
	return new_file_end(to, directory, USUAL_FILE, true) || failed ? -1 : 0;
}

int usual_save(const char *directory, uint64_t time, const struct usual *usual, char *why,
	       size_t size)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	json_t *json = usual_json(usual, time);
	int ret;

	if (fd >= 0 && !json)
		errno = ENOMEM;
	ret = fd < 0 || !json ? -1 : write_json(fd, json);
	if (ret)
		fail_with(directory, errno ? strerror(errno) : "it could not be written", why,
			  size);
	if (fd >= 0)
		close(fd);
	json_decref(json);
	return ret;
}
