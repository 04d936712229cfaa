// SPDX-License-Identifier: GPL-2.0-only
#include "name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

void classifier_chain_name(enum classifier_kind kind, uint32_t number,
			   char out[CLASSIFIER_NAME])
{
	static const char *const heads[] = {
		[CHAIN_DEVICE] = "device", [CHAIN_PORT] = "port",
		[CHAIN_GROUP] = "group",
	};

	if (kind == CHAIN_CLASSIFY)
		snprintf(out, CLASSIFIER_NAME, "classify");
	else
		snprintf(out, CLASSIFIER_NAME, "%s-%u", heads[kind], number);
}

void classifier_map_name(uint8_t family, uint32_t number,
			 char out[CLASSIFIER_NAME])
{
	snprintf(out, CLASSIFIER_NAME, "%s-%u",
		 family == AF_INET ? "ip" : "ip6", number);
}

static enum classifier_kind guess_kind(char initial)
{
	switch (initial) {
	case 'd':
		return CHAIN_DEVICE;
	case 'c':
		return CHAIN_CLASSIFY;
	case 'p':
		return CHAIN_PORT;
	case 'g':
		return CHAIN_GROUP;
	default:
		return CHAIN_FOREIGN;
	}
}

void classifier_read_name(const char *name, enum classifier_kind *kind,
			  uint32_t *number)
{
	const char *dash = strrchr(name, '-');
	char same[CLASSIFIER_NAME] = "";

	*number = dash ? (uint32_t)strtoul(dash + 1, NULL, 10) : 0;
	*kind = guess_kind(*name);
	if (*kind != CHAIN_FOREIGN)
		classifier_chain_name(*kind, *number, same);
	if (strcmp(same, name))
		*kind = CHAIN_FOREIGN;
}

bool classifier_is_ours(const char *table)
{
	return table && !strcmp(table, CLASSIFIER_TABLE);
}
