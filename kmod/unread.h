/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_UNREAD_H
#define TSRW_UNREAD_H

#include <linux/types.h>

/**
 * struct tsrw_unread - frames that carry packets which are not read
 * @last: jiffies of the last one that left, or of one up to a second before it; valid
 *	with @ethertype
 * @ethertype: its EtherType, in host byte order; 0 if there was none
 *
 * It is written at most once a second, unless the EtherType changes.
 */
struct tsrw_unread {
	u32 last;
	u16 ethertype;
};

void tsrw_unread_note(struct tsrw_unread *unread, __be16 proto);
u16 tsrw_unread_lately(struct tsrw_unread *unread);

#endif /* TSRW_UNREAD_H */
