// SPDX-License-Identifier: GPL-2.0-only
/* The command that drives nf_tsrewrite */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "options.h"
#include "parse.h"
#include "print.h"
#include "report.h"
#include "version.h"
#include "watch/settings.h"

static const struct command {
	const char *name;
	int (*run)(const struct call *call);
	const char *options;	/* beside the global ones */
	const char *synopsis;
	const char *help;
} commands[] = {
	{ "status", cmd_status, "", "status",
	  "Shows on one screen what is on, on which devices, how full the tables are\n"
	  "and whether the echoes that come back are right.\n" },
	{ "attach", cmd_attach, "", "attach DEV [zone N]",
	  "Attaches a device: what leaves through DEV goes outside.  Attaching rewrites\n"
	  "nothing yet; `tsrewrite on` does.  Devices of one zone (0..255, default 0)\n"
	  "share their flows.\n" },
	{ "detach", cmd_detach, "f", "detach DEV [--force]",
	  "Detaches a device.  Refused while rewritten connections cross it: they would\n"
	  "break.  With -f, --force they do, and their number is printed.\n" },
	{ "drain", cmd_drain, "", "drain DEV [stop]",
	  "Lets connections that begin from now on pass untouched on DEV, and waits until\n"
	  "no rewritten one crosses it: then detaching it breaks none.  Interrupted, it\n"
	  "stays draining; `drain DEV stop` ends that.\n" },
	{ "on", cmd_on, "", "on",
	  "Rewrites the timestamps of connections that begin from now on: mode rewrite.\n" },
	{ "off", cmd_off, "", "off",
	  "Leaves connections that begin from now on alone: mode off.  Those that began\n"
	  "rewritten are rewritten and restored to their end.\n" },
	{ "mode", cmd_mode, "", "mode off|rewrite|bug|observe|strip",
	  "Sets the mode of connections that begin from now on.  Mode observe computes,\n"
	  "checks and counts, and writes nothing.  Mode strip takes TSopt out of SYN and\n"
	  "SYN-ACK.  Mode bug rewrites, but does not restore: it breaks connections, on\n"
	  "purpose, to rehearse an outage.\n" },
	{ "group", cmd_group, "",
	  "group [show [NAME] | add NAME [SETTING ...] | set NAME SETTING ... |\n"
	  "        del NAME ... | load FILE | confirm DEV]",
	  "Shows, adds, changes or removes groups of connections, each with a mode and\n"
	  "counters of its own.  SETTING is\n"
	  "  mode MODE       of connections that begin from now on\n"
	  "  to PREFIX,...   whose outside address is in one of these; or to @FILE, with a\n"
	  "                  prefix a line, or to any, or to none: without rules\n"
	  "  port PORT,...   whose service has one of these ports; or port any\n"
	  "  canary PERCENT  only so many are treated by the mode, and the others observed,\n"
	  "                  as their control\n"
	  "FILE has a line NAME SETTING ... for each group to be added, all or none.\n"
	  "Prefixes and ports become rules of nft's table netdev tsrewrite.  A group without\n"
	  "them has what somebody's own rules mark (tsrewrite config shows mark-mask).  A\n"
	  "device that came while there are groups begins nothing until it is confirmed.\n" },
	{ "stats", cmd_stats, "wa", "stats [-w] [-a]",
	  "Shows the counters.  -a, --all shows those that are zero, too; -w, --watch\n"
	  "goes on showing the rates of each second.\n" },
	{ "metrics", cmd_metrics, "", "metrics",
	  "Shows the counters, the groups, the devices and how full the tables are as\n"
	  "OpenMetrics text, for Prometheus.\n" },
	{ "flows", cmd_flows, "",
	  "flows [inside END] [outside END] [port N] [state S] [mode M] [zone N]",
	  "Lists the flows that match all that is given.  END is PREFIX[:PORT]; an IPv6\n"
	  "prefix with a port goes into brackets: [2001:db8::/32]:443.  port is that of\n"
	  "either end; S is embryonic, established or closed; M is a mode.\n" },
	{ "flush", cmd_flush, "f", "flush [FILTER] [--force]",
	  "Forgets the flows that match all of FILTER, which has the words of `flows`, or\n"
	  "all flows.  Refused where rewritten connections would break.  With -f, --force\n"
	  "they do, and their number is printed.\n" },
	{ "monitor", cmd_monitor, "", "monitor",
	  "Shows events as they come: devices attached, detached, drained, gone and back,\n"
	  "modes and limits changed, flows flushed, and by whom.\n" },
	{ "watch", cmd_watch, "", "watch [FILE]",
	  "Watches how the connections of each group fare, second by second, and tells when\n"
	  "they fare worse than usual: since when, whose fault it looks like, and which\n"
	  "change came before.  By its settings, in FILE or " SETTINGS_PATH ",\n"
	  "it runs a command, or trips the group: new connections pass untouched.\n" },
	{ "health", cmd_health, "", "health",
	  "Says in a line whether the firewall does its work, as `tsrewrite watch` finds:\n"
	  "exit status 0 well, 1 degraded, 2 failing.\n" },
	{ "config", cmd_config, "", "config [show | set KEY VALUE ...]",
	  "Shows or sets limits, timeouts and the mask of marks.  KEY is one of\n"
	  "machine-limit, limit, inbound-limit (flows), timeout-embryonic,\n"
	  "timeout-established, timeout-closed (seconds, or as in 30s, 5m, 2h, 5d) and\n"
	  "mark-mask (as in 0xff000000).\n" },
};

#define COMMANDS ARRAY_SIZE(commands)

static void help_all(FILE *to)
{
	fputs("Usage: tsrewrite [-j] [-n NETNS] COMMAND\n\n", to);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "    tsrewrite %s\n", commands[i].synopsis);
	fputs("\n"
	      "-j, --json    answer in JSON\n"
	      "-n, --netns NETNS    work in this network namespace\n"
	      "-h, --help    this, or after a command, its help (tsrewrite help COMMAND)\n"
	      "-V, --version\n", to);
}

static int help_one(const struct command *command)
{
	printf("Usage: tsrewrite %s\n\n%s", command->synopsis, command->help);
	return EXIT_DONE;
}

static const struct command *find(const char *name)
{
	const char *words[COMMANDS + 2] = { [COMMANDS] = "help" };
	int i;

	for (size_t n = 0; n < COMMANDS; n++)
		words[n] = commands[n].name;
	i = word_index(name, words);
	if (i >= 0)
		return &commands[i];
	report_word("command", name, words);
	return NULL;
}

static int help(const char *name)
{
	const struct command *command;

	if (!name || !strcmp(name, "help")) {
		help_all(stdout);
		return EXIT_DONE;
	}
	command = find(name);
	return command ? help_one(command) : EXIT_USAGE;
}

static int run(struct options *options)
{
	const struct command *command;
	struct call *call = &options->call;

	if (options->version) {
		puts("tsrewrite " TSREWRITE_VERSION);
		return EXIT_DONE;
	}
	if (call->name && !strcmp(call->name, "help"))
		return help(call->words[0]);
	if (options->help)
		return help(call->name);
	if (!call->name) {
		help_all(stderr);
		return EXIT_USAGE;
	}
	command = find(call->name);
	if (!command || options_check(options, command->options))
		return EXIT_USAGE;
	return command->run(call);
}

/* A file or socket must not become descriptor 0, 1 or 2 by accident */
static void fill_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= 2);
	if (fd > 2)
		close(fd);
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	int ret;

	fill_descriptors();
	ret = options_read(argc, argv, &options);
	if (!ret)
		ret = run(&options);
	free(options.words);
	if (print_failed() && !ret)
		ret = EXIT_REFUSED;
	return ret;
}
