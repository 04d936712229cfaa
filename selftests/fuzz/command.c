// SPDX-License-Identifier: GPL-2.0-only
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "client/session.h"
#include "kernel.h"
#include "text/report.h"

#define TRAP_UNLESS(condition)			\
	do {					\
		if (!(condition))		\
			__builtin_trap();	\
	} while (0)

struct output {
	FILE *stream;
	char *text;
	size_t size;
};

static void open_output(struct output *output, FILE **standard)
{
	output->stream = open_memstream(&output->text, &output->size);
	TRAP_UNLESS(output->stream);
	*standard = output->stream;
}

/* A terminal might obey other characters */
static void check_text(const struct output *output)
{
	for (size_t i = 0; i < output->size; i++) {
		char c = output->text[i];

		TRAP_UNLESS(c == '\n' || (c >= ' ' && c < 0x7f));
	}
}

static void check_json(const char *text, size_t size)
{
	json_t *json = json_loadb(text, size, 0, NULL);

	TRAP_UNLESS(json);
	json_decref(json);
}

static void check_lines(const struct output *output)
{
	const char *line = output->text, *end;

	for (; (end = strchr(line, '\n')); line = end + 1)
		check_json(line, (size_t)(end - line));
	TRAP_UNLESS(!*line);
}

static int run_call(const struct fuzz_command *command)
{
	char *words[8];
	struct call call = {
		.name = command->words[0], .words = words, .json = command->json,
		.force = command->force,
	};

	for (size_t i = 0; i < 7; i++)
		words[i] = (char *)command->words[i + 1];
	words[7] = NULL;
	return command->run(&call);
}

void fuzz_command_run(const struct fuzz_command *command, const __u8 *data, size_t size)
{
	FILE *was_out = stdout, *was_err = stderr;
	struct output out, err;
	int ret;

	setenv("NO_COLOR", "1", true);
	kernel_begin(data, size);
	open_output(&out, &stdout);
	open_output(&err, &stderr);
	ret = run_call(command);
	stdout = was_out;
	stderr = was_err;
	fclose(out.stream);
	fclose(err.stream);
	if (getenv("TSREWRITE_FUZZ_SHOW"))
		fprintf(stderr, "%s: %d\n%s%s", command->words[0], ret, out.text, err.text);
	check_text(&out);
	check_text(&err);
	if (command->lines)
		check_lines(&out);
	else if (command->json && ret == EXIT_DONE)
		check_json(out.text, out.size);
	free(out.text);
	free(err.text);
}
