/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FLOW_H
#define TSRW_FLOW_H

#include <linux/in6.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/seqlock.h>

#include "core/handshake.h"

/**
 * struct tsrw_flow_key - a TCP connection as the outside wire shows it
 * @inside_addr: of the inside end; IPv4 as ::ffff:a.b.c.d
 * @outside_addr: of the outside end, the same way
 * @inside_port: of the inside end
 * @outside_port: of the outside end
 * @link: tsrw_link(): keeps overlapping address plans apart
 *
 * Oriented: a packet that leaves one attached device and arrives on another
 * makes two keys.  No padding: it is hashed and compared as bytes.
 */
struct tsrw_flow_key {
	struct in6_addr inside_addr;
	struct in6_addr outside_addr;
	__be16 inside_port;
	__be16 outside_port;
	u32 link;
};

/**
 * tsrw_link - zone and VLAN tags in one number
 * @zone: of the attachment
 * @vlan: outer VLAN id, 0 without a tag
 * @inner: inner VLAN id, 0 without a second tag
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

/**
 * struct tsrw_flow - an entry of the table
 * @node: in its bucket; RCU
 * @key: what it is found by; constant
 * @stamp: jiffies of the last segment, up to a second late; or TSRW_STAMP_DEAD
 * @seq: lets readers of @life notice a writer
 * @life: written under the bucket's lock and @seq, but for the committed span's
 *	@last and @first and for the acks, which quiet segments move without
 * @group: the group's id; constant
 * @device: ids of the devices last crossed, by enum tsrw_direction; 0 for none
 * @slept: a long silence was broken from outside; what inside says next is the
 *	latest, whatever it says
 * @dead: among those that wait for their grace period
 *
 * The first cache line is read by every segment, the second one is what
 * segments write.
 */
struct tsrw_flow {
	struct hlist_node node;
	struct tsrw_flow_key key;
	u32 stamp;
	seqcount_spinlock_t seq;

	struct tsrw_life life;
	u8 group;
	u8 device[2];
	bool slept;
	struct llist_node dead;
};

/* What a flow costs is a promise; lock debugging may break it */
#if !defined(CONFIG_LOCKDEP) && !defined(CONFIG_PREEMPT_RT) && \
	!defined(CONFIG_DEBUG_SPINLOCK)
static_assert(sizeof(struct tsrw_flow) <= 128);
#endif

#define TSRW_STAMP_DEAD	0

/**
 * tsrw_stamp_now - the time as @stamp keeps it
 *
 * Return: jiffies, never TSRW_STAMP_DEAD.
 */
static inline u32 tsrw_stamp_now(void)
{
	return (u32)jiffies ?: 1;
}

bool tsrw_flow_touch(struct tsrw_flow *flow, enum tsrw_direction dir,
		     u32 *idle);
void tsrw_flow_note_device(struct tsrw_flow *flow, enum tsrw_direction dir,
			   u8 device);
bool tsrw_flow_answer_quiet(struct tsrw_flow *flow, enum tsrw_direction dir,
			    const struct tsrw_segment *seg, u32 idle,
			    struct tsrw_step *step);
void tsrw_flow_change(struct tsrw_flow *flow, enum tsrw_direction dir,
		      const struct tsrw_segment *seg, enum tsrewrite_mode mode,
		      u32 idle, struct tsrw_step *step);
void tsrw_flow_snapshot(const struct tsrw_flow *flow, struct tsrw_life *life);

#endif /* TSRW_FLOW_H */
