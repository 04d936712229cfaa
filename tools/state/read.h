/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads a state from a file of commands.  What the file does not name is as after loading the
 * module: nothing else is attached, there are no other groups, and a mode that is not given is
 * off.  Limits and timeouts that are not given stay as they are.
 */
#ifndef TSREWRITE_STATE_READ_H
#define TSREWRITE_STATE_READ_H

#include "state.h"

/* The first and the last line of what `save` writes: a file with the one lacks not the other */
#define STATE_HEADER "# The state of tsrewrite, by tsrewrite save"
#define STATE_END    "# end of the state"

#define STATE_WHY 1024

/*
 * Both fill in @state, which the caller frees in any case, and return 0; or -1 with the reason
 * in @why: "FILE:LINE: ...", where FILE is @path.  state_parse() writes into @text.
 */
int state_parse(const char *path, char *text, struct state *state, char why[STATE_WHY]);

/* A @path of "-" stands for stdin */
int state_read(const char *path, struct state *state, char why[STATE_WHY]);

#endif /* TSREWRITE_STATE_READ_H */
