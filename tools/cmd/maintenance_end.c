// SPDX-License-Identifier: GPL-2.0-only
#include "maintenance_end.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../client/report_genl.h"
#include "../client/tick.h"
#include "../maintenance/before.h"
#include "../maintenance/incidents_file.h"
#include "../text/format.h"
#include "../text/parse.h"
#include "../text/report.h"
#include "maintenance_progress.h"
#include "maintenance_record.h"
#include "maintenance_verdict.h"

/* Seconds, unless --wait is given */
#define WAIT 900

/* Seconds that are left to other groups to show it, too, after the first that fares worse */
#define OTHERS 10

static int read_wait(const struct call *call, uint32_t *wait)
{
	const char *wrong = NULL;

	*wait = WAIT;
	if (call->words[1])
		return report_surplus("maintenance end", call->words[1]);
	if (call->wait)
		wrong = parse_duration(call->wait, wait);
	return wrong ? report_usage("maintenance end: --wait \"%s\" %s", call->wait, wrong) :
		       EXIT_DONE;
}

/* Writes the title of the incident that looks like this firewall's fault, or an empty text */
static int find_ours(struct ending *ending)
{
	char why[RECORD_WHY];
	json_t *incidents = incidents_file_read(ending->directory, why, sizeof(why));
	const json_t *one;
	size_t i;

	*ending->incident = '\0';
	if (!incidents)
		return report_refused("maintenance end: %s", why);
	json_array_foreach(incidents, i, one) {
		if (incidents_file_is_ours(one))
			incidents_file_title(one, ending->incident, sizeof(ending->incident));
	}
	json_decref(incidents);
	return EXIT_DONE;
}

/* Whether nothing more is to be learnt, or no more time is left to it */
static bool is_over(struct ending *ending)
{
	const struct judgement *judgement = &ending->judgement;

	if (judgement_verdict(judgement) != COMPARISON_WORSE)
		ending->worse = 0;
	else if (!ending->worse)
		ending->worse = judgement->seconds + 1;
	return judgement->seconds >= ending->wait ||
	       !judgement_waits_for(judgement, ending->wait) ||
	       (*ending->incident && !ending->call->force) ||
	       (ending->worse && judgement->seconds >= ending->worse + OTHERS);
}

static int add_seconds(struct genl *genl, struct ending *ending, unsigned int seconds)
{
	struct groups groups = { 0 };

	if (groups_get(genl, &groups) < 0)
		return report_genl(genl, "reading groups", "maintenance end");
	judgement_add(&ending->judgement, &groups, seconds);
	return find_ours(ending);
}

static int wait_for_connections(struct genl *genl, struct ending *ending)
{
	struct pollfd timer = { .fd = tick_open(), .events = POLLIN };
	int ret = timer.fd < 0 ? report_refused("maintenance end: %s", strerror(errno)) :
				 EXIT_DONE;

	while (!ret && !is_over(ending)) {
		unsigned int seconds;

		progress_show(&ending->progress, &ending->judgement, ending->wait);
		poll(&timer, 1, -1);
		seconds = tick_read(timer.fd);
		if (seconds)
			ret = add_seconds(genl, ending, seconds);
	}
	progress_end(&ending->progress);
	if (timer.fd >= 0)
		close(timer.fd);
	return ret;
}

static int begin_judgement(struct genl *genl, struct ending *ending)
{
	uint64_t now = tick_time_now();
	struct groups groups = { 0 };
	struct usual usual;
	char why[RECORD_WHY];
	int ret = EXIT_DONE;

	if (before_read(ending->directory, now, &usual, why, sizeof(why)))
		report_warning("maintenance end: what was usual before is not known: %s", why);
	if (groups_get(genl, &groups) < 0)
		ret = report_genl(genl, "reading groups", "maintenance end");
	else if (judgement_begin(&ending->judgement, &groups, &usual, now))
		ret = report_refused("maintenance end: %s", strerror(ENOMEM));
	free(groups.group);
	usual_free(&usual);
	return ret;
}

static bool may_end(const struct ending *ending)
{
	return ending->call->force ||
	       (!*ending->incident &&
		judgement_verdict(&ending->judgement) == COMPARISON_SAME);
}

/* It may have been ended by somebody else while connections were counted */
static int save_ended(struct ending *ending)
{
	struct record *record = &ending->record, now;
	char why[RECORD_WHY];
	int ret = maintenance_load(ending->directory, &now);

	if (ret)
		return ret;
	if (!record_is_open(&now) || now.begun != record->begun)
		return report_refused("maintenance end: another process has ended it meanwhile");
	*record = now;
	record->ended = tick_time_now();
	actor_self(&record->ended_by);
	snprintf(record->outcome, sizeof(record->outcome), "%s",
		 comparison_names[ending_verdict(ending)]);
	if (record_save(ending->directory, record, why))
		return report_refused("maintenance end: %s", why);
	maintenance_log(ending->call, record, "maintenance_ended", record->ended);
	ending->ended = true;
	return EXIT_DONE;
}

static int end_record(struct ending *ending)
{
	int lock, ret = maintenance_lock(ending->directory, &lock);

	if (ret)
		return ret;
	ret = save_ended(ending);
	close(lock);
	return ret;
}

static int judge_and_end(struct genl *genl, const struct call *call, void *arg)
{
	struct ending *ending = arg;
	int ret = begin_judgement(genl, ending);

	(void)call;
	if (!ret)
		ret = wait_for_connections(genl, ending);
	if (!ret && may_end(ending))
		ret = end_record(ending);
	return ret ? ret : ending_print(ending);
}

/* As without the module, which an upgrade may have lost: what is wrong has been said */
static void end_unjudged(struct ending *ending)
{
	if (end_record(ending))
		return;
	if (ending->call->json)
		ending_print(ending);
	else
		printf("ended by --force, unjudged: %s\n", ending->record.words);
}

static int refuse_incident(struct ending *ending)
{
	int ret = find_ours(ending);

	if (ret || !*ending->incident)
		return ret;
	if (!ending->call->force)
		return report_refused("maintenance end: an incident is open: %s (or say --force)",
				      ending->incident);
	report_warning("maintenance end: an incident is open: %s", ending->incident);
	return EXIT_DONE;
}

/* Once more is harmless */
static int say_ended(const struct ending *ending)
{
	char time[FORMAT_SIZE];

	if (!ending->record.begun)
		return report_refused("maintenance end: no maintenance is open");
	if (ending->call->json)
		return ending_print(ending);
	printf("no maintenance is open: \"%s\" was ended already, %s\n", ending->record.words,
	       format_time(time, ending->record.ended));
	return EXIT_DONE;
}

int maintenance_end(const struct call *call)
{
	struct ending ending = { .call = call };
	int ret = read_wait(call, &ending.wait);

	if (!ret)
		ret = maintenance_find(call, ending.directory, true);
	if (!ret)
		ret = maintenance_load(ending.directory, &ending.record);
	if (ret)
		return ret;
	if (!record_is_open(&ending.record))
		return say_ended(&ending);
	ret = refuse_incident(&ending);
	if (!ret)
		ret = session(call, judge_and_end, &ending);
	if (ret && call->force && !ending.ended)
		end_unjudged(&ending);
	judgement_free(&ending.judgement);
	return ret;
}
