// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offsets that outlive this machine, because they are kept in the labels of conntrack, which
 * conntrackd replicates.  Who knows conntrack is a module of its own (ct.c), so that this one
 * needs none.
 */
#include <linux/capability.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/mutex.h>

#include "labels.h"

static DEFINE_MUTEX(ops_lock); /* for registered */
static const struct tsrw_labels_ops *registered;

/**
 * tsrw_labels_register - offer to keep offsets in labels
 * @ops: how
 *
 * Return: 0 or -EBUSY. Context: process.
 */
int tsrw_labels_register(const struct tsrw_labels_ops *ops)
{
	int err = 0;

	mutex_lock(&ops_lock);
	if (registered)
		err = -EBUSY;
	else
		WRITE_ONCE(registered, ops);
	mutex_unlock(&ops_lock);
	return err;
}
EXPORT_SYMBOL_GPL(tsrw_labels_register);

/**
 * tsrw_labels_unregister - offer no more what tsrw_labels_register() has offered
 * @ops: the same
 *
 * No network namespace uses it: each holds a reference to its module.
 *
 * Context: process.
 */
void tsrw_labels_unregister(const struct tsrw_labels_ops *ops)
{
	mutex_lock(&ops_lock);
	if (registered == ops)
		WRITE_ONCE(registered, NULL);
	mutex_unlock(&ops_lock);
}
EXPORT_SYMBOL_GPL(tsrw_labels_unregister);

/* Nobody but who may load modules by other means has this one loaded */
static void load_module(void)
{
	if (!READ_ONCE(registered) && capable(CAP_NET_ADMIN))
		request_module("nf_tsrewrite_ct");
}

static const struct tsrw_labels_ops *get_ops(void)
{
	const struct tsrw_labels_ops *ops;

	mutex_lock(&ops_lock);
	ops = registered;
	if (ops && !try_module_get(ops->owner))
		ops = NULL;
	mutex_unlock(&ops_lock);
	return ops;
}

static int begin_use(struct tsrw_net *tn, u32 bit, struct netlink_ext_ack *extack)
{
	const struct tsrw_labels_ops *ops;
	int err;

	load_module();
	ops = get_ops();
	if (!ops) {
		NL_SET_ERR_MSG(extack,
			       "nf_tsrewrite_ct is not loaded: it keeps offsets in conntrack's labels");
		return -EOPNOTSUPP;
	}
	err = ops->enable(tn->net);
	if (err) {
		NL_SET_ERR_MSG(extack, "this kernel's conntrack has no labels");
		module_put(ops->owner);
		return err;
	}
	tn->labels = ops;
	/* Pairs with used_word() */
	smp_store_release(&tn->label_bit, bit);
	return 0;
}

/**
 * tsrw_labels_exit - use labels no more
 * @tn: state of the network namespace, for which no hook is left
 *
 * Context: process.
 */
void tsrw_labels_exit(struct tsrw_net *tn)
{
	const struct tsrw_labels_ops *ops = tn->labels;

	if (!ops)
		return;
	tn->labels = NULL;
	ops->disable(tn->net);
	module_put(ops->owner);
}

static void end_use(struct tsrw_net *tn)
{
	WRITE_ONCE(tn->label_bit, 0);
	synchronize_net(); /* for hooks that have read it */
	tsrw_labels_exit(tn);
}

/**
 * tsrw_labels_use - choose where in the labels of conntrack offsets are kept
 * @tn: state of the network namespace
 * @bit: number of the first of the 64 bits that are used, a multiple of 32; 0 for none
 * @extack: gets the reason of an error
 *
 * Connections that conntrack knows already have no room for a label.
 *
 * Return: 0 or a negative error. Context: process, under the namespace's lock.
 */
int tsrw_labels_use(struct tsrw_net *tn, u32 bit, struct netlink_ext_ack *extack)
{
	if (bit && !tn->label_bit)
		return begin_use(tn, bit, extack);
	if (!bit && tn->label_bit)
		end_use(tn);
	else
		WRITE_ONCE(tn->label_bit, bit);
	return 0;
}

/* Return: the number of the word, or 0 if labels are not used */
static unsigned int used_word(const struct tsrw_net *tn)
{
	/* Pairs with begin_use(): @labels is there */
	return smp_load_acquire(&tn->label_bit) / 32;
}

/**
 * tsrw_labels_store - keep the offset of a connection
 * @tn: state of the network namespace, which uses labels
 * @skb: its SYN or SYN-ACK, which leaves
 * @offset: outside TSval less inside TSval
 *
 * Return: enum tsrw_labels_stored. Context: RCU read side.
 */
enum tsrw_labels_stored tsrw_labels_store(const struct tsrw_net *tn, const struct sk_buff *skb,
					  u32 offset)
{
	unsigned int word = used_word(tn);

	return word ? tn->labels->store(skb, word, offset) : TSRW_LABELS_STORED;
}

/**
 * tsrw_labels_recall_leaving - find the offset of a connection without a flow
 * @tn: state of the network namespace
 * @skb: a packet of it, which leaves
 * @offset: filled in if true is returned
 *
 * Return: false if labels are not used, or the connection has none. Context: RCU read side.
 */
bool tsrw_labels_recall_leaving(const struct tsrw_net *tn, const struct sk_buff *skb,
				u32 *offset)
{
	unsigned int word = used_word(tn);

	return word && tn->labels->recall_leaving(skb, word, offset);
}

/**
 * tsrw_labels_recall_arriving - find the offset of a connection without a flow
 * @tn: state of the network namespace
 * @key: key of the flow that it would have, of which a packet arrives
 * @offset: filled in if true is returned
 *
 * Return: as tsrw_labels_recall_leaving(). Context: RCU read side.
 */
bool tsrw_labels_recall_arriving(const struct tsrw_net *tn, const struct tsrw_flow_key *key,
				 u32 *offset)
{
	unsigned int word = used_word(tn);

	return word && tn->labels->recall_arriving(tn->net, key, word, offset);
}
