/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The version of module and command, and what holds in the module until an operator says
 * otherwise. `tsrewrite features` tells them from here, too.
 */
#ifndef TSRW_DEFAULTS_H
#define TSRW_DEFAULTS_H

#define TSREWRITE_VERSION "0.2.0"

/* Flows: of the machine; of a network namespace of the initial user namespace, and of one
 * of another user namespace; and of how many of these one may be embryonic and begun from
 * outside. CAP_NET_ADMIN over the network namespace suffices to change the latter; the
 * limit of the machine bounds them all, and takes CAP_NET_ADMIN in the initial user
 * namespace.
 */
#define TSRW_DEFAULT_MACHINE_LIMIT		1048576
#define TSRW_DEFAULT_LIMIT			262144
#define TSRW_DEFAULT_LIMIT_OTHER_USER_NS	16384
#define TSRW_DEFAULT_INBOUND_LIMIT(limit)	((limit) / 4)

/* Seconds; embryonic ones live longer than any gap between SYN retransmissions */
#define TSRW_DEFAULT_TIMEOUT_EMBRYONIC		130
#define TSRW_DEFAULT_TIMEOUT_ESTABLISHED	(5 * 24 * 3600)
#define TSRW_DEFAULT_TIMEOUT_HALF_CLOSED	(12 * 3600)
#define TSRW_DEFAULT_TIMEOUT_CLOSING		(15 * 60)
#define TSRW_DEFAULT_TIMEOUT_CLOSED		120

#define TSRW_DEFAULT_MARK_MASK			0xff000000
#define TSRW_DEFAULT_WHEN_FULL			TSREWRITE_WHEN_FULL_STRIP
#define TSRW_DEFAULT_MODE			TSREWRITE_MODE_OFF

#endif /* TSRW_DEFAULTS_H */
