// SPDX-License-Identifier: GPL-2.0-only
#include "usual_json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../text/format.h"
#include "../text/print.h"
#include "week.h"

/* To be raised when what is below changes its meaning: another version's file is not read */
#define VERSION 1

/* An hour that is further ahead than this was written by a clock that was wrong, or is now */
#define AHEAD 24

/* In the file, an hour is a list: when it was, the seconds, and the counts of both origins */
#define ROW (2 + USUAL_ORIGINS * USUAL_COUNTS)

/*
 * More than any hour has, and little enough that a sum of all hours is a number, too; and fewer
 * seconds than are ever learnt, and enough to divide by, however old they are
 */
#define MOST  1e15
#define LEAST 0.001

static const char *const kinds[USUAL_KINDS] = { "trial", "untouched", "off" };

static json_t *hour_json(const struct usual_hour *hour)
{
	json_t *row = json_array();

	json_array_append_new(row, json_integer((json_int_t)hour->last));
	json_array_append_new(row, json_real(hour->seconds));
	for (int origin = 0; origin < USUAL_ORIGINS; origin++) {
		for (int i = 0; i < USUAL_COUNTS; i++)
			json_array_append_new(row, json_real(hour->n[origin][i]));
	}
	return row;
}

static json_t *week_json(const struct usual_week *week)
{
	json_t *rows = json_array();

	for (int i = 0; i < USUAL_HOURS; i++) {
		if (week->hour[i].seconds > 0)
			json_array_append_new(rows, hour_json(&week->hour[i]));
	}
	return rows;
}

static json_t *learnt_group_json(const struct usual_group *group)
{
	json_t *json = json_pack("{s:o, s:f}", "name", json_text(group->name),
				 "absent_seconds", group->absent);

	for (int kind = 0; kind < USUAL_KINDS; kind++) {
		if (group->week[kind])
			json_object_set_new(json, kinds[kind], week_json(group->week[kind]));
	}
	return json;
}

json_t *usual_json(const struct usual *usual, uint64_t time)
{
	json_t *groups = json_array();

	for (size_t i = 0; i < usual->count; i++)
		json_array_append_new(groups, learnt_group_json(&usual->group[i]));
	return json_pack("{s:i, s:o, s:o}", "version", VERSION, "saved", json_time(time),
			 "groups", groups);
}

/* A count or a number of seconds; -1 if it is none */
static double number_at(const json_t *row, size_t i)
{
	const json_t *number = json_array_get(row, i);
	double value = json_number_value(number);

	return json_is_number(number) && value >= 0 && value <= MOST ? value : -1;
}

/* Hours that cannot be used */
struct refused {
	size_t invalid;
	size_t ahead;
};

/* Returns false if it is none */
static bool parse_hour(const json_t *row, struct usual_hour *hour)
{
	double value, lowest;

	*hour = (struct usual_hour){ .seconds = number_at(row, 1) };
	lowest = fmin(number_at(row, 0), hour->seconds);
	if (json_array_size(row) != ROW || !json_is_integer(json_array_get(row, 0)) || lowest < 0)
		return false;
	hour->last = (uint64_t)json_integer_value(json_array_get(row, 0));
	for (size_t i = 2; i < ROW && lowest >= 0; i++) {
		value = number_at(row, i);
		hour->n[(i - 2) / USUAL_COUNTS][(i - 2) % USUAL_COUNTS] = value;
		lowest = fmin(lowest, value);
	}
	return lowest >= 0 && hour->seconds >= LEAST;
}

static void parse_week(const json_t *rows, uint64_t now, struct usual_week *week,
		       struct refused *refused)
{
	struct usual_hour hour;
	const json_t *row;
	size_t i;

	if (!json_is_array(rows))
		refused->invalid++;
	json_array_foreach(rows, i, row) {
		if (!parse_hour(row, &hour))
			refused->invalid++;
		else if (hour.last > now + AHEAD)
			refused->ahead++;
		else
			week->hour[hour.last % USUAL_HOURS] = hour;
	}
}

/* The name of a group, if it is as it was written: longer ones, and other bytes, are of nobody */
static const char *name_of(const json_t *json)
{
	const char *name = json_string_value(json_object_get(json, "name"));
	char safe[sizeof(((struct usual_group *)NULL)->name)];

	return name && *name && !strcmp(format_safe(safe, sizeof(safe), name), name) ? name : NULL;
}

/* Returns -1 if there is no memory */
static int parse_group(const json_t *json, uint64_t now, struct usual *usual,
		       struct refused *refused)
{
	const char *name = name_of(json);
	const json_t *rows;
	double absent = json_number_value(json_object_get(json, "absent_seconds"));
	struct usual_group *group;
	struct usual_week *week;

	if (!name) {
		refused->invalid++;
		return 0;
	}
	group = usual_group_add(usual, name);
	if (!group)
		return -1;
	group->absent = absent > 0 ? absent : 0;
	for (int kind = 0; kind < USUAL_KINDS; kind++) {
		rows = json_object_get(json, kinds[kind]);
		week = rows ? usual_group_week(group, (enum usual_kind)kind) : NULL;
		if (rows && !week)
			return -1;
		if (rows)
			parse_week(rows, now, week, refused);
	}
	return 0;
}

static const char *say_refused(const struct refused *refused, char *why, size_t size)
{
	if (refused->invalid)
		snprintf(why, size, "%zu entr%s not as this version writes them",
			 refused->invalid, refused->invalid == 1 ? "y is" : "ies are");
	else if (refused->ahead)
		snprintf(why, size, "%zu hour%s in the future: the clock was wrong then, or is now",
			 refused->ahead, refused->ahead == 1 ? " is" : "s are");
	return refused->invalid || refused->ahead ? why : NULL;
}

const char *usual_parse(const json_t *json, uint64_t time, struct usual *usual, char *why,
			size_t size)
{
	const json_t *version = json_object_get(json, "version");
	const json_t *groups = json_object_get(json, "groups"), *group;
	struct refused refused = { 0 };
	size_t i;

	if (!json_is_integer(version) || !json_is_array(groups))
		return "it is not a file of what is usual";
	if (json_integer_value(version) != VERSION) {
		snprintf(why, size, "it has version %lld, and this program reads version %d",
			 (long long)json_integer_value(version), VERSION);
		return why;
	}
	json_array_foreach(groups, i, group) {
		if (parse_group(group, week_hour(time), usual, &refused) < 0)
			return "out of memory";
	}
	return say_refused(&refused, why, size);
}
