/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_SEGMENT_H
#define TSRW_CORE_SEGMENT_H

#include "serial.h"

/* The largest window that TCP can offer, in bytes (RFC 7323 section 2.3) */
#define TSRW_WINDOW_MAX	0x40000000u

/**
 * struct tsrw_segment - what the header of a TCP segment says
 * @seq: sequence number
 * @end: sequence number that follows its payload, SYN and FIN
 * @ack: acknowledgment number
 * @tsval: TSval of its first TSopt, if it has one
 * @tsecr: TSecr of its first TSopt, if it has one
 * @has_ack: the ACK bit
 * @syn: the SYN bit
 * @fin: the FIN bit
 * @rst: the RST bit
 * @has_tsopt: it has a TSopt
 *
 * All numbers are in host byte order.
 */
struct tsrw_segment {
	u32 seq;
	u32 end;
	u32 ack;
	u32 tsval;
	u32 tsecr;
	bool has_ack;
	bool syn;
	bool fin;
	bool rst;
	bool has_tsopt;
};

#endif /* TSRW_CORE_SEGMENT_H */
