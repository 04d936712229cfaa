// SPDX-License-Identifier: GPL-2.0-only
#include "save.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../client/report_genl.h"
#include "../state/running.h"
#include "../state/save.h"
#include "../text/format.h"
#include "../text/parse.h"
#include "../text/print.h"
#include "../text/report.h"

/* What is saved has the rules that the device lacks */
static void warn_of_devices(const struct state *state)
{
	for (size_t i = 0; i < state->devices; i++) {
		char name[FORMAT_SIZE];

		if (state->device[i].unruled)
			report_warning("save: rules for groups of device %s are missing or modified (tsrewrite status says what to do)",
				       format_safe(name, sizeof(name), state->device[i].name));
	}
}

/* Rules that were lost or modified are not what the operator gave: saving them would lose that */
int save_refuse_lost_rules(const char *command, const struct state *state)
{
	for (size_t i = 1; i < state->groups; i++) {
		const struct state_group *group = &state->group[i];

		if (!classes_sum_is(group->sum, group->given))
			return report_refused("%s: rules of group %s are missing or modified: %s",
					      command, group->settings.name,
					      "nothing is saved (tsrewrite status says what to do)");
	}
	if (*state->wrong)
		return report_refused("%s: rules of groups were modified: %s: %s", command,
				      state->wrong,
				      "nothing is saved (tsrewrite status says what to do)");
	return EXIT_DONE;
}

static void warn_of_trips(const struct state *state)
{
	for (size_t i = 0; i < state->groups; i++) {
		const struct group *group = &state->group[i].settings;
		char mode[FORMAT_SIZE];

		if (group->tripped)
			report_warning("save: group %s was tripped because its connections failed: its mode is saved as it is now, %s, and not as it was before",
				       group->name, format_word(mode, mode_words, group->mode));
	}
}

static bool is_stdout(const char *path)
{
	return !path || !strcmp(path, "-");
}

static int write_state(const struct call *call, const struct state *state)
{
	const char *path = call->words[0];
	bool machine = !call->netns;

	if (is_stdout(path)) {
		state_print(stdout, state, machine);
		return EXIT_DONE;
	}
	if (state_save(path, state, machine) < 0)
		return report_refused("save: %s: %s", path, strerror(errno));
	if (call->json)
		print_json(json_pack("{s:o}", "saved", json_text(path)));
	return EXIT_DONE;
}

static int save_state(struct genl *genl, const struct call *call, void *unused)
{
	struct state state;
	int ret;

	(void)unused;
	if (state_running(genl, &state) < 0)
		ret = report_genl(genl, "saving the state", "save");
	else
		ret = save_refuse_lost_rules("save", &state);
	if (!ret) {
		warn_of_trips(&state);
		warn_of_devices(&state);
		ret = write_state(call, &state);
	}
	state_free(&state);
	return ret;
}

int cmd_save(const struct call *call)
{
	if (call->words[0] && call->words[1])
		return report_surplus("save", call->words[1]);
	if (call->json && is_stdout(call->words[0]))
		return report_usage("save: name a file: the state is commands, and no JSON");
	return session(call, save_state, NULL);
}
