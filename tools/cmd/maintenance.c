// SPDX-License-Identifier: GPL-2.0-only
/* Begins, shows and ends a maintenance */
#include "maintenance.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../client/tick.h"
#include "../maintenance/running_versions.h"
#include "../text/format.h"
#include "../text/parse.h"
#include "../text/print.h"
#include "../text/report.h"
#include "../text/word.h"
#include "json.h"
#include "maintenance_end.h"
#include "maintenance_record.h"
#include "maintenance_usual.h"

#define SECOND 1000000000ULL

/* Reads [WORDS for DURATION] into @record, and the seconds into @limit, or 0 */
static int read_begin(char **words, struct record *record, uint32_t *limit)
{
	const char *wrong;

	*limit = 0;
	if (!words[0])
		return report_usage("maintenance begin: say what is done, in quotes");
	wrong = record_check_words(words[0], sizeof(record->words));
	if (wrong)
		return report_usage("maintenance begin: \"%s\" %s", words[0], wrong);
	snprintf(record->words, sizeof(record->words), "%s", words[0]);
	if (!words[1])
		return EXIT_DONE;
	if (strcmp(words[1], "for"))
		return report_usage("maintenance begin: word \"%s\": put what is done in quotes",
				    words[1]);
	if (!words[2])
		return report_usage("maintenance begin: say for how long, as in \"for 4h\"");
	wrong = parse_duration(words[2], limit);
	if (!wrong && !*limit)
		wrong = "is no time";
	if (wrong)
		return report_usage("maintenance begin: \"%s\" %s", words[2], wrong);
	return words[3] ? report_surplus("maintenance begin", words[3]) : EXIT_DONE;
}

static void print_begun(const struct call *call, const struct record *record, uint64_t now,
			bool changed)
{
	char text[RECORD_TEXT], versions[VERSIONS * 4 * VERSION_TEXT];

	if (call->json) {
		print_json(change_json("maintenance", record_json(record, now), changed));
		return;
	}
	printf("%s: %s\n", changed ? "open" : "already open", record_format(text, record, now));
	if (changed)
		printf("from: %s\n", versions_format(versions, sizeof(versions), &record->from));
}

static int save_begun(const struct call *call, const char *directory,
		      const struct record *record, const char *event, uint64_t now)
{
	char why[RECORD_WHY];

	if (record_save(directory, record, why))
		return report_refused("maintenance begin: %s", why);
	maintenance_log(call, record, event, now);
	print_begun(call, record, now, true);
	return EXIT_DONE;
}

/* The same words again may set another limit, which counts from the beginning */
static int begin_again(const struct call *call, const char *directory, struct record *open,
		       const struct record *record, uint32_t limit)
{
	uint64_t due = limit ? open->begun + limit * SECOND : open->due;
	uint64_t now = tick_time_now();
	char text[RECORD_TEXT];

	if (strcmp(open->words, record->words))
		return report_refused("maintenance begin: one is open: %s",
				      record_format(text, open, now));
	if (due == open->due) {
		print_begun(call, open, now, false);
		return EXIT_DONE;
	}
	open->due = due;
	return save_begun(call, directory, open, "maintenance_changed", now);
}

static int begin_new(const struct call *call, const char *directory, struct record *record,
		     uint32_t limit)
{
	struct maintenance_usual usual;
	uint64_t now = tick_time_now();
	int ret;

	record->begun = now;
	record->due = limit ? now + limit * SECOND : 0;
	actor_self(&record->by);
	running_versions(&record->from);
	maintenance_usual_begin(&usual, directory, now);
	ret = save_begun(call, directory, record, "maintenance_begun", now);
	if (!ret)
		maintenance_usual_end(&usual);
	return ret;
}

static int begin_maintenance(const struct call *call)
{
	char directory[PATH_MAX];
	struct record record = { 0 }, before;
	uint32_t limit;
	int lock, ret = read_begin(call->words + 1, &record, &limit);

	if (!ret)
		ret = maintenance_find(call, directory, true);
	if (!ret)
		ret = maintenance_lock(directory, &lock);
	if (ret)
		return ret;
	ret = maintenance_load(directory, &before);
	if (!ret && record_is_open(&before))
		ret = begin_again(call, directory, &before, &record, limit);
	else if (!ret)
		ret = begin_new(call, directory, &record, limit);
	close(lock);
	return ret;
}

static void print_ended(const struct record *record, uint64_t now)
{
	char text[RECORD_TEXT], ended[FORMAT_SIZE], by[ACTOR_TEXT];

	if (!record->begun) {
		puts("no maintenance is open");
		return;
	}
	printf("no maintenance is open; the last: %s; ended %s by %s, %s\n",
	       record_format(text, record, now), format_time(ended, record->ended),
	       actor_format(by, &record->ended_by), record->outcome);
}

static void print_open(const struct record *record, uint64_t now)
{
	char text[RECORD_TEXT], versions[2 * VERSIONS * 4 * VERSION_TEXT];
	struct versions running;

	running_versions(&running);
	printf("open:    %s\n", record_format(text, record, now));
	printf("from:    %s\n", versions_format(versions, sizeof(versions), &record->from));
	versions_difference(versions, sizeof(versions), &record->from, &running);
	printf("changed: %s\n", *versions ? versions : "nothing of these");
}

static int show_maintenance(const struct call *call)
{
	uint64_t now = tick_time_now();
	char directory[PATH_MAX];
	struct record record;
	int ret = EXIT_DONE;

	if (call->words[0] && call->words[1])
		return report_surplus("maintenance show", call->words[1]);
	ret = maintenance_find(call, directory, false);
	if (!ret)
		ret = maintenance_load(directory, &record);
	if (ret)
		return ret;
	if (call->json)
		print_json(json_pack("{s:b, s:o}", "open", record_is_open(&record), "maintenance",
				     record.begun ? record_json(&record, now) : json_null()));
	else if (record_is_open(&record))
		print_open(&record, now);
	else
		print_ended(&record, now);
	return EXIT_DONE;
}

int cmd_maintenance(const struct call *call)
{
	static const char *const actions[] = { "show", "begin", "end", NULL };
	const char *word = call->words[0];
	int action = word ? word_index(word, actions) : 0;

	if (action < 0)
		return report_unknown_word("maintenance", "action", word, actions);
	if (action != 2 && (call->wait || call->force))
		return report_usage("maintenance %s: option --%s does not apply", actions[action],
				    call->wait ? "wait" : "force");
	if (action == 1)
		return begin_maintenance(call);
	return action ? maintenance_end(call) : show_maintenance(call);
}
