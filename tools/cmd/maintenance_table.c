// SPDX-License-Identifier: GPL-2.0-only
#include "maintenance_table.h"

#include <stdio.h>

#include "../text/format.h"
#include "../text/parse.h"
#include "../text/print.h"

#define CELL   64	/* before and now */
#define NUMBER 24

/* What a share is of */
static const enum usual_count whole[USUAL_COUNTS] = {
	[USUAL_ANSWERED] = USUAL_ATTEMPTS, [USUAL_ESTABLISHED] = USUAL_ATTEMPTS,
	[USUAL_REFUSED] = USUAL_ATTEMPTS, [USUAL_IMPOSSIBLE] = USUAL_VERIFIED,
};

/* Echoes are good or bad: of impossible ones, the whole is both */
static double share_of(const double n[USUAL_COUNTS], enum usual_count what)
{
	double all = n[whole[what]] + (what == USUAL_IMPOSSIBLE ? n[what] : 0);

	if (all <= 0)
		return -1;
	return n[what] < all ? n[what] / all : 1;
}

static double share_now(const struct judgement_row *row, enum usual_count what)
{
	double n[USUAL_COUNTS];

	/* Attempts of the last seconds may still come up */
	for (int i = 0; i < USUAL_COUNTS; i++)
		n[i] = (double)tally_settled(&row->now, (enum usual_count)i);
	return share_of(n, what);
}

static double share_before(const struct judgement_row *row, enum usual_count what)
{
	return row->before.known ? share_of(row->before.counts.n, what) : -1;
}

static double per_minute(const struct judgement_row *row)
{
	return row->now.seconds ? 60.0 * (double)row->now.n[USUAL_ATTEMPTS] /
				  (double)row->now.seconds : 0;
}

static void print_number(char out[NUMBER], double number, const char *unit)
{
	if (number < 0)
		snprintf(out, NUMBER, "-");
	else
		snprintf(out, NUMBER, number < 9.95 && number > 0 ? "%.1f%s" : "%.0f%s", number,
			 unit);
}

static const char *print_pair(char out[CELL], double before, double now, const char *unit)
{
	char was[NUMBER], is[NUMBER];

	print_number(was, before, unit);
	print_number(is, now, unit);
	snprintf(out, CELL, "%s -> %s", was, is);
	return out;
}

static const char *print_shares(char out[CELL], const struct judgement_row *row,
				enum usual_count what)
{
	double before = share_before(row, what), now = share_now(row, what);

	return print_pair(out, before < 0 ? before : 100 * before, now < 0 ? now : 100 * now, "%");
}

static const char *mode_of(const struct judgement_row *row, char out[FORMAT_SIZE])
{
	return row->kind == USUAL_UNTOUCHED ? "untouched" :
	       format_word(out, mode_words, row->mode);
}

static void print_row(struct table *table, const struct judgement_row *row)
{
	char name[4 * ATTR_TEXT], attempts[CELL], answered[CELL], up[CELL], refused[CELL];
	char impossible[CELL], mode[FORMAT_SIZE];
	double before = row->before.known ? 60 * usual_per_second(&row->before, USUAL_ATTEMPTS) :
					    -1;

	table_row(table, (const char *[]){
		format_safe(name, sizeof(name), row->group),
		judgement_origins[row->origin], mode_of(row, mode),
		print_pair(attempts, before, per_minute(row), ""),
		print_shares(answered, row, USUAL_ANSWERED),
		print_shares(up, row, USUAL_ESTABLISHED),
		print_shares(refused, row, USUAL_REFUSED),
		print_shares(impossible, row, USUAL_IMPOSSIBLE),
		comparison_words[row->verdict],
	});
}

int maintenance_table(const struct judgement *judgement)
{
	static const struct column columns[] = {
		{ "GROUP", ALIGN_LEFT }, { "FROM", ALIGN_LEFT }, { "MODE", ALIGN_LEFT },
		{ "ATTEMPTS/MIN", ALIGN_RIGHT }, { "ANSWERED", ALIGN_RIGHT },
		{ "ESTABLISHED", ALIGN_RIGHT }, { "REFUSED BY US", ALIGN_RIGHT },
		{ "IMPOSSIBLE ECHOES", ALIGN_RIGHT }, { "VERDICT", ALIGN_LEFT },
		{ NULL, ALIGN_LEFT },
	};
	struct table table;
	int ret = table_begin(&table, columns);

	if (ret)
		return ret;
	for (size_t i = 0; i < judgement->count; i++) {
		if (judgement_row_matters(&judgement->row[i]))
			print_row(&table, &judgement->row[i]);
	}
	table_end(&table);
	return 0;
}

static json_t *optional_share(double share)
{
	return share < 0 ? json_null() : json_real(share);
}

static json_t *before_json(const struct judgement_row *row)
{
	const struct usual_answer *before = &row->before;

	if (!before->known)
		return json_null();
	return json_pack("{s:b, s:f, s:o, s:o, s:o, s:o}", "hourly", before->hourly,
			 "attempts_per_minute", 60 * usual_per_second(before, USUAL_ATTEMPTS),
			 "answered", optional_share(share_before(row, USUAL_ANSWERED)),
			 "established", optional_share(share_before(row, USUAL_ESTABLISHED)),
			 "refused_by_us", optional_share(share_before(row, USUAL_REFUSED)),
			 "impossible", optional_share(share_before(row, USUAL_IMPOSSIBLE)));
}

static json_t *now_json(const struct judgement_row *row)
{
	const uint64_t *n = row->now.n;

	return json_pack("{s:o, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "seconds", json_u64(row->now.seconds),
			 "attempts_per_minute", per_minute(row),
			 "attempts", json_u64(n[USUAL_ATTEMPTS]),
			 "settled", json_u64(tally_settled(&row->now, USUAL_ATTEMPTS)),
			 "answered", optional_share(share_now(row, USUAL_ANSWERED)),
			 "established", optional_share(share_now(row, USUAL_ESTABLISHED)),
			 "refused_by_us", optional_share(share_now(row, USUAL_REFUSED)),
			 "impossible", optional_share(share_now(row, USUAL_IMPOSSIBLE)),
			 "echoes_verified", json_u64(n[USUAL_VERIFIED]),
			 "echoes_impossible", json_u64(n[USUAL_IMPOSSIBLE]));
}

static json_t *row_json(const struct judgement_row *row)
{
	char mode[FORMAT_SIZE];

	return json_pack("{s:o, s:s, s:s, s:s, s:o, s:o, s:s, s:o}",
			 "group", json_text(row->group),
			 "origin", judgement_origins[row->origin],
			 "kind", judgement_kinds[row->kind],
			 "mode", format_word(mode, mode_words, row->mode),
			 "before", before_json(row), "now", now_json(row),
			 "verdict", comparison_names[row->verdict],
			 "reason", *row->reason ? json_text(row->reason) : json_null());
}

json_t *maintenance_rows_json(const struct judgement *judgement)
{
	json_t *json = json_array();

	for (size_t i = 0; i < judgement->count; i++) {
		if (judgement_row_matters(&judgement->row[i]))
			json_array_append_new(json, row_json(&judgement->row[i]));
	}
	return json;
}

char *maintenance_row_name(const struct judgement_row *row, char *out, size_t size)
{
	char name[4 * ATTR_TEXT];

	snprintf(out, size, "group %s, from %s%s", format_safe(name, sizeof(name), row->group),
		 judgement_origins[row->origin],
		 row->kind == USUAL_UNTOUCHED ? ", untouched" : "");
	return out;
}
