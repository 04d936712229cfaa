/* SPDX-License-Identifier: GPL-2.0-only */
/* What is usual, as JSON that outlives the service.  Pure functions. */
#ifndef TSREWRITE_USUAL_USUAL_JSON_H
#define TSREWRITE_USUAL_USUAL_JSON_H

#include <jansson.h>

#include "usual.h"

/* Returns it, or NULL if there is no memory */
json_t *usual_json(const struct usual *usual, uint64_t time);

/*
 * Adds to @usual what @json has, as usual_json() made it.  Returns NULL; or what is wrong with it,
 * in @why, and adds what is right nevertheless.
 */
const char *usual_parse(const json_t *json, uint64_t time, struct usual *usual, char *why,
			size_t size);

#endif /* TSREWRITE_USUAL_USUAL_JSON_H */
