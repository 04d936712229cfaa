/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything that goes to stdout: tables whose columns line up, and JSON.
 * Whoever prints without end asks print_failed() and stops; main() asks too.
 */
#ifndef TSREWRITE_PRINT_H
#define TSREWRITE_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#define TABLE_COLUMNS 13
#define TABLE_PENDING 256
#define TABLE_CELL    64

enum align { ALIGN_LEFT, ALIGN_RIGHT };

struct column {
	const char *head;
	enum align align;
};

/*
 * Rows wait until TABLE_PENDING of them say how wide the columns are: long
 * tables stream in constant memory.
 */
struct table {
	const struct column *columns;	/* ends with a head of NULL */
	size_t pending;
	bool headed;
	size_t width[TABLE_COLUMNS];
	char (*cell)[TABLE_COLUMNS][TABLE_CELL];
};

int table_begin(struct table *table, const struct column *columns);
void table_row(struct table *table, const char *const *cells);
void table_end(struct table *table);

/* A million objects, one in memory: begin, objects, end */
struct json_stream {
	bool begun;
};

void json_stream_object(struct json_stream *stream, json_t *object);
void json_stream_end(struct json_stream *stream);

/* These take the reference; NULL, for no memory, is remembered as a failure */
void print_json(json_t *json);
void print_json_line(json_t *json);

json_t *json_u64(uint64_t value);
json_t *json_text(const char *text);

enum colour { COLOUR_NONE, COLOUR_BOLD, COLOUR_ALARM };

/* The escape sequence, or "" where stdout is no terminal or shuns colour */
const char *colour(enum colour colour);

/* Flush; true, with a line on stderr the first time, when output got lost */
bool print_failed(void);

#endif /* TSREWRITE_PRINT_H */
