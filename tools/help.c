// SPDX-License-Identifier: GPL-2.0-only
#include "help.h"

#include <jansson.h>

#include "text/print.h"
#include "text/version.h"

void help_usage(const struct command *commands, FILE *to)
{
	fputs("Usage: tsrewrite [-j] [-n NETNS] COMMAND\n\n", to);
	for (; commands->name; commands++)
		fprintf(to, "    tsrewrite %s\n", commands->synopsis);
	fputs("\n"
	      "-j, --json           print JSON\n"
	      "-n, --netns NETNS    work in this network namespace\n"
	      "-h, --help           show this, or a command's help (tsrewrite help COMMAND)\n"
	      "-V, --version        show the version\n", to);
}

static json_t *command_json(const struct command *command)
{
	return json_pack("{s:s, s:s, s:s}", "name", command->name, "synopsis",
			 command->synopsis, "help", command->help);
}

void help_all(const struct command *commands, bool json)
{
	json_t *all;

	if (!json) {
		help_usage(commands, stdout);
		return;
	}
	all = json_array();
	for (; commands->name; commands++)
		json_array_append_new(all, command_json(commands));
	print_json(all);
}

void help_one(const struct command *command, bool json)
{
	if (json)
		print_json(command_json(command));
	else
		printf("Usage: tsrewrite %s\n\n%s", command->synopsis, command->help);
}

void help_version(bool json)
{
	if (json)
		print_json(json_pack("{s:s}", "version", TSREWRITE_VERSION));
	else
		puts("tsrewrite " TSREWRITE_VERSION);
}
