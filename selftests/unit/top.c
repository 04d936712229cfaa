// SPDX-License-Identifier: GPL-2.0-only
/*
 * What `tsrewrite top` and `tsrewrite group -w` make of counters and of the service's answer:
 * rates, what is wrong, what comes first, and what has room.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "text/format.h"
#include "top/board.h"
#include "top/figure.h"
#include "top/view.h"

#define NEAR(expected, seen) EXPECT_GT(0.000001, fabs((expected) - (seen)))
#define SET(text, to) snprintf(text, sizeof(text), "%s", to)

/* Rates */

static void add_sample(struct history *history, double now, unsigned int attempts,
		       unsigned int successes)
{
	history_add(history, now, &(struct figures){ { attempts, successes, 0, 0 } });
}

static double attempts_in(const struct history *history, double from, double to)
{
	return history_rate(history, FIGURE_ATTEMPTS, from, to);
}

TEST(one_sample_says_nothing)
{
	struct history history = { 0 };

	EXPECT_EQ(-1, attempts_in(&history, 0, 100));
	add_sample(&history, 50, 1000, 1000);
	EXPECT_EQ(-1, attempts_in(&history, 0, 100));
}

TEST(rates_are_of_the_time_that_passed)
{
	struct history history = { 0 };

	add_sample(&history, 100, 1000, 0);
	add_sample(&history, 100.5, 1010, 0);
	NEAR(20, attempts_in(&history, 100, 100.5));
	add_sample(&history, 104.5, 1050, 0);
	NEAR(10, attempts_in(&history, 100.5, 104.5));
	NEAR(15, attempts_in(&history, 100, 101));
	NEAR(50 / 4.5, attempts_in(&history, 90, 104.5));
	EXPECT_EQ(-1, attempts_in(&history, 90, 100));
}

TEST(counters_that_run_backwards_say_nothing)
{
	struct history history = { 0 };

	add_sample(&history, 1, 1000, 900);
	add_sample(&history, 2, 10, 10);
	EXPECT_EQ(-1, attempts_in(&history, 1, 2));
	add_sample(&history, 3, 17, 10);
	NEAR(7, attempts_in(&history, 1, 3));
	add_sample(&history, 4, 18, 9);
	EXPECT_EQ(-1, attempts_in(&history, 3, 4));
}

TEST(clock_that_stands_still_divides_by_nothing)
{
	struct history history = { 0 };

	add_sample(&history, 1, 0, 0);
	add_sample(&history, 1, 7, 0);
	EXPECT_EQ(-1, attempts_in(&history, 0, 2));
}

TEST(minute_is_kept_whole)
{
	struct history history = { 0 };
	unsigned int attempts = 0;

	for (int now = 0; now <= 500; now++)
		add_sample(&history, now, attempts += (unsigned int)now, 0);
	for (int age = 0; age < HISTORY_SECONDS; age++)
		NEAR(500 - age, attempts_in(&history, 499 - age, 500 - age));
}

/* What is wrong */

static struct row measured_row(double attempts, double successes, double usual)
{
	struct row row = {
		.mode = TSREWRITE_MODE_REWRITE, .usual = usual, .busy = attempts,
		.rate = { attempts, successes, 0, 0 },
		.ratio = attempts > 0 ? successes / attempts : -1,
	};

	return row;
}

static enum trouble trouble_of(struct row row, const struct answer_incident *incident)
{
	row_judge(&row, incident);
	return row.trouble;
}

TEST(ratio_and_minute_of_a_history)
{
	struct history history = { 0 };
	struct row row = { 0 };

	row_measure(&row, &history, 100);
	EXPECT_EQ(-1, row.ratio);
	for (unsigned int i = 0; i <= 20; i++)
		add_sample(&history, 100 + i, 10 * i, 9 * i);
	row_measure(&row, &history, 120);
	NEAR(10, row.rate[FIGURE_ATTEMPTS]);
	NEAR(0.9, row.ratio);
	NEAR(9, row.minute[HISTORY_SECONDS - 1]);
	EXPECT_EQ(-1, row.minute[0]);
	for (unsigned int i = 21; i <= 40; i++)
		add_sample(&history, 100 + i, 200, 180);
	row_measure(&row, &history, 140);
	EXPECT_EQ(-1, row.ratio);
	EXPECT_EQ(0, row.rate[FIGURE_ATTEMPTS]);
}

TEST(more_may_come_up_than_begin)
{
	struct history history = { 0 };
	struct row row = { 0 };

	add_sample(&history, 0, 10, 0);
	add_sample(&history, 1, 11, 5);
	row_measure(&row, &history, 1);
	EXPECT_EQ(1, row.ratio);
}

TEST(figures_alone_say_what_fails)
{
	EXPECT_EQ(TROUBLE_NONE, trouble_of(measured_row(10, 10, 0.99), NULL));
	EXPECT_EQ(TROUBLE_NONE, trouble_of(measured_row(0, 0, 0.99), NULL));
	EXPECT_EQ(TROUBLE_FAILING, trouble_of(measured_row(10, 4, 0.99), NULL));
	EXPECT_EQ(TROUBLE_NONE, trouble_of(measured_row(10, 4, 0.5), NULL));
	EXPECT_EQ(TROUBLE_NONE, trouble_of(measured_row(0.4, 0, 0.99), NULL));
	EXPECT_EQ(TROUBLE_FAILING, trouble_of(measured_row(10, 4, -1), NULL));
	EXPECT_EQ(TROUBLE_NONE, trouble_of(measured_row(-1, -1, -1), NULL));
}

TEST(impossible_echoes_without_an_incident)
{
	struct row row = measured_row(10, 10, 0.99);

	row.rate[FIGURE_IMPOSSIBLE] = 0.1;
	EXPECT_EQ(TROUBLE_ECHOES, trouble_of(row, NULL));
}

TEST(mode_bug_is_ours)
{
	struct row row = measured_row(10, 10, 0.99);

	row.mode = TSREWRITE_MODE_BUG;
	EXPECT_EQ(TROUBLE_OURS, trouble_of(row, NULL));
}

TEST(incident_has_its_verdict)
{
	const struct answer_incident ours = { "success", "ours", "" };
	const struct answer_incident theirs = { "success", "far_end", "" };
	struct row row = measured_row(10, 10, 0.99);

	EXPECT_EQ(TROUBLE_OURS, trouble_of(row, &ours));
	EXPECT_EQ(TROUBLE_FAILING, trouble_of(row, &theirs));
	row_judge(&row, &theirs);
	EXPECT_STREQ("connections fail: it looks like the far end", row.words);
}

TEST(trip_is_told)
{
	const struct answer_incident ours = { "success", "ours", "" };
	struct row row = measured_row(10, 0, 0.99);

	row.mode = TSREWRITE_MODE_OFF;
	row.tripped = true;
	row_judge(&row, &ours);
	EXPECT_EQ(TROUBLE_TRIPPED, row.trouble);
	EXPECT_STREQ("TRIPPED to off; connections fail: it looks like this firewall",
		     row.words);
}

TEST(worst_comes_first)
{
	struct row row[6];
	int order[6] = { 5, 4, 3, 2, 1, 0 };

	row[0] = measured_row(10, 0, 0.99);
	row[0].trouble = TROUBLE_OURS;
	row[1] = measured_row(10, 0, 0.99);
	row[1].trouble = TROUBLE_FAILING;
	row[2] = measured_row(10, 10, 0.99);
	row[2].trouble = TROUBLE_TRIPPED;
	row[3] = measured_row(10, 6, 0.99);
	row[4] = measured_row(10, 9.9, 0.99);
	row[5] = measured_row(0, 0, 0.99);
	for (int i = 0; i < 6; i++)
		snprintf(row[i].name, ROW_NAME, "%d", order[i]);
	for (int i = 0; i < 5; i++) {
		EXPECT_GT(0, row_compare(&row[i], &row[i + 1], ROW_WORST));
		EXPECT_LT(0, row_compare(&row[i + 1], &row[i], ROW_WORST));
		EXPECT_LT(0, row_compare(&row[i], &row[i + 1], ROW_NAMED));
	}
	row[5].busy = 11;
	EXPECT_GT(0, row_compare(&row[5], &row[0], ROW_BUSIEST));
}

TEST(chance_changes_no_places)
{
	struct row one = measured_row(10, 9.6, 0.99), other = measured_row(10, 9.9, 0.99);

	SET(one.name, "b");
	SET(other.name, "a");
	EXPECT_LT(0, row_compare(&one, &other, ROW_WORST));
}

/* The service's answer, and groups */

static json_t *make_answer(void)
{
	return json_pack("{s:s, s:[{s:s, s:f}, {s:s, s:n}], s:[{s:n, s:s, s:s}, {s:s, s:s}]}",
			 "time", "2026-11-26T16:16:50.000000000Z", "groups",
			 "name", "alpha", "usual_success", 0.97,
			 "name", "a\\x1b", "usual_success", "incidents",
			 "group", "kind", "table", "title", "the flow table is nearly full",
			 "group", "alpha", "kind", "echoes");
}

#define ANSWERED UINT64_C(1795709810000000000)

static void count_group(struct group *group, const char *name, uint8_t id, uint64_t attempts)
{
	*group = (struct group){ .id = id, .mode = TSREWRITE_MODE_REWRITE };
	SET(group->name, name);
	group->treated.value[TSREWRITE_A_GROUP_STATS_ATTEMPTS] = attempts;
	group->control.value[TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS] = attempts;
	group->treated.value[TSREWRITE_A_GROUP_STATS_INBOUND_ESTABLISHED] = 2 * attempts;
}

TEST(answer_is_read)
{
	json_t *answer = make_answer();
	struct answer_incident incident;

	ASSERT_NE(NULL, answer);
	EXPECT_EQ(NULL, answer_wrong(answer, ANSWERED));
	EXPECT_EQ(NULL, answer_wrong(answer, ANSWERED - 1));
	EXPECT_NE(NULL, answer_wrong(answer, ANSWERED + UINT64_C(5000000001)));
	NEAR(0.97, answer_usual(answer, "alpha"));
	EXPECT_EQ(-1, answer_usual(answer, "a\\x1b"));
	EXPECT_EQ(-1, answer_usual(answer, "beta"));
	EXPECT_TRUE(answer_incident(answer, "alpha", &incident));
	EXPECT_STREQ("echoes", incident.kind);
	EXPECT_FALSE(answer_incident(answer, "beta", &incident));
	EXPECT_TRUE(answer_machine_incident(answer, 0, &incident));
	EXPECT_STREQ("the flow table is nearly full", incident.title);
	EXPECT_FALSE(answer_machine_incident(answer, 1, &incident));
	json_decref(answer);
}

TEST(answer_of_another_version_is_no_harm)
{
	static const char *const texts[] = { "{}", "[]", "7", "{\"groups\": 7}",
		"{\"incidents\": [7, null, {}], \"groups\": [7, {\"name\": 7}]}" };
	struct answer_incident incident;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		json_t *answer = json_loads(texts[i], JSON_DECODE_ANY, NULL);

		ASSERT_NE(NULL, answer);
		EXPECT_NE(NULL, answer_wrong(answer, 0));
		EXPECT_EQ(-1, answer_usual(answer, "alpha"));
		EXPECT_FALSE(answer_incident(answer, "alpha", &incident));
		json_decref(answer);
	}
	EXPECT_EQ(-1, answer_usual(NULL, "alpha"));
	EXPECT_FALSE(answer_incident(NULL, "alpha", &incident));
}

TEST(groups_come_and_go)
{
	struct group group[3];
	struct groups groups = { group, 3 };
	struct board board = { 0 };
	json_t *answer = make_answer();
	struct row *rows;

	count_group(&group[0], "default", 0, 0);
	count_group(&group[1], "alpha", 1, 100);
	count_group(&group[2], "a\x1b", 2, 100);
	EXPECT_EQ(0, board_sample(&board, &groups, 10));
	count_group(&group[1], "alpha", 1, 150);
	count_group(&group[2], "a\x1b", 2, 50);
	EXPECT_EQ(0, board_sample(&board, &groups, 20));
	rows = board_rows(&board, answer, 20, ROW_NAMED);
	ASSERT_NE(NULL, rows);
	EXPECT_STREQ("a\\x1b", rows[0].name);
	EXPECT_EQ(-1, rows[0].rate[FIGURE_ATTEMPTS]);
	NEAR(10, rows[1].rate[FIGURE_ATTEMPTS]);
	NEAR(10, rows[1].rate[FIGURE_SUCCESSES]);
	NEAR(0.97, rows[1].usual);
	EXPECT_STREQ("impossible echoes", rows[1].words);
	free(rows);
	groups.count = 2;
	EXPECT_EQ(0, board_sample(&board, &groups, 21));
	EXPECT_EQ(2, board.count);
	groups.count = 3;
	EXPECT_EQ(0, board_sample(&board, &groups, 22));
	rows = board_rows(&board, answer, 22, ROW_NAMED);
	EXPECT_EQ(-1, rows[0].rate[FIGURE_ATTEMPTS]);
	free(rows);
	json_decref(answer);
	board_free(&board);
}

TEST(off_is_not_counted_unless_it_is)
{
	struct group group;
	struct groups groups = { &group, 1 };
	struct board board = { 0 };
	struct row *rows;

	for (int now = 0; now < 4; now++) {
		count_group(&group, "alpha", 1, 0);
		group.mode = TSREWRITE_MODE_OFF;
		group.count = now == 2;
		group.tripped = now == 3;
		EXPECT_EQ(0, board_sample(&board, &groups, now));
		rows = board_rows(&board, NULL, now, ROW_WORST);
		ASSERT_NE(NULL, rows);
		EXPECT_EQ(now < 2 ? -1 : 0, rows->rate[FIGURE_ATTEMPTS]);
		EXPECT_EQ(now < 2 ? -1 : 0, rows->rate[FIGURE_IMPOSSIBLE]);
		free(rows);
	}
	board_free(&board);
}

/* What has room */

TEST(rates_have_six_columns)
{
	static const struct {
		double rate;
		const char *text;
	} rates[] = {
		{ -1, "-" }, { 0, "0" }, { 0.01, "<0.1" }, { 0.31, "0.3" }, { 99.9, "99.9" },
		{ 99.97, "100" }, { 1234.4, "1234" }, { 99999, "99999" }, { 123456, "123k" },
		{ 12345678, "12M" }, { 1e30, "9999T" },
	};
	char out[FIGURE_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(rates); i++)
		EXPECT_STREQ(rates[i].text, figure_rate(out, rates[i].rate));
	for (double rate = 0.001; rate < 1e20; rate *= 1.07)
		EXPECT_GE(6, strlen(figure_rate(out, rate)));
}

TEST(only_all_is_100_percent)
{
	char out[FIGURE_SIZE];

	EXPECT_STREQ("-", figure_ratio(out, -1));
	EXPECT_STREQ("0%", figure_ratio(out, 0.009));
	EXPECT_STREQ("29%", figure_ratio(out, 0.29));
	EXPECT_STREQ("99%", figure_ratio(out, 0.9999));
	EXPECT_STREQ("100%", figure_ratio(out, 1));
}

TEST(long_names_keep_both_ends)
{
	char out[64];

	EXPECT_STREQ("short", figure_name(out, sizeof(out), "short", 8));
	EXPECT_STREQ("fit-here", figure_name(out, sizeof(out), "fit-here", 8));
	EXPECT_STREQ("car..001", figure_name(out, sizeof(out), "carrier-001", 8));
	for (size_t width = 4; width < 20; width++)
		EXPECT_EQ(width, strlen(figure_name(out, sizeof(out),
						    "abcdefghijklmnopqrstuvwxyz", width)));
}

TEST(sparkline_shows_what_is_known)
{
	const double rates[] = { -1, -1, 0, 0, 1, 1, 7, 7, 3, 5, -1, 2 };
	const double still[] = { 0, 0 };
	char out[64];

	EXPECT_STREQ(" _.#=:", figure_sparkline(out, rates, 12, 6, false));
	EXPECT_STREQ("  __..##-+", figure_sparkline(out, rates, 10, 10, false));
	EXPECT_STREQ(" ▁▂█▅▃", figure_sparkline(out, rates, 12, 6, true));
	EXPECT_STREQ("__", figure_sparkline(out, still, 2, 2, false));
}

TEST(columns_fit_and_do_not_overlap)
{
	for (int columns = 62; columns < 300; columns++) {
		for (int longest = 1; longest < ROW_NAME; longest++) {
			struct layout layout = layout_fit(columns, 24, longest);
			const struct place *last = &layout.column[TOP_COLUMNS - 1];

			ASSERT_EQ(0, HISTORY_SECONDS % last->width);
			ASSERT_GE(columns, last->x + last->width);
			ASSERT_LE(0, layout.words_width);
			for (int i = 0; i + 1 < TOP_COLUMNS; i++)
				ASSERT_LT(layout.column[i].x + layout.column[i].width,
					  layout.column[i + 1].x + !layout.column[i].width);
		}
	}
}

TEST(wide_screens_show_whole_names_and_each_second)
{
	struct layout layout = layout_fit(200, 60, 31);
	struct row row = {
		.words = "TRIPPED to observe; connections fail: it looks like this firewall"
	};

	EXPECT_EQ(31, layout.column[TOP_NAME].width);
	EXPECT_EQ(30, layout.column[TOP_MINUTE].width);
	EXPECT_EQ(1, layout_height(&layout, &row));
	layout = layout_fit(240, 60, 31);
	EXPECT_EQ(60, layout.column[TOP_MINUTE].width);
	EXPECT_EQ(1, layout_height(&layout, &row));
	layout = layout_fit(120, 60, 31);
	EXPECT_EQ(30, layout.column[TOP_MINUTE].width);
	EXPECT_EQ(2, layout_height(&layout, &row));
	layout = layout_fit(80, 24, 31);
	EXPECT_EQ(20, layout.column[TOP_NAME].width);
	EXPECT_EQ(12, layout.column[TOP_MINUTE].width);
	EXPECT_EQ(2, layout_height(&layout, &row));
	EXPECT_EQ(20, layout.lines);
}

TEST(tiny_screens_are_no_harm)
{
	struct row rows[3] = { { .words = "wrong" } };

	for (int columns = 1; columns < 62; columns++) {
		for (int lines = 1; lines < 8; lines++) {
			struct layout layout = layout_fit(columns, lines, 31);

			EXPECT_LE(0, layout.lines);
			EXPECT_LT(0, layout_rows_from(&layout, rows, 3, 0));
			EXPECT_LT(0, layout_rows_before(&layout, rows, 3));
		}
	}
}

TEST(each_row_is_on_a_page)
{
	struct layout layout = layout_fit(80, 24, 31);
	struct row *rows = calloc(255, sizeof(*rows));
	struct view view = { .row = rows, .count = 255 };
	struct choice choice = { 0 };
	int pages = 0, shown;

	for (int i = 0; i < 255; i += 3)
		SET(rows[i].words, "wrong, and so much of it that it takes a line");
	for (;;) {
		shown = layout_rows_from(&layout, rows, 255, choice.first);
		pages++;
		if (choice.first + shown == 255)
			break;
		view_scroll(&view, &choice, &layout, shown);
		ASSERT_LT(pages, 30);
	}
	EXPECT_EQ(255 * 4 / 3 / 20, pages);
	view_scroll(&view, &choice, &layout, 1);
	EXPECT_EQ(255, choice.first + layout_rows_from(&layout, rows, 255, choice.first));
	for (; choice.first; pages--)
		view_scroll(&view, &choice, &layout,
			    -layout_rows_before(&layout, rows, choice.first));
	view_scroll(&view, &choice, &layout, -1);
	EXPECT_EQ(0, choice.first);
	free(rows);
}

TEST_HARNESS_MAIN
