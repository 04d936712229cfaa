/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hears whether a request changes anything: the module tells of each change by an event, and
 * of what is that way already it does not.  So nothing has to be read before the request.
 */
#ifndef TSREWRITE_CLIENT_WITNESS_H
#define TSREWRITE_CLIENT_WITNESS_H

#include "genl.h"

struct witness {
	struct genl genl;
	uint32_t type;	/* of enum tsrewrite_event */
	bool saw;	/* an event of that type came */
};

/*
 * Listens for events of @type from now on, on a socket of its own; sends nothing.  @genl is
 * open.
 */
void witness_begin(struct witness *witness, const struct genl *genl, uint32_t type);

/*
 * Whether an event of that type came before the last request was acknowledged, even if it was
 * somebody else's; true if that cannot be known.  Ends the listening.
 */
bool witness_saw_change(struct witness *witness);

#endif /* TSREWRITE_CLIENT_WITNESS_H */
