/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Prints to stdout: tables whose columns line up, and JSON.  Failures to print are
 * remembered.  A command that prints without end has to ask print_failed() and stop; main()
 * asks it for all others.
 */
#ifndef TSREWRITE_TEXT_PRINT_H
#define TSREWRITE_TEXT_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#define TABLE_PENDING 256
#define TABLE_CELL    64

enum align { ALIGN_LEFT, ALIGN_RIGHT };

struct column {
	const char *head;
	enum align align;
};

/*
 * Rows are kept until there are TABLE_PENDING of them, or the table ends, and decide how
 * wide the columns are.  A long table is printed in parts, in constant memory.
 */
struct table {
	const struct column *columns;	/* ends with a head of NULL */
	size_t count;			/* of columns */
	size_t pending;
	bool headed;
	size_t *width;
	char (*cell)[TABLE_CELL];	/* row by row */
};

/* Returns EXIT_DONE, or, after reporting that there is no memory, EXIT_REFUSED */
int table_begin(struct table *table, const struct column *columns);

/* Adds a row; a cell is cut if it is longer than TABLE_CELL allows */
void table_row(struct table *table, const char *const *cells);

/* Prints what is left, and frees the table */
void table_end(struct table *table);

/*
 * A JSON list that is printed object by object, so that only one is in memory.  It starts
 * zeroed; after the last object comes json_stream_end().
 */
struct json_stream {
	bool begun;
};

void json_stream_object(struct json_stream *stream, json_t *object);
void json_stream_end(struct json_stream *stream);

/*
 * Print @json with an indent, or in one line, and release the reference.  NULL, as after a
 * failed allocation, is remembered as a failure to print.
 */
void print_json(json_t *json);
void print_json_line(json_t *json);

/* New references, or NULL; the text is escaped by format_safe() */
json_t *json_u64(uint64_t value);
json_t *json_text(const char *text);

/* Nanoseconds since the epoch as a string; see format_time_exact() */
json_t *json_time(uint64_t nanoseconds);

enum colour { COLOUR_NONE, COLOUR_BOLD, COLOUR_ALARM };

/*
 * The escape sequence of a colour; "" if stdout is no terminal, TERM is unset or "dumb", or
 * NO_COLOR is set and not empty.
 */
const char *colour(enum colour colour);

/* Says which command prints, so that print_failed() can name it */
void print_for(const char *command);

/*
 * Flushes stdout.  Returns true if anything could not be printed since the start, and says
 * so on stderr the first time.
 */
bool print_failed(void);

#endif /* TSREWRITE_TEXT_PRINT_H */
