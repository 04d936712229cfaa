/* SPDX-License-Identifier: GPL-2.0-only */
/* Sets of TCP ports.  Pure functions. */
#ifndef TSREWRITE_CLASSIFIER_PORTS_H
#define TSREWRITE_CLASSIFIER_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PORTS_MAX  64
#define PORTS_TEXT (6 * PORTS_MAX)

/* Ports in ascending order; an empty set stands for every port */
struct ports {
	size_t count;
	uint16_t port[PORTS_MAX];
};

/*
 * Parses "80,443", and formats it.  ports_parse() returns NULL, or why @word is invalid, to be
 * read after the quoted word; ports_format() returns @out.
 */
const char *ports_parse(const char *word, struct ports *out);
char *ports_format(char out[PORTS_TEXT], const struct ports *ports);

/* Returns false if the set is full */
bool ports_add(struct ports *ports, uint16_t port);
bool ports_have(const struct ports *ports, uint16_t port);
bool ports_equal(const struct ports *a, const struct ports *b);

/* The lowest port that is in both sets, or 0 */
uint16_t ports_shared(const struct ports *a, const struct ports *b);

#endif /* TSREWRITE_CLASSIFIER_PORTS_H */
