// SPDX-License-Identifier: GPL-2.0-only
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../client/family.h"
#include "../client/group.h"
#include "../text/print.h"
#include "../text/report.h"
#include "log.h"
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
