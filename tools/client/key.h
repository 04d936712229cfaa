/* SPDX-License-Identifier: GPL-2.0-only */
/* The key, of which the module tells only what may be known */
#ifndef TSREWRITE_CLIENT_KEY_H
#define TSREWRITE_CLIENT_KEY_H

#include "../text/format.h"
#include "../text/parse.h"
#include "genl.h"

/* @time, in nanoseconds since the epoch, is what the clock says from which TSvals begin */
struct key {
	uint64_t present;
	uint64_t fingerprint;
	bool loaded;		/* false: it was drawn at random */
	uint64_t time;
	uint64_t before;	/* the fingerprint of the key before, as long as that counts */
};

extern const struct attr_table key_table;

/* 16 hexadecimal digits */
char *key_format_fingerprint(char out[FORMAT_SIZE], uint64_t fingerprint);

/*
 * Reads what may be known.  Returns 0, or -1 with @genl's error filled in.  A module of an older
 * version has no key: then 0 is returned, and @key->present is 0.
 */
int key_get(struct genl *genl, struct key *key);

/* Changes the key.  Returns 0, or -1 with @genl's error filled in. */
int key_set(struct genl *genl, const uint8_t secret[KEY_SIZE]);

#endif /* TSREWRITE_CLIENT_KEY_H */
