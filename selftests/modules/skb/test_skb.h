/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_TEST_SKB_H
#define TSRW_TEST_SKB_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>

#define TSRW_TEST_TCP_MAX	60

/* What a packet is to be like when nf_tsrewrite meets it */
enum tsrw_test_how {
	TSRW_TEST_NONE,
	TSRW_TEST_UNNECESSARY,
	TSRW_TEST_COMPLETE,
	TSRW_TEST_PARTIAL,
	TSRW_TEST_FRAGS,	/* no header in the skb's head */
	TSRW_TEST_CLONE,
	TSRW_TEST_FRAGLIST,	/* of a GSO packet */
	TSRW_TEST_ODD,		/* the list is none of GRO's: nobody knows its headers */
	TSRW_TEST_HOWS,
};

/* Beside what it was like, for each direction */
enum tsrw_test_counter {
	TSRW_TEST_GSO = TSRW_TEST_HOWS,
	TSRW_TEST_BIG,		/* more than IP's 16 bits can say */
	TSRW_TEST_UNFORCED,	/* could not be made so */
	TSRW_TEST_CHANGED,	/* between the two hooks */
	TSRW_TEST_KEPT,		/* is a list behind nf_tsrewrite */
	TSRW_TEST_RIGHT,
	TSRW_TEST_WRONG,
	TSRW_TEST_COUNTERS,
};

enum { TSRW_TEST_INGRESS, TSRW_TEST_EGRESS, TSRW_TEST_DIRS };

/**
 * struct tsrw_test_segment - a TCP segment and where it is
 * @at: from skb->data to the TCP header
 * @size: of the TCP header
 * @pseudo: sum of the pseudo header
 * @th: a copy of the TCP header
 * @tcp: the same with its options
 */
struct tsrw_test_segment {
	unsigned int at;
	unsigned int size;
	__sum16 pseudo;
	union {
		struct tcphdr th;
		u8 tcp[TSRW_TEST_TCP_MAX];
	};
};

/**
 * struct tsrw_test_slot - a packet between the two hooks of a direction
 * @skb: the packet
 * @clone: its clone, or NULL
 * @before: its segment before
 */
struct tsrw_test_slot {
	struct sk_buff *skb;
	struct sk_buff *clone;
	struct tsrw_test_segment before;
};

struct tsrw_test_slots {
	struct tsrw_test_slot dir[TSRW_TEST_DIRS];
};

/**
 * struct tsrw_test - a network namespace's
 * @dev: the device that is watched, or NULL
 * @forces: the hooks before nf_tsrewrite's are there
 * @how: bits of enum tsrw_test_how
 * @watch: the hooks behind nf_tsrewrite's
 * @force: the hooks before nf_tsrewrite's
 * @slots: one a CPU: no packet comes between one's two hooks
 * @count: what came by
 */
struct tsrw_test {
	struct net_device *dev;
	bool forces;
	unsigned long how;
	struct nf_hook_ops watch[TSRW_TEST_DIRS];
	struct nf_hook_ops force[TSRW_TEST_DIRS];
	struct tsrw_test_slots __percpu *slots;
	atomic_t count[TSRW_TEST_DIRS][TSRW_TEST_COUNTERS];
};

static inline int tsrw_test_dir(const struct nf_hook_state *state)
{
	return state->hook == NF_NETDEV_EGRESS ? TSRW_TEST_EGRESS :
						 TSRW_TEST_INGRESS;
}

bool tsrw_test_read(const struct sk_buff *skb, struct tsrw_test_segment *seg);
bool tsrw_test_make(struct sk_buff *skb, const struct tsrw_test_segment *seg,
		    unsigned long how);
bool tsrw_test_is_list(const struct sk_buff *skb);
bool tsrw_test_is_list_even(const struct sk_buff *skb,
			    const struct tsrw_test_segment *seg);
bool tsrw_test_is_right(const struct sk_buff *skb,
			const struct tsrw_test_segment *seg);

#endif /* TSRW_TEST_SKB_H */
