// SPDX-License-Identifier: GPL-2.0-only
#include "ports.h"

#include <stdio.h>
#include <string.h>

#include "../text/parse.h"

bool ports_have(const struct ports *ports, uint16_t port)
{
	return ports_shared(ports, &(struct ports){ 1, { port } });
}

bool ports_add(struct ports *ports, uint16_t port)
{
	size_t i = ports->count;

	if (ports_have(ports, port))
		return true;
	if (i == PORTS_MAX)
		return false;
	for (; i && ports->port[i - 1] > port; i--)
		ports->port[i] = ports->port[i - 1];
	ports->port[i] = port;
	ports->count++;
	return true;
}

/* Copies *@word up to a comma to @out, and sets it behind the comma; false if it is too long */
static bool cut_word(const char **word, char *out, size_t size)
{
	size_t len = strcspn(*word, ",");

	if (len >= size)
		return false;
	memcpy(out, *word, len);
	out[len] = '\0';
	*word += len + !!(*word)[len];
	return true;
}

const char *ports_parse(const char *word, struct ports *out)
{
	char text[16];
	uint16_t port;

	*out = (struct ports){ 0 };
	do {
		if (!cut_word(&word, text, sizeof(text)) ||
		    parse_port(text, &port) || !port)
			return "is not a list of ports in 1..65535 (80,443)";
		if (!ports_add(out, port))
			return "has more than 64 ports";
	} while (*word || word[-1] == ',');
	return NULL;
}

char *ports_format(char out[PORTS_TEXT], const struct ports *ports)
{
	size_t used = 0;

	*out = '\0';
	for (size_t i = 0; i < ports->count; i++)
		used += (size_t)snprintf(out + used, PORTS_TEXT - used, "%s%u",
					 used ? "," : "", ports->port[i]);
	return out;
}

bool ports_equal(const struct ports *a, const struct ports *b)
{
	return a->count == b->count &&
	       !memcmp(a->port, b->port, a->count * sizeof(*a->port));
}

uint16_t ports_shared(const struct ports *a, const struct ports *b)
{
	size_t i = 0, j = 0;

	while (i < a->count && j < b->count) {
		if (a->port[i] == b->port[j])
			return a->port[i];
		if (a->port[i] < b->port[j])
			i++;
		else
			j++;
	}
	return 0;
}
