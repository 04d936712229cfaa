// SPDX-License-Identifier: GPL-2.0-only
/*
 * The clock that outside TSvals begin from.  For each outside 4-tuple it is monotonic
 * while the module is loaded, and the clocks of two 4-tuples cannot be linked (RFC 7323
 * section 7.1, as RFC 6528 does with initial sequence numbers).
 */
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/ktime.h>

#include "anchor.h"

static siphash_key_t secret __ro_after_init;
static s64 boot_to_wall __ro_after_init; /* ms; setting the wall clock does not move it */

/**
 * tsrw_anchor_init - set the clock and draw the secret
 *
 * Context: process, once, before tsrw_anchor().
 */
void __init tsrw_anchor_init(void)
{
	get_random_bytes(&secret, sizeof(secret));
	boot_to_wall = ktime_to_ms(ktime_sub(ktime_get_real(),
					     ktime_get_boottime()));
}

static u32 secret_hash(const struct tsrw_flow_key *key)
{
	if (!ipv6_addr_v4mapped(&key->inside_addr))
		return siphash(key, sizeof(*key), &secret);
	return siphash_4u32((__force u32)key->inside_addr.s6_addr32[3],
			    (__force u32)key->outside_addr.s6_addr32[3],
			    key->ports, key->link, &secret);
}

/**
 * tsrw_anchor - read the clock of a 4-tuple
 * @key: the outside 4-tuple
 *
 * Return: ms, mod 2^32, with the resolution of the kernel's tick. Context: any.
 */
u32 tsrw_anchor(const struct tsrw_flow_key *key)
{
	s64 now = ktime_to_ms(ktime_get_coarse_boottime()) + boot_to_wall;

	return (u32)now + secret_hash(key);
}
