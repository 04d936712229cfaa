/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads the name and the settings of a group from a command's words or a file's line */
#ifndef TSREWRITE_STATE_GROUP_REQUEST_H
#define TSREWRITE_STATE_GROUP_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "../classifier/classes_sum.h"
#include "../classifier/plan.h"
#include "../client/group.h"

struct group_request {
	const char *what;	/* the command, as errors name it: "add", or "load: FILE:LINE" */
	struct group group;	/* its name, and the settings that were given */
	struct group_rules rules;
};

/*
 * Reads @words, which end with NULL: a name, and pairs such as "mode" "off", and for group set
 * "to" "add" PREFIX,... as well.  @request is zeroed except for @what, and is freed by
 * group_request_free() in any case.  Returns EXIT_DONE, or the exit status after reporting what
 * is wrong.
 */
int group_request_read(char **words, struct group_request *request);
void group_request_free(struct group_request *request);

/* Whether prefixes or ports were given */
bool group_request_has_rules(const struct group_request *request);

/*
 * Stores in the module the settings of @request, and the summary of the prefixes and ports
 * that the group was given.  To be called after its rules were written.  Returns 0, or -1
 * with @genl's error filled in.
 */
int group_request_set_given(struct genl *genl,
			    const struct group_request *request,
			    struct classes_sum given);

#endif /* TSREWRITE_STATE_GROUP_REQUEST_H */
