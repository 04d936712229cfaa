// SPDX-License-Identifier: GPL-2.0-only
#include "ports.h"

#include <stdio.h>
#include <string.h>

#include "../text/parse.h"

bool ports_have_range(const struct ports *ports, struct port_range range)
{
	for (size_t i = 0; i < ports->count; i++) {
		if (ports->range[i].first == range.first &&
		    ports->range[i].last == range.last)
			return true;
	}
	return false;
}

uint16_t ports_lowest(const struct ports *ports)
{
	return ports->count ? ports->range[0].first : 0;
}

/* The new range takes the place of those from @begin to before @end, which it touches */
bool ports_add(struct ports *ports, struct port_range range)
{
	struct port_range *its = ports->range;
	size_t begin = 0, end;

	while (begin < ports->count && its[begin].last + 1 < range.first)
		begin++;
	for (end = begin; end < ports->count && its[end].first <= range.last + 1; end++) {
		if (its[end].first < range.first)
			range.first = its[end].first;
		if (its[end].last > range.last)
			range.last = its[end].last;
	}
	if (begin == end && ports->count == PORTS_MAX)
		return false;
	memmove(&its[begin + 1], &its[end], (ports->count - end) * sizeof(*its));
	its[begin] = range;
	ports->count += begin + 1 - end;
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

/* Parses "80" or "5000-5100", and cuts @text in doing so */
static bool parse_range(char *text, struct port_range *range)
{
	char *last = strchr(text, '-');

	if (last)
		*last++ = '\0';
	else
		last = text;
	return !parse_port(text, &range->first) && range->first &&
	       !parse_port(last, &range->last) && range->last;
}

const char *ports_parse(const char *word, struct ports *out)
{
	struct port_range range;
	char text[16];

	*out = (struct ports){ 0 };
	do {
		if (!cut_word(&word, text, sizeof(text)) || !parse_range(text, &range))
			return "is not a list of ports in 1..65535 (80,443,5000-5100)";
		if (range.first > range.last)
			return "has a range that ends before it begins";
		if (!ports_add(out, range))
			return "has more than 64 ports and ranges";
	} while (*word || word[-1] == ',');
	return NULL;
}

char *ports_format(char out[PORTS_TEXT], const struct ports *ports)
{
	size_t used = 0;

	*out = '\0';
	for (size_t i = 0; i < ports->count; i++) {
		const struct port_range *range = &ports->range[i];

		used += (size_t)snprintf(out + used, PORTS_TEXT - used, "%s%u",
					 used ? "," : "", range->first);
		if (range->last != range->first)
			used += (size_t)snprintf(out + used, PORTS_TEXT - used, "-%u",
						 range->last);
	}
	return out;
}

bool ports_equal(const struct ports *a, const struct ports *b)
{
	return a->count == b->count &&
	       !memcmp(a->range, b->range, a->count * sizeof(*a->range));
}

uint16_t ports_shared(const struct ports *a, const struct ports *b)
{
	size_t i = 0, j = 0;

	while (i < a->count && j < b->count) {
		const struct port_range *one = &a->range[i], *other = &b->range[j];

		if (one->last < other->first)
			i++;
		else if (other->last < one->first)
			j++;
		else
			return one->first > other->first ? one->first : other->first;
	}
	return 0;
}
