// SPDX-License-Identifier: GPL-2.0-only
/*
 * A main for the fuzz targets where libFuzzer is not at hand: files named on the
 * command line, or as many pseudo-random inputs as TSREWRITE_FUZZ_ROUNDS says.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../unit/random.h"
#include "target.h"

#define INPUT_MAX	4096
#define ROUNDS		200000

/* Exactly sized, so that the address sanitizer sees its end */
static void run_one(const u8 *data, size_t size)
{
	u8 *exact = malloc(size + 1);
	size_t i;

	for (i = 0; i < size; i++)
		exact[1 + i] = data[i];
	LLVMFuzzerTestOneInput(exact + 1, size);
	free(exact);
}

static int run_file(const char *name)
{
	static u8 data[INPUT_MAX];
	FILE *file = fopen(name, "rb");
	size_t size;

	if (!file) {
		perror(name);
		return 1;
	}
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	run_one(data, size);
	return 0;
}

static void run_random(unsigned long rounds)
{
	struct random rng = { 4 };
	u8 data[256];
	u32 size, i;

	while (rounds--) {
		size = random_below(&rng, sizeof(data) + 1);
		if (random_percent(&rng, 50))
			size %= 41;
		for (i = 0; i < size; i++)
			data[i] = random_percent(&rng, 50) ?
				random_u32(&rng) : random_below(&rng, 32);
		run_one(data, size);
	}
}

int main(int argc, char **argv)
{
	const char *rounds = getenv("TSREWRITE_FUZZ_ROUNDS");
	int status = 0, i;

	printf("TAP version 13\n1..1\n");
	fflush(stdout);
	for (i = 1; i < argc; i++)
		status |= run_file(argv[i]);
	if (argc == 1)
		run_random(rounds ? strtoul(rounds, NULL, 0) : ROUNDS);
	printf("%s 1 %s\n", status ? "not ok" : "ok",
	       argc > 1 ? "inputs replayed" : "pseudo-random inputs");
	return status;
}
