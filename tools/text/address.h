/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TSREWRITE_TEXT_ADDRESS_H
#define TSREWRITE_TEXT_ADDRESS_H

#include <stdint.h>

/* An IPv4 or IPv6 address in network byte order; @len is 4 or 16 */
struct address {
	uint8_t len;
	uint8_t byte[16];
};

#endif /* TSREWRITE_TEXT_ADDRESS_H */
