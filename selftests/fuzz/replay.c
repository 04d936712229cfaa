// SPDX-License-Identifier: GPL-2.0-only
/*
 * A main for the fuzz targets where libFuzzer is not at hand: files named on the command line,
 * or else the target's corpus, then as many pseudo-random inputs as TSREWRITE_FUZZ_ROUNDS says,
 * of which half are made of the corpus. The program is fuzz_TARGET.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/random.h"
#include "target.h"

#define INPUT_MAX	8192
#define RANDOM_MAX	256

#ifndef ROUNDS
#define ROUNDS		200000
#endif

struct input {
	size_t size;
	u8 data[INPUT_MAX];
};

struct corpus {
	size_t count;
	struct input *input;
};

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

static int read_input(const char *name, struct input *input)
{
	FILE *file = fopen(name, "rb");

	if (!file) {
		perror(name);
		return 1;
	}
	input->size = fread(input->data, 1, sizeof(input->data), file);
	fclose(file);
	return 0;
}

static int run_file(const char *name)
{
	static struct input input;

	if (read_input(name, &input))
		return 1;
	run_one(input.data, input.size);
	return 0;
}

static int is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Always in the same order */
static int read_corpus(const char *target, struct corpus *corpus)
{
	char folder[512], path[1024];
	struct dirent **names;
	int count, status = 0;

	snprintf(folder, sizeof(folder), "%s/%s", CORPUS, target);
	count = scandir(folder, &names, is_input, alphasort);
	if (count <= 0) {
		printf("# there is nothing in %s\n", folder);
		return 1;
	}
	corpus->count = (size_t)count;
	corpus->input = calloc(corpus->count, sizeof(*corpus->input));
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		status |= read_input(path, &corpus->input[i]);
		free(names[i]);
	}
	free(names);
	return status;
}

static void make_input(struct random *rng, struct input *made)
{
	u32 size = random_below(rng, RANDOM_MAX + 1);

	if (random_percent(rng, 50))
		size %= 41;
	for (u32 i = 0; i < size; i++)
		made->data[i] = random_percent(rng, 50) ?
			random_u32(rng) : random_below(rng, 32);
	made->size = size;
}

static const struct input *choose_input(struct random *rng, const struct corpus *corpus)
{
	return &corpus->input[random_below(rng, (u32)corpus->count)];
}

/* Of one, with a few other bytes, that goes on with another one, or ends early */
static void change_input(struct random *rng, const struct corpus *corpus, struct input *made)
{
	const struct input *other = choose_input(rng, corpus);
	u32 changes = random_below(rng, 4);
	size_t from;

	*made = *choose_input(rng, corpus);
	while (changes-- && made->size)
		made->data[random_below(rng, (u32)made->size)] =
			random_percent(rng, 50) ? random_u32(rng) : random_below(rng, 4);
	if (random_percent(rng, 50))
		return;
	made->size = random_below(rng, (u32)made->size + 1);
	from = random_below(rng, (u32)other->size + 1);
	if (other->size - from <= INPUT_MAX - made->size) {
		memcpy(made->data + made->size, other->data + from, other->size - from);
		made->size += other->size - from;
	}
}

static void run_random(const struct corpus *corpus, unsigned long rounds)
{
	static struct input made;
	struct random rng = { 4 };

	while (rounds--) {
		if (corpus->count && rounds % 2)
			change_input(&rng, corpus, &made);
		else
			make_input(&rng, &made);
		run_one(made.data, made.size);
	}
}

static const char *target_of(const char *program)
{
	const char *name = strstr(program, "fuzz_");

	for (const char *next = name; next; next = strstr(next + 1, "fuzz_"))
		name = next;
	return name ? name + strlen("fuzz_") : program;
}

static int run_known(const char *target)
{
	const char *rounds = getenv("TSREWRITE_FUZZ_ROUNDS");
	struct corpus corpus = { 0 };
	int status;

	printf("TAP version 13\n1..2\n");
	fflush(stdout);
	status = read_corpus(target, &corpus);
	for (size_t i = 0; i < corpus.count; i++)
		run_one(corpus.input[i].data, corpus.input[i].size);
	printf("%s 1 the corpus, %zu inputs\n", status ? "not ok" : "ok", corpus.count);
	fflush(stdout);
	run_random(&corpus, rounds ? strtoul(rounds, NULL, 0) : ROUNDS);
	printf("ok 2 pseudo-random inputs\n");
	free(corpus.input);
	return status;
}

int main(int argc, char **argv)
{
	int status = 0;

	if (argc == 1)
		return run_known(target_of(argv[0]));
	printf("TAP version 13\n1..1\n");
	fflush(stdout);
	for (int i = 1; i < argc; i++)
		status |= run_file(argv[i]);
	printf("%s 1 inputs replayed\n", status ? "not ok" : "ok");
	return status;
}
