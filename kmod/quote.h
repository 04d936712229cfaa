/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_QUOTE_H
#define TSRW_QUOTE_H

#include "ip.h"

enum tsrw_packet_kind tsrw_quote_read(const struct sk_buff *skb,
				      enum tsrw_direction dir,
				      struct tsrw_packet *pkt,
				      struct tsrw_ip_payload *payload);

#endif /* TSRW_QUOTE_H */
