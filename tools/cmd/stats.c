// SPDX-License-Identifier: GPL-2.0-only
#include "stats.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../client/report_genl.h"
#include "../client/stats.h"
#include "../text/format.h"
#include "../text/print.h"
#include "../text/report.h"

static bool is_shown(const struct call *call, const struct stats *stats,
		     uint16_t attr)
{
	if (!stats_name(attr) || !attr_present(stats, attr))
		return false;
	return call->all || call->json || stats->value[attr];
}

static json_t *stats_json(const struct call *call, const struct stats *stats)
{
	json_t *json = json_object();

	for (uint16_t attr = 0; attr <= TSREWRITE_A_STATS_MAX; attr++) {
		if (is_shown(call, stats, attr))
			json_object_set_new(json, stats_name(attr),
					    json_u64(stats->value[attr]));
	}
	return json;
}

static double rate_since(const struct stats *before, const struct stats *now,
			 uint16_t attr, double seconds)
{
	if (now->value[attr] <= before->value[attr])
		return 0;
	return (double)(now->value[attr] - before->value[attr]) / seconds;
}

/* Prints rates as well, unless @before is NULL */
static int print_table(const struct call *call, const struct stats *before,
		       const struct stats *now, double seconds)
{
	static const struct column totals[] = {
		{ "COUNTER", ALIGN_LEFT },
		{ "TOTAL", ALIGN_RIGHT },
		{ NULL, ALIGN_LEFT },
	};
	static const struct column rates[] = {
		{ "COUNTER", ALIGN_LEFT },
		{ "TOTAL", ALIGN_RIGHT },
		{ "RATE/S", ALIGN_RIGHT },
		{ NULL, ALIGN_LEFT },
	};
	char total[FORMAT_SIZE], rate[FORMAT_SIZE] = "";
	const char *cells[3] = { NULL, total, rate };
	struct table table;

	if (table_begin(&table, before ? rates : totals))
		return EXIT_REFUSED;
	for (uint16_t attr = 0; attr <= TSREWRITE_A_STATS_MAX; attr++) {
		if (!is_shown(call, now, attr))
			continue;
		format_number(total, now->value[attr]);
		if (before)
			snprintf(rate, sizeof(rate), "%.1f",
				 rate_since(before, now, attr, seconds));
		cells[0] = stats_name(attr);
		table_row(&table, cells);
	}
	if (!table.headed && !table.pending)
		puts("all counters are zero (-a shows them)");
	table_end(&table);
	return EXIT_DONE;
}

static json_t *rates_json(const struct call *call, const struct stats *before,
			  const struct stats *now, double seconds)
{
	json_t *rates = json_object();
	json_t *json = json_object();

	for (uint16_t attr = 0; attr <= TSREWRITE_A_STATS_MAX; attr++) {
		if (is_shown(call, now, attr))
			json_object_set_new(rates, stats_name(attr),
					    json_real(rate_since(before, now, attr,
								 seconds)));
	}
	json_object_set_new(json, "seconds", json_real(seconds));
	json_object_set_new(json, "total", stats_json(call, now));
	json_object_set_new(json, "per_second", rates);
	return json;
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int report_unread(const struct genl *genl)
{
	return report_genl(genl, "reading counters", "stats");
}

static int print_rates(const struct call *call, const struct stats *before,
		       const struct stats *now, double seconds)
{
	int ret = EXIT_DONE;

	if (call->json) {
		print_json_line(rates_json(call, before, now, seconds));
	} else {
		ret = print_table(call, before, now, seconds);
		putchar('\n');
	}
	return print_failed() ? EXIT_REFUSED : ret;
}

/* Goes on until the command is killed, or stdout cannot be written */
static int watch_rates(struct genl *genl, const struct call *call)
{
	struct stats before, now;
	double then = seconds_now();

	if (stats_get(genl, &before) < 0)
		return report_unread(genl);
	for (;;) {
		double seconds;

		nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
		if (stats_get(genl, &now) < 0)
			return report_unread(genl);
		seconds = seconds_now() - then;
		if (print_rates(call, &before, &now, seconds))
			return EXIT_REFUSED;
		then += seconds;
		before = now;
	}
}

static int show_stats(struct genl *genl, const struct call *call, void *unused)
{
	struct stats stats;

	(void)unused;
	if (call->watch)
		return watch_rates(genl, call);
	if (stats_get(genl, &stats) < 0)
		return report_unread(genl);
	if (!call->json)
		return print_table(call, NULL, &stats, 1);
	print_json(stats_json(call, &stats));
	return EXIT_DONE;
}

int cmd_stats(const struct call *call)
{
	if (call->words[0])
		return report_surplus("stats", call->words[0]);
	return session(call, show_stats, NULL);
}
