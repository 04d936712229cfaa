// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as usual.json, as a crash or a hand may have left it: what is right of it is used,
 * and written again it is taken whole; and whatever its numbers are, shares are shares.
 */
#include <string.h>

#include "target.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "usual/usual.h"
#include "usual/usual_json.h"

/* Monday 30 November 2026, 20:10 in UTC */
#define NOW (1796069400ULL * 1000000000)

static void check_answer(const struct usual_answer *answer)
{
	for (int part = 0; part < USUAL_COUNTS; part++) {
		double share = usual_share(answer, (enum usual_count)part, USUAL_ATTEMPTS);

		trap_unless(share == -1 || (share >= 0 && share <= 1));
		trap_unless(usual_per_second(answer, (enum usual_count)part) >= 0);
	}
}

static void check_group(const struct usual *usual, const char *name)
{
	struct usual_answer answer;

	for (int kind = 0; kind < USUAL_KINDS; kind++) {
		for (int origin = 0; origin < USUAL_ORIGINS; origin++) {
			answer = usual_at(usual, name, (enum usual_kind)kind,
					  (enum usual_origin)origin, NOW);
			check_answer(&answer);
		}
	}
}

/* Written, read and written again it is the same */
static void check_written(const struct usual *usual)
{
	json_t *first = usual_json(usual, NOW), *second;
	struct usual again = { 0 };
	char why[512];

	trap_unless(!usual_parse(first, NOW, &again, why, sizeof(why)));
	second = usual_json(&again, NOW);
	trap_unless(json_equal(first, second));
	json_decref(first);
	json_decref(second);
	usual_free(&again);
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	json_t *json = json_loadb((const char *)data, size, 0, NULL);
	struct usual usual = { 0 };
	const char *wrong;
	char why[512];

	if (!json)
		return 0;
	wrong = usual_parse(json, NOW, &usual, why, sizeof(why));
	trap_unless(!wrong || *wrong);
	for (size_t i = 0; i < usual.count; i++)
		check_group(&usual, usual.group[i].name);
	check_written(&usual);
	usual_free(&usual);
	json_decref(json);
	return 0;
}
