// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any file as the settings of the service: it is taken, or what is wrong is told; and any text
 * as a queued command.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "target.h"
#include "watch/job.h"
#include "watch/settings_file.h"

static void count_problem(void *arg, const char *text)
{
	trap_unless(*text && !strchr(text, '\n'));
	++*(int *)arg;
}

static void take_settings(const __u8 *data, size_t size)
{
	static char path[64];
	static int fd = -1;
	struct settings settings;
	int problems = 0;

	if (fd < 0) {
		fd = memfd_create("settings", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	trap_unless(!ftruncate(fd, 0));
	trap_unless(pwrite(fd, data, size, 0) == (ssize_t)size);
	trap_unless(!settings_read(&settings, path, NULL, count_problem, &problems) ==
		    !problems);
	trap_unless(settings.state && settings.path);
	for (size_t i = 0; i < settings.groups; i++)
		trap_unless(settings.group[i].line > 0);
	settings_free(&settings);
}

static void take_job(const __u8 *data, size_t size)
{
	json_t *json = json_loadb((const char *)data, size, 0, NULL);
	struct job job;

	if (!job_parse(json, &job))
		trap_unless(job.command && job.timeout && job.what && job.title);
	json_decref(json);
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	take_settings(data, size);
	take_job(data, size);
	return 0;
}
