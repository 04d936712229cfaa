// SPDX-License-Identifier: GPL-2.0-only
#include "maintenance_usual.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../client/status_socket.h"
#include "../maintenance/before.h"
#include "../text/report.h"
#include "../usual/usual_file.h"

/* The service looks for a maintenance each second, between two checks */
#define PATIENCE_MS 5000
#define PAUSE_MS    50

static void look_at_file(const char *directory, struct stat *is)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/" USUAL_FILE, directory);
	if (stat(path, is))
		*is = (struct stat){ 0 };
}

/* The file is never written in place, but replaced */
static bool is_replaced(const struct maintenance_usual *usual)
{
	struct stat is;

	look_at_file(usual->directory, &is);
	return is.st_ino != usual->saved.st_ino ||
	       is.st_mtim.tv_sec != usual->saved.st_mtim.tv_sec ||
	       is.st_mtim.tv_nsec != usual->saved.st_mtim.tv_nsec;
}

static bool has_service(void)
{
	char why[256];
	json_t *status = status_socket_ask(why, sizeof(why));

	json_decref(status);
	return status;
}

static bool waited_for_service(const struct maintenance_usual *usual)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000 };

	for (int waited = 0; waited < PATIENCE_MS; waited += PAUSE_MS) {
		if (is_replaced(usual))
			return true;
		nanosleep(&pause, NULL);
	}
	return is_replaced(usual);
}

void maintenance_usual_begin(struct maintenance_usual *usual, const char *directory,
			     uint64_t now)
{
	char why[512];

	usual->directory = directory;
	usual->now = now;
	look_at_file(directory, &usual->saved);
	/* Why this fails is told by the second try */
	before_keep(directory, now, why, sizeof(why));
}

void maintenance_usual_end(const struct maintenance_usual *usual)
{
	char why[512];
	int known;

	if (has_service() && !waited_for_service(usual))
		report_warning("maintenance begin: tsrewrite watch has not saved what is usual within %d s: that of its last save is kept, up to ten minutes old",
			       PATIENCE_MS / 1000);
	known = before_keep(usual->directory, usual->now, why, sizeof(why));
	if (known < 0)
		report_warning("maintenance begin: what is usual could not be kept, so that its end will not be able to judge: %s",
			       why);
	else if (!known)
		report_warning("maintenance begin: tsrewrite watch has not learnt yet what is usual: its end will not be able to judge");
}
