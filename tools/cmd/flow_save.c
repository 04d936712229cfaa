// SPDX-License-Identifier: GPL-2.0-only
/* Saves all that flows are, into a file or a pipe */
#include "flow_save.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../client/report_genl.h"
#include "../text/new_file.h"
#include "../text/print.h"
#include "../text/report.h"
#include "flow_file.h"

struct saving {
	struct flow_file_to *to;
	size_t count;
};

static int save_flow(struct genl *genl, struct attrs flow, void *arg)
{
	struct saving *saving = arg;

	if (flow_file_write(saving->to, flow))
		return genl_errno(genl);
	saving->count++;
	return 0;
}

/* Returns NULL with @genl's error filled in if that fails */
static struct flow_file_to *begin_file(struct genl *genl, int fd)
{
	struct groups groups = { 0 };
	struct devices devices = { 0 };
	struct flow_file_to *to = NULL;

	if (groups_get(genl, &groups) >= 0 && devices_get(genl, &devices) >= 0) {
		to = flow_file_begin(fd, &groups, &devices);
		if (!to)
			genl_errno(genl);
	}
	free(groups.group);
	free(devices.device);
	return to;
}

/* Writes all to @fd, which stays open.  Returns an exit status. */
static int write_flows(struct genl *genl, int fd, size_t *count)
{
	struct saving saving = { begin_file(genl, fd), 0 };
	int ret;

	if (!saving.to)
		return report_genl(genl, "saving flows", "flows save");
	ret = flows_save(genl, save_flow, &saving);
	if (ret)
		ret = report_genl(genl, "saving flows", "flows save");
	if (flow_file_end(saving.to) && !ret)
		ret = report_refused("flows save: %s", strerror(errno));
	if (!ret && genl->interrupted)
		report_warning("flows save: the table changed meanwhile: %s",
			       "flows that began or ended may be missing or too many");
	*count = saving.count;
	return ret;
}

static int write_file(struct genl *genl, int directory, const char *path, const char *name,
		      size_t *count)
{
	FILE *to = new_file_begin(directory, name, 0600);
	int ret;

	if (!to)
		return report_refused("flows save: %s: %s", path, strerror(errno));
	ret = write_flows(genl, fileno(to), count);
	if (ret) {
		fclose(to);
		return ret;
	}
	if (new_file_end(to, directory, name, true))
		return report_refused("flows save: %s: %s", path, strerror(errno));
	return EXIT_DONE;
}

/* A pipe that has a name, or a device */
static int write_special(struct genl *genl, const char *path, size_t *count)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return report_refused("flows save: %s: %s", path, strerror(errno));
	ret = write_flows(genl, fd, count);
	close(fd);
	return ret;
}

/* Replaces the file as a whole: that which a link leads to, if the name is one */
int flow_save_file(struct genl *genl, const char *path, size_t *count)
{
	char parent[PATH_MAX], name[PATH_MAX];
	struct stat old;
	int directory, ret;

	if (!stat(path, &old) && !S_ISREG(old.st_mode))
		return write_special(genl, path, count);
	if (!realpath(path, name)) {
		if (strlen(path) >= PATH_MAX)
			return report_refused("flows save: %s: %s", path, strerror(ENAMETOOLONG));
		snprintf(name, sizeof(name), "%s", path);
	}
	memcpy(parent, name, sizeof(parent));
	directory = open(dirname(parent), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return report_refused("flows save: %s: %s", path, strerror(errno));
	ret = write_file(genl, directory, path, basename(name), count);
	close(directory);
	return ret;
}

static int save_flows(struct genl *genl, const struct call *call, void *unused)
{
	const char *path = call->words[1];
	size_t count = 0;
	int ret;

	(void)unused;
	if (!strcmp(path, "-"))
		return write_flows(genl, STDOUT_FILENO, &count);
	ret = flow_save_file(genl, path, &count);
	if (ret)
		return ret;
	if (call->json)
		print_json(json_pack("{s:o, s:o}", "file", json_text(path), "flows",
				     json_u64(count)));
	else
		printf("saved %zu flow%s\n", count, count == 1 ? "" : "s");
	return EXIT_DONE;
}

int cmd_flows_save(const struct call *call)
{
	const char *path = call->words[1];

	if (!path)
		return report_usage("flows save: name the file, or - for stdout");
	if (call->words[2])
		return report_surplus("flows save", call->words[2]);
	if (!strcmp(path, "-") && isatty(STDOUT_FILENO))
		return report_usage("flows save: stdout is a terminal: name a file or a pipe");
	return session(call, save_flows, NULL);
}
