/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The generic netlink family "tsrewrite": the only header that the module and
 * its users share.  Documentation/netlink/specs/tsrewrite.yaml describes the
 * same in the kernel's YNL format.
 *
 * Numbers are in host byte order unless said otherwise.  Everything is seen
 * from the network namespace of the socket that asks.
 */
#ifndef _UAPI_LINUX_TSREWRITE_H
#define _UAPI_LINUX_TSREWRITE_H

#define TSREWRITE_GENL_NAME	"tsrewrite"
#define TSREWRITE_GENL_VERSION	1

/* The multicast group that carries TSREWRITE_CMD_EVENT (CAP_NET_ADMIN) */
#define TSREWRITE_MCGRP_EVENTS	"events"

#define TSREWRITE_GROUP_NAMSIZ	32
#define TSREWRITE_GROUP_DEFAULT	"default"

/**
 * enum tsrewrite_mode - what happens to a flow, decided once, at its SYN
 * @TSREWRITE_MODE_OFF: nothing
 * @TSREWRITE_MODE_REWRITE: TSval is rewritten, TSecr is restored
 * @TSREWRITE_MODE_BUG: TSval is rewritten, TSecr is not restored: the fault of
 *	a real outage, on purpose
 * @TSREWRITE_MODE_OBSERVE: everything is computed, checked and counted, nothing is
 *	written
 * @TSREWRITE_MODE_STRIP: TSopt is taken out of SYN and SYN-ACK, both ways
 */
enum tsrewrite_mode {
	TSREWRITE_MODE_OFF,
	TSREWRITE_MODE_REWRITE,
	TSREWRITE_MODE_BUG,
	TSREWRITE_MODE_OBSERVE,
	TSREWRITE_MODE_STRIP,

	/* private: */
	__TSREWRITE_MODE_MAX
};

#define TSREWRITE_MODE_MAX (__TSREWRITE_MODE_MAX - 1)

/**
 * enum tsrewrite_flow_state - where a flow is in its life
 * @TSREWRITE_FLOW_EMBRYONIC: a SYN or a SYN-ACK left, nothing confirmed it yet
 * @TSREWRITE_FLOW_ESTABLISHED: the other side confirmed it
 * @TSREWRITE_FLOW_CLOSED: both FINs are acknowledged, or a valid RST was seen
 */
enum tsrewrite_flow_state {
	TSREWRITE_FLOW_EMBRYONIC,
	TSREWRITE_FLOW_ESTABLISHED,
	TSREWRITE_FLOW_CLOSED,

	/* private: */
	__TSREWRITE_FLOW_STATE_MAX
};

/**
 * enum tsrewrite_cmd - the family's operations
 * @TSREWRITE_CMD_UNSPEC: unused
 * @TSREWRITE_CMD_CONFIG_GET: do: limits, timeouts and versions
 * @TSREWRITE_CMD_CONFIG_SET: do, CAP_NET_ADMIN: change limits and timeouts
 * @TSREWRITE_CMD_DEVICE_GET: dump: the attached devices
 * @TSREWRITE_CMD_DEVICE_ATTACH: do, CAP_NET_ADMIN: attach a device
 * @TSREWRITE_CMD_DEVICE_DETACH: do, CAP_NET_ADMIN: detach a device; refused with
 *	-EBUSY while rewritten flows cross it, unless TSREWRITE_A_DEVICE_FORCE is
 *	given; answers with the device and TSREWRITE_A_DEVICE_FLOWS
 * @TSREWRITE_CMD_DEVICE_SET: do, CAP_NET_ADMIN: begin or end the draining of a
 *	device, or confirm it
 * @TSREWRITE_CMD_GROUP_GET: dump: the groups, their modes and their counters
 * @TSREWRITE_CMD_GROUP_ADD: do, CAP_NET_ADMIN: a new group; answers with its id
 * @TSREWRITE_CMD_GROUP_SET: do, CAP_NET_ADMIN: change a group's mode or canary for
 *	the flows that begin from then on, or what rules it was given
 * @TSREWRITE_CMD_GROUP_DEL: do, CAP_NET_ADMIN: a group is no more: its flows go on
 *	as they began, in the default group
 * @TSREWRITE_CMD_FLOW_GET: dump, CAP_NET_ADMIN: the flows
 * @TSREWRITE_CMD_FLOW_FLUSH: do, CAP_NET_ADMIN: forget the flows that match all
 *	attributes given, or all flows; refused with -EBUSY if rewritten connections
 *	would break, unless TSREWRITE_A_FLOW_FORCE is given; answers with
 *	TSREWRITE_A_FLOW_FLUSHED and TSREWRITE_A_FLOW_BROKEN
 * @TSREWRITE_CMD_STATS_GET: do: the counters
 * @TSREWRITE_CMD_EVENT: sent to TSREWRITE_MCGRP_EVENTS, never accepted
 */
enum tsrewrite_cmd {
	TSREWRITE_CMD_UNSPEC,
	TSREWRITE_CMD_CONFIG_GET,
	TSREWRITE_CMD_CONFIG_SET,
	TSREWRITE_CMD_DEVICE_GET,
	TSREWRITE_CMD_DEVICE_ATTACH,
	TSREWRITE_CMD_DEVICE_DETACH,
	TSREWRITE_CMD_DEVICE_SET,
	TSREWRITE_CMD_GROUP_GET,
	TSREWRITE_CMD_GROUP_ADD,
	TSREWRITE_CMD_GROUP_SET,
	TSREWRITE_CMD_GROUP_DEL,
	TSREWRITE_CMD_FLOW_GET,
	TSREWRITE_CMD_FLOW_FLUSH,
	TSREWRITE_CMD_STATS_GET,
	TSREWRITE_CMD_EVENT,

	/* private: */
	__TSREWRITE_CMD_MAX
};

#define TSREWRITE_CMD_MAX (__TSREWRITE_CMD_MAX - 1)

/**
 * enum tsrewrite_config_attr - limits, timeouts, versions
 * @TSREWRITE_A_CONFIG_UNSPEC: unused
 * @TSREWRITE_A_CONFIG_VERSION: string: the module's version; read only
 * @TSREWRITE_A_CONFIG_MACHINE_LIMIT: u32: flows that the whole machine may hold;
 *	changed only with CAP_NET_ADMIN in the initial user namespace
 * @TSREWRITE_A_CONFIG_MACHINE_FLOWS: u32: flows that it holds; read only
 * @TSREWRITE_A_CONFIG_LIMIT: u32: flows that this network namespace may hold
 * @TSREWRITE_A_CONFIG_FLOWS: u32: flows that it holds; read only
 * @TSREWRITE_A_CONFIG_INBOUND_LIMIT: u32: embryonic flows begun from outside that
 *	it may hold
 * @TSREWRITE_A_CONFIG_INBOUND_FLOWS: u32: those that it holds; read only
 * @TSREWRITE_A_CONFIG_TIMEOUT_EMBRYONIC: u32, seconds
 * @TSREWRITE_A_CONFIG_TIMEOUT_ESTABLISHED: u32, seconds
 * @TSREWRITE_A_CONFIG_TIMEOUT_CLOSED: u32, seconds
 * @TSREWRITE_A_CONFIG_MARK_MASK: u32: the bits of skb->mark, in one piece, that carry
 *	a group's id from where packets are classified to the attached device, which
 *	clears them; read from SYN and SYN-ACK alone, and only while there is a group
 *	beside the default one; changed only while there is none
 */
enum tsrewrite_config_attr {
	TSREWRITE_A_CONFIG_UNSPEC,
	TSREWRITE_A_CONFIG_VERSION,
	TSREWRITE_A_CONFIG_MACHINE_LIMIT,
	TSREWRITE_A_CONFIG_MACHINE_FLOWS,
	TSREWRITE_A_CONFIG_LIMIT,
	TSREWRITE_A_CONFIG_FLOWS,
	TSREWRITE_A_CONFIG_INBOUND_LIMIT,
	TSREWRITE_A_CONFIG_INBOUND_FLOWS,
	TSREWRITE_A_CONFIG_TIMEOUT_EMBRYONIC,
	TSREWRITE_A_CONFIG_TIMEOUT_ESTABLISHED,
	TSREWRITE_A_CONFIG_TIMEOUT_CLOSED,
	TSREWRITE_A_CONFIG_MARK_MASK,

	/* private: */
	__TSREWRITE_A_CONFIG_MAX
};

#define TSREWRITE_A_CONFIG_MAX (__TSREWRITE_A_CONFIG_MAX - 1)

/**
 * enum tsrewrite_device_attr - an attached device
 * @TSREWRITE_A_DEVICE_UNSPEC: unused
 * @TSREWRITE_A_DEVICE_NAME: string, at most 15 characters: names the device
 * @TSREWRITE_A_DEVICE_IFINDEX: u32: absent while no such device exists; read only
 * @TSREWRITE_A_DEVICE_ZONE: u8: default 0
 * @TSREWRITE_A_DEVICE_FLOWS: u32: rewritten connections that cross it, which a
 *	detach would break; read only
 * @TSREWRITE_A_DEVICE_FORCE: flag, in a detach: detach whatever breaks
 * @TSREWRITE_A_DEVICE_DRAIN: u8: 1 while connections that begin pass untouched, as
 *	in mode off; 0 otherwise
 * @TSREWRITE_A_DEVICE_CONFIRMED: u8: 0 while connections that begin pass untouched
 *	because the device came, or from Linux 6.16 on was renamed, when there were
 *	groups, so that the rules that mark them may not see it; set to 1 by who
 *	knows that they do
 */
enum tsrewrite_device_attr {
	TSREWRITE_A_DEVICE_UNSPEC,
	TSREWRITE_A_DEVICE_NAME,
	TSREWRITE_A_DEVICE_IFINDEX,
	TSREWRITE_A_DEVICE_ZONE,
	TSREWRITE_A_DEVICE_FLOWS,
	TSREWRITE_A_DEVICE_FORCE,
	TSREWRITE_A_DEVICE_DRAIN,
	TSREWRITE_A_DEVICE_CONFIRMED,

	/* private: */
	__TSREWRITE_A_DEVICE_MAX
};

#define TSREWRITE_A_DEVICE_MAX (__TSREWRITE_A_DEVICE_MAX - 1)

/**
 * enum tsrewrite_group_attr - a class of flows
 * @TSREWRITE_A_GROUP_UNSPEC: unused
 * @TSREWRITE_A_GROUP_ID: u8: 0 is the default group; read only
 * @TSREWRITE_A_GROUP_NAME: string: names the group
 * @TSREWRITE_A_GROUP_MODE: u32: enum tsrewrite_mode
 * @TSREWRITE_A_GROUP_CANARY: u8, percent: how many of its connections are treated by
 *	its mode; the others are observed, as its control
 * @TSREWRITE_A_GROUP_TREATED: nest of enum tsrewrite_group_stats_attr: of connections
 *	that are rewritten, broken on purpose or stripped; read only
 * @TSREWRITE_A_GROUP_CONTROL: the same of those that are observed; read only
 * @TSREWRITE_A_GROUP_PREFIXES: u32: of how many prefixes rules lead to the group, as
 *	who wrote the rules says: what is there can be held against it; default 0
 * @TSREWRITE_A_GROUP_FINGERPRINT: u32: of those rules, opaque here; the same; 0, which
 *	says nothing, by default and where the prefixes are set without it
 */
enum tsrewrite_group_attr {
	TSREWRITE_A_GROUP_UNSPEC,
	TSREWRITE_A_GROUP_ID,
	TSREWRITE_A_GROUP_NAME,
	TSREWRITE_A_GROUP_MODE,
	TSREWRITE_A_GROUP_CANARY,
	TSREWRITE_A_GROUP_TREATED,
	TSREWRITE_A_GROUP_CONTROL,
	TSREWRITE_A_GROUP_PREFIXES,
	TSREWRITE_A_GROUP_FINGERPRINT,

	/* private: */
	__TSREWRITE_A_GROUP_MAX
};

#define TSREWRITE_A_GROUP_MAX (__TSREWRITE_A_GROUP_MAX - 1)

/**
 * enum tsrewrite_group_stats_attr - how a group's connections fare, each a u64
 * @TSREWRITE_A_GROUP_STATS_UNSPEC: unused
 * @TSREWRITE_A_GROUP_STATS_PAD: alignment
 *
 * Of connections begun from inside:
 *
 * @TSREWRITE_A_GROUP_STATS_ATTEMPTS: the first SYN of a connection left
 * @TSREWRITE_A_GROUP_STATS_RETRANSMITTED: a SYN left again
 * @TSREWRITE_A_GROUP_STATS_ANSWERED: a SYN-ACK came
 * @TSREWRITE_A_GROUP_STATS_ESTABLISHED: the third segment left
 * @TSREWRITE_A_GROUP_STATS_REFUSED_BY_PEER: an RST came instead of a SYN-ACK, or an
 *	ICMP error that says that the peer cannot be reached
 * @TSREWRITE_A_GROUP_STATS_REFUSED_BY_US: an RST of the inside host's answered the
 *	SYN-ACK
 * @TSREWRITE_A_GROUP_STATS_TIMED_OUT: nothing came
 * @TSREWRITE_A_GROUP_STATS_ECHO_VERIFIED: TSecr delivered that passed the echo check
 * @TSREWRITE_A_GROUP_STATS_ECHO_ZERO: TSecr 0 came
 * @TSREWRITE_A_GROUP_STATS_ECHO_IMPOSSIBLE: TSecr that failed the echo check
 *
 * Of those begun from outside, from where the inside host answers on:
 *
 * @TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS: the first SYN-ACK of a connection left
 * @TSREWRITE_A_GROUP_STATS_INBOUND_RETRANSMITTED: a SYN-ACK left again
 * @TSREWRITE_A_GROUP_STATS_INBOUND_ANSWERED: its acknowledgment came
 * @TSREWRITE_A_GROUP_STATS_INBOUND_ESTABLISHED: the same: it is the third segment
 * @TSREWRITE_A_GROUP_STATS_INBOUND_REFUSED_BY_PEER: an RST came instead, or an ICMP
 *	error
 * @TSREWRITE_A_GROUP_STATS_INBOUND_REFUSED_BY_US: 0: without a SYN-ACK there was no
 *	flow
 * @TSREWRITE_A_GROUP_STATS_INBOUND_TIMED_OUT: nothing came
 * @TSREWRITE_A_GROUP_STATS_INBOUND_ECHO_VERIFIED: as above
 * @TSREWRITE_A_GROUP_STATS_INBOUND_ECHO_ZERO: as above
 * @TSREWRITE_A_GROUP_STATS_INBOUND_ECHO_IMPOSSIBLE: as above
 */
enum tsrewrite_group_stats_attr {
	TSREWRITE_A_GROUP_STATS_UNSPEC,
	TSREWRITE_A_GROUP_STATS_PAD,

	TSREWRITE_A_GROUP_STATS_ATTEMPTS,
	TSREWRITE_A_GROUP_STATS_RETRANSMITTED,
	TSREWRITE_A_GROUP_STATS_ANSWERED,
	TSREWRITE_A_GROUP_STATS_ESTABLISHED,
	TSREWRITE_A_GROUP_STATS_REFUSED_BY_PEER,
	TSREWRITE_A_GROUP_STATS_REFUSED_BY_US,
	TSREWRITE_A_GROUP_STATS_TIMED_OUT,
	TSREWRITE_A_GROUP_STATS_ECHO_VERIFIED,
	TSREWRITE_A_GROUP_STATS_ECHO_ZERO,
	TSREWRITE_A_GROUP_STATS_ECHO_IMPOSSIBLE,

	TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS,
	TSREWRITE_A_GROUP_STATS_INBOUND_RETRANSMITTED,
	TSREWRITE_A_GROUP_STATS_INBOUND_ANSWERED,
	TSREWRITE_A_GROUP_STATS_INBOUND_ESTABLISHED,
	TSREWRITE_A_GROUP_STATS_INBOUND_REFUSED_BY_PEER,
	TSREWRITE_A_GROUP_STATS_INBOUND_REFUSED_BY_US,
	TSREWRITE_A_GROUP_STATS_INBOUND_TIMED_OUT,
	TSREWRITE_A_GROUP_STATS_INBOUND_ECHO_VERIFIED,
	TSREWRITE_A_GROUP_STATS_INBOUND_ECHO_ZERO,
	TSREWRITE_A_GROUP_STATS_INBOUND_ECHO_IMPOSSIBLE,

	/* private: */
	__TSREWRITE_A_GROUP_STATS_MAX
};

#define TSREWRITE_A_GROUP_STATS_MAX (__TSREWRITE_A_GROUP_STATS_MAX - 1)

/**
 * enum tsrewrite_flow_attr - a flow, as the outside wire shows it
 * @TSREWRITE_A_FLOW_UNSPEC: unused
 * @TSREWRITE_A_FLOW_INSIDE_ADDR: binary, 4 or 16 bytes, network byte order
 * @TSREWRITE_A_FLOW_OUTSIDE_ADDR: binary, 4 or 16 bytes, network byte order
 * @TSREWRITE_A_FLOW_INSIDE_PORT: u16, network byte order
 * @TSREWRITE_A_FLOW_OUTSIDE_PORT: u16, network byte order
 * @TSREWRITE_A_FLOW_ZONE: u8
 * @TSREWRITE_A_FLOW_VLAN: u16: outer VLAN id, absent without a tag
 * @TSREWRITE_A_FLOW_VLAN_INNER: u16: inner VLAN id, absent without a second tag
 * @TSREWRITE_A_FLOW_GROUP: u8: the group's id
 * @TSREWRITE_A_FLOW_MODE: u32: enum tsrewrite_mode
 * @TSREWRITE_A_FLOW_STATE: u32: enum tsrewrite_flow_state
 * @TSREWRITE_A_FLOW_INBOUND: flag: begun from outside
 * @TSREWRITE_A_FLOW_OFFSET: u32, ticks of the inside host's clock: outside TSval
 *	less inside TSval, mod 2^32
 * @TSREWRITE_A_FLOW_LAST: u32, ticks: the latest inside TSval
 * @TSREWRITE_A_FLOW_IDLE: u32, seconds since its last segment
 * @TSREWRITE_A_FLOW_EXPIRES: u32, seconds until it goes if nothing comes
 * @TSREWRITE_A_FLOW_ONE_SIDED: flag: it goes on in one direction, and what the other
 *	one sends does not come by
 * @TSREWRITE_A_FLOW_INSIDE_PREFIX: u8, in a flush: how many bits of
 *	TSREWRITE_A_FLOW_INSIDE_ADDR count; all without it
 * @TSREWRITE_A_FLOW_OUTSIDE_PREFIX: u8, in a flush: the same of
 *	TSREWRITE_A_FLOW_OUTSIDE_ADDR
 * @TSREWRITE_A_FLOW_PORT: u16, network byte order, in a flush: of either end
 * @TSREWRITE_A_FLOW_FORCE: flag, in a flush: flush whatever breaks
 * @TSREWRITE_A_FLOW_FLUSHED: u32: flows that a flush has ended; read only
 * @TSREWRITE_A_FLOW_BROKEN: u32: rewritten connections among them; read only
 *
 * A flush matches by the addresses, ports, zone, mode and state.
 */
enum tsrewrite_flow_attr {
	TSREWRITE_A_FLOW_UNSPEC,
	TSREWRITE_A_FLOW_INSIDE_ADDR,
	TSREWRITE_A_FLOW_OUTSIDE_ADDR,
	TSREWRITE_A_FLOW_INSIDE_PORT,
	TSREWRITE_A_FLOW_OUTSIDE_PORT,
	TSREWRITE_A_FLOW_ZONE,
	TSREWRITE_A_FLOW_VLAN,
	TSREWRITE_A_FLOW_VLAN_INNER,
	TSREWRITE_A_FLOW_GROUP,
	TSREWRITE_A_FLOW_MODE,
	TSREWRITE_A_FLOW_STATE,
	TSREWRITE_A_FLOW_INBOUND,
	TSREWRITE_A_FLOW_OFFSET,
	TSREWRITE_A_FLOW_LAST,
	TSREWRITE_A_FLOW_IDLE,
	TSREWRITE_A_FLOW_EXPIRES,
	TSREWRITE_A_FLOW_ONE_SIDED,
	TSREWRITE_A_FLOW_INSIDE_PREFIX,
	TSREWRITE_A_FLOW_OUTSIDE_PREFIX,
	TSREWRITE_A_FLOW_PORT,
	TSREWRITE_A_FLOW_FORCE,
	TSREWRITE_A_FLOW_FLUSHED,
	TSREWRITE_A_FLOW_BROKEN,

	/* private: */
	__TSREWRITE_A_FLOW_MAX
};

#define TSREWRITE_A_FLOW_MAX (__TSREWRITE_A_FLOW_MAX - 1)

/**
 * enum tsrewrite_stats_attr - the counters, each a u64
 *
 * Every packet that crosses an attached device adds one to exactly one of the
 * EGRESS or of the INGRESS counters; what the others count comes beside.
 *
 * @TSREWRITE_A_STATS_UNSPEC: unused
 * @TSREWRITE_A_STATS_PAD: alignment
 *
 * @TSREWRITE_A_STATS_EGRESS_NOT_IP: passed: neither IPv4 nor IPv6
 * @TSREWRITE_A_STATS_EGRESS_NOT_TCP: passed: another protocol
 * @TSREWRITE_A_STATS_EGRESS_FRAGMENT: passed: a fragment without the TCP header,
 *	or with a part of it and of no flow
 * @TSREWRITE_A_STATS_EGRESS_MALFORMED: passed: an IP or TCP header that
 *	contradicts itself or is cut short
 * @TSREWRITE_A_STATS_EGRESS_UNTRACKED: passed: IPv6 AH, routing header with
 *	segments left, home address option, IPv4 source route, IPv4-mapped IPv6
 *	addresses, more than two VLAN tags
 * @TSREWRITE_A_STATS_EGRESS_TCP_AO: passed: TCP-AO authenticates the options
 * @TSREWRITE_A_STATS_EGRESS_BAD_OPTION: passed: malformed TCP options and no TSopt
 *	before them, or a SYN with malformed options
 * @TSREWRITE_A_STATS_EGRESS_NO_TSOPT: passed: TCP without TSopt
 * @TSREWRITE_A_STATS_EGRESS_NO_FLOW: passed: TSopt, but no flow
 * @TSREWRITE_A_STATS_EGRESS_MODE_OFF: passed: a SYN or SYN-ACK that began no flow
 *	because its group's mode is off or its device is drained or not confirmed,
 *	or a SYN-ACK in mode strip whose SYN came with its TSopt
 * @TSREWRITE_A_STATS_EGRESS_TABLE_FULL: passed: one that found the table full
 * @TSREWRITE_A_STATS_EGRESS_INBOUND_LIMIT: passed: a SYN-ACK that found the limit
 *	of embryonic flows begun from outside reached
 * @TSREWRITE_A_STATS_EGRESS_NO_MEMORY: passed: one that found no memory
 * @TSREWRITE_A_STATS_EGRESS_REWRITTEN: TSval rewritten
 * @TSREWRITE_A_STATS_EGRESS_OBSERVED: passed: TSval would have been rewritten
 * @TSREWRITE_A_STATS_EGRESS_STRIPPED: TSopt taken out
 * @TSREWRITE_A_STATS_EGRESS_QUOTE_REWRITTEN: an ICMP error whose quote of a segment
 *	had its TSecr rewritten
 * @TSREWRITE_A_STATS_EGRESS_DROPPED_FRAGMENT: dropped: a first fragment of a
 *	rewritten flow, too short for its TCP header (RFC 1858)
 * @TSREWRITE_A_STATS_EGRESS_DROPPED_NO_MEMORY: dropped: a segment of a rewritten
 *	flow that could not be made writable
 *
 * @TSREWRITE_A_STATS_INGRESS_NOT_IP: as EGRESS
 * @TSREWRITE_A_STATS_INGRESS_NOT_TCP: as EGRESS
 * @TSREWRITE_A_STATS_INGRESS_FRAGMENT: as EGRESS
 * @TSREWRITE_A_STATS_INGRESS_MALFORMED: as EGRESS
 * @TSREWRITE_A_STATS_INGRESS_UNTRACKED: as EGRESS
 * @TSREWRITE_A_STATS_INGRESS_TCP_AO: as EGRESS
 * @TSREWRITE_A_STATS_INGRESS_BAD_OPTION: as EGRESS
 * @TSREWRITE_A_STATS_INGRESS_NO_TSOPT: as EGRESS
 * @TSREWRITE_A_STATS_INGRESS_NO_FLOW: as EGRESS
 * @TSREWRITE_A_STATS_INGRESS_NO_ACK: passed: TSecr means nothing without ACK
 * @TSREWRITE_A_STATS_INGRESS_ECHO_ZERO: passed: TSecr is 0
 * @TSREWRITE_A_STATS_INGRESS_RESTORED: TSecr restored
 * @TSREWRITE_A_STATS_INGRESS_ZEROED: a SYN-ACK's TSecr, not a value that was sent,
 *	set to 0
 * @TSREWRITE_A_STATS_INGRESS_OBSERVED: passed: TSecr would have been restored
 * @TSREWRITE_A_STATS_INGRESS_STRIPPED: TSopt taken out
 * @TSREWRITE_A_STATS_INGRESS_QUOTE_RESTORED: an ICMP error whose quote of a segment
 *	had its TSval restored
 * @TSREWRITE_A_STATS_INGRESS_UNRESTORED: passed with a wrong TSecr: mode bug
 * @TSREWRITE_A_STATS_INGRESS_FOREIGN: passed: the peer echoes a TSval that left
 *	before the flow was rewritten; the flow ends and is left alone
 * @TSREWRITE_A_STATS_INGRESS_DROPPED_FRAGMENT: as EGRESS
 * @TSREWRITE_A_STATS_INGRESS_DROPPED_NO_MEMORY: as EGRESS
 *
 * @TSREWRITE_A_STATS_ECHO_VERIFIED: TSecr delivered inside that passed the echo
 *	check
 * @TSREWRITE_A_STATS_ECHO_IMPOSSIBLE: TSecr that failed it; in mode bug, where what
 *	is delivered was not restored, nearly all do
 * @TSREWRITE_A_STATS_ECHO_FUTURE: of the impossible: later than all that inside sent
 * @TSREWRITE_A_STATS_ECHO_PAST: of the impossible: earlier than what inside sent
 *	first, or more than 2^30 ticks ago
 * @TSREWRITE_A_STATS_DUPLICATE_TSOPT: segments with more than one TSopt
 * @TSREWRITE_A_STATS_SYN_RETRANSMITTED: SYN or SYN-ACK sent again by inside
 * @TSREWRITE_A_STATS_FLOW_CREATED: flows begun
 * @TSREWRITE_A_STATS_FLOW_REUSED: connections begun on a 4-tuple that had a flow
 * @TSREWRITE_A_STATS_FLOW_ESTABLISHED: connections confirmed by the other side
 * @TSREWRITE_A_STATS_FLOW_NO_TSOPT: flows ended: the peer does not do TSopt
 * @TSREWRITE_A_STATS_FLOW_REFUSED: an RST answered a flow's SYN
 * @TSREWRITE_A_STATS_FLOW_CLOSED: flows closed by FINs or RST
 * @TSREWRITE_A_STATS_FLOW_EXPIRED: flows whose timeout ran out
 * @TSREWRITE_A_STATS_FLOW_EXPIRED_EARLY: closed flows that went early because the
 *	table was nearly full
 * @TSREWRITE_A_STATS_FLOW_FLUSHED: flows ended by a flush
 * @TSREWRITE_A_STATS_FLOW_ONE_SIDED: connections that went on in one direction while
 *	what the other one sends did not come by: the path, or an offload, bypasses
 *	the attached devices
 */
enum tsrewrite_stats_attr {
	TSREWRITE_A_STATS_UNSPEC,
	TSREWRITE_A_STATS_PAD,

	TSREWRITE_A_STATS_EGRESS_NOT_IP,
	TSREWRITE_A_STATS_EGRESS_NOT_TCP,
	TSREWRITE_A_STATS_EGRESS_FRAGMENT,
	TSREWRITE_A_STATS_EGRESS_MALFORMED,
	TSREWRITE_A_STATS_EGRESS_UNTRACKED,
	TSREWRITE_A_STATS_EGRESS_TCP_AO,
	TSREWRITE_A_STATS_EGRESS_BAD_OPTION,
	TSREWRITE_A_STATS_EGRESS_NO_TSOPT,
	TSREWRITE_A_STATS_EGRESS_NO_FLOW,
	TSREWRITE_A_STATS_EGRESS_MODE_OFF,
	TSREWRITE_A_STATS_EGRESS_TABLE_FULL,
	TSREWRITE_A_STATS_EGRESS_INBOUND_LIMIT,
	TSREWRITE_A_STATS_EGRESS_NO_MEMORY,
	TSREWRITE_A_STATS_EGRESS_REWRITTEN,
	TSREWRITE_A_STATS_EGRESS_OBSERVED,
	TSREWRITE_A_STATS_EGRESS_STRIPPED,
	TSREWRITE_A_STATS_EGRESS_QUOTE_REWRITTEN,
	TSREWRITE_A_STATS_EGRESS_DROPPED_FRAGMENT,
	TSREWRITE_A_STATS_EGRESS_DROPPED_NO_MEMORY,

	TSREWRITE_A_STATS_INGRESS_NOT_IP,
	TSREWRITE_A_STATS_INGRESS_NOT_TCP,
	TSREWRITE_A_STATS_INGRESS_FRAGMENT,
	TSREWRITE_A_STATS_INGRESS_MALFORMED,
	TSREWRITE_A_STATS_INGRESS_UNTRACKED,
	TSREWRITE_A_STATS_INGRESS_TCP_AO,
	TSREWRITE_A_STATS_INGRESS_BAD_OPTION,
	TSREWRITE_A_STATS_INGRESS_NO_TSOPT,
	TSREWRITE_A_STATS_INGRESS_NO_FLOW,
	TSREWRITE_A_STATS_INGRESS_NO_ACK,
	TSREWRITE_A_STATS_INGRESS_ECHO_ZERO,
	TSREWRITE_A_STATS_INGRESS_RESTORED,
	TSREWRITE_A_STATS_INGRESS_ZEROED,
	TSREWRITE_A_STATS_INGRESS_OBSERVED,
	TSREWRITE_A_STATS_INGRESS_STRIPPED,
	TSREWRITE_A_STATS_INGRESS_QUOTE_RESTORED,
	TSREWRITE_A_STATS_INGRESS_UNRESTORED,
	TSREWRITE_A_STATS_INGRESS_FOREIGN,
	TSREWRITE_A_STATS_INGRESS_DROPPED_FRAGMENT,
	TSREWRITE_A_STATS_INGRESS_DROPPED_NO_MEMORY,

	TSREWRITE_A_STATS_ECHO_VERIFIED,
	TSREWRITE_A_STATS_ECHO_IMPOSSIBLE,
	TSREWRITE_A_STATS_ECHO_FUTURE,
	TSREWRITE_A_STATS_ECHO_PAST,
	TSREWRITE_A_STATS_DUPLICATE_TSOPT,
	TSREWRITE_A_STATS_SYN_RETRANSMITTED,
	TSREWRITE_A_STATS_FLOW_CREATED,
	TSREWRITE_A_STATS_FLOW_REUSED,
	TSREWRITE_A_STATS_FLOW_ESTABLISHED,
	TSREWRITE_A_STATS_FLOW_NO_TSOPT,
	TSREWRITE_A_STATS_FLOW_REFUSED,
	TSREWRITE_A_STATS_FLOW_CLOSED,
	TSREWRITE_A_STATS_FLOW_EXPIRED,
	TSREWRITE_A_STATS_FLOW_EXPIRED_EARLY,
	TSREWRITE_A_STATS_FLOW_FLUSHED,
	TSREWRITE_A_STATS_FLOW_ONE_SIDED,

	/* private: */
	__TSREWRITE_A_STATS_MAX
};

#define TSREWRITE_A_STATS_MAX (__TSREWRITE_A_STATS_MAX - 1)

/**
 * enum tsrewrite_event - what happened
 * @TSREWRITE_EVENT_DEVICE_ATTACHED: by command
 * @TSREWRITE_EVENT_DEVICE_DETACHED: by command, or because the device moved to
 *	another network namespace, or gave its name's attachment up to a renamed one
 * @TSREWRITE_EVENT_DEVICE_GONE: an attached device was removed; the attachment
 *	stays
 * @TSREWRITE_EVENT_DEVICE_BACK: a device with an attachment's name came
 * @TSREWRITE_EVENT_DEVICE_RENAMED: an attached device has a new name
 * @TSREWRITE_EVENT_DEVICE_DRAIN: the draining of a device began or ended
 * @TSREWRITE_EVENT_GROUP_ADDED: there is a new group
 * @TSREWRITE_EVENT_GROUP_MODE: a group's mode, canary or prefixes changed
 * @TSREWRITE_EVENT_GROUP_REMOVED: a group is no more
 * @TSREWRITE_EVENT_CONFIG: limits or timeouts changed
 * @TSREWRITE_EVENT_FLOW_FLUSH: flows were flushed
 * @TSREWRITE_EVENT_DEVICE_CONFIRMED: connections that begin on a device have their
 *	groups from now on
 */
enum tsrewrite_event {
	TSREWRITE_EVENT_DEVICE_ATTACHED,
	TSREWRITE_EVENT_DEVICE_DETACHED,
	TSREWRITE_EVENT_DEVICE_GONE,
	TSREWRITE_EVENT_DEVICE_BACK,
	TSREWRITE_EVENT_DEVICE_RENAMED,
	TSREWRITE_EVENT_DEVICE_DRAIN,
	TSREWRITE_EVENT_GROUP_ADDED,
	TSREWRITE_EVENT_GROUP_MODE,
	TSREWRITE_EVENT_GROUP_REMOVED,
	TSREWRITE_EVENT_CONFIG,
	TSREWRITE_EVENT_FLOW_FLUSH,
	TSREWRITE_EVENT_DEVICE_CONFIRMED,

	/* private: */
	__TSREWRITE_EVENT_MAX
};

/**
 * enum tsrewrite_event_attr - an event
 * @TSREWRITE_A_EVENT_UNSPEC: unused
 * @TSREWRITE_A_EVENT_PAD: alignment
 * @TSREWRITE_A_EVENT_TYPE: u32: enum tsrewrite_event
 * @TSREWRITE_A_EVENT_TIME: u64: nanoseconds since the epoch
 * @TSREWRITE_A_EVENT_UID: u32: who did it, in the network namespace's user
 *	namespace
 * @TSREWRITE_A_EVENT_PID: u32: the process id, in the initial pid namespace
 * @TSREWRITE_A_EVENT_COMM: string: the task's name
 * @TSREWRITE_A_EVENT_DEVICE: nest of enum tsrewrite_device_attr; with FLOWS where a
 *	detach broke some
 * @TSREWRITE_A_EVENT_GROUP: nest of enum tsrewrite_group_attr
 * @TSREWRITE_A_EVENT_CONFIG: nest of enum tsrewrite_config_attr: as it is now
 * @TSREWRITE_A_EVENT_FLOW: nest of enum tsrewrite_flow_attr: FLUSHED and BROKEN
 * @TSREWRITE_A_EVENT_OLD_NAME: string: a renamed device's name before
 */
enum tsrewrite_event_attr {
	TSREWRITE_A_EVENT_UNSPEC,
	TSREWRITE_A_EVENT_PAD,
	TSREWRITE_A_EVENT_TYPE,
	TSREWRITE_A_EVENT_TIME,
	TSREWRITE_A_EVENT_UID,
	TSREWRITE_A_EVENT_PID,
	TSREWRITE_A_EVENT_COMM,
	TSREWRITE_A_EVENT_DEVICE,
	TSREWRITE_A_EVENT_GROUP,
	TSREWRITE_A_EVENT_CONFIG,
	TSREWRITE_A_EVENT_OLD_NAME,
	TSREWRITE_A_EVENT_FLOW,

	/* private: */
	__TSREWRITE_A_EVENT_MAX
};

#define TSREWRITE_A_EVENT_MAX (__TSREWRITE_A_EVENT_MAX - 1)

#endif /* _UAPI_LINUX_TSREWRITE_H */
