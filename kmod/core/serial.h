/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Serial number arithmetic, and the integer types of the core, which is compiled into
 * the module and into host programs alike.
 */
#ifndef TSRW_CORE_SERIAL_H
#define TSRW_CORE_SERIAL_H

#include <linux/types.h>

#ifndef __KERNEL__
#include <stdbool.h>
#include <stddef.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __s32 s32;
#endif

/**
 * enum tsrw_direction - which way a segment crosses an attached device
 * @TSRW_EGRESS: it leaves for the outside
 * @TSRW_INGRESS: it arrives from the outside
 */
enum tsrw_direction {
	TSRW_EGRESS,
	TSRW_INGRESS,
};

/**
 * tsrw_other - get the opposite direction
 * @dir: a direction
 */
static inline enum tsrw_direction tsrw_other(enum tsrw_direction dir)
{
	return dir == TSRW_EGRESS ? TSRW_INGRESS : TSRW_EGRESS;
}

/**
 * tsrw_after - whether a serial number comes after another
 * @a: a TSval or a sequence number
 * @b: another of the same kind
 *
 * Return: true if @a comes after @b mod 2^32 (RFC 1982, RFC 7323 section 5.2).
 */
static inline bool tsrw_after(u32 a, u32 b)
{
	return (s32)(a - b) > 0;
}

#endif /* TSRW_CORE_SERIAL_H */
