/* SPDX-License-Identifier: GPL-2.0-only */
/* Sets of TCP ports.  Pure. */
#ifndef TSREWRITE_PORTS_H
#define TSREWRITE_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PORTS_MAX  64
#define PORTS_TEXT (6 * PORTS_MAX)

/* Ascending; none means every port */
struct ports {
	size_t count;
	uint16_t port[PORTS_MAX];
};

/* NULL, or why @word is no list of ports, to be read after it */
const char *ports_parse(const char *word, struct ports *out);
char *ports_format(char out[PORTS_TEXT], const struct ports *ports);

/* False where there is no room */
bool ports_add(struct ports *ports, uint16_t port);
bool ports_have(const struct ports *ports, uint16_t port);
bool ports_equal(const struct ports *a, const struct ports *b);

/* One that both have, or 0 */
uint16_t ports_shared(const struct ports *a, const struct ports *b);

#endif /* TSREWRITE_PORTS_H */
