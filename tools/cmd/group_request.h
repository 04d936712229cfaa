/* SPDX-License-Identifier: GPL-2.0-only */
/* What the words of a command, or of a line of a file, say of a group */
#ifndef TSREWRITE_CMD_GROUP_REQUEST_H
#define TSREWRITE_CMD_GROUP_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "group_rules.h"

struct group_request {
	const char *what;	/* for errors: "add", or a file and line */
	const char *name;
	bool has_mode;
	int mode;
	bool has_canary;
	uint32_t canary;
	struct group_rules rules;
};

/*
 * Its name, and pairs such as mode off, up to NULL.  EXIT_DONE, or the exit status
 * after it told what is wrong; to be freed either way.
 */
int group_request_read(char **words, struct group_request *request);
void group_request_free(struct group_request *request);

bool group_request_has_rules(const struct group_request *request);

/* Those that return an int return 0, or -1 with @genl's error filled in. */

/* The group, without its rules; @id is its */
int group_request_add(struct genl *genl, const struct group_request *request,
		      uint8_t *id);

/* What it was given is known when its rules are there */
int group_request_tell_given(struct genl *genl,
			     const struct group_request *request,
			     struct classes_sum given);

/* All but the rules, to be sent */
struct nlmsghdr *group_request_begin(struct genl *genl, uint8_t cmd,
				     const struct group_request *request);

#endif /* TSREWRITE_CMD_GROUP_REQUEST_H */
