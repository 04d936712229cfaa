// SPDX-License-Identifier: GPL-2.0-only
#include "lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../text/format.h"
#include "../text/parse.h"
#include "../text/print.h"
#include "../text/report.h"
#include "figure.h"
#include "source.h"

#define CELLS 12	/* of the sparkline */

static const struct column columns[] = {
	{ "GROUP", ALIGN_LEFT },       { "MODE", ALIGN_LEFT },
	{ "ATTEMPTS/S", ALIGN_RIGHT }, { "SUCCESSES/S", ALIGN_RIGHT },
	{ "NOW", ALIGN_RIGHT },	       { "USUAL", ALIGN_RIGHT },
	{ "BY US/S", ALIGN_RIGHT },    { "IMPOSSIBLE/S", ALIGN_RIGHT },
	{ "MINUTE", ALIGN_LEFT },      { "WRONG", ALIGN_LEFT },
	{ NULL, ALIGN_LEFT },
};

static void print_row(struct table *table, const struct row *row)
{
	char mode[FORMAT_SIZE], figures[FIGURES][FIGURE_SIZE], now[FIGURE_SIZE];
	char usual[FIGURE_SIZE], minute[CELLS + 1];
	const char *cells[ARRAY_SIZE(columns)] = {
		row->name, format_word(mode, mode_words, row->mode),
		figures[FIGURE_ATTEMPTS], figures[FIGURE_SUCCESSES],
		figure_ratio(now, row->ratio), figure_ratio(usual, row->usual),
		figures[FIGURE_REFUSED], figures[FIGURE_IMPOSSIBLE],
		figure_sparkline(minute, row->minute, HISTORY_SECONDS, CELLS, false),
		*row->words ? row->words : "-", NULL,
	};

	for (int i = 0; i < FIGURES; i++)
		figure_rate(figures[i], row->rate[i]);
	table_row(table, cells);
}

static void print_machine_incidents(const json_t *answer)
{
	struct answer_incident incident;
	char safe[256];

	for (size_t i = 0; answer_machine_incident(answer, i, &incident); i++)
		printf("  %s", format_safe(safe, sizeof(safe), incident.title));
}

/* When it was, and what there is to know beside the groups */
static void print_head(const struct source *source)
{
	char time[FORMAT_SIZE];

	fputs(format_time(time, source->time), stdout);
	if (*source->module_failure)
		printf("  %s", source->module_failure);
	print_machine_incidents(source->answer);
	if (*source->watch_failure)
		printf("  %s%s", source->answer ? "" : "usual not known: ",
		       source->watch_failure);
	putchar('\n');
}

static int print_table(const struct source *source, const struct row *rows, size_t count)
{
	struct table table;

	print_head(source);
	if (count) {
		if (table_begin(&table, columns))
			return EXIT_REFUSED;
		for (size_t i = 0; i < count; i++)
			print_row(&table, &rows[i]);
		table_end(&table);
	}
	putchar('\n');
	return EXIT_DONE;
}

/* A number that is negative is not known */
static json_t *known_json(double number)
{
	return number < 0 ? json_null() : json_real(number);
}

static json_t *row_json(const struct row *row)
{
	char mode[FORMAT_SIZE];

	return json_pack("{s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s}",
			 "name", row->name, "mode", format_word(mode, mode_words, row->mode),
			 "tripped", row->tripped,
			 "attempts_per_second", known_json(row->rate[FIGURE_ATTEMPTS]),
			 "successes_per_second", known_json(row->rate[FIGURE_SUCCESSES]),
			 "success", known_json(row->ratio),
			 "usual_success", known_json(row->usual),
			 "refused_by_us_per_second", known_json(row->rate[FIGURE_REFUSED]),
			 "echo_impossible_per_second",
			 known_json(row->rate[FIGURE_IMPOSSIBLE]),
			 "trouble", trouble_words[row->trouble], "wrong", row->words);
}

static json_t *machine_json(const json_t *answer)
{
	struct answer_incident incident;
	json_t *list = json_array();

	for (size_t i = 0; answer_machine_incident(answer, i, &incident); i++)
		json_array_append_new(list, json_text(incident.title));
	return list;
}

static json_t *failure_json(const char *why)
{
	return *why ? json_text(why) : json_null();
}

static void print_line(const struct source *source, const struct row *rows, size_t count)
{
	json_t *groups = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(groups, row_json(&rows[i]));
	print_json_line(json_pack("{s:o, s:o, s:o, s:o, s:o}",
				  "time", json_time(source->time),
				  "module_failure", failure_json(source->module_failure),
				  "watch_failure", failure_json(source->watch_failure),
				  "machine", machine_json(source->answer),
				  "groups", groups));
}

static int print_sample(const struct source *source, bool json)
{
	size_t count = *source->module_failure ? 0 : source->board.count;
	struct row *rows = board_rows(&source->board, source->answer, source->now, ROW_WORST);
	int ret = EXIT_DONE;

	if (!rows)
		return report_refused("group: %s", strerror(ENOMEM));
	if (json)
		print_line(source, rows, count);
	else
		ret = print_table(source, rows, count);
	free(rows);
	return print_failed() ? EXIT_REFUSED : ret;
}

int lines_run(bool json)
{
	struct source *source = calloc(1, sizeof(*source));
	int ret = EXIT_DONE;

	if (!source)
		return report_refused("group: %s", strerror(ENOMEM));
	source_sample(source);
	if (*source->module_failure)
		ret = report_refused("group: %s", source->module_failure);
	while (!ret) {
		nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
		source_sample(source);
		ret = print_sample(source, json);
	}
	source_free(source);
	free(source);
	return ret;
}
