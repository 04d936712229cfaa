/* SPDX-License-Identifier: GPL-2.0-only */
/* Converts incidents to JSON, which is printed and saved, and back */
#ifndef TSREWRITE_WATCH_INCIDENT_JSON_H
#define TSREWRITE_WATCH_INCIDENT_JSON_H

#include <jansson.h>

#include "incident.h"

json_t *incident_json(const struct incident *incident);
json_t *incidents_json(const struct incidents *incidents);

/* What became of one at @time: what -j prints, and what commands read */
json_t *incident_json_told(const struct incident *incident, const char *what, uint64_t time);

/*
 * Of those that are open, what the status socket tells: group, kind, verdict, state, title,
 * estimated_onset and confirmed_onset
 */
json_t *incidents_json_open(const struct incidents *incidents);

/* The reverse of incident_json(); returns 0, or -1 if @json is no incident */
int incident_parse(const json_t *json, struct incident *incident);

#endif /* TSREWRITE_WATCH_INCIDENT_JSON_H */
