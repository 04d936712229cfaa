// SPDX-License-Identifier: GPL-2.0-only
#include "actor.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../text/format.h"
#include "../text/print.h"

#define NOBODY UINT32_MAX	/* has logged in, as of a process that systemd has started */

static bool read_login(uint32_t *login)
{
	FILE *file = fopen("/proc/self/loginuid", "re");
	char text[16] = "", *end;

	if (!file)
		return false;
	if (fgets(text, sizeof(text), file))
		*login = (uint32_t)strtoul(text, &end, 10);
	fclose(file);
	return *text && end != text && *login != NOBODY;
}

void actor_self(struct actor *actor)
{
	const struct passwd *user;

	*actor = (struct actor){ .uid = getuid() };
	actor->logged_in = read_login(&actor->login);
	user = getpwuid(actor->logged_in ? actor->login : actor->uid);
	if (user)
		snprintf(actor->user, sizeof(actor->user), "%s", user->pw_name);
}

char *actor_format(char out[ACTOR_TEXT], const struct actor *actor)
{
	char name[4 * ACTOR_NAME], numbers[64];

	if (actor->logged_in && actor->login != actor->uid)
		snprintf(numbers, sizeof(numbers), "login uid %u, uid %u", actor->login,
			 actor->uid);
	else
		snprintf(numbers, sizeof(numbers), "uid %u", actor->uid);
	if (*actor->user)
		snprintf(out, ACTOR_TEXT, "%s (%s)",
			 format_safe(name, sizeof(name), actor->user), numbers);
	else
		snprintf(out, ACTOR_TEXT, "%s", numbers);
	return out;
}

json_t *actor_json(const struct actor *actor)
{
	json_t *json = json_pack("{s:o}", "uid", json_u64(actor->uid));

	if (actor->logged_in)
		json_object_set_new(json, "login_uid", json_u64(actor->login));
	if (*actor->user)
		json_object_set_new(json, "user", json_text(actor->user));
	return json;
}

static bool get_id(const json_t *json, const char *key, uint32_t *id)
{
	const json_t *value = json_object_get(json, key);
	json_int_t number = json_integer_value(value);

	*id = (uint32_t)number;
	return json_is_integer(value) && number >= 0 && number <= UINT32_MAX;
}

int actor_parse(const json_t *json, struct actor *actor)
{
	const char *user = json_string_value(json_object_get(json, "user"));

	*actor = (struct actor){ 0 };
	if (!get_id(json, "uid", &actor->uid))
		return -1;
	actor->logged_in = json_object_get(json, "login_uid");
	if (actor->logged_in && !get_id(json, "login_uid", &actor->login))
		return -1;
	snprintf(actor->user, sizeof(actor->user), "%s", user ? user : "");
	return 0;
}
