/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Prints families of metrics on stdout, in Prometheus's text exposition format, version
 * 0.0.4, or as JSON.  OpenMetrics, the later format, is refused by many releases of
 * node_exporter.
 */
#ifndef TSREWRITE_CMD_EXPOSITION_H
#define TSREWRITE_CMD_EXPOSITION_H

#include <stdint.h>

#include <jansson.h>

/*
 * Zeroed, it prints text.  If @families is an array, families are collected in it, and
 * exposition_end() prints them as JSON.  Each sample has the label netns if @netns is set.
 */
struct exposition {
	json_t *families;
	const char *netns;
	json_t *samples;	/* those of the current family */
	const char *name;	/* of the current family, without prefix */
	const char *suffix;	/* of the names of its samples */
};

/* A list of labels ends with one whose @name is NULL.  A list that is NULL has no labels. */
struct exposition_label {
	const char *name;
	const char *value;
};

#define EXPOSITION_LABELS(...) \
	((const struct exposition_label[]){ __VA_ARGS__, { NULL, NULL } })

/*
 * Begins a family, to which the samples after it belong.  @name lacks the prefix
 * "tsrewrite_"; @type is "counter", "gauge" or "info", which adds "_total", nothing or "_info"
 * to the names of samples.  The text calls an info a gauge, as it has no other word for it.
 */
void exposition_family(struct exposition *to, const char *name, const char *type,
		       const char *help);

/* In text as in JSON, what is not printable ASCII in the value of a label is escaped */
void exposition_sample(struct exposition *to, const struct exposition_label *labels,
		       uint64_t number);

/* Adds a sample that is a ratio, from 0 to 1, given in percent */
void exposition_percent(struct exposition *to, const struct exposition_label *labels,
			unsigned int percent);

/* Adds a sample that is a time: @nanoseconds since the epoch become seconds */
void exposition_time(struct exposition *to, const struct exposition_label *labels,
		     uint64_t nanoseconds);

/* Ends the last family, and prints the JSON.  Releases @to->families. */
void exposition_end(struct exposition *to);

#endif /* TSREWRITE_CMD_EXPOSITION_H */
