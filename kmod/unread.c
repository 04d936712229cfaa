// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frames that carry packets in a header which is not read.
 *
 * What such a frame has of connections leaves as it is, and with it the inside hosts'
 * clocks.  The device above, where there is one, sees the packets themselves.
 */
#include <linux/if_ether.h>

#include "stamp.h"
#include "unread.h"

/* Seconds for which a frame is remembered */
#define TSRW_UNREAD_LATELY	60

static bool carries_packets(__be16 proto)
{
	switch (proto) {
	case htons(ETH_P_8021Q):
	case htons(ETH_P_8021AD):
	case htons(ETH_P_PPP_SES):
	case htons(ETH_P_MPLS_UC):
	case htons(ETH_P_MPLS_MC):
	case htons(ETH_P_MACSEC):
	case htons(ETH_P_8021AH):
	case htons(ETH_P_QINQ1):
	case htons(ETH_P_QINQ2):
	case htons(ETH_P_QINQ3):
	case htons(ETH_P_HSR):
	case htons(ETH_P_BATMAN):
	case htons(ETH_P_NSH):
		return true;
	default:
		return false;
	}
}

/**
 * tsrw_unread_note - note a frame that leaves and whose packets are not read
 * @unread: what is known of its device
 * @proto: its EtherType, behind the VLAN tags that are read: that of a tag if there are
 *	more
 *
 * Context: any.
 */
void tsrw_unread_note(struct tsrw_unread *unread, __be16 proto)
{
	u16 ethertype = ntohs(proto);

	if (!carries_packets(proto) ||
	    (READ_ONCE(unread->ethertype) == ethertype &&
	     tsrw_stamp_age(READ_ONCE(unread->last)) < HZ))
		return;
	WRITE_ONCE(unread->last, (u32)jiffies);
	WRITE_ONCE(unread->ethertype, ethertype);
}

/**
 * tsrw_unread_lately - get which frames that carry packets left in the last minute
 * @unread: what is known of the device
 *
 * Forgets an older one, because its time wraps around. Return: the EtherType of the last
 * one, or 0. Context: any.
 */
u16 tsrw_unread_lately(struct tsrw_unread *unread)
{
	if (tsrw_stamp_age(READ_ONCE(unread->last)) > TSRW_UNREAD_LATELY * HZ)
		WRITE_ONCE(unread->ethertype, 0);
	return READ_ONCE(unread->ethertype);
}
