/* SPDX-License-Identifier: GPL-2.0-only */
/* Prints families of metrics on stdout, as OpenMetrics text, version 1.0.0, or as JSON */
#ifndef TSREWRITE_CMD_OPENMETRICS_H
#define TSREWRITE_CMD_OPENMETRICS_H

#include <stdint.h>

#include <jansson.h>

/*
 * Zeroed, it prints text.  If @families is an array, families are collected in it, and
 * openmetrics_end() prints them as JSON.
 */
struct openmetrics {
	json_t *families;
	json_t *samples;	/* those of the current family */
	const char *name;	/* of the current family, without prefix */
	const char *suffix;	/* of the names of its samples */
};

/* A list of labels ends with one whose @name is NULL.  A list that is NULL has no labels. */
struct openmetrics_label {
	const char *name;
	const char *value;
};

#define OPENMETRICS_LABELS(...) \
	((const struct openmetrics_label[]){ __VA_ARGS__, { NULL, NULL } })

/* Begins a family, to which the samples after it belong; @name lacks the prefix "tsrewrite_" */
void openmetrics_family(struct openmetrics *to, const char *name, const char *type,
			const char *help);

/* In text as in JSON, what is not UTF-8 in the value of a label is escaped */
void openmetrics_sample(struct openmetrics *to, const struct openmetrics_label *labels,
			uint64_t number);

/* Adds a sample that is a ratio, from 0 to 1, given in percent */
void openmetrics_percent(struct openmetrics *to, const struct openmetrics_label *labels,
			 unsigned int percent);

/* Prints the mark of a complete text, or the JSON.  Releases @to->families. */
void openmetrics_end(struct openmetrics *to);

#endif /* TSREWRITE_CMD_OPENMETRICS_H */
