// SPDX-License-Identifier: GPL-2.0-only
#include "read.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/tsrewrite.h>

#include "../text/parse.h"
#include "../text/report.h"
#include "../text/whole_file.h"
#include "../text/word.h"
#include "group_request.h"
#include "overlap.h"
#include "words.h"

/* A file that is being read; the functions that read a command report what is wrong */
struct reading {
	struct state *state;
	size_t line;		/* where the command begins */
	size_t commands;
	bool has_mode;
	uint64_t given;		/* settings of the default group */
};

static struct group *default_group(struct reading *reading)
{
	return &reading->state->group[0].settings;
}

static int no_memory(void)
{
	return report_refused("%s", strerror(ENOMEM));
}

static int read_zone(char **words, struct state_device *device)
{
	static const char *const known[] = { "zone", NULL };
	const char *why;

	if (!words[0])
		return EXIT_DONE;
	if (strcmp(words[0], known[0]))
		return report_word("word of attach", words[0], known);
	if (!words[1])
		return report_usage("attach: zone needs a number in 0..255");
	why = parse_zone(words[1], &device->zone);
	if (why)
		return report_usage("attach: zone \"%s\" %s", words[1], why);
	return words[2] ? report_surplus("attach", words[2]) : EXIT_DONE;
}

static int read_attach(struct reading *reading, char **words)
{
	bool absent = words[0] && !strcmp(words[0], "--absent");
	const char *name = words[absent];
	struct state_device *device;
	const char *why;

	if (!name)
		return report_usage("attach: name a device");
	why = parse_device(name);
	if (why)
		return report_usage("attach: \"%s\" %s", name, why);
	if (state_find_device(reading->state, name))
		return report_usage("attach: %s is attached twice", name);
	device = state_add_device(reading->state);
	if (!device)
		return no_memory();
	snprintf(device->name, sizeof(device->name), "%s", name);
	device->absent = absent;
	device->line = reading->line;
	return read_zone(words + absent + 1, device);
}

static const struct config_setting *find_setting(const char *word)
{
	const char *words[WORDS_MAX + 1] = { NULL };
	int i;

	for (size_t n = 0; n < WORDS_MAX && config_settings[n].word; n++)
		words[n] = config_settings[n].word;
	i = word_index(word, words);
	if (i < 0)
		report_word("key of config set", word, words);
	return i < 0 ? NULL : &config_settings[i];
}

static int read_config(struct reading *reading, char **words)
{
	struct config *config = &reading->state->config;

	if (!words[0] || strcmp(words[0], "set") || !words[1])
		return report_usage("config: a state has `config set KEY VALUE ...`");
	reading->state->config_line = reading->line;
	for (words++; *words; words += 2) {
		const struct config_setting *setting = find_setting(words[0]);
		const char *why;

		if (!setting)
			return EXIT_USAGE;
		if (!words[1])
			return report_usage("config set: %s needs a value", words[0]);
		if (attr_present(config, setting->attr))
			return report_usage("config set: %s is given twice", words[0]);
		why = config_parse_value(setting, words[1], config);
		if (why)
			return report_usage("config set: %s \"%s\" %s", words[0], words[1], why);
	}
	return EXIT_DONE;
}

static int set_mode(struct reading *reading, uint32_t mode)
{
	if (reading->has_mode)
		return report_usage("the mode is given twice");
	reading->has_mode = true;
	default_group(reading)->mode = mode;
	return EXIT_DONE;
}

static int read_mode(struct reading *reading, char **words)
{
	int mode = words[0] ? word_index(words[0], mode_words) : -1;

	if (!words[0])
		return report_usage("mode: name a mode");
	if (mode < 0)
		return report_word("mode", words[0], mode_words);
	return words[1] ? report_surplus("mode", words[1]) :
			  set_mode(reading, (uint32_t)mode);
}

static int read_on(struct reading *reading, char **words)
{
	return words[0] ? report_surplus("on", words[0]) :
			  set_mode(reading, TSREWRITE_MODE_REWRITE);
}

static int read_off(struct reading *reading, char **words)
{
	return words[0] ? report_surplus("off", words[0]) :
			  set_mode(reading, TSREWRITE_MODE_OFF);
}

/* As the module takes names of groups */
static bool is_group_name(const char *name)
{
	if (!*name || *name == '-')
		return false;
	for (; *name; name++) {
		if (!isascii((unsigned char)*name) ||
		    (!isalnum((unsigned char)*name) && !strchr("._-", *name)))
			return false;
	}
	return true;
}

/* Takes over settings that were given; the others are those of a new group */
static void take_settings(struct group *to, const struct group *given)
{
	snprintf(to->name, sizeof(to->name), "%s", given->name);
	if (attr_present(given, TSREWRITE_A_GROUP_MODE))
		to->mode = given->mode;
	if (attr_present(given, TSREWRITE_A_GROUP_CANARY))
		to->canary = given->canary;
	if (attr_present(given, TSREWRITE_A_GROUP_COUNT))
		to->count = given->count;
	if (attr_present(given, TSREWRITE_A_GROUP_ID)) {
		to->id = given->id;
		to->present |= ATTR_BIT(TSREWRITE_A_GROUP_ID);
	}
}

/* With ports and without prefixes it is every address; without prefixes it has no ports */
static int take_rules(struct state_group *group, struct group_request *request)
{
	struct group_rules *rules = &request->rules;
	const struct range everywhere[] = {
		range_of_all(AF_INET), range_of_all(AF_INET6),
	};

	group->ranges = rules->to;
	rules->to = (struct ranges){ 0 };
	if (rules->has_port && !rules->has_to &&
	    (ranges_add(&group->ranges, &everywhere[0]) < 0 ||
	     ranges_add(&group->ranges, &everywhere[1]) < 0))
		return no_memory();
	if (rules->has_port && group->ranges.count)
		group->ports = rules->ports;
	return EXIT_DONE;
}

static bool is_id_taken(const struct state *state, const struct group *given)
{
	for (size_t i = 1; i < state->groups; i++) {
		if (attr_present(given, TSREWRITE_A_GROUP_ID) &&
		    attr_present(&state->group[i].settings, TSREWRITE_A_GROUP_ID) &&
		    state->group[i].settings.id == given->id)
			return true;
	}
	return false;
}

static int check_new_group(const struct reading *reading, const struct group *given)
{
	const char *name = given->name;

	if (!strcmp(name, TSREWRITE_GROUP_DEFAULT))
		return report_usage("group add: the default group is there already");
	if (!is_group_name(name))
		return report_usage("group add: \"%s\" is not a name: %s", name,
				    "use letters, digits, '.', '_', '-', but no '-' first");
	if (state_find_group(reading->state, name))
		return report_usage("group add: group %s is added twice", name);
	if (is_id_taken(reading->state, given))
		return report_usage("group add: id %u is given twice", given->id);
	if (reading->state->groups == CLASSES_GROUPS)
		return report_usage("group add: there can be %d groups beside the default one",
				    CLASSES_GROUPS - 1);
	return EXIT_DONE;
}

static int add_group(struct reading *reading, struct group_request *request)
{
	int ret = check_new_group(reading, &request->group);
	struct state_group *group;

	if (ret)
		return ret;
	group = state_add_group(reading->state);
	if (!group)
		return no_memory();
	group->settings.mode = TSREWRITE_MODE_OFF;
	group->settings.canary = 100;
	group->line = reading->line;
	take_settings(&group->settings, &request->group);
	return take_rules(group, request);
}

static int set_default(struct reading *reading, const struct group_request *request)
{
	bool has_mode = attr_present(&request->group, TSREWRITE_A_GROUP_MODE);

	if (strcmp(request->group.name, TSREWRITE_GROUP_DEFAULT))
		return report_usage("group set: say all of group %s with group add: %s",
				    request->group.name,
				    "a state has group set for the default group only");
	if (group_request_has_rules(request))
		return report_usage("group set default: %s",
				    "it has the connections of no other group, and takes no prefixes or ports");
	if (has_mode && set_mode(reading, request->group.mode))
		return EXIT_USAGE;
	if (reading->given & request->group.present & ATTR_BIT(TSREWRITE_A_GROUP_CANARY))
		return report_usage("group set default: canary is given twice");
	if (reading->given & request->group.present & ATTR_BIT(TSREWRITE_A_GROUP_COUNT))
		return report_usage("group set default: count is given twice");
	reading->given |= request->group.present;
	take_settings(default_group(reading), &request->group);
	return EXIT_DONE;
}

static int read_group(struct reading *reading, char **words)
{
	static const char *const known[] = { "add", "set", NULL };
	int what = words[0] ? word_index(words[0], known) : -1;
	struct group_request request = { 0 };
	int ret;

	if (what < 0)
		return report_usage("group: %s",
				    "a state has `group add NAME ...` and `group set default ...`");
	request.what = known[what];
	ret = group_request_read(words + 1, &request);
	if (!ret)
		ret = what ? set_default(reading, &request) : add_group(reading, &request);
	group_request_free(&request);
	return ret;
}

static int read_command(struct reading *reading, char **words)
{
	static const char *const known[] = {
		"attach", "config", "group", "mode", "on", "off", NULL
	};
	static int (*const readers[])(struct reading *reading, char **words) = {
		read_attach, read_config, read_group, read_mode, read_on, read_off,
	};
	int i = word_index(words[0], known);

	if (i < 0)
		return report_word("command", words[0], known);
	reading->commands++;
	return readers[i](reading, words + 1);
}

static int read_line(struct reading *reading, char *line)
{
	char *words[WORDS_MAX + 1];
	const char *why = words_split(line, words);

	if (why)
		return report_usage("the line %s", why);
	return words[0] ? read_command(reading, words) : EXIT_DONE;
}

static int begin_state(struct state *state)
{
	struct state_group *group;

	memset(state, 0, sizeof(*state));
	group = state_add_group(state);
	if (!group)
		return -1;
	group->settings.mode = TSREWRITE_MODE_OFF;
	group->settings.canary = 100;
	snprintf(group->settings.name, sizeof(group->settings.name), "%s",
		 TSREWRITE_GROUP_DEFAULT);
	return 0;
}

static const char *last_line(const char *text, size_t len)
{
	while (len && text[len - 1] != '\n')
		len--;
	return text + len;
}

/* Returns why the whole text cannot be a state, or NULL.  A file may have been cut short. */
static const char *check_whole(const char *text)
{
	size_t len = strlen(text);

	if (!len)
		return "the file is empty";
	if (text[len - 1] != '\n')
		return "the last line has no end: the file was cut short";
	if (strncmp(text, STATE_HEADER, strlen(STATE_HEADER)))
		return NULL;
	return strcmp(last_line(text, len - 1), STATE_END "\n") ?
	       "the last line is not \"" STATE_END "\": the file was cut short" : NULL;
}

static int read_lines(struct reading *reading, char *text, char *reason, size_t size)
{
	size_t number = 0;
	char *rest = text;
	int ret = EXIT_DONE;

	report_catch(reason, size);
	while (!ret && rest) {
		reading->line = number + 1;
		ret = read_line(reading, words_cut_line(&rest, &number));
	}
	if (!ret)
		ret = overlap_refuse(reading->state, &reading->line);
	report_catch(NULL, 0);
	return ret;
}

int state_parse(const char *path, char *text, struct state *state, char why[STATE_WHY])
{
	struct reading reading = { .state = state };
	const char *wrong = check_whole(text);
	char reason[512];

	if (begin_state(state) < 0)
		wrong = strerror(ENOMEM);
	if (!wrong && read_lines(&reading, text, reason, sizeof(reason))) {
		snprintf(why, STATE_WHY, "%.400s:%zu: %s", path, reading.line, reason);
		return -1;
	}
	if (!wrong && !reading.commands)
		wrong = "the file has no command";
	if (wrong) {
		snprintf(why, STATE_WHY, "%.400s: %s", path, wrong);
		return -1;
	}
	state_sort(state);
	return 0;
}

static int read_file(const char *path, FILE *file, struct state *state, char why[STATE_WHY])
{
	const char *wrong;
	char *text = whole_file_read(file, &wrong);
	int ret = -1;

	if (text)
		ret = state_parse(path, text, state, why);
	else
		snprintf(why, STATE_WHY, "%.400s: %s", path, wrong);
	free(text);
	return ret;
}

int state_read(const char *path, struct state *state, char why[STATE_WHY])
{
	bool is_stdin = !strcmp(path, "-");
	FILE *file = is_stdin ? stdin : fopen(path, "re");
	int ret;

	memset(state, 0, sizeof(*state));
	if (!file) {
		snprintf(why, STATE_WHY, "%.400s: %s", path, strerror(errno));
		return -1;
	}
	ret = read_file(is_stdin ? "stdin" : path, file, state, why);
	if (!is_stdin)
		fclose(file);
	return ret;
}
