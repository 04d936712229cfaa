/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FLOW_KEY_H
#define TSRW_FLOW_KEY_H

#include <net/ipv6.h>

/**
 * struct tsrw_flow_key - a TCP connection as the outside wire shows it
 * @inside_addr: address of the inside end; IPv4 as ::ffff:a.b.c.d
 * @outside_addr: address of the outside end; IPv4 as ::ffff:a.b.c.d
 * @inside_port: port of the inside end
 * @outside_port: port of the outside end
 * @ports: both ports, as they lie in memory
 * @link: tsrw_link(), which keeps overlapping address plans apart
 *
 * The key is oriented: a packet that arrives on one attached device and leaves through
 * another has two keys.  There is no padding, because the key is hashed as bytes.
 */
struct tsrw_flow_key {
	struct in6_addr inside_addr;
	struct in6_addr outside_addr;
	union {
		struct {
			__be16 inside_port;
			__be16 outside_port;
		};
		u32 ports;
	};
	u32 link;
};

/**
 * tsrw_flow_key_equal - whether two keys are of the same flow
 * @a: a key
 * @b: another key
 */
static inline bool tsrw_flow_key_equal(const struct tsrw_flow_key *a,
				       const struct tsrw_flow_key *b)
{
	return a->ports == b->ports && a->link == b->link &&
	       ipv6_addr_equal(&a->inside_addr, &b->inside_addr) &&
	       ipv6_addr_equal(&a->outside_addr, &b->outside_addr);
}

/**
 * tsrw_flow_key_is_ipv4 - whether a key is that of an IPv4 4-tuple
 * @key: the key; both of its addresses are IPv4, or neither is
 * @inside: address of the inside end
 * @outside: address of the outside end
 * @ports: both ports, as in struct tsrw_flow_key
 * @link: tsrw_link() of the packet
 */
static inline bool tsrw_flow_key_is_ipv4(const struct tsrw_flow_key *key,
					 __be32 inside, __be32 outside,
					 u32 ports, u32 link)
{
	return key->ports == ports && key->link == link &&
	       key->inside_addr.s6_addr32[3] == inside &&
	       key->outside_addr.s6_addr32[3] == outside &&
	       ipv6_addr_v4mapped(&key->inside_addr);
}

/**
 * tsrw_link - put a zone and VLAN ids into one number
 * @zone: zone of the attachment
 * @vlan: id of the outer VLAN tag, 0 without a tag
 * @inner: id of the inner VLAN tag, 0 without a second tag
 */
static inline u32 tsrw_link(u8 zone, u16 vlan, u16 inner)
{
	return (u32)zone << 24 | (u32)inner << 12 | vlan;
}

static inline u8 tsrw_link_zone(u32 link)
{
	return link >> 24;
}

static inline u16 tsrw_link_vlan(u32 link)
{
	return link & 0xfff;
}

static inline u16 tsrw_link_inner(u32 link)
{
	return link >> 12 & 0xfff;
}

#endif /* TSRW_FLOW_KEY_H */
