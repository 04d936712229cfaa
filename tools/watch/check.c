// SPDX-License-Identifier: GPL-2.0-only
#include "check.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../client/family.h"
#include "../client/group.h"
#include "../client/status_socket.h"
#include "../text/format.h"
#include "../text/print.h"
#include "../text/report.h"
#include "lock.h"
#include "log.h"
#include "reload.h"
#include "settings_file.h"

struct findings {
	json_t *errors;		/* strings */
	json_t *warnings;
};

static void note_error(void *arg, const char *text)
{
	const struct findings *findings = arg;

	log_refused("%s", text);
	json_array_append_new(findings->errors, json_text(text));
}

static void note_warning(const struct findings *findings, const struct settings *settings,
			 const struct group_settings *group)
{
	char text[512];

	snprintf(text, sizeof(text), SETTINGS_NO_GROUP, settings->path, group->line,
		 group->name);
	log_warning("%s", text);
	json_array_append_new(findings->warnings, json_text(text));
}

/* Without the module, or the right to ask it, it is not known which groups there are */
static void check_groups(const struct findings *findings, const struct settings *settings)
{
	struct groups groups = { 0 };
	struct genl genl;

	if (genl_open(&genl) < 0)
		return;
	if (!groups_get(&genl, &groups)) {
		for (size_t i = 0; i < settings->groups; i++) {
			if (!groups_find(&groups, settings->group[i].name))
				note_warning(findings, settings, &settings->group[i]);
		}
	}
	free(groups.group);
	genl_close(&genl);
}

/* Whether the service of this namespace has the directory, or may have, as it does not answer */
static bool is_own_state(const char *state)
{
	char why[256], safe[4 * PATH_MAX];
	json_t *status = status_socket_ask(why, sizeof(why));
	const char *own = json_string_value(json_object_get(status, "state"));
	bool same = status && (!own || !strcmp(own, format_safe(safe, sizeof(safe), state)));

	json_decref(status);
	return same;
}

/* A reload would not be taken, and who asks for it is not told by the service */
static bool is_state_taken(const char *state)
{
	int lock;

	if (access(state, F_OK))
		return false;
	lock = lock_directory(state);
	if (lock >= 0)
		close(lock);
	return lock < 0 && errno == EWOULDBLOCK && !is_own_state(state);
}

static int check_state(const struct findings *findings, const struct settings *settings)
{
	char text[512];

	if (!settings->state || !is_state_taken(settings->state))
		return 0;
	snprintf(text, sizeof(text), STATE_TAKEN, settings->state);
	note_error((void *)findings, text);
	return -1;
}

int check_command(const struct call *call)
{
	struct findings findings = { json_array(), json_array() };
	struct settings settings;
	int wrong;

	if (call->words[0] && call->words[1])
		return report_surplus("watch", call->words[1]);
	if (session_enter(call))
		return EXIT_REFUSED;
	wrong = settings_read(&settings, call->words[0], call->netns, note_error, &findings);
	if (!wrong)
		wrong = check_state(&findings, &settings);
	check_groups(&findings, &settings);
	if (call->json)
		print_json(json_pack("{s:s, s:O, s:O}", "file", settings.path,
				     "errors", findings.errors,
				     "warnings", findings.warnings));
	else if (!wrong)
		printf("%s: %s\n", settings.path, access(settings.path, F_OK) ?
		       "this file does not exist: the default settings apply" :
		       "the settings are right");
	settings_free(&settings);
	json_decref(findings.errors);
	json_decref(findings.warnings);
	return wrong ? EXIT_REFUSED : EXIT_DONE;
}
