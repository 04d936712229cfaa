// SPDX-License-Identifier: GPL-2.0-only
#include "maintenance_verdict.h"

#include <stdio.h>
#include <string.h>

#include "../client/tick.h"
#include "../maintenance/running_versions.h"
#include "../text/format.h"
#include "../text/print.h"
#include "../text/report.h"
#include "maintenance_table.h"

enum comparison ending_verdict(const struct ending *ending)
{
	return *ending->incident ? COMPARISON_WORSE : judgement_verdict(&ending->judgement);
}

static int status_of(enum comparison verdict)
{
	static const int statuses[] = {
		[COMPARISON_NEW] = EXIT_TOO_FEW, [COMPARISON_SAME] = EXIT_DONE,
		[COMPARISON_TOO_FEW] = EXIT_TOO_FEW, [COMPARISON_WORSE] = EXIT_REFUSED,
	};

	return statuses[verdict];
}

/* Of those that were ended before, nothing was judged now */
static bool was_judged(const struct ending *ending)
{
	return ending->judgement.row;
}

static int print_all_json(const struct ending *ending)
{
	struct versions running;
	json_t *json;

	running_versions(&running);
	json = json_pack("{s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "changed", ending->ended,
			 "ended", !record_is_open(&ending->record),
			 "verdict", was_judged(ending) ?
			 json_string(comparison_names[ending_verdict(ending)]) : json_null(),
			 "seconds", json_u64(ending->judgement.seconds),
			 "incident", *ending->incident ? json_text(ending->incident) : json_null(),
			 "maintenance", record_json(&ending->record, tick_time_now()),
			 "now", versions_json(&running),
			 "groups", maintenance_rows_json(&ending->judgement));
	print_json(json);
	return was_judged(ending) ? status_of(ending_verdict(ending)) : EXIT_DONE;
}

static void print_reasons(const struct judgement *judgement, enum comparison verdict)
{
	char name[5 * ATTR_TEXT];

	for (size_t i = 0; i < judgement->count; i++) {
		const struct judgement_row *row = &judgement->row[i];

		if (row->verdict == verdict && *row->reason)
			printf("%s: %s: %s\n", comparison_words[verdict],
			       maintenance_row_name(row, name, sizeof(name)), row->reason);
	}
}

static void print_versions(const struct record *record)
{
	char text[2 * VERSIONS * 4 * VERSION_TEXT];
	struct versions running;

	running_versions(&running);
	versions_difference(text, sizeof(text), &record->from, &running);
	printf("changed: %s\n", *text ? text : "none of the versions that were noted");
}

/* Each once, in the order of the table */
static void print_groups(const struct judgement *judgement, enum comparison verdict)
{
	const char *last = NULL, *between = "";
	char name[4 * ATTR_TEXT];

	for (size_t i = 0; i < judgement->count; i++) {
		const struct judgement_row *row = &judgement->row[i];

		if (row->verdict != verdict || (last && !strcmp(last, row->group)))
			continue;
		last = row->group;
		printf("%s%s", between, format_safe(name, sizeof(name), last));
		between = ", ";
	}
}

static void print_worse(const struct ending *ending)
{
	const struct judgement *judgement = &ending->judgement;

	printf("%sROLL BACK%s: ", colour(COLOUR_ALARM), colour(COLOUR_NONE));
	if (judgement_verdict(judgement) == COMPARISON_WORSE) {
		fputs("connections fare worse than before in group ", stdout);
		print_groups(judgement, COMPARISON_WORSE);
		fputs(*ending->incident ? "; " : "\n", stdout);
	}
	if (*ending->incident)
		printf("an incident is open: %s\n", ending->incident);
}

static void print_verdict(const struct ending *ending)
{
	switch (ending_verdict(ending)) {
	case COMPARISON_SAME:
		puts("all groups fare as before");
		break;
	case COMPARISON_WORSE:
		print_worse(ending);
		break;
	default:
		fputs("too few connections to tell in group ", stdout);
		print_groups(&ending->judgement, COMPARISON_TOO_FEW);
		putchar('\n');
	}
}

static bool nothing_is_known(const struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->count; i++) {
		if (judgement->row[i].verdict != COMPARISON_NEW)
			return false;
	}
	return true;
}

static void print_end(const struct ending *ending)
{
	const char *words = ending->record.words;

	if (!record_is_open(&ending->record))
		printf("ended%s: %s\n", ending->call->force ? " by --force" : "", words);
	else
		printf("still open: %s (tsrewrite maintenance end judges again; --force ends it)\n",
		       words);
}

int ending_print(const struct ending *ending)
{
	if (ending->call->json)
		return print_all_json(ending);
	if (maintenance_table(&ending->judgement))
		return EXIT_REFUSED;
	putchar('\n');
	print_reasons(&ending->judgement, COMPARISON_WORSE);
	print_reasons(&ending->judgement, COMPARISON_TOO_FEW);
	print_versions(&ending->record);
	if (nothing_is_known(&ending->judgement) && !*ending->incident)
		puts("too few to tell: what was usual before is not known of any group");
	else
		print_verdict(ending);
	print_end(ending);
	return status_of(ending_verdict(ending));
}
