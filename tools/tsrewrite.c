// SPDX-License-Identifier: GPL-2.0-only
/* tsrewrite, the command that controls the kernel module nf_tsrewrite */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/config.h"
#include "cmd/device.h"
#include "cmd/device_drain.h"
#include "cmd/flow.h"
#include "cmd/flow_flush.h"
#include "cmd/group.h"
#include "cmd/health.h"
#include "cmd/incident.h"
#include "cmd/key.h"
#include "cmd/maintenance.h"
#include "cmd/metrics.h"
#include "cmd/mode.h"
#include "cmd/monitor.h"
#include "cmd/options.h"
#include "cmd/reload.h"
#include "cmd/restore.h"
#include "cmd/save.h"
#include "cmd/stats.h"
#include "cmd/status.h"
#include "cmd/top.h"
#include "feature.h"
#include "help.h"
#include "maintenance/directory.h"
#include "text/print.h"
#include "text/report.h"
#include "text/word.h"
#include "watch/service.h"

static const struct command commands[] = {
	{ "status", cmd_status, "", "status",
	  "Shows on one screen the mode, the attached devices, how full the tables are,\n"
	  "whether the echoes that came back were right, and what is wrong.\n" },
	{ "attach", cmd_attach, "A", "attach [--absent] DEV [zone N]",
	  "Attaches a device: what leaves through DEV goes outside.  Attaching alone\n"
	  "rewrites nothing; `tsrewrite on` does.  Devices of the same zone (0..255,\n"
	  "default 0) share their flows.  With --absent, DEV need not exist: it is attached\n"
	  "when it comes.\n" },
	{ "detach", cmd_detach, "f", "detach DEV [--force]",
	  "Detaches a device.  This is refused while rewritten connections cross it, as\n"
	  "they would break.  With -f, --force it is detached nevertheless: they break, and\n"
	  "their number is printed.\n" },
	{ "drain", cmd_drain, "", "drain DEV [stop]",
	  "Lets new connections on DEV pass untouched, and waits until no rewritten\n"
	  "connection crosses it: then detaching DEV breaks none.  If the command is\n"
	  "interrupted, DEV goes on draining; `drain DEV stop` ends that.\n" },
	{ "on", cmd_on, "", "on",
	  "Sets mode rewrite: the timestamps of new connections are rewritten.\n" },
	{ "off", cmd_off, "", "off",
	  "Sets mode off: new connections pass untouched.  Existing rewritten connections\n"
	  "are rewritten and restored until they end.\n" },
	{ "mode", cmd_mode, "", "mode off|rewrite|bug|observe|strip",
	  "Sets the mode of new connections.  Mode observe computes, checks and counts, and\n"
	  "changes no packet.  Mode strip removes TSopt from SYN and SYN-ACK.  Mode bug\n"
	  "rewrites but does not restore: it breaks connections on purpose, to rehearse an\n"
	  "outage.\n" },
	{ "group", cmd_group, "w",
	  "group [-w | show [NAME] | add NAME [SETTING ...] | set NAME SETTING ... |\n"
	  "        del NAME ... | load FILE | confirm DEV]",
	  "Shows, adds, changes or removes groups of connections.  Each group has a mode and\n"
	  "counters of its own.  SETTING is one of\n"
	  "  mode MODE       the mode of its new connections\n"
	  "  to PREFIX,...   the prefixes that hold its connections' outside addresses; to\n"
	  "                  @FILE reads them from a file, one a line; to any takes every\n"
	  "                  address; to none, the default, writes no rules\n"
	  "  to add PREFIX,... | to del PREFIX,...\n"
	  "                  (set) some prefixes more, or less; @FILE as above\n"
	  "  port PORT,...   the ports of its connections' servers, and ranges of ports as in\n"
	  "                  53,5000-5100; port any takes every port\n"
	  "  id N            the number by which rules of yours mark its connections; if it is\n"
	  "                  not given, the lowest free one; only for group add\n"
	  "  canary PERCENT  the share of its connections that the mode treats; the others\n"
	  "                  are only observed, as their control\n"
	  "  count on|off    counts its connections in mode off as well\n"
	  "load adds the groups of FILE, all or none; a line is NAME SETTING ... for a group.\n"
	  "Prefixes and ports become rules in nft's table netdev tsrewrite.  A group without\n"
	  "them has the connections that the user's own rules mark (tsrewrite config shows\n"
	  "mark-mask).  On a device that came back while there are groups, new connections\n"
	  "lose their TSopt until the device is confirmed, if any group would hide them.\n"
	  "With -w, --watch how the connections of all groups fare is printed each second, as\n"
	  "`tsrewrite top` shows it, until interrupted.\n" },
	{ "top", cmd_top, "", "top",
	  "Shows on the terminal, each second, a line for each group, the worst first:\n"
	  "attempts and successes a second, the share that comes up now and usually, refusals\n"
	  "by inside hosts, impossible echoes, the last minute, and what is wrong.  The keys are\n"
	  "shown; h explains the columns, q quits.  What is usual, and incidents, come from\n"
	  "`tsrewrite watch`.  Without a terminal, `tsrewrite group -w` prints the same.\n" },
	{ "key", cmd_key, "", "key [show | new FILE | load FILE]",
	  "Shows the fingerprint of the key, or makes or loads one.  Outside TSvals begin from\n"
	  "the key and the time of day, and canaries are drawn by it: with the same key they go\n"
	  "on after a reload of the module or a reboot, and on another firewall.  Without one,\n"
	  "each load of the module draws another at random.  new writes a key to FILE, which\n"
	  "must not exist, for its owner to read alone; load takes the key of FILE, or of stdin\n"
	  "if FILE is -.  Connections that exist go on as they are.  For four minutes the key\n"
	  "before counts as well, so that no TSval runs backwards.  tsrewrite.service loads\n"
	  "/etc/tsrewrite/key at boot.  The key itself is never shown, nor saved by save.\n" },
	{ "save", cmd_save, "", "save [FILE]",
	  "Writes the whole state as commands to stdout, or to FILE, which is replaced as a\n"
	  "whole: devices, absent ones too, zones, modes, groups, limits and the mark mask.\n"
	  "Counters, flows, and which devices are drained are not saved.  tsrewrite.service\n"
	  "restores /etc/tsrewrite/state at boot.\n" },
	{ "restore", cmd_restore, "cf", "restore FILE [--check] [--force]",
	  "Makes the state that of FILE (- for stdin), all or nothing, and tells what differed.\n"
	  "What is equal is not touched.  What FILE does not name is detached, removed or\n"
	  "turned off; limits and timeouts that it does not name stay.  With --check only the\n"
	  "differences are told, and the exit status is 3 if there are any.  A device whose\n"
	  "detaching would break connections is a reason to refuse, unless -f, --force is\n"
	  "given.\n" },
	{ "stats", cmd_stats, "wa", "stats [-w] [-a]",
	  "Shows the counters.  With -a, --all those that are zero are shown as well; with\n"
	  "-w, --watch the rates of each second are shown until interrupted.\n" },
	{ "metrics", cmd_metrics, "", "metrics",
	  "Shows the counters, the groups, the devices, how full the tables are, the health and\n"
	  "open incidents in the text format of Prometheus.\n" },
	{ "flows", cmd_flows, "",
	  "flows [inside END] [outside END] [port N] [state S] [mode M] [zone N]\n"
	  "        [group NAME] | flows save FILE | flows load FILE",
	  "Lists the flows that match all filters.  END is PREFIX[:PORT]; an IPv6 prefix\n"
	  "with a port is in brackets: [2001:db8::/32]:443.  port N matches the port of\n"
	  "either end; S is embryonic, established, half-closed, closing or closed;\n"
	  "M is a mode; NAME is a group.  save writes all that flows are to FILE, or to stdout\n"
	  "if that is -; load takes them up again, after the module was loaded anew, or on\n"
	  "another firewall, so that their connections go on.\n" },
	{ "flush", cmd_flush, "f", "flush [FILTER] [--force]",
	  "Removes the flows that match all filters, which are those of `flows`; without a\n"
	  "filter, all flows.  This is refused if rewritten connections would break.  With\n"
	  "-f, --force they break, and their number is printed.\n" },
	{ "reload", cmd_reload, "", "reload [FILE]",
	  "Replaces the module under traffic: by the one that is installed, or by FILE.  State\n"
	  "and flows go on.  For as long as it takes, nftables takes TSopt out of all that\n"
	  "passes the attached devices, so that no clock is shown and connections go on.\n"
	  "If no module can be loaded then, it says what to do; until then TSopt is taken out.\n" },
	{ "monitor", cmd_monitor, "J", "monitor [--journal]",
	  "Shows events as they happen, and who caused them: devices attached, detached,\n"
	  "drained, gone and back, modes and limits changed, flows flushed.  With --journal\n"
	  "they are written to systemd's journal, as tsrewrite-journal.service does:\n"
	  "journalctl -t tsrewrite shows them.\n" },
	{ "watch", service_command, "cqr",
	  "watch [--queue DIRECTORY] [FILE] | watch --check [FILE] |\n"
	  "        watch --run DIRECTORY",
	  "Checks each second how many connections of each group come up, and raises an\n"
	  "alarm when far fewer do than usual.  The alarm says since when, whose fault it\n"
	  "looks like, and which change came before.  Settings in FILE, or in\n"
	  DIRECTORY_SETTINGS ", can make it run a command, or trip the group,\n"
	  "so that new connections pass untouched.  --check says all that is wrong with the\n"
	  "settings, and does nothing else.  Commands run one at a time: with --queue they\n"
	  "wait in DIRECTORY until `watch --run DIRECTORY` runs them, as a unit of systemd\n"
	  "does; otherwise the service sees to it itself.\n" },
	{ "health", cmd_health, "", "health",
	  "Says in one line whether the firewall works, by what `tsrewrite watch` has found.\n"
	  "The exit status is 0 if it is well, 1 if it is degraded, 2 if it is failing, and\n"
	  "3 if that is not known, or the command line is wrong.\n" },
	{ "incident", cmd_incident, "", "incident [ID | note ID TEXT]",
	  "Lists the incidents that `tsrewrite watch` has found, the newest first; or shows\n"
	  "one with all that a ticket needs: onset, figures, the change and the maintenance\n"
	  "before, what this firewall runs, and notes.  ID is the beginning of its id.  With\n"
	  "note, TEXT is noted on it: when, and by whom.\n" },
	{ "maintenance", cmd_maintenance, "fW",
	  "maintenance [show | begin TEXT [for TIME] | end [--wait TIME] [--force]]",
	  "Notes that a maintenance is begun: who, when, why and from which versions.  It\n"
	  "outlives a reboot.  While it is open, status shows it and incidents name it; after\n"
	  "TIME, as in 4h, it is overdue.  end counts connections until each group that used\n"
	  "to have some has enough of them, 15m unless --wait is given, and compares them with\n"
	  "what was usual at this hour.  The exit status is 0 if all fare as before, which ends\n"
	  "the maintenance; 1 if any fares worse: roll back; 3 if there are too few to tell.\n"
	  "It is refused while an incident is open that looks like this firewall's fault.\n"
	  "With -f, --force the maintenance is ended whatever was found.\n" },
	{ "features", feature_command, "", "features",
	  "Says what this version does, before an upgrade is judged: its commit, which module\n"
	  "is loaded and which one each kernel of this machine would load, all defaults, what\n"
	  "is known to be wrong, and what changed since which version.\n" },
	{ "config", cmd_config, "", "config [show | set KEY VALUE ...]",
	  "Shows or sets limits, timeouts, the mark mask and what happens when no flow finds\n"
	  "room any more.  KEY is one of\n"
	  "machine-limit, limit, inbound-limit (flows), timeout-embryonic,\n"
	  "timeout-established, timeout-half-closed, timeout-closing, timeout-closed\n"
	  "(seconds, or as in 30s, 5m, 2h, 5d),\n"
	  "mark-mask (as in 0xff000000), when-full (strip: new connections do without TSopt;\n"
	  "pass: they pass untouched) and label-bit (32, 64: offsets are kept in so many bits\n"
	  "of conntrack's labels; none).\n" },
	{ NULL, NULL, NULL, NULL, NULL },
};

#define COMMANDS (ARRAY_SIZE(commands) - 1)

static const struct command *find_command(const char *name)
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

static int print_help(const char *name, bool json)
{
	const struct command *command;

	if (!name || !strcmp(name, "help")) {
		help_all(commands, json);
		return EXIT_DONE;
	}
	command = find_command(name);
	if (!command)
		return EXIT_USAGE;
	help_one(command, json);
	return EXIT_DONE;
}

/*
 * The exit status of a command that is not run, since the command line is wrong, or @status:
 * that of health means something else.
 */
static int status_unrun(const struct options *options, int status)
{
	const char *name = options->call.name;

	return name && !strcmp(name, "health") ? HEALTH_USAGE : status;
}

static int run_command(struct options *options)
{
	const struct command *command;
	struct call *call = &options->call;

	if (options->version) {
		help_version(call->json);
		return EXIT_DONE;
	}
	if (call->name && !strcmp(call->name, "help"))
		return call->words[0] && call->words[1] ?
		       report_surplus("help", call->words[1]) :
		       print_help(call->words[0], call->json);
	if (options->help)
		return print_help(call->name, call->json);
	if (!call->name) {
		help_usage(commands, stderr);
		return EXIT_USAGE;
	}
	command = find_command(call->name);
	if (!command || options_check(options, command->options))
		return status_unrun(options, EXIT_USAGE);
	return command->run(call);
}

/*
 * Opens /dev/null as those of the descriptors 0, 1 and 2 that are closed, so that no file
 * or socket that is opened later becomes stdin, stdout or stderr.
 */
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
	if (options.call.name)
		print_for(options.call.name);
	ret = ret ? status_unrun(&options, ret) : run_command(&options);
	free(options.words);
	if (print_failed() && !ret)
		ret = EXIT_REFUSED;
	return ret;
}
