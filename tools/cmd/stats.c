// SPDX-License-Identifier: GPL-2.0-only
#include "stats.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../format.h"
#include "../print.h"
#include "../report.h"
#include "cmd.h"

#define COUNTER(attr, name)						\
	[TSREWRITE_A_STATS_##attr] =					\
		ATTR_FIELD(ATTR_U64, name, stats, value[TSREWRITE_A_STATS_##attr])

static const struct attr_field fields[] = {
	COUNTER(EGRESS_NOT_IP, "egress_not_ip"),
	COUNTER(EGRESS_NOT_TCP, "egress_not_tcp"),
	COUNTER(EGRESS_FRAGMENT, "egress_fragment"),
	COUNTER(EGRESS_MALFORMED, "egress_malformed"),
	COUNTER(EGRESS_UNTRACKED, "egress_untracked"),
	COUNTER(EGRESS_TCP_AO, "egress_tcp_ao"),
	COUNTER(EGRESS_BAD_OPTION, "egress_bad_option"),
	COUNTER(EGRESS_NO_TSOPT, "egress_no_tsopt"),
	COUNTER(EGRESS_NO_FLOW, "egress_no_flow"),
	COUNTER(EGRESS_MODE_OFF, "egress_mode_off"),
	COUNTER(EGRESS_TABLE_FULL, "egress_table_full"),
	COUNTER(EGRESS_INBOUND_LIMIT, "egress_inbound_limit"),
	COUNTER(EGRESS_NO_MEMORY, "egress_no_memory"),
	COUNTER(EGRESS_REWRITTEN, "egress_rewritten"),
	COUNTER(EGRESS_OBSERVED, "egress_observed"),
	COUNTER(EGRESS_STRIPPED, "egress_stripped"),
	COUNTER(EGRESS_QUOTE_REWRITTEN, "egress_quote_rewritten"),
	COUNTER(EGRESS_DROPPED_FRAGMENT, "egress_dropped_fragment"),
	COUNTER(EGRESS_DROPPED_NO_MEMORY, "egress_dropped_no_memory"),
	COUNTER(INGRESS_NOT_IP, "ingress_not_ip"),
	COUNTER(INGRESS_NOT_TCP, "ingress_not_tcp"),
	COUNTER(INGRESS_FRAGMENT, "ingress_fragment"),
	COUNTER(INGRESS_MALFORMED, "ingress_malformed"),
	COUNTER(INGRESS_UNTRACKED, "ingress_untracked"),
	COUNTER(INGRESS_TCP_AO, "ingress_tcp_ao"),
	COUNTER(INGRESS_BAD_OPTION, "ingress_bad_option"),
	COUNTER(INGRESS_NO_TSOPT, "ingress_no_tsopt"),
	COUNTER(INGRESS_NO_FLOW, "ingress_no_flow"),
	COUNTER(INGRESS_NO_ACK, "ingress_no_ack"),
	COUNTER(INGRESS_ECHO_ZERO, "ingress_echo_zero"),
	COUNTER(INGRESS_RESTORED, "ingress_restored"),
	COUNTER(INGRESS_ZEROED, "ingress_zeroed"),
	COUNTER(INGRESS_OBSERVED, "ingress_observed"),
	COUNTER(INGRESS_STRIPPED, "ingress_stripped"),
	COUNTER(INGRESS_QUOTE_RESTORED, "ingress_quote_restored"),
	COUNTER(INGRESS_UNRESTORED, "ingress_unrestored"),
	COUNTER(INGRESS_FOREIGN, "ingress_foreign"),
	COUNTER(INGRESS_DROPPED_FRAGMENT, "ingress_dropped_fragment"),
	COUNTER(INGRESS_DROPPED_NO_MEMORY, "ingress_dropped_no_memory"),
	COUNTER(ECHO_VERIFIED, "echo_verified"),
	COUNTER(ECHO_IMPOSSIBLE, "echo_impossible"),
	COUNTER(ECHO_FUTURE, "echo_future"),
	COUNTER(ECHO_PAST, "echo_past"),
	COUNTER(DUPLICATE_TSOPT, "duplicate_tsopt"),
	COUNTER(SYN_RETRANSMITTED, "syn_retransmitted"),
	COUNTER(FLOW_CREATED, "flow_created"),
	COUNTER(FLOW_REUSED, "flow_reused"),
	COUNTER(FLOW_ESTABLISHED, "flow_established"),
	COUNTER(FLOW_NO_TSOPT, "flow_no_tsopt"),
	COUNTER(FLOW_REFUSED, "flow_refused"),
	COUNTER(FLOW_CLOSED, "flow_closed"),
	COUNTER(FLOW_EXPIRED, "flow_expired"),
	COUNTER(FLOW_EXPIRED_EARLY, "flow_expired_early"),
	COUNTER(FLOW_FLUSHED, "flow_flushed"),
	COUNTER(FLOW_ONE_SIDED, "flow_one_sided"),
};

/* An older module may lack counters, but not those that judge its work */
const struct attr_table stats_table = {
	"stats", fields, TSREWRITE_A_STATS_MAX,
	ATTR_BIT(TSREWRITE_A_STATS_EGRESS_REWRITTEN) |
	ATTR_BIT(TSREWRITE_A_STATS_INGRESS_RESTORED) |
	ATTR_BIT(TSREWRITE_A_STATS_INGRESS_UNRESTORED) |
	ATTR_BIT(TSREWRITE_A_STATS_ECHO_VERIFIED) |
	ATTR_BIT(TSREWRITE_A_STATS_ECHO_IMPOSSIBLE),
};

static_assert(TSREWRITE_A_STATS_MAX < 64, "attr.h holds sets in 64 bits");

const char *stats_name(uint16_t attr)
{
	return fields[attr].kind == ATTR_U64 ? fields[attr].name : NULL;
}

static int stats_row(struct genl *genl, struct attrs attrs, void *stats)
{
	return genl_decode(genl, &stats_table, attrs, stats);
}

int stats_get(struct genl *genl, struct stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	genl_request(genl, TSREWRITE_CMD_STATS_GET);
	if (genl_do(genl, stats_row, stats) < 0)
		return -1;
	if (stats->present)
		return 0;
	return genl_fail(genl, 0, "the module answered nothing");
}

static bool shown(const struct call *call, const struct stats *stats,
		  uint16_t attr)
{
	if (fields[attr].kind != ATTR_U64 || !attr_present(stats, attr))
		return false;
	return call->all || call->json || stats->value[attr];
}

static json_t *stats_json(const struct call *call, const struct stats *stats)
{
	json_t *json = json_object();

	for (uint16_t attr = 0; attr <= TSREWRITE_A_STATS_MAX; attr++) {
		if (shown(call, stats, attr))
			json_object_set_new(json, fields[attr].name,
					    json_u64(stats->value[attr]));
	}
	return json;
}

static double since(const struct stats *before, const struct stats *now,
		    uint16_t attr, double seconds)
{
	if (now->value[attr] <= before->value[attr])
		return 0;
	return (double)(now->value[attr] - before->value[attr]) / seconds;
}

/* @before NULL: totals alone */
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
		if (!shown(call, now, attr))
			continue;
		format_number(total, now->value[attr]);
		if (before)
			snprintf(rate, sizeof(rate), "%.1f",
				 since(before, now, attr, seconds));
		cells[0] = fields[attr].name;
		table_row(&table, cells);
	}
	if (!table.headed && !table.pending)
		puts("every counter is zero (-a shows them)");
	table_end(&table);
	return EXIT_DONE;
}

static json_t *rates_json(const struct call *call, const struct stats *before,
			  const struct stats *now, double seconds)
{
	json_t *rates = json_object();
	json_t *json = json_object();

	for (uint16_t attr = 0; attr <= TSREWRITE_A_STATS_MAX; attr++) {
		if (shown(call, now, attr))
			json_object_set_new(rates, fields[attr].name,
					    json_real(since(before, now, attr,
							    seconds)));
	}
	json_object_set_new(json, "seconds", json_real(seconds));
	json_object_set_new(json, "total", stats_json(call, now));
	json_object_set_new(json, "per_second", rates);
	return json;
}

static double uptime(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int refused(const struct genl *genl)
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

/* Until killed, or until nobody reads */
static int watch(struct genl *genl, const struct call *call)
{
	struct stats before, now;
	double then = uptime();

	if (stats_get(genl, &before) < 0)
		return refused(genl);
	for (;;) {
		double seconds;

		nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
		if (stats_get(genl, &now) < 0)
			return refused(genl);
		seconds = uptime() - then;
		if (print_rates(call, &before, &now, seconds))
			return EXIT_REFUSED;
		then += seconds;
		before = now;
	}
}

static int show(struct genl *genl, const struct call *call, void *unused)
{
	struct stats stats;

	(void)unused;
	if (call->watch)
		return watch(genl, call);
	if (stats_get(genl, &stats) < 0)
		return refused(genl);
	if (!call->json)
		return print_table(call, NULL, &stats, 1);
	print_json(stats_json(call, &stats));
	return EXIT_DONE;
}

int cmd_stats(const struct call *call)
{
	if (call->words[0])
		return report_surplus("stats", call->words[0]);
	return session(call, show, NULL);
}
