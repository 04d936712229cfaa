/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_ADOPTION_H
#define TSRW_CORE_ADOPTION_H

#include "serial.h"

/* struct tsrw_adopt, flags; none is set for a flow whose offset nobody doubts */
enum {
	TSRW_ADOPT_UNDECIDED	= 1 << 0, /* no echo has decided on the offset yet */
	TSRW_ADOPT_UNKNOWN	= 1 << 1, /* with that, there is no offset to go back to */
	TSRW_ADOPT_FRESH	= 1 << 2, /* with that, the inside clock was seen since */
	TSRW_ADOPT_HAS_ECHO	= 1 << 3, /* @echo is valid */
	TSRW_ADOPT_HEARD_BARE	= 1 << 4, /* a segment without TSopt has arrived */
	TSRW_ADOPT_SETTLING	= 1 << 5, /* an echo may be of what another firewall sent */
	TSRW_ADOPT_PROBED	= 1 << 6, /* with that, the span begins with a TSval to be echoed */
	TSRW_ADOPT_ADOPTED	= 1 << 7, /* an echo has chosen the offset */
};

/* Every segment of a flow with one of these is to be handed to adopt.c */
#define TSRW_ADOPT_BUSY	((u8)~TSRW_ADOPT_ADOPTED)

/**
 * struct tsrw_adopt - how far this firewall knows a connection that another one carried
 * @echo: the latest TSecr that shows more than what was sent here
 * @seq: sequence number of the last segment that left
 * @since: second in which the present state began, mod 256
 * @tried: second in which it left last, if that counts, mod 256
 * @unanswered: how often it left again without an answer
 * @flags: TSRW_ADOPT_UNDECIDED and so on
 *
 * All zero, it is that of a connection which began here.
 */
struct tsrw_adopt {
	u32 echo;
	u32 seq;
	u8 since;
	u8 tried;
	u8 unanswered;
	u8 flags;
};

#endif /* TSRW_CORE_ADOPTION_H */
