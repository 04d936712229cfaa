// SPDX-License-Identifier: GPL-2.0-only
/*
 * The clock that outside TSvals begin from.  For each outside 4-tuple it is monotonic while
 * the key of the network namespace stays the same, over reloads of the module and on other
 * machines as well, as far as their wall clocks agree.  The clocks of two 4-tuples cannot be
 * linked (RFC 7323 section 7.1, as RFC 6528 does with initial sequence numbers).
 */
#include <linux/ktime.h>

#include "anchor.h"
#include "core/serial.h"

static u32 read_clock(const struct tsrw_key *key)
{
	return ktime_to_ms(ktime_get_coarse_boottime()) + key->boot_to_wall;
}

/**
 * tsrw_anchor_settled - read the clock of a 4-tuple, by the key alone
 * @key: the namespace's key
 * @tuple: the outside 4-tuple
 *
 * Return: as tsrw_anchor(), once the key before counts no more. Context: any.
 */
u32 tsrw_anchor_settled(const struct tsrw_key *key, const struct tsrw_flow_key *tuple)
{
	return read_clock(key) + (u32)tsrw_key_hash(&key->anchors, tuple);
}

/**
 * tsrw_anchor - read the clock of a 4-tuple
 * @key: the namespace's key
 * @tuple: the outside 4-tuple
 *
 * While the key before counts as well, it is the later of both keys' clocks: the peer may
 * remember a connection that began by the earlier key.
 *
 * Return: ms, mod 2^32, with the resolution of the kernel's tick. Context: any.
 */
u32 tsrw_anchor(const struct tsrw_key *key, const struct tsrw_flow_key *tuple)
{
	u32 anchor = tsrw_anchor_settled(key, tuple), before;

	if (!tsrw_key_before_counts(key))
		return anchor;
	before = read_clock(key) + (u32)tsrw_key_hash(&key->before, tuple);
	return tsrw_after(before, anchor) ? before : anchor;
}
