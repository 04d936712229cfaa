/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_KEY_H
#define TSRW_KEY_H

#include <linux/siphash.h>
#include <linux/types.h>

#include "flow_key.h"

#define TSRW_KEY_SIZE		16	/* bytes of a secret */
#define TSRW_KEY_OVERLAP	240000	/* ms: how long a peer may remember what has closed */

/**
 * struct tsrw_key - what the clocks of 4-tuples and the draws of canaries come from
 * @anchors: by which the clocks of 4-tuples differ
 * @canaries: by which connections are drawn for canaries
 * @before: @anchors of the key before this one
 * @before_until: ms since boot until which @before counts as well; 0 if it never did
 * @boot_to_wall: ms from the time since boot to the clock, which nothing but another key
 *	moves, and never back
 * @fingerprint: by which people tell keys apart; it says nothing of the secret
 * @fingerprint_before: that of the key before
 * @loaded: an operator has loaded the key; otherwise it was drawn at random
 *
 * Constant once it is published: another key is another struct, which replaces this one
 * under RCU.  The secret itself is not kept.
 */
struct tsrw_key {
	siphash_key_t anchors;
	siphash_key_t canaries;
	siphash_key_t before;
	s64 before_until;
	s64 boot_to_wall;
	u64 fingerprint;
	u64 fingerprint_before;
	bool loaded;
};

struct tsrw_key *tsrw_key_draw(void);
struct tsrw_key *tsrw_key_make(const u8 *secret);
void tsrw_key_follow(struct tsrw_key *key, const struct tsrw_key *before, bool used);
bool tsrw_key_is_same(const struct tsrw_key *one, const struct tsrw_key *other);
bool tsrw_key_before_counts(const struct tsrw_key *key);
u64 tsrw_key_hash(const siphash_key_t *key, const struct tsrw_flow_key *tuple);
u32 tsrw_key_draw_canary(const struct tsrw_key *key, const struct tsrw_flow_key *tuple);

#endif /* TSRW_KEY_H */
