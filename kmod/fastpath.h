/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_FASTPATH_H
#define TSRW_FASTPATH_H

#include <linux/netfilter.h>

unsigned int tsrw_fastpath_egress(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state);
unsigned int tsrw_fastpath_ingress(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state);

#endif /* TSRW_FASTPATH_H */
