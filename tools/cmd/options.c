// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../text/parse.h"
#include "../text/report.h"
#include "../text/word.h"

static const struct option long_options[] = {
	{ "json",    no_argument,	NULL, 'j' },
	{ "netns",   required_argument, NULL, 'n' },
	{ "help",    no_argument,	NULL, 'h' },
	{ "version", no_argument,	NULL, 'V' },
	{ "force",   no_argument,	NULL, 'f' },
	{ "watch",   no_argument,	NULL, 'w' },
	{ "all",     no_argument,	NULL, 'a' },
	{ "journal", no_argument,	NULL, 'J' },
	{ "absent",  no_argument,	NULL, 'A' },
	{ "check",   no_argument,	NULL, 'c' },
	{ "queue",   required_argument, NULL, 'q' },
	{ "run",     required_argument, NULL, 'r' },
	{ "wait",    required_argument, NULL, 'W' },
	{ 0 }
};

#define LONG_OPTIONS ARRAY_SIZE(long_options)

static const char *long_name(int option)
{
	for (size_t i = 0; i < LONG_OPTIONS - 1; i++) {
		if (long_options[i].val == option)
			return long_options[i].name;
	}
	return "";
}

/* Begins a report: with the command, unless the option came before it */
static void before_option(const struct options *options, char *out, size_t size)
{
	const char *command = options->words[0];

	snprintf(out, size, "%.40s%s", command ? command : "", command ? ": " : "");
}

static int unknown_option(char **argv, const char *before)
{
	const char *names[LONG_OPTIONS] = { NULL };
	const char *nearest;
	const char *word = argv[optind - 1];

	for (size_t i = 0; i < LONG_OPTIONS - 1; i++)
		names[i] = long_options[i].name;
	if (strncmp(word, "--", 2))
		return report_usage("%sunknown option -%c (tsrewrite -h lists them)",
				    before, optopt);
	if (optopt)
		return report_usage("%soption --%s takes no value",
				    before, long_name(optopt));
	nearest = word_nearest(word + 2, names);
	if (nearest)
		return report_usage("%sunknown option %s; did you mean --%s?",
				    before, word, nearest);
	return report_usage("%sunknown option %s (tsrewrite -h lists them)", before, word);
}

static int read_netns(const char *name, const char *before, struct call *call)
{
	const char *why = parse_netns(name);

	if (why)
		return report_usage("%snetns \"%s\" %s", before, name, why);
	call->netns = name;
	return EXIT_DONE;
}

static int read_one(int option, char **argv, struct options *options)
{
	char before[64];

	before_option(options, before, sizeof(before));
	switch (option) {
	case 'j':
		options->call.json = true;
		return EXIT_DONE;
	case 'n':
		return read_netns(optarg, before, &options->call);
	case 'h':
		options->help = true;
		return EXIT_DONE;
	case 'V':
		options->version = true;
		return EXIT_DONE;
	case 'f':
		options->call.force = true;
		return EXIT_DONE;
	case 'w':
		options->call.watch = true;
		return EXIT_DONE;
	case 'a':
		options->call.all = true;
		return EXIT_DONE;
	case 'J':
		options->call.journal = true;
		return EXIT_DONE;
	case 'A':
		options->call.absent = true;
		return EXIT_DONE;
	case 'c':
		options->call.check = true;
		return EXIT_DONE;
	case 'q':
		options->call.queue = optarg;
		return EXIT_DONE;
	case 'r':
		options->call.run = optarg;
		return EXIT_DONE;
	case 'W':
		options->call.wait = optarg;
		return EXIT_DONE;
	case ':':
		return report_usage("%soption %s needs a value", before, argv[optind - 1]);
	default:
		return unknown_option(argv, before);
	}
}

/* With the leading "-" of the option string, getopt returns words as option 1, in order */
int options_read(int argc, char **argv, struct options *options)
{
	size_t words = 0;
	int option;
	int ret = EXIT_DONE;

	options->words = calloc((size_t)argc + 2, sizeof(*options->words));
	if (!options->words)
		return report_refused("out of memory");
	opterr = 0;
	while (!ret &&
	       (option = getopt_long(argc, argv, "-:jn:hVfwa", long_options,
				     NULL)) != -1) {
		if (option == 1)
			options->words[words++] = optarg;
		else
			ret = read_one(option, argv, options);
	}
	for (; !ret && optind < argc; optind++)
		options->words[words++] = argv[optind];
	options->call.name = options->words[0];
	options->call.words = options->words + 1;
	return ret;
}

static int check_option(const struct options *options, int option,
			const char *allowed)
{
	if (strchr(allowed, option))
		return EXIT_DONE;
	return report_usage("%s: option --%s does not apply (tsrewrite help %s)",
			    options->call.name, long_name(option),
			    options->call.name);
}

int options_check(const struct options *options, const char *allowed)
{
	int ret = EXIT_DONE;

	if (options->call.force)
		ret = check_option(options, 'f', allowed);
	if (!ret && options->call.watch)
		ret = check_option(options, 'w', allowed);
	if (!ret && options->call.all)
		ret = check_option(options, 'a', allowed);
	if (!ret && options->call.journal)
		ret = check_option(options, 'J', allowed);
	if (!ret && options->call.absent)
		ret = check_option(options, 'A', allowed);
	if (!ret && options->call.check)
		ret = check_option(options, 'c', allowed);
	if (!ret && options->call.queue)
		ret = check_option(options, 'q', allowed);
	if (!ret && options->call.run)
		ret = check_option(options, 'r', allowed);
	if (!ret && options->call.wait)
		ret = check_option(options, 'W', allowed);
	return ret;
}
