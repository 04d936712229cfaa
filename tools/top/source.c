// SPDX-License-Identifier: GPL-2.0-only
#include "source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../client/family.h"
#include "../client/status_socket.h"

/* Seconds after which an answer was late, and for which the service is then left alone */
#define LATE 1
#define PAUSE 10

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static uint64_t time_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void close_genl(struct source *source)
{
	if (source->opened)
		genl_close(&source->genl);
	source->opened = false;
}

/* The family's number is another one when the module was loaded again */
static int list_groups(struct source *source, struct groups *groups)
{
	if (source->opened && !groups_get(&source->genl, groups))
		return 0;
	close_genl(source);
	if (genl_open(&source->genl) < 0)
		return -1;
	source->opened = true;
	return groups_get(&source->genl, groups);
}

static void sample_groups(struct source *source)
{
	struct groups groups = { 0 };
	const struct genl_error *error = &source->genl.error;

	*source->module_failure = '\0';
	if (list_groups(source, &groups) < 0)
		snprintf(source->module_failure, sizeof(source->module_failure), "%s",
			 *error->text ? error->text : strerror(error->code));
	source->now = seconds_now();
	source->time = time_now();
	if (!*source->module_failure && board_sample(&source->board, &groups, source->now) < 0)
		snprintf(source->module_failure, sizeof(source->module_failure),
			 "out of memory");
	free(groups.group);
}

static void ask_service(struct source *source)
{
	const char *wrong = NULL;

	if (source->now < source->patience)
		return;
	json_decref(source->answer);
	*source->watch_failure = '\0';
	source->answer = status_socket_ask(source->watch_failure,
					   sizeof(source->watch_failure));
	if (source->answer)
		wrong = answer_wrong(source->answer, source->time);
	if (wrong)
		snprintf(source->watch_failure, sizeof(source->watch_failure), "%s", wrong);
	if (seconds_now() - source->now > LATE)
		source->patience = seconds_now() + PAUSE;
}

void source_sample(struct source *source)
{
	sample_groups(source);
	ask_service(source);
}

void source_free(struct source *source)
{
	close_genl(source);
	json_decref(source->answer);
	board_free(&source->board);
}
