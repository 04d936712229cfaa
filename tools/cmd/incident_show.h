/* SPDX-License-Identifier: GPL-2.0-only */
/* Prints incidents as the service keeps them, with the notes that operators have taken */
#ifndef TSREWRITE_CMD_INCIDENT_SHOW_H
#define TSREWRITE_CMD_INCIDENT_SHOW_H

#include <stdbool.h>

#include <jansson.h>

/* Both return an exit status; @notes are all */
int incident_list(const json_t *incidents, const json_t *notes, bool json);
int incident_show(const json_t *incident, const json_t *notes, bool json);

/* The incident with its title and its notes; a new reference */
json_t *incident_json_noted(const json_t *incident, const json_t *notes);

#endif /* TSREWRITE_CMD_INCIDENT_SHOW_H */
