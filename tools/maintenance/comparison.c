// SPDX-License-Identifier: GPL-2.0-only
#include "comparison.h"

#include <math.h>

#include "../usual/tail_probability.h"
#include "chance.h"

/* What is less likely than this is ruled out: for "worse", and for what has other evidence */
#define CHANCE (1 / 1e9)
#define UNLIKELY (1 / 1e3)

/* The usual share varies by a tenth */
static const struct tolerance as_usual = { 0.9, 0 };
/* A loss of a fifth would have to show */
static const struct tolerance a_fifth_less = { 0.8, 0 };
/* A few odd hosts more or less */
static const struct tolerance few_odd_echoes = { 2, 0.01 };

/* Of these hardly more than a few could be counted in the time that there is */
#define HOPELESS (2 * COMPARISON_FEWEST)

const char *const comparison_words[] = {
	[COMPARISON_NEW] = "new", [COMPARISON_SAME] = "same",
	[COMPARISON_TOO_FEW] = "too few", [COMPARISON_WORSE] = "worse",
};

const char *const comparison_names[] = {
	[COMPARISON_NEW] = "new", [COMPARISON_SAME] = "same",
	[COMPARISON_TOO_FEW] = "too_few", [COMPARISON_WORSE] = "worse",
};

static struct learnt learnt_success(const struct usual_answer *before)
{
	double all = before->counts.n[USUAL_ATTEMPTS];

	/* A connection may have come up in the second after the last that was learnt */
	return (struct learnt){ fmin(all, before->counts.n[USUAL_ESTABLISHED]), all };
}

static double least_as_usual(const struct learnt *learnt, uint64_t all)
{
	return as_usual.factor * learnt->yes / learnt->all * (double)all;
}

static bool comes_up_less(const struct learnt *learnt, const struct tally *now)
{
	uint64_t all = tally_settled(now, USUAL_ATTEMPTS), up = tally_came_up_most(now);

	return all >= COMPARISON_FEWEST && (double)up < least_as_usual(learnt, all) &&
	       chance_of_so_few(up, all, learnt, &as_usual) < CHANCE;
}

static bool comes_up_as_usual(const struct learnt *learnt, const struct tally *now)
{
	uint64_t all = tally_settled(now, USUAL_ATTEMPTS), up = tally_came_up_least(now);

	return all >= COMPARISON_FEWEST && (double)up >= least_as_usual(learnt, all) &&
	       chance_of_so_many(up, all, learnt, &a_fifth_less) < UNLIKELY;
}

/*
 * Whether fewer connections come up in a second than usual.  If as many do, attempts that fail
 * may be those of a host that keeps trying in vain, which says nothing about all others.
 */
static bool has_lost_pace(const struct usual_answer *before, const struct tally *now)
{
	double seconds = now->seconds < TALLY_GRACE ? 0 : (double)(now->seconds - TALLY_GRACE);
	double usual = usual_per_second(before, USUAL_ESTABLISHED) * seconds;

	return usual > 0 && tail_probability_poisson(now->n[USUAL_ESTABLISHED],
						     as_usual.factor * usual) < UNLIKELY;
}

/*
 * Echoes of one connection are not independent: one odd host may send thousands.  So all echoes
 * together weigh as much as there were connections.
 */
static uint64_t weigh_echoes(double echoes, double all, double connections)
{
	return (uint64_t)(all > connections ? echoes * connections / all : echoes);
}

static struct learnt learnt_impossible(const struct usual_answer *before)
{
	const double *n = before->counts.n;
	double all = n[USUAL_IMPOSSIBLE] + n[USUAL_VERIFIED];
	double share = all > 0 ? n[USUAL_IMPOSSIBLE] / all : 0;
	double weight = fmin(all, n[USUAL_ATTEMPTS]);

	return (struct learnt){ share * weight, weight };
}

static bool echoes_are_worse(const struct usual_answer *before, const struct tally *now)
{
	struct learnt learnt = learnt_impossible(before);
	double bad = (double)now->n[USUAL_IMPOSSIBLE];
	double all = bad + (double)now->n[USUAL_VERIFIED];
	double connections = (double)(now->n[USUAL_ESTABLISHED] + now->n[USUAL_REFUSED]);
	uint64_t heavy = weigh_echoes(bad, all, connections);

	return heavy >= COMPARISON_FEWEST &&
	       chance_of_so_many(heavy, weigh_echoes(all, all, connections), &learnt,
				 &few_odd_echoes) < CHANCE;
}

/* What became of at least half of those that failed */
static const char *describe_failures(const struct tally *now)
{
	uint64_t attempts = now->n[USUAL_ATTEMPTS], answered = now->n[USUAL_ANSWERED];
	uint64_t up = now->n[USUAL_ESTABLISHED];
	uint64_t failed = attempts > up ? attempts - up : 0;

	if (now->n[USUAL_REFUSED] * 2 >= failed)
		return "inside hosts refuse the answers";
	if (answered < attempts && (attempts - answered) * 2 >= failed)
		return "attempts are not answered";
	return "attempts are answered, but do not come up";
}

static enum comparison compare_known(const struct usual_answer *before,
				     const struct tally *now, const char **reason)
{
	struct learnt success = learnt_success(before);

	if (echoes_are_worse(before, now)) {
		*reason = "impossible echoes";
		return COMPARISON_WORSE;
	}
	if (comes_up_less(&success, now)) {
		bool lost = has_lost_pace(before, now);

		*reason = lost ? describe_failures(now) :
			"more attempts fail, as many as usual come up: maybe a host tries in vain";
		return lost ? COMPARISON_WORSE : COMPARISON_TOO_FEW;
	}
	if (comes_up_as_usual(&success, now))
		return COMPARISON_SAME;
	*reason = now->n[USUAL_ATTEMPTS] ? "" : "no connection begins";
	return COMPARISON_TOO_FEW;
}

enum comparison comparison_make(const struct usual_answer *before, const struct tally *now,
				const char **reason)
{
	*reason = "";
	return before->known && before->counts.n[USUAL_ESTABLISHED] >= USUAL_ENOUGH ?
	       compare_known(before, now, reason) : COMPARISON_NEW;
}

bool comparison_is_hopeless(const struct usual_answer *before, unsigned int seconds)
{
	return usual_per_second(before, USUAL_ATTEMPTS) * seconds < HOPELESS;
}
