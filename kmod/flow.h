/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FLOW_H
#define TSRW_FLOW_H

#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/seqlock.h>
#include <net/ipv6.h>

#include "core/handshake.h"

/**
 * struct tsrw_flow_key - a TCP connection as the outside wire shows it
 * @inside_addr: of the inside end; IPv4 as ::ffff:a.b.c.d
 * @outside_addr: of the outside end, the same way
 * @inside_port: of the inside end
 * @outside_port: of the outside end
 * @ports: both, as they lie in memory
 * @link: tsrw_link(): keeps overlapping address plans apart
 *
 * Oriented: a packet that leaves one attached device and arrives on another
 * makes two keys.  No padding: it is hashed and compared as bytes.
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
 * tsrw_flow_key_equal - are they of the same flow?
 * @a: a key
 * @b: another
 */
static inline bool tsrw_flow_key_equal(const struct tsrw_flow_key *a,
				       const struct tsrw_flow_key *b)
{
	return a->ports == b->ports && a->link == b->link &&
	       ipv6_addr_equal(&a->inside_addr, &b->inside_addr) &&
	       ipv6_addr_equal(&a->outside_addr, &b->outside_addr);
}

/**
 * tsrw_flow_key_is_ipv4 - is it the key of an IPv4 flow in registers?
 * @key: the key; both its addresses are IPv4, or neither is
 * @inside: address of the inside end
 * @outside: address of the outside end
 * @ports: as struct tsrw_flow_key has them
 * @link: tsrw_link()
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
 * @group: the group's id; until the group goes, constant
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

/**
 * tsrw_flow_touch - a segment of the flow passes: keep it alive
 * @flow: the flow
 * @dir: which way the segment goes
 * @idle: filled in with the seconds since the segment before, or, after a long
 *	silence, since the one before the silence
 *
 * Return: false if the flow is dead, which nobody can then change any more.
 * Context: RCU read side. Writes at most once a second.
 */
static inline bool tsrw_flow_touch(struct tsrw_flow *flow,
				   enum tsrw_direction dir, u32 *idle)
{
	u32 seen = READ_ONCE(flow->stamp);
	u32 now = jiffies;

	*idle = 0;
	if (likely(seen != TSRW_STAMP_DEAD && now - seen < HZ &&
		   !READ_ONCE(flow->slept)))
		return true;

	now = tsrw_stamp_now();
	do {
		if (seen == TSRW_STAMP_DEAD)
			return false;
		*idle = (now - seen) / HZ;
	} while (*idle && !try_cmpxchg(&flow->stamp, &seen, now));
	if (READ_ONCE(flow->slept))
		*idle = TSRW_IDLE_LONG + 1;
	if (*idle > TSRW_IDLE_LONG)
		WRITE_ONCE(flow->slept, dir == TSRW_INGRESS);
	return true;
}

/**
 * tsrw_flow_note_device - remember which device the flow crosses
 * @flow: the flow
 * @dir: enum tsrw_direction
 * @device: its id
 *
 * Context: RCU read side. Writes only when it changes.
 */
static inline void tsrw_flow_note_device(struct tsrw_flow *flow,
					 enum tsrw_direction dir, u8 device)
{
	if (READ_ONCE(flow->device[dir]) != device)
		WRITE_ONCE(flow->device[dir], device);
}

/**
 * tsrw_flow_note_sent - the inside end sent a TSval, by the committed span
 * @flow: the flow
 * @seq: of @flow->seq, when the span was read
 * @tsval: the TSval
 * @idle: seconds since the flow's segment before
 *
 * Two CPUs may carry a flow: the maximum never runs back.
 *
 * Return: false if the flow was changed meanwhile, so that nothing was noted. Then
 * the segment must ask again under the lock: a TSval that leaves without a note
 * comes back as an impossible echo. Context: RCU read side.
 */
static inline bool tsrw_flow_note_sent(struct tsrw_flow *flow, unsigned int seq,
				       u32 tsval, u32 idle)
{
	struct tsrw_span *span = &flow->life.map.committed;
	u32 last = READ_ONCE(span->last);
	u32 first, floor, next;

	while ((next = tsrw_span_later(last, tsval, idle)) != last) {
		if (read_seqcount_retry(&flow->seq, seq))
			return false;
		if (try_cmpxchg(&span->last, &last, next))
			break;
	}

	first = READ_ONCE(span->first);
	floor = tsrw_span_floor(first, next);
	if (unlikely(floor != first))
		WRITE_ONCE(span->first, floor);
	return true;
}

/**
 * tsrw_flow_note_ack - an end has acknowledged
 * @flow: the flow
 * @dir: which way the segment goes
 * @ack: its acknowledgment number
 *
 * Return: true if it is another than the one before. Context: RCU read side.
 */
static inline bool tsrw_flow_note_ack(struct tsrw_flow *flow,
				      enum tsrw_direction dir, u32 ack)
{
	if (READ_ONCE(flow->life.hs.ack[dir]) == ack)
		return false;
	WRITE_ONCE(flow->life.hs.ack[dir], ack);
	return true;
}

/**
 * tsrw_flow_outruns_window - can a segment only leave because of acks unseen?
 * @hs: the flow's
 * @dir: which way the segment goes
 * @seg: the segment
 *
 * Only of a connection whose acknowledgments the last one is: a SYN begins another
 * one, and so may what leaves beside it; an RST says what it was told.
 */
static inline bool tsrw_flow_outruns_window(const struct tsrw_handshake *hs,
					    enum tsrw_direction dir,
					    const struct tsrw_segment *seg)
{
	return dir == TSRW_EGRESS && !seg->syn && !seg->rst &&
	       !(READ_ONCE(hs->flags) & TSRW_HAS_CANDIDATE) &&
	       tsrw_sides_beyond_window(seg->seq,
					READ_ONCE(hs->ack[TSRW_INGRESS]));
}

/**
 * tsrw_flow_note_sides - a segment shows that its direction comes by
 * @flow: the flow
 * @dir: which way it goes
 * @seg: the segment
 * @acks_more: its acknowledgment number is another than the one before
 * @idle: seconds since the flow's segment before; who moved the stamp ends an
 *	interval
 *
 * Return: true if with it the connection turns out to be one-sided.
 * Context: RCU read side. Writes only when something changes.
 */
static inline bool tsrw_flow_note_sides(struct tsrw_flow *flow,
					enum tsrw_direction dir,
					const struct tsrw_segment *seg,
					bool acks_more, u32 idle)
{
	struct tsrw_handshake *hs = &flow->life.hs;
	u8 seen = READ_ONCE(hs->sides);
	u8 next = seen;

	if (unlikely(idle))
		next = tsrw_sides_end_interval(next);
	next = tsrw_sides_note(next, dir, acks_more ||
			       tsrw_flow_outruns_window(hs, dir, seg));
	if (next == seen)
		return false;
	WRITE_ONCE(hs->sides, next);
	return next & ~seen & TSRW_ONE_SIDED;
}

bool tsrw_flow_answer_quiet(struct tsrw_flow *flow, enum tsrw_direction dir,
			    const struct tsrw_segment *seg, u32 idle,
			    struct tsrw_step *step);
void tsrw_flow_begin(struct tsrw_flow *flow, const struct tsrw_segment *seg,
		     enum tsrewrite_mode mode, struct tsrw_step *step);
void tsrw_flow_change(struct tsrw_flow *flow, enum tsrw_direction dir,
		      const struct tsrw_segment *seg, enum tsrewrite_mode mode,
		      u32 idle, struct tsrw_step *step);
bool tsrw_flow_note_unreachable(struct tsrw_flow *flow, u32 seq);
void tsrw_flow_snapshot(const struct tsrw_flow *flow, struct tsrw_life *life);

#endif /* TSRW_FLOW_H */
