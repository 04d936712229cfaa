/* SPDX-License-Identifier: GPL-2.0-only */
/* Who did something */
#ifndef TSREWRITE_MAINTENANCE_ACTOR_H
#define TSREWRITE_MAINTENANCE_ACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#define ACTOR_NAME 64
#define ACTOR_TEXT (4 * ACTOR_NAME + 64)

/* @login is who had logged in, whoever @uid is by now; @user is the name of that one, or empty */
struct actor {
	uint32_t uid;
	bool logged_in;		/* @login is filled in */
	uint32_t login;
	char user[ACTOR_NAME];
};

/* Who runs this process */
void actor_self(struct actor *actor);

/* As in alice (login uid 1000, uid 0), alice (uid 1000) or uid 1000.  Returns @out. */
char *actor_format(char out[ACTOR_TEXT], const struct actor *actor);

/* A new reference */
json_t *actor_json(const struct actor *actor);

/* Returns 0, or -1 if @json is not what actor_json() makes */
int actor_parse(const json_t *json, struct actor *actor);

#endif /* TSREWRITE_MAINTENANCE_ACTOR_H */
