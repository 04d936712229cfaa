// SPDX-License-Identifier: GPL-2.0-only
#include "figure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Letters that say how large a number is that does not fit */
static const char units[] = { 'k', 'M', 'G', 'T' };

/* Two more columns say that something was left out */
#define ELLIPSIS ".."

char *figure_rate(char out[FIGURE_SIZE], double rate)
{
	int unit = -1;

	while (rate >= (unit < 0 ? 99999.5 : 9999.5) && unit + 1 < (int)sizeof(units)) {
		rate /= 1000;
		unit++;
	}
	if (rate <= 0)
		snprintf(out, FIGURE_SIZE, rate < 0 ? "-" : "0");
	else if (unit >= 0)
		snprintf(out, FIGURE_SIZE, "%.0f%c", fmin(rate, 9999), units[unit]);
	else if (rate < 0.05)
		snprintf(out, FIGURE_SIZE, "<0.1");
	else
		snprintf(out, FIGURE_SIZE, rate < 99.95 ? "%.1f" : "%.0f", rate);
	return out;
}

char *figure_ratio(char out[FIGURE_SIZE], double ratio)
{
	if (ratio < 0)
		snprintf(out, FIGURE_SIZE, "-");
	else
		snprintf(out, FIGURE_SIZE, "%.0f%%", floor(fmin(ratio, 1) * 100 + 0.000000001));
	return out;
}

char *figure_name(char *out, size_t size, const char *name, size_t width)
{
	size_t len = strlen(name), end;

	if (len <= width) {
		snprintf(out, size, "%s", name);
	} else {
		end = (width - strlen(ELLIPSIS)) / 2;
		snprintf(out, size, "%.*s" ELLIPSIS "%s",
			 (int)(width - strlen(ELLIPSIS) - end), name, name + len - end);
	}
	return out;
}

static double mean_known(const double *rates, size_t count)
{
	double sum = 0;
	size_t known = 0;

	for (size_t i = 0; i < count; i++) {
		if (rates[i] < 0)
			continue;
		sum += rates[i];
		known++;
	}
	return known ? sum / (double)known : -1;
}

static double highest_mean(const double *rates, size_t count, size_t share)
{
	double highest = 0;

	for (size_t i = 0; i < count; i += share)
		highest = fmax(highest, mean_known(rates + i, share));
	return highest;
}

#define LEVELS 8

static const char *draw_level(double rate, double highest, bool utf8)
{
	static const char *const ascii[LEVELS] = { "_", ".", ":", "-", "=", "+", "*", "#" };
	static const char *const blocks[LEVELS] = {
		"\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588",
	};
	int level = 0;

	if (rate < 0)
		return " ";
	if (rate > 0)
		level = (int)ceil(rate / highest * (LEVELS - 1));
	return utf8 ? blocks[level] : ascii[level];
}

char *figure_sparkline(char *out, const double *rates, size_t count, size_t cells, bool utf8)
{
	size_t share = count / cells;
	double highest = highest_mean(rates, count, share);
	char *end = out;

	*end = '\0';
	for (size_t i = 0; i < cells; i++)
		end = stpcpy(end, draw_level(mean_known(rates + i * share, share), highest,
					     utf8));
	return out;
}
