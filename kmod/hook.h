/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_HOOK_H
#define TSRW_HOOK_H

#include <linux/netfilter.h>
#include <linux/tcp.h>

#include "net.h"
#include "unread.h"

/**
 * struct tsrw_hook - what the hooks know of their attached device
 * @tn: state of its network namespace
 * @stats: the namespace's counters
 * @unread: frames that carry packets which are not read
 * @zone: zone of the attachment
 * @device: id of the attachment, not 0
 * @draining: connections that begin pass untouched, because the device is drained;
 *	written under RTNL
 * @rules_unconfirmed: user space has not confirmed that its rules mark what begins for its
 *	group; what any group would hide loses its TSopt. Written under RTNL
 */
struct tsrw_hook {
	struct tsrw_net *tn;
	struct tsrw_stats __percpu *stats;
	struct tsrw_unread *unread;
	u8 zone;
	u8 device;
	bool draining;
	bool rules_unconfirmed;
};

unsigned int tsrw_hook_egress(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state);
unsigned int tsrw_hook_ingress(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state);
unsigned int tsrw_hook_plain(const struct tsrw_hook *hook, struct sk_buff *skb,
			     enum tsrw_direction dir, u32 link,
			     const struct tcphdr *th, unsigned int len);

#endif /* TSRW_HOOK_H */
