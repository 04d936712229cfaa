// SPDX-License-Identifier: GPL-2.0-only
#include "week.h"

#include <math.h>

#define HOUR 3600000000000ULL

/* After so many hours, which are four weeks, counts weigh half as much */
#define HALF_LIFE (4.0 * USUAL_HOURS)

uint64_t week_hour(uint64_t time)
{
	return time / HOUR;
}

/* A clock that was set back makes nothing younger */
static double weight_of(const struct usual_hour *of, uint64_t hour)
{
	return hour > of->last ? exp2(-(double)(hour - of->last) / HALF_LIFE) : 1;
}

/* However far the clock is set forward, it takes no more than half of what is there for good */
static void age_hour(struct usual_hour *of, uint64_t hour)
{
	double weight = fmax(0.5, weight_of(of, hour));

	of->last = hour;
	of->seconds *= weight;
	for (int origin = 0; origin < USUAL_ORIGINS; origin++) {
		for (int i = 0; i < USUAL_COUNTS; i++)
			of->n[origin][i] *= weight;
	}
}

void week_add(struct usual_week *week, uint64_t hour,
	      const struct usual_counts counted[USUAL_ORIGINS])
{
	struct usual_hour *of = &week->hour[hour % USUAL_HOURS];

	age_hour(of, hour);
	of->seconds += counted[0].seconds;
	for (int origin = 0; origin < USUAL_ORIGINS; origin++) {
		for (int i = 0; i < USUAL_COUNTS; i++)
			of->n[origin][i] += counted[origin].n[i];
	}
}

static void add_weighed(const struct usual_hour *of, enum usual_origin origin, uint64_t hour,
			struct usual_counts *sum)
{
	double weight = weight_of(of, hour);

	sum->seconds += of->seconds * weight;
	for (int i = 0; i < USUAL_COUNTS; i++)
		sum->n[i] += of->n[origin][i] * weight;
}

struct usual_counts week_of_hour(const struct usual_week *week, enum usual_origin origin,
				 uint64_t hour)
{
	struct usual_counts counts = { 0 };

	add_weighed(&week->hour[hour % USUAL_HOURS], origin, hour, &counts);
	return counts;
}

struct usual_counts week_of_all(const struct usual_week *week, enum usual_origin origin,
				uint64_t hour)
{
	struct usual_counts counts = { 0 };

	for (int i = 0; i < USUAL_HOURS; i++)
		add_weighed(&week->hour[i], origin, hour, &counts);
	return counts;
}
