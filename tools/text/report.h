/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reports what went wrong, each in one line on stderr.  The functions that return an int
 * return the exit status of the command.
 */
#ifndef TSREWRITE_TEXT_REPORT_H
#define TSREWRITE_TEXT_REPORT_H

#include <stddef.h>

#include "macros.h"

/*
 * EXIT_REFUSED: the kernel, the file system or nftables refused, for a reason that is reported,
 * or a file cannot be read or has something wrong in it.  EXIT_USAGE: the command line is wrong.
 * EXIT_WOULD_CHANGE: what was only looked at would change something.
 */
enum { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2, EXIT_WOULD_CHANGE = 3 };

/* What was asked for could not be done: EXIT_REFUSED */
int report_refused(const char *format, ...) __printf(1, 2);

/* The command line is wrong: EXIT_USAGE */
int report_usage(const char *format, ...) __printf(1, 2);

/* The command goes on */
void report_warning(const char *format, ...) __printf(1, 2);

/*
 * From now on, until @out is NULL, the text of the first report goes to @out, @size bytes long,
 * and none to stderr: for who reads a file with the parsers of commands, and has to name the
 * line.
 */
void report_catch(char *out, size_t size);

/*
 * Reports that @word is no @what, and which of @words, which ends with NULL, was probably
 * meant, or else all of them.  Returns EXIT_USAGE.
 */
int report_word(const char *what, const char *word, const char *const *words);

/* The same, of a word of @command */
int report_unknown_word(const char *command, const char *what, const char *word,
			const char *const *words);

/* Reports that @command takes no further word, such as @word.  Returns EXIT_USAGE. */
int report_surplus(const char *command, const char *word);

#endif /* TSREWRITE_TEXT_REPORT_H */
