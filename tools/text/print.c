// SPDX-License-Identifier: GPL-2.0-only
#include "print.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format.h"
#include "report.h"

/* Room for 256 bytes, each of which format_safe() may turn into \xNN */
#define JSON_TEXT (4 * 256 + 2)

/* The errno of the first failure to print */
static int failure;
/* The command that prints, if there is one, and what is between it and a report */
static const char *printing = "", *behind = "";

void print_for(const char *command)
{
	printing = command;
	behind = ": ";
}

static void note_failure(void)
{
	if (!failure)
		failure = errno ? errno : EIO;
}

bool print_failed(void)
{
	static bool told;

	if (fflush(stdout) || ferror(stdout))
		note_failure();
	if (failure && !told) {
		report_refused("%s%swriting to stdout: %s", printing, behind,
			       strerror(failure));
		told = true;
	}
	return failure;
}

const char *colour(enum colour colour)
{
	static const char *const codes[] = {
		[COLOUR_NONE]  = "\033[0m",
		[COLOUR_BOLD]  = "\033[1m",
		[COLOUR_ALARM] = "\033[1;31m",
	};
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if ((no && *no) || !term || !strcmp(term, "dumb") || !isatty(1))
		return "";
	return codes[colour];
}

static void put_cell(const struct table *table, size_t i, const char *cell)
{
	bool last = i + 1 == table->count;
	int width = (int)table->width[i];

	if (table->columns[i].align == ALIGN_RIGHT)
		printf("%*s", width, cell);
	else
		printf("%-*s", last ? 0 : width, cell);
	if (!last)
		fputs("  ", stdout);
}

static void put_head(struct table *table)
{
	fputs(colour(COLOUR_BOLD), stdout);
	for (size_t i = 0; i < table->count; i++)
		put_cell(table, i, table->columns[i].head);
	printf("%s\n", colour(COLOUR_NONE));
	table->headed = true;
}

static void put_pending(struct table *table)
{
	if (!table->headed)
		put_head(table);
	for (size_t row = 0; row < table->pending; row++) {
		for (size_t i = 0; i < table->count; i++)
			put_cell(table, i, table->cell[row * table->count + i]);
		putchar('\n');
	}
	table->pending = 0;
}

static void free_cells(struct table *table)
{
	free(table->width);
	free(table->cell);
	table->width = NULL;
	table->cell = NULL;
}

int table_begin(struct table *table, const struct column *columns)
{
	memset(table, 0, sizeof(*table));
	table->columns = columns;
	while (columns[table->count].head)
		table->count++;
	table->width = calloc(table->count, sizeof(*table->width));
	table->cell = calloc(TABLE_PENDING * table->count, sizeof(*table->cell));
	if (!table->width || !table->cell) {
		free_cells(table);
		return report_refused("%s", strerror(ENOMEM));
	}
	for (size_t i = 0; i < table->count; i++)
		table->width[i] = strlen(columns[i].head);
	return EXIT_DONE;
}

void table_row(struct table *table, const char *const *cells)
{
	for (size_t i = 0; i < table->count; i++) {
		char *cell = table->cell[table->pending * table->count + i];

		format_safe(cell, TABLE_CELL, cells[i]);
		if (strlen(cell) > table->width[i])
			table->width[i] = strlen(cell);
	}
	if (++table->pending == TABLE_PENDING)
		put_pending(table);
}

/* Prints no heading if there was no row */
void table_end(struct table *table)
{
	if (table->pending)
		put_pending(table);
	free_cells(table);
}

static void dump_json(json_t *json, size_t flags)
{
	if (!json)
		errno = ENOMEM;
	if (!json || json_dumpf(json, stdout, flags) < 0)
		note_failure();
	json_decref(json);
}

void print_json(json_t *json)
{
	dump_json(json, JSON_INDENT(2));
	putchar('\n');
}

void print_json_line(json_t *json)
{
	dump_json(json, JSON_COMPACT);
	putchar('\n');
}

void json_stream_object(struct json_stream *stream, json_t *object)
{
	fputs(stream->begun ? ",\n" : "[\n", stdout);
	stream->begun = true;
	dump_json(object, JSON_COMPACT);
}

void json_stream_end(struct json_stream *stream)
{
	fputs(stream->begun ? "\n]\n" : "[]\n", stdout);
}

/* Clamps @value, as jansson's integers are signed; no counter grows beyond INT64_MAX */
json_t *json_u64(uint64_t value)
{
	return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

json_t *json_time(uint64_t nanoseconds)
{
	char text[FORMAT_SIZE];

	return json_string(format_time_exact(text, nanoseconds));
}

/* The kernel's strings need not be UTF-8, which JSON has to be: format_safe() makes it so */
json_t *json_text(const char *text)
{
	char safe[JSON_TEXT];

	return json_string(format_safe(safe, sizeof(safe), text));
}
