/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_LABELS_H
#define TSRW_LABELS_H

#include <linux/netlink.h>

#include "net.h"

struct module;
struct sk_buff;

/**
 * enum tsrw_labels_stored - what became of an offset that was to be kept in a label
 * @TSRW_LABELS_STORED: it is there
 * @TSRW_LABELS_NO_ROOM: conntrack does not know the connection, or had no label for it when it
 *	began, or the offset of its other direction is there
 * @TSRW_LABELS_TAKEN: somebody else uses these bits
 */
enum tsrw_labels_stored {
	TSRW_LABELS_STORED,
	TSRW_LABELS_NO_ROOM,
	TSRW_LABELS_TAKEN,
};

/**
 * struct tsrw_labels_ops - who keeps offsets in the labels of conntrack
 * @owner: the module
 * @enable: have a network namespace's connections have labels from now on. Return: 0 or a
 *	negative error. Context: process
 * @disable: undo @enable. Context: process
 * @store: keep an offset with the connection of a packet that leaves, in place of an earlier
 *	one. Context: RCU read side
 * @recall_leaving: find the offset of the connection of a packet that leaves. Return: false if
 *	none was kept. Context: RCU read side
 * @recall_arriving: find that of a flow of which a packet arrives, before conntrack has seen
 *	it. Return: likewise. Context: RCU read side
 *
 * Their argument word is the number of the first of the two 32-bit words of the label that are
 * used.
 */
struct tsrw_labels_ops {
	struct module *owner;
	int (*enable)(struct net *net);
	void (*disable)(struct net *net);
	enum tsrw_labels_stored (*store)(const struct sk_buff *skb, unsigned int word,
					 u32 offset);
	bool (*recall_leaving)(const struct sk_buff *skb, unsigned int word, u32 *offset);
	bool (*recall_arriving)(struct net *net, const struct tsrw_flow_key *key,
				unsigned int word, u32 *offset);
};

/**
 * tsrw_labels_are_used - whether offsets are kept in labels
 * @tn: state of the network namespace
 *
 * Context: any.
 */
static inline bool tsrw_labels_are_used(const struct tsrw_net *tn)
{
	return READ_ONCE(tn->label_bit);
}

int tsrw_labels_register(const struct tsrw_labels_ops *ops);
void tsrw_labels_unregister(const struct tsrw_labels_ops *ops);

void tsrw_labels_exit(struct tsrw_net *tn);
int tsrw_labels_use(struct tsrw_net *tn, u32 bit, struct netlink_ext_ack *extack);
enum tsrw_labels_stored tsrw_labels_store(const struct tsrw_net *tn, const struct sk_buff *skb,
					  u32 offset);
bool tsrw_labels_recall_leaving(const struct tsrw_net *tn, const struct sk_buff *skb,
				u32 *offset);
bool tsrw_labels_recall_arriving(const struct tsrw_net *tn, const struct tsrw_flow_key *key,
				 u32 *offset);

#endif /* TSRW_LABELS_H */
