/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSRW_CORE_TCP_OPTION_H
#define TSRW_CORE_TCP_OPTION_H

#include "serial.h"

#define TSRW_TCP_HEADER_MIN	20	/* bytes */
#define TSRW_TCP_HEADER_MAX	60	/* bytes: the data offset has 4 bits */

/* As many TSopts, of 10 bytes each, as 40 bytes of options can hold */
#define TSRW_TSOPT_MAX		4

/**
 * struct tsrw_tcp_options - what a walk over a TCP header's options found
 * @ts_count: how many TSopts there are
 * @ts: for each TSopt, the bytes from the first option to its TSval, which TSecr
 *	follows; neither need be aligned
 * @ao: there is a TCP-AO option (RFC 5925), so that the options are authenticated
 * @malformed: the walk stopped at an option whose length is wrong or that exceeds the
 *	header; what was found before it is valid
 */
struct tsrw_tcp_options {
	u8 ts_count;
	u8 ts[TSRW_TSOPT_MAX];
	bool ao;
	bool malformed;
};

void tsrw_tcp_options_walk(const u8 *options, unsigned int len,
			   struct tsrw_tcp_options *found);

#endif /* TSRW_CORE_TCP_OPTION_H */
