/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_REWRITE_H
#define TSRW_REWRITE_H

#include "packet.h"

int tsrw_rewrite(struct sk_buff *skb, const struct tsrw_packet *pkt,
		 enum tsrw_direction dir, const struct tsrw_step *step);
int tsrw_rewrite_quote(struct sk_buff *skb, const struct tsrw_packet *pkt,
		       enum tsrw_direction dir, const struct tsrw_span *span);

#endif /* TSRW_REWRITE_H */
