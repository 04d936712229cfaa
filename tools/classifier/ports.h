/* SPDX-License-Identifier: GPL-2.0-only */
/* Sets of TCP ports.  Pure functions. */
#ifndef TSREWRITE_CLASSIFIER_PORTS_H
#define TSREWRITE_CLASSIFIER_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PORTS_MAX  64
#define PORTS_TEXT (12 * PORTS_MAX)

/* The ports from @first to @last, both included; a single port is both */
struct port_range {
	uint16_t first;
	uint16_t last;
};

/*
 * Ranges in ascending order, with ports between each two that are not in the set, so that
 * equal sets have equal ranges.  An empty set stands for every port.
 */
struct ports {
	size_t count;
	struct port_range range[PORTS_MAX];
};

/*
 * Parses "80,443,5000-5100", and formats it.  ports_parse() returns NULL, or why @word is
 * invalid, to be read after the quoted word; ports_format() returns @out.
 */
const char *ports_parse(const char *word, struct ports *out);
char *ports_format(char out[PORTS_TEXT], const struct ports *ports);

/* Adds a range, merged with those that it overlaps or adjoins; false if the set is full */
bool ports_add(struct ports *ports, struct port_range range);

/* Whether that is one of the ranges, neither more nor less */
bool ports_have_range(const struct ports *ports, struct port_range range);
bool ports_equal(const struct ports *a, const struct ports *b);

/* The lowest port of a set, or 0 if it stands for every port */
uint16_t ports_lowest(const struct ports *ports);

/* The lowest port that is in both sets, or 0 */
uint16_t ports_shared(const struct ports *a, const struct ports *b);

#endif /* TSREWRITE_CLASSIFIER_PORTS_H */
