// SPDX-License-Identifier: GPL-2.0-only
/*
 * The key of a network namespace.  Firewalls with the same one, and the same time of day,
 * begin the connections of a 4-tuple with the same outside TSval, and draw the same ones
 * for canaries.
 */
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "key.h"

/* What is derived from a secret, each by inputs of its own */
enum {
	DERIVE_FINGERPRINT,
	DERIVE_ANCHORS,
	DERIVE_CANARIES,
};

static siphash_key_t derive_key(const siphash_key_t *secret, u64 what)
{
	return (siphash_key_t){ .key = {
		siphash_1u64(2 * what, secret), siphash_1u64(2 * what + 1, secret),
	} };
}

/**
 * tsrw_key_make - make a key from a secret
 * @secret: TSRW_KEY_SIZE bytes, which may be overwritten afterwards
 *
 * Its clock is the wall clock as it is now.
 *
 * Return: the key, for kfree_sensitive(), or NULL without memory. Context: process.
 */
struct tsrw_key *tsrw_key_make(const u8 *secret)
{
	struct tsrw_key *key = kzalloc(sizeof(*key), GFP_KERNEL_ACCOUNT);
	siphash_key_t root = { .key = {
		get_unaligned_le64(secret), get_unaligned_le64(secret + 8),
	} };

	if (key) {
		key->fingerprint = siphash_1u64(DERIVE_FINGERPRINT, &root);
		key->anchors = derive_key(&root, DERIVE_ANCHORS);
		key->canaries = derive_key(&root, DERIVE_CANARIES);
		key->boot_to_wall = ktime_to_ms(ktime_sub(ktime_get_real(),
							  ktime_get_boottime()));
		key->loaded = true;
	}
	memzero_explicit(&root, sizeof(root));
	return key;
}

/**
 * tsrw_key_draw - make a key at random, for a namespace that none was loaded in
 *
 * Return: as tsrw_key_make(). Context: process.
 */
struct tsrw_key *tsrw_key_draw(void)
{
	u8 secret[TSRW_KEY_SIZE];
	struct tsrw_key *key;

	get_random_bytes(secret, sizeof(secret));
	key = tsrw_key_make(secret);
	memzero_explicit(secret, sizeof(secret));
	if (key)
		key->loaded = false;
	return key;
}

/**
 * tsrw_key_is_same - whether two keys are made from the same secret
 * @one: a key
 * @other: another key
 */
bool tsrw_key_is_same(const struct tsrw_key *one, const struct tsrw_key *other)
{
	return !memcmp(&one->anchors, &other->anchors, sizeof(one->anchors));
}

/**
 * tsrw_key_before_counts - whether connections still begin no earlier than by the key before
 * @key: the key
 *
 * Context: any.
 */
bool tsrw_key_before_counts(const struct tsrw_key *key)
{
	return ktime_to_ms(ktime_get_coarse_boottime()) < key->before_until;
}

/**
 * tsrw_key_follow - have a key take the place of another one
 * @key: the key, not published yet
 * @before: the key that it replaces
 * @used: connections may have begun by @before
 *
 * If they may, the clock does not go back.  As long as peers may remember TSvals of
 * connections that began by @before, and of which no flow is left, those of others count as
 * well.  A key that was replaced still earlier is forgotten.
 */
void tsrw_key_follow(struct tsrw_key *key, const struct tsrw_key *before, bool used)
{
	if (used)
		key->boot_to_wall = max(key->boot_to_wall, before->boot_to_wall);
	if (tsrw_key_is_same(key, before)) {
		key->before = before->before;
		key->before_until = before->before_until;
		key->fingerprint_before = before->fingerprint_before;
	} else if (used) {
		key->before = before->anchors;
		key->before_until = ktime_to_ms(ktime_get_boottime()) + TSRW_KEY_OVERLAP;
		key->fingerprint_before = before->fingerprint;
	}
}

/**
 * tsrw_key_hash - hash a 4-tuple, to the same number on machines of either byte order
 * @key: one of the keys in struct tsrw_key
 * @tuple: the outside 4-tuple
 *
 * Context: any.
 */
u64 tsrw_key_hash(const siphash_key_t *key, const struct tsrw_flow_key *tuple)
{
	struct tsrw_flow_key wire;

	if (ipv6_addr_v4mapped(&tuple->inside_addr))
		return siphash_4u32(ntohl(tuple->inside_addr.s6_addr32[3]),
				    ntohl(tuple->outside_addr.s6_addr32[3]),
				    (u32)ntohs(tuple->inside_port) << 16 |
					    ntohs(tuple->outside_port),
				    tuple->link, key);
	wire = *tuple;
	wire.link = (__force u32)htonl(tuple->link);
	return siphash(&wire, sizeof(wire), key);
}

/**
 * tsrw_key_draw_canary - draw a connection that begins now, for its group's canary
 * @key: the key
 * @tuple: its outside 4-tuple
 *
 * Return: any number of 32 bits, each as likely as the others. Context: any.
 */
u32 tsrw_key_draw_canary(const struct tsrw_key *key, const struct tsrw_flow_key *tuple)
{
	return tsrw_key_hash(&key->canaries, tuple);
}
