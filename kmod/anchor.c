// SPDX-License-Identifier: GPL-2.0-only
/*
 * The clock that outside TSvals begin from: monotonic for each outside 4-tuple,
 * over reloads of the module too, and unlinkable between 4-tuples (RFC 7323
 * section 7.1, after RFC 6528's initial sequence numbers).
 */
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/ktime.h>

#include "anchor.h"
#include "flow.h"

static siphash_key_t secret __ro_after_init;
static s64 boot_to_wall __ro_after_init; /* ms; no later settime moves it */

/**
 * tsrw_anchor_init - set the clock and draw the secret
 *
 * Context: process, once, before anything else here.
 */
void __init tsrw_anchor_init(void)
{
	get_random_bytes(&secret, sizeof(secret));
	boot_to_wall = ktime_to_ms(ktime_sub(ktime_get_real(),
					     ktime_get_boottime()));
}

/**
 * tsrw_anchor - where a 4-tuple's clock stands now
 * @key: the outside 4-tuple
 *
 * Return: ms, mod 2^32. Context: any.
 */
u32 tsrw_anchor(const struct tsrw_flow_key *key)
{
	s64 now = ktime_to_ms(ktime_get_boottime()) + boot_to_wall;

	return (u32)now + (u32)siphash(key, sizeof(*key), &secret);
}
