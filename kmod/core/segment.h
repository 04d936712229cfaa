/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_SEGMENT_H
#define TSRW_CORE_SEGMENT_H

#include "serial.h"

/* RFC 7323 section 2.3: no window is larger */
#define TSRW_WINDOW_MAX	0x40000000u

/**
 * struct tsrw_segment - the facts of a TCP segment
 * @seq: sequence number
 * @end: sequence number behind its payload, SYN and FIN
 * @ack: acknowledgment number
 * @tsval: of the first TSopt
 * @tsecr: of the first TSopt
 * @has_ack: the ACK bit
 * @syn: the SYN bit
 * @fin: the FIN bit
 * @rst: the RST bit
 * @has_tsopt: it carries a TSopt
 *
 * Numbers in host byte order.
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
