/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The probability of what was counted, if all is as it was learnt, which may be from few events.
 * Pure functions.
 */
#ifndef TSREWRITE_MAINTENANCE_CHANCE_H
#define TSREWRITE_MAINTENANCE_CHANCE_H

#include <stdint.h>

/* A share: @yes of @all events were such */
struct learnt {
	double yes;
	double all;
};

/* What is still as usual, of a share p that is: @factor * p + @more */
struct tolerance {
	double factor;
	double more;
};

/* That of @n events at most, or at least, @k are such */
double chance_of_so_few(uint64_t k, uint64_t n, const struct learnt *learnt,
			const struct tolerance *tolerance);
double chance_of_so_many(uint64_t k, uint64_t n, const struct learnt *learnt,
			 const struct tolerance *tolerance);

#endif /* TSREWRITE_MAINTENANCE_CHANCE_H */
