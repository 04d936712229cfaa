// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a file with a state: what is taken is written and read back as the same state,
 * and what is refused names the file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target.h"

/* The command has its own */
#undef ARRAY_SIZE
#undef __printf

#include "state/difference.h"
#include "state/read.h"
#include "state/save.h"

#define TEXT_MAX 4096

static char *print_text(const struct state *state)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	state_print(file, state, true);
	fclose(file);
	return text;
}

static void read_back(const struct state *state)
{
	char why[STATE_WHY], *first = print_text(state), *copy = strdup(first), *second;
	struct state again;

	trap_unless(!state_parse("F", copy, &again, why));
	trap_unless(!state_differs(state, &again) && !state_differs(&again, state));
	second = print_text(&again);
	trap_unless(!strcmp(first, second));
	state_free(&again);
	free(second);
	free(copy);
	free(first);
}

/* Half of the inputs choose from these, as hardly any bytes are a command */
static const char *const words[] = {
	"\n", "\n", "\n", "\\\n", " ", "#", "\"", "\\x0", "attach ", "--absent ", "eth0 ",
	"a ", "b ", "zone ", "0 ", "7 ", "255 ", "config set ", "limit ", "timeout-closed ",
	"mark-mask ", "0xff ", "when-full ", "pass ", "group add ", "group set ", "default ",
	"mode ", "rewrite ", "off ", "on\n", "canary ", "count ", "id ", "to ", "port ", "any ",
	"none ", "80,443 ", "10.0.0.0/8 ", "10.0.0.0/9,10.128.0.0/9 ", "2001:db8::/32 ",
	STATE_HEADER, STATE_END,
};

static void choose_words(char text[TEXT_MAX + 1], const __u8 *data, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < size; i++) {
		const char *word = words[data[i] % (sizeof(words) / sizeof(*words))];

		if (used + strlen(word) >= TEXT_MAX)
			break;
		used += (size_t)sprintf(text + used, "%s", word);
	}
	sprintf(text + used, "\n");
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	char text[TEXT_MAX + 1] = "", why[STATE_WHY] = "";
	struct state state;

	/* @FILE would be opened */
	if (size > TEXT_MAX || memchr(data, '@', size))
		return 0;
	if (size && *data % 2)
		choose_words(text, data + 1, size - 1);
	else
		memcpy(text, data, size);
	if (state_parse("F", text, &state, why) < 0)
		trap_unless(!strncmp(why, "F:", 2));
	else
		read_back(&state);
	state_free(&state);
	return 0;
}
