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
 * enum tsrewrite_mode - what happens to a connection, decided once, at its SYN
 * @TSREWRITE_MODE_OFF: The connection passes untouched.
 * @TSREWRITE_MODE_REWRITE: Its TSvals are rewritten, and the echoes of them restored.
 * @TSREWRITE_MODE_BUG: Its TSvals are rewritten, and the echoes of them are not
 *	restored. This is the fault of a real outage, to be reproduced on purpose.
 * @TSREWRITE_MODE_OBSERVE: Everything is computed, checked and counted as in mode
 *	rewrite, and nothing is written.
 * @TSREWRITE_MODE_STRIP: TSopt is taken out of SYN and SYN-ACK, so that the
 *	connection does without it.
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
 * enum tsrewrite_flow_state - the state of a flow
 * @TSREWRITE_FLOW_EMBRYONIC: A SYN or a SYN-ACK has left, and the other side has not
 *	confirmed it yet.
 * @TSREWRITE_FLOW_ESTABLISHED: The other side has confirmed the connection.
 * @TSREWRITE_FLOW_CLOSED: Both FINs are acknowledged, or a valid RST was seen.
 * @TSREWRITE_FLOW_HALF_CLOSED: The connection is established, and one side has sent a
 *	FIN.
 * @TSREWRITE_FLOW_CLOSING: The connection is established, and both sides have sent FINs,
 *	of which not both are acknowledged, or one has sent an RST that the other has
 *	not taken yet.
 */
enum tsrewrite_flow_state {
	TSREWRITE_FLOW_EMBRYONIC,
	TSREWRITE_FLOW_ESTABLISHED,
	TSREWRITE_FLOW_CLOSED,
	TSREWRITE_FLOW_HALF_CLOSED,
	TSREWRITE_FLOW_CLOSING,

	/* private: */
	__TSREWRITE_FLOW_STATE_MAX
};

/**
 * enum tsrewrite_when_full - what happens to a connection of mode rewrite or bug that
 *	finds no room for a flow: a limit is reached, or there is no memory
 * @TSREWRITE_WHEN_FULL_STRIP: Its SYN loses its TSopt, so that the connection does
 *	without it, and shows nothing.
 * @TSREWRITE_WHEN_FULL_PASS: It passes untouched, and shows the inside clock.
 */
enum tsrewrite_when_full {
	TSREWRITE_WHEN_FULL_STRIP,
	TSREWRITE_WHEN_FULL_PASS,

	/* private: */
	__TSREWRITE_WHEN_FULL_MAX
};

#define TSREWRITE_WHEN_FULL_MAX (__TSREWRITE_WHEN_FULL_MAX - 1)

/**
 * enum tsrewrite_cmd - the operations of the family
 * @TSREWRITE_CMD_UNSPEC: Unused.
 * @TSREWRITE_CMD_CONFIG_GET: Do: get the limits, the timeouts and the version.
 * @TSREWRITE_CMD_CONFIG_SET: Do, with CAP_NET_ADMIN: change limits, timeouts, the mask of
 *	marks or what happens when full.
 * @TSREWRITE_CMD_DEVICE_GET: Dump: get the attached devices.
 * @TSREWRITE_CMD_DEVICE_ATTACH: Do, with CAP_NET_ADMIN: attach a device.
 * @TSREWRITE_CMD_DEVICE_DETACH: Do, with CAP_NET_ADMIN: detach a device. It is refused
 *	with -EBUSY while rewritten connections cross the device, unless
 *	TSREWRITE_A_DEVICE_FORCE is given. The answer has TSREWRITE_A_DEVICE_NAME and
 *	TSREWRITE_A_DEVICE_FLOWS.
 * @TSREWRITE_CMD_DEVICE_SET: Do, with CAP_NET_ADMIN: begin or end the draining of a
 *	device, or confirm its rules.
 * @TSREWRITE_CMD_GROUP_GET: Dump: get the groups with their counters.
 * @TSREWRITE_CMD_GROUP_ADD: Do, with CAP_NET_ADMIN: add a group. The answer has its id.
 *	It is refused with -EAGAIN as long as flows may have the id of a group that was
 *	removed.
 * @TSREWRITE_CMD_GROUP_SET: Do, with CAP_NET_ADMIN: change settings of a group. A new
 *	mode or canary holds for the connections that begin afterwards.
 * @TSREWRITE_CMD_GROUP_DEL: Do, with CAP_NET_ADMIN: remove a group. Its flows go on as
 *	they began, in the default group.
 * @TSREWRITE_CMD_FLOW_GET: Dump, with CAP_NET_ADMIN: get the flows.
 * @TSREWRITE_CMD_FLOW_FLUSH: Dump, with CAP_NET_ADMIN: forget the flows that match all
 *	attributes of enum tsrewrite_flush_attr that are given; without any, all flows.
 *	It ends with -EBUSY, and has forgotten none, if rewritten connections would break,
 *	unless TSREWRITE_A_FLUSH_FORCE is given. It is a dump so that a large table is
 *	visited in steps: each message has TSREWRITE_A_FLUSH_FLUSHED, and the last one
 *	counts. A requester that closes its socket before ends the flush there.
 * @TSREWRITE_CMD_STATS_GET: Do: get the counters of the network namespace.
 * @TSREWRITE_CMD_EVENT: The module sends it to TSREWRITE_MCGRP_EVENTS, and accepts it
 *	from nobody.
 * @TSREWRITE_CMD_KEY_GET: Do: get what may be known of the key.
 * @TSREWRITE_CMD_KEY_SET: Do, with CAP_NET_ADMIN: change the key. If it is the key
 *	already, its clock is moved on to the wall clock, unless that is behind.
 * @TSREWRITE_CMD_FLOW_SAVE: Dump, with CAP_NET_ADMIN: get all that flows are, for
 *	TSREWRITE_CMD_FLOW_LOAD.
 * @TSREWRITE_CMD_FLOW_LOAD: Do, with CAP_NET_ADMIN: load flows that were saved. A request
 *	without flows ends the load, and is told as an event.
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
	TSREWRITE_CMD_KEY_GET,
	TSREWRITE_CMD_KEY_SET,
	TSREWRITE_CMD_FLOW_SAVE,
	TSREWRITE_CMD_FLOW_LOAD,

	/* private: */
	__TSREWRITE_CMD_MAX
};

#define TSREWRITE_CMD_MAX (__TSREWRITE_CMD_MAX - 1)

/**
 * enum tsrewrite_config_attr - limits, timeouts and the version
 * @TSREWRITE_A_CONFIG_UNSPEC: Unused.
 * @TSREWRITE_A_CONFIG_VERSION: String: the version of the module. Read only.
 * @TSREWRITE_A_CONFIG_MACHINE_LIMIT: u32: how many flows all network namespaces together
 *	may hold. Changing it takes CAP_NET_ADMIN in the initial user namespace.
 * @TSREWRITE_A_CONFIG_MACHINE_FLOWS: u32: how many flows all network namespaces together
 *	hold. Read only.
 * @TSREWRITE_A_CONFIG_LIMIT: u32: how many flows this network namespace may hold.
 * @TSREWRITE_A_CONFIG_FLOWS: u32: how many flows this network namespace holds. Read
 *	only.
 * @TSREWRITE_A_CONFIG_INBOUND_LIMIT: u32: how many embryonic flows begun from outside
 *	this network namespace may hold. SYN-ACKs whose SYNs had come before may go
 *	beyond it by an eighth and 64.
 * @TSREWRITE_A_CONFIG_INBOUND_FLOWS: u32: how many embryonic flows begun from outside
 *	this network namespace holds. Read only.
 * @TSREWRITE_A_CONFIG_TIMEOUT_EMBRYONIC: u32, seconds: how long an embryonic flow is
 *	kept without a segment.
 * @TSREWRITE_A_CONFIG_TIMEOUT_ESTABLISHED: u32, seconds: how long an established flow
 *	is kept without a segment.
 * @TSREWRITE_A_CONFIG_TIMEOUT_CLOSED: u32, seconds: how long a closed flow is kept
 *	without a segment.
 * @TSREWRITE_A_CONFIG_MARK_MASK: u32: the bits of skb->mark, in one piece, that carry a
 *	group's id from where packets are classified to the attached device. The
 *	device reads them of SYN and SYN-ACK alone, only while there is a group beside
 *	the default one, and clears them. The mask can be changed only while there is
 *	no such group.
 * @TSREWRITE_A_CONFIG_TIMEOUT_HALF_CLOSED: u32, seconds: how long a half-closed flow is
 *	kept without a segment.
 * @TSREWRITE_A_CONFIG_TIMEOUT_CLOSING: u32, seconds: how long a closing flow is kept
 *	without a segment.
 * @TSREWRITE_A_CONFIG_WHEN_FULL: u32, enum tsrewrite_when_full: what happens to a
 *	connection of mode rewrite or bug that finds no room for a flow.
 * @TSREWRITE_A_CONFIG_USER_LIMIT: u32: how many flows all network namespaces together may
 *	hold that this one's user has in user namespaces of his own: a sixteenth of the
 *	machine's limit. This one's limit cannot be set above it. Absent in a network
 *	namespace of the initial user namespace. Read only.
 * @TSREWRITE_A_CONFIG_USER_FLOWS: u32: how many flows they hold. Absent likewise. Read
 *	only.
 * @TSREWRITE_A_CONFIG_LABEL_BIT: u32: the first of 64 bits of conntrack's labels that keep the
 *	offsets of rewritten connections, 32 or 64; or 0 for none. Others need nf_tsrewrite_ct.
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
	TSREWRITE_A_CONFIG_TIMEOUT_HALF_CLOSED,
	TSREWRITE_A_CONFIG_TIMEOUT_CLOSING,
	TSREWRITE_A_CONFIG_WHEN_FULL,
	TSREWRITE_A_CONFIG_USER_LIMIT,
	TSREWRITE_A_CONFIG_USER_FLOWS,
	TSREWRITE_A_CONFIG_LABEL_BIT,

	/* private: */
	__TSREWRITE_A_CONFIG_MAX
};

#define TSREWRITE_A_CONFIG_MAX (__TSREWRITE_A_CONFIG_MAX - 1)

/**
 * enum tsrewrite_key_attr - the key of a network namespace, from which outside TSvals begin
 *	and by which canaries are drawn
 * @TSREWRITE_A_KEY_UNSPEC: Unused.
 * @TSREWRITE_A_KEY_PAD: Alignment.
 * @TSREWRITE_A_KEY_SECRET: Binary, 16 bytes: the key itself. It is only ever set, and in no
 *	answer.
 * @TSREWRITE_A_KEY_FINGERPRINT: u64: the fingerprint of the key. Equal keys have equal ones,
 *	and it tells nothing else. Read only.
 * @TSREWRITE_A_KEY_LOADED: u8: 1 if the key was set; 0 if it was drawn at random, when the
 *	network namespace or the module began. Read only.
 * @TSREWRITE_A_KEY_TIME: u64, nanoseconds since the epoch: what the clock says from which
 *	outside TSvals begin. It was the wall clock when the key was set. Read only.
 * @TSREWRITE_A_KEY_BEFORE: u64: the fingerprint of the key before. Absent unless that was
 *	replaced less than four minutes ago, after connections had begun by it: until then, an
 *	outside TSval begins with the later of both keys'. Read only.
 */
enum tsrewrite_key_attr {
	TSREWRITE_A_KEY_UNSPEC,
	TSREWRITE_A_KEY_PAD,
	TSREWRITE_A_KEY_SECRET,
	TSREWRITE_A_KEY_FINGERPRINT,
	TSREWRITE_A_KEY_LOADED,
	TSREWRITE_A_KEY_TIME,
	TSREWRITE_A_KEY_BEFORE,

	/* private: */
	__TSREWRITE_A_KEY_MAX
};

#define TSREWRITE_A_KEY_MAX (__TSREWRITE_A_KEY_MAX - 1)

/**
 * enum tsrewrite_device_attr - an attached device
 * @TSREWRITE_A_DEVICE_UNSPEC: Unused.
 * @TSREWRITE_A_DEVICE_NAME: String, at most 15 characters: the name of the device, by
 *	which it is attached.
 * @TSREWRITE_A_DEVICE_IFINDEX: u32: the index of the device. Absent while there is no
 *	device of the name. Read only.
 * @TSREWRITE_A_DEVICE_ZONE: u8: the zone of the flows that cross the device, 0 by
 *	default. It is chosen with the attach.
 * @TSREWRITE_A_DEVICE_FLOWS: u32: how many rewritten connections cross the device, so
 *	that a detach would break them. Read only.
 * @TSREWRITE_A_DEVICE_FORCE: Flag of a detach: detach even if connections break.
 * @TSREWRITE_A_DEVICE_DRAIN: u8: 1 while the device is drained, so that connections
 *	that begin on it pass untouched; otherwise 0.
 * @TSREWRITE_A_DEVICE_CONFIRMED: u8: 1 if the rules that mark packets for groups are
 *	known to see this device; otherwise 0. It is 0 after the device came while there
 *	were groups, or, from Linux 6.16 on, was renamed. Until user space has looked at the
 *	rules and sets it to 1, connections that begin on the device lose their TSopt if any
 *	group would hide them; otherwise they pass untouched.
 * @TSREWRITE_A_DEVICE_UNANSWERED: u8: 1 if answers by IPv4 are not seen on the device, plus
 *	2 if those by IPv6 are not: SYNs were rewritten, and no answer to any came by; or an
 *	inside host refused an answer that had not come by. SYNs that leave then lose their
 *	TSopt, as in mode strip, until an answer is seen. 0 while the device is drained, or
 *	no group is in a mode that rewrites. Read only.
 * @TSREWRITE_A_DEVICE_UNREAD: u16: EtherType of the last frame that left through the device
 *	within the last minute and carries packets in a header that is not read, such as
 *	that of PPPoE or MPLS. What these packets say of inside clocks is not hidden. Absent
 *	if there was none. Read only.
 * @TSREWRITE_A_DEVICE_ABSENT: Flag of an attach: attach even if there is no device of the
 *	name. The attachment takes hold when one comes, as after the removal of a device
 *	that is attached.
 * @TSREWRITE_A_DEVICE_ID: u8, 1 to 254: the number that flows which are saved have for it.
 *	Read only.
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
	TSREWRITE_A_DEVICE_UNANSWERED,
	TSREWRITE_A_DEVICE_UNREAD,
	TSREWRITE_A_DEVICE_ABSENT,
	TSREWRITE_A_DEVICE_ID,

	/* private: */
	__TSREWRITE_A_DEVICE_MAX
};

#define TSREWRITE_A_DEVICE_MAX (__TSREWRITE_A_DEVICE_MAX - 1)

/**
 * enum tsrewrite_group_attr - a group: a class of flows with a mode of its own
 * @TSREWRITE_A_GROUP_UNSPEC: Unused.
 * @TSREWRITE_A_GROUP_ID: u8: the number of the group; the default group has 0. It can be
 *	chosen when the group is added, and is the lowest free one by default.
 * @TSREWRITE_A_GROUP_NAME: String, at most 31 characters: the name of the group.
 * @TSREWRITE_A_GROUP_MODE: u32, enum tsrewrite_mode: the mode of connections that begin.
 * @TSREWRITE_A_GROUP_CANARY: u8, percent: how many of the connections that begin are
 *	treated by the mode. The others are observed, as the control.
 * @TSREWRITE_A_GROUP_TREATED: Nest of enum tsrewrite_group_stats_attr: the counters of
 *	the connections that are treated. Read only.
 * @TSREWRITE_A_GROUP_CONTROL: Nest of enum tsrewrite_group_stats_attr: the counters of
 *	the connections that are observed. Read only.
 * @TSREWRITE_A_GROUP_PREFIX_COUNT: u32: how many prefixes the rules of user space match
 *	for this group, 0 by default. The module keeps it for whoever checks the rules.
 * @TSREWRITE_A_GROUP_FINGERPRINT: u32: a fingerprint of those rules, opaque to the
 *	module, which keeps it for whoever checks the rules. 0 stands for none: by
 *	default, and after a prefix count was set without a fingerprint.
 * @TSREWRITE_A_GROUP_TRIPPED: u8: 1 if the mode was set by whoever watches connections,
 *	because they failed; otherwise 0. It is set together with a mode. A mode that is set
 *	without it, even if it is the same, resets it.
 * @TSREWRITE_A_GROUP_COUNT: u8: 1 if connections are counted in mode off as well, 0 by
 *	default. Those of a group that is tripped are counted in any case.
 * @TSREWRITE_A_GROUP_UNTOUCHED: Nest of enum tsrewrite_group_stats_attr: the counters of
 *	the connections that pass untouched: those whose SYN has no TSopt, or, begun from
 *	outside, whose SYN-ACK has none, unless their SYN may have lost its own here; and
 *	those that begin in mode off. They are counted while the mode is not off, the group
 *	is tripped, or TSREWRITE_A_GROUP_COUNT is 1, and as long as less than half of all
 *	flows that there may be are held. Read only.
 */
enum tsrewrite_group_attr {
	TSREWRITE_A_GROUP_UNSPEC,
	TSREWRITE_A_GROUP_ID,
	TSREWRITE_A_GROUP_NAME,
	TSREWRITE_A_GROUP_MODE,
	TSREWRITE_A_GROUP_CANARY,
	TSREWRITE_A_GROUP_TREATED,
	TSREWRITE_A_GROUP_CONTROL,
	TSREWRITE_A_GROUP_PREFIX_COUNT,
	TSREWRITE_A_GROUP_FINGERPRINT,
	TSREWRITE_A_GROUP_TRIPPED,
	TSREWRITE_A_GROUP_COUNT,
	TSREWRITE_A_GROUP_UNTOUCHED,

	/* private: */
	__TSREWRITE_A_GROUP_MAX
};

#define TSREWRITE_A_GROUP_MAX (__TSREWRITE_A_GROUP_MAX - 1)

/**
 * enum tsrewrite_group_stats_attr - how the connections of a group fare, each a u64
 *
 * A connection begun from outside is counted from where the inside host answers on.
 *
 * @TSREWRITE_A_GROUP_STATS_UNSPEC: Unused.
 * @TSREWRITE_A_GROUP_STATS_PAD: Alignment.
 * @TSREWRITE_A_GROUP_STATS_ATTEMPTS: Connections begun from inside: their first SYN left.
 * @TSREWRITE_A_GROUP_STATS_RETRANSMITTED: SYNs that left again.
 * @TSREWRITE_A_GROUP_STATS_ANSWERED: Connections begun from inside whose SYN-ACK came.
 * @TSREWRITE_A_GROUP_STATS_ESTABLISHED: Connections begun from inside whose third segment
 *	left.
 * @TSREWRITE_A_GROUP_STATS_REFUSED_BY_PEER: Connections begun from inside that an RST
 *	answered instead of a SYN-ACK, or an ICMP error that says that the peer cannot
 *	be reached.
 * @TSREWRITE_A_GROUP_STATS_REFUSED_BY_US: Connections begun from inside whose SYN-ACK the
 *	inside host answered with an RST.
 * @TSREWRITE_A_GROUP_STATS_TIMED_OUT: Connections begun from inside that nothing answered
 *	until their flow expired.
 * @TSREWRITE_A_GROUP_STATS_ECHO_VERIFIED: Segments of connections begun from inside whose
 *	TSecr, as it was delivered, passed the echo check.
 * @TSREWRITE_A_GROUP_STATS_ECHO_ZERO: Segments of connections begun from inside that
 *	arrived with a TSecr of 0.
 * @TSREWRITE_A_GROUP_STATS_ECHO_IMPOSSIBLE: Segments of connections begun from inside
 *	whose TSecr failed the echo check.
 * @TSREWRITE_A_GROUP_STATS_ANSWERS_UNSEEN: RSTs by which inside hosts refused answers that
 *	did not pass the attached devices: another path, a redirect or an offload carried
 *	them past, and their TSecr was not restored.
 * @TSREWRITE_A_GROUP_STATS_INBOUND_ATTEMPTS: Connections begun from outside: their first
 *	SYN-ACK left.
 * @TSREWRITE_A_GROUP_STATS_INBOUND_RETRANSMITTED: SYN-ACKs that left again.
 * @TSREWRITE_A_GROUP_STATS_INBOUND_ANSWERED: Connections begun from outside whose SYN-ACK
 *	was acknowledged.
 * @TSREWRITE_A_GROUP_STATS_INBOUND_ESTABLISHED: The same number as INBOUND_ANSWERED: what
 *	acknowledges the SYN-ACK is the third segment.
 * @TSREWRITE_A_GROUP_STATS_INBOUND_REFUSED_BY_PEER: Connections begun from outside whose
 *	SYN-ACK was answered by an RST or an ICMP error.
 * @TSREWRITE_A_GROUP_STATS_INBOUND_REFUSED_BY_US: Always 0: what the inside host refuses
 *	has no SYN-ACK, and so no flow.
 * @TSREWRITE_A_GROUP_STATS_INBOUND_TIMED_OUT: Connections begun from outside whose SYN-ACK
 *	nothing answered until their flow expired.
 * @TSREWRITE_A_GROUP_STATS_INBOUND_ECHO_VERIFIED: Segments of connections begun from
 *	outside whose TSecr, as it was delivered, passed the echo check.
 * @TSREWRITE_A_GROUP_STATS_INBOUND_ECHO_ZERO: Segments of connections begun from outside
 *	that arrived with a TSecr of 0.
 * @TSREWRITE_A_GROUP_STATS_INBOUND_ECHO_IMPOSSIBLE: Segments of connections begun from
 *	outside whose TSecr failed the echo check.
 * @TSREWRITE_A_GROUP_STATS_INBOUND_ANSWERS_UNSEEN: Always 0: inside hosts do not refuse
 *	what they have answered themselves.
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
	TSREWRITE_A_GROUP_STATS_ANSWERS_UNSEEN,

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
	TSREWRITE_A_GROUP_STATS_INBOUND_ANSWERS_UNSEEN,

	/* private: */
	__TSREWRITE_A_GROUP_STATS_MAX
};

#define TSREWRITE_A_GROUP_STATS_MAX (__TSREWRITE_A_GROUP_STATS_MAX - 1)

/**
 * enum tsrewrite_flow_attr - a flow, as the outside wire shows it
 * @TSREWRITE_A_FLOW_UNSPEC: Unused.
 * @TSREWRITE_A_FLOW_INSIDE_ADDR: Binary, 4 or 16 bytes in network order: the address of
 *	the inside end.
 * @TSREWRITE_A_FLOW_OUTSIDE_ADDR: Binary, 4 or 16 bytes in network order: the address of
 *	the outside end.
 * @TSREWRITE_A_FLOW_INSIDE_PORT: u16 in network order: the port of the inside end.
 * @TSREWRITE_A_FLOW_OUTSIDE_PORT: u16 in network order: the port of the outside end.
 * @TSREWRITE_A_FLOW_ZONE: u8: the zone of the device that it crosses.
 * @TSREWRITE_A_FLOW_VLAN: u16: the id of its outer VLAN tag. Absent without a tag.
 * @TSREWRITE_A_FLOW_VLAN_INNER: u16: the id of its inner VLAN tag. Absent without a
 *	second tag.
 * @TSREWRITE_A_FLOW_GROUP: u8: the id of its group.
 * @TSREWRITE_A_FLOW_MODE: u32, enum tsrewrite_mode: the mode of its connection.
 * @TSREWRITE_A_FLOW_STATE: u32, enum tsrewrite_flow_state: its state.
 * @TSREWRITE_A_FLOW_INBOUND: Flag: its connection was begun from outside.
 * @TSREWRITE_A_FLOW_OFFSET: u32, ticks of the inside host's clock: outside TSval less
 *	inside TSval, mod 2^32.
 * @TSREWRITE_A_FLOW_LAST: u32, ticks of the inside host's clock: the latest inside TSval.
 * @TSREWRITE_A_FLOW_IDLE: u32, seconds: how long ago its last segment passed.
 * @TSREWRITE_A_FLOW_EXPIRES: u32, seconds: how soon it expires if no segment passes.
 * @TSREWRITE_A_FLOW_ASYMMETRIC: Flag: its connection goes on in one direction, and what
 *	the other direction sends does not pass the attached devices.
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
	TSREWRITE_A_FLOW_ASYMMETRIC,

	/* private: */
	__TSREWRITE_A_FLOW_MAX
};

#define TSREWRITE_A_FLOW_MAX (__TSREWRITE_A_FLOW_MAX - 1)

/**
 * enum tsrewrite_flush_attr - which flows to flush: those that match all that is given
 * @TSREWRITE_A_FLUSH_UNSPEC: Unused.
 * @TSREWRITE_A_FLUSH_INSIDE_ADDR: Binary, 4 or 16 bytes in network order: the address of
 *	the inside end.
 * @TSREWRITE_A_FLUSH_INSIDE_PREFIX_LEN: u8: how many bits of the inside address count.
 *	Without it, all of them count.
 * @TSREWRITE_A_FLUSH_INSIDE_PORT: u16 in network order: the port of the inside end.
 * @TSREWRITE_A_FLUSH_OUTSIDE_ADDR: Binary, 4 or 16 bytes in network order: the address of
 *	the outside end.
 * @TSREWRITE_A_FLUSH_OUTSIDE_PREFIX_LEN: u8: how many bits of the outside address count.
 *	Without it, all of them count.
 * @TSREWRITE_A_FLUSH_OUTSIDE_PORT: u16 in network order: the port of the outside end.
 * @TSREWRITE_A_FLUSH_PORT: u16 in network order: the port of either end.
 * @TSREWRITE_A_FLUSH_ZONE: u8: the zone.
 * @TSREWRITE_A_FLUSH_MODE: u32, enum tsrewrite_mode: the mode of the connection.
 * @TSREWRITE_A_FLUSH_STATE: u32, enum tsrewrite_flow_state: the state of the flow.
 * @TSREWRITE_A_FLUSH_FORCE: Flag: flush even if connections break.
 * @TSREWRITE_A_FLUSH_FLUSHED: Nest of enum tsrewrite_flushed_attr, in the answer alone:
 *	what the flush did so far.
 * @TSREWRITE_A_FLUSH_GROUP: String: the name of the group. The flows of a group that was
 *	removed are those of the default group.
 */
enum tsrewrite_flush_attr {
	TSREWRITE_A_FLUSH_UNSPEC,
	TSREWRITE_A_FLUSH_INSIDE_ADDR,
	TSREWRITE_A_FLUSH_INSIDE_PREFIX_LEN,
	TSREWRITE_A_FLUSH_INSIDE_PORT,
	TSREWRITE_A_FLUSH_OUTSIDE_ADDR,
	TSREWRITE_A_FLUSH_OUTSIDE_PREFIX_LEN,
	TSREWRITE_A_FLUSH_OUTSIDE_PORT,
	TSREWRITE_A_FLUSH_PORT,
	TSREWRITE_A_FLUSH_ZONE,
	TSREWRITE_A_FLUSH_MODE,
	TSREWRITE_A_FLUSH_STATE,
	TSREWRITE_A_FLUSH_FORCE,
	TSREWRITE_A_FLUSH_FLUSHED,
	TSREWRITE_A_FLUSH_GROUP,

	/* private: */
	__TSREWRITE_A_FLUSH_MAX
};

#define TSREWRITE_A_FLUSH_MAX (__TSREWRITE_A_FLUSH_MAX - 1)

/**
 * enum tsrewrite_flushed_attr - what a flush did
 * @TSREWRITE_A_FLUSHED_UNSPEC: Unused.
 * @TSREWRITE_A_FLUSHED_FLOWS: u32: how many flows it has ended.
 * @TSREWRITE_A_FLUSHED_BROKEN: u32: how many rewritten connections were among them.
 */
enum tsrewrite_flushed_attr {
	TSREWRITE_A_FLUSHED_UNSPEC,
	TSREWRITE_A_FLUSHED_FLOWS,
	TSREWRITE_A_FLUSHED_BROKEN,

	/* private: */
	__TSREWRITE_A_FLUSHED_MAX
};

#define TSREWRITE_A_FLUSHED_MAX (__TSREWRITE_A_FLUSHED_MAX - 1)

/**
 * enum tsrewrite_saved_flag - what is true of a flow that is saved
 * @TSREWRITE_SAVED_COMMITTED: It has a connection that the other side has confirmed.
 * @TSREWRITE_SAVED_CANDIDATE: It has one that the other side has not confirmed yet.
 * @TSREWRITE_SAVED_CANDIDATE_INBOUND: That was begun from outside.
 * @TSREWRITE_SAVED_INBOUND: The confirmed one was.
 * @TSREWRITE_SAVED_FIN_EGRESS: The inside host has sent a FIN.
 * @TSREWRITE_SAVED_FIN_INGRESS: The outside host has.
 * @TSREWRITE_SAVED_FIN_EGRESS_ACKED: That of the inside host was acknowledged.
 * @TSREWRITE_SAVED_FIN_INGRESS_ACKED: That of the outside host was.
 * @TSREWRITE_SAVED_FROM_ZERO: The first TSval of the confirmed connection was 0.
 * @TSREWRITE_SAVED_CANDIDATE_FROM_ZERO: That of the other one was.
 * @TSREWRITE_SAVED_ANSWERED_TWICE: The SYN was answered by two SYN-ACKs (SYN cookies).
 * @TSREWRITE_SAVED_RESET: An RST was sent behind data in flight.
 * @TSREWRITE_SAVED_RESET_INGRESS: The outside host has sent that.
 * @TSREWRITE_SAVED_AWAITS_THIRD: The third segment of the handshake has not left yet.
 * @TSREWRITE_SAVED_ASYMMETRIC: What one side sends does not pass the attached devices.
 * @TSREWRITE_SAVED_SLEPT: A segment from outside has ended a long silence.
 */
enum tsrewrite_saved_flag {
	TSREWRITE_SAVED_COMMITTED		= 1 << 0,
	TSREWRITE_SAVED_CANDIDATE		= 1 << 1,
	TSREWRITE_SAVED_CANDIDATE_INBOUND	= 1 << 2,
	TSREWRITE_SAVED_INBOUND			= 1 << 3,
	TSREWRITE_SAVED_FIN_EGRESS		= 1 << 4,
	TSREWRITE_SAVED_FIN_INGRESS		= 1 << 5,
	TSREWRITE_SAVED_FIN_EGRESS_ACKED	= 1 << 6,
	TSREWRITE_SAVED_FIN_INGRESS_ACKED	= 1 << 7,
	TSREWRITE_SAVED_FROM_ZERO		= 1 << 8,
	TSREWRITE_SAVED_CANDIDATE_FROM_ZERO	= 1 << 9,
	TSREWRITE_SAVED_ANSWERED_TWICE		= 1 << 10,
	TSREWRITE_SAVED_RESET			= 1 << 11,
	TSREWRITE_SAVED_RESET_INGRESS		= 1 << 12,
	TSREWRITE_SAVED_AWAITS_THIRD		= 1 << 13,
	TSREWRITE_SAVED_ASYMMETRIC		= 1 << 14,
	TSREWRITE_SAVED_SLEPT			= 1 << 15,
};

/* The mode of a connection without TSopt, which has a flow only to be counted */
#define TSREWRITE_SAVED_MODE_BARE	255

/**
 * enum tsrewrite_span_attr - the relation between inside and outside TSvals of a connection,
 *	each a u32, in ticks of the inside host's clock
 * @TSREWRITE_A_SPAN_UNSPEC: Unused.
 * @TSREWRITE_A_SPAN_OFFSET: Outside TSval less inside TSval, mod 2^32.
 * @TSREWRITE_A_SPAN_FIRST: The first inside TSval, or the earliest that may still be echoed.
 * @TSREWRITE_A_SPAN_LAST: The latest inside TSval.
 */
enum tsrewrite_span_attr {
	TSREWRITE_A_SPAN_UNSPEC,
	TSREWRITE_A_SPAN_OFFSET,
	TSREWRITE_A_SPAN_FIRST,
	TSREWRITE_A_SPAN_LAST,

	/* private: */
	__TSREWRITE_A_SPAN_MAX
};

#define TSREWRITE_A_SPAN_MAX (__TSREWRITE_A_SPAN_MAX - 1)

/**
 * enum tsrewrite_saved_attr - all that a flow is
 * @TSREWRITE_A_SAVED_UNSPEC: Unused.
 * @TSREWRITE_A_SAVED_INSIDE_ADDR: As TSREWRITE_A_FLOW_INSIDE_ADDR.
 * @TSREWRITE_A_SAVED_OUTSIDE_ADDR: As TSREWRITE_A_FLOW_OUTSIDE_ADDR.
 * @TSREWRITE_A_SAVED_INSIDE_PORT: As TSREWRITE_A_FLOW_INSIDE_PORT.
 * @TSREWRITE_A_SAVED_OUTSIDE_PORT: As TSREWRITE_A_FLOW_OUTSIDE_PORT.
 * @TSREWRITE_A_SAVED_ZONE: u8: its zone.
 * @TSREWRITE_A_SAVED_VLAN: As TSREWRITE_A_FLOW_VLAN.
 * @TSREWRITE_A_SAVED_VLAN_INNER: As TSREWRITE_A_FLOW_VLAN_INNER.
 * @TSREWRITE_A_SAVED_GROUP: u8: the id of its group.
 * @TSREWRITE_A_SAVED_EGRESS_DEVICE: u8: TSREWRITE_A_DEVICE_ID of the device that it left
 *	through last; 0 for none.
 * @TSREWRITE_A_SAVED_INGRESS_DEVICE: u8: that of the device that it arrived on last.
 * @TSREWRITE_A_SAVED_IDLE: u32, seconds: how long ago its last segment passed.
 * @TSREWRITE_A_SAVED_STATE: u8, enum tsrewrite_flow_state: its state, without how far its
 *	connection has closed.
 * @TSREWRITE_A_SAVED_FLAGS: u32, enum tsrewrite_saved_flag: what is true of it.
 * @TSREWRITE_A_SAVED_MODE: u8, enum tsrewrite_mode or TSREWRITE_SAVED_MODE_BARE: the mode of
 *	its confirmed connection.
 * @TSREWRITE_A_SAVED_CANDIDATE_MODE: u8: that of the other one.
 * @TSREWRITE_A_SAVED_ANSWER: u8: what is known of the answer to its SYN or SYN-ACK: 0 for
 *	nothing, 1 for a segment that arrived, 2 for an ICMP error, 3 for one that does without
 *	TSopt.
 * @TSREWRITE_A_SAVED_SPAN: Nest of enum tsrewrite_span_attr: that of the confirmed connection.
 * @TSREWRITE_A_SAVED_CANDIDATE_SPAN: Nest of enum tsrewrite_span_attr: that of the other one.
 * @TSREWRITE_A_SAVED_ISN: u32: the initial sequence number of the inside end.
 * @TSREWRITE_A_SAVED_CANDIDATE_ISN: u32: that of the other connection.
 * @TSREWRITE_A_SAVED_EGRESS_ACK: u32: the last acknowledgment number that left, or 0.
 * @TSREWRITE_A_SAVED_INGRESS_ACK: u32: the last one that arrived, or 0.
 * @TSREWRITE_A_SAVED_EGRESS_END: u32: the sequence number behind all that has left.
 * @TSREWRITE_A_SAVED_INGRESS_END: u32: the one behind all that has arrived.
 */
enum tsrewrite_saved_attr {
	TSREWRITE_A_SAVED_UNSPEC,
	TSREWRITE_A_SAVED_INSIDE_ADDR,
	TSREWRITE_A_SAVED_OUTSIDE_ADDR,
	TSREWRITE_A_SAVED_INSIDE_PORT,
	TSREWRITE_A_SAVED_OUTSIDE_PORT,
	TSREWRITE_A_SAVED_ZONE,
	TSREWRITE_A_SAVED_VLAN,
	TSREWRITE_A_SAVED_VLAN_INNER,
	TSREWRITE_A_SAVED_GROUP,
	TSREWRITE_A_SAVED_EGRESS_DEVICE,
	TSREWRITE_A_SAVED_INGRESS_DEVICE,
	TSREWRITE_A_SAVED_IDLE,
	TSREWRITE_A_SAVED_STATE,
	TSREWRITE_A_SAVED_FLAGS,
	TSREWRITE_A_SAVED_MODE,
	TSREWRITE_A_SAVED_CANDIDATE_MODE,
	TSREWRITE_A_SAVED_ANSWER,
	TSREWRITE_A_SAVED_SPAN,
	TSREWRITE_A_SAVED_CANDIDATE_SPAN,
	TSREWRITE_A_SAVED_ISN,
	TSREWRITE_A_SAVED_CANDIDATE_ISN,
	TSREWRITE_A_SAVED_EGRESS_ACK,
	TSREWRITE_A_SAVED_INGRESS_ACK,
	TSREWRITE_A_SAVED_EGRESS_END,
	TSREWRITE_A_SAVED_INGRESS_END,

	/* private: */
	__TSREWRITE_A_SAVED_MAX
};

#define TSREWRITE_A_SAVED_MAX (__TSREWRITE_A_SAVED_MAX - 1)

/* A request loads at most so many flows */
#define TSREWRITE_LOAD_MAX	1024

/**
 * enum tsrewrite_load_attr - flows to load, and what became of them
 * @TSREWRITE_A_LOAD_UNSPEC: Unused.
 * @TSREWRITE_A_LOAD_FLOW: Nest of enum tsrewrite_saved_attr, as often as there are flows, but
 *	not more often than TSREWRITE_LOAD_MAX: a flow.
 * @TSREWRITE_A_LOAD_ELAPSED: u32, seconds: how long ago they were saved.
 * @TSREWRITE_A_LOAD_LOADED: u32, in the answer, as all that follow: how many flows were loaded,
 *	since the load before ended.
 * @TSREWRITE_A_LOAD_EXISTING: u32: of how many there is a flow already, which stays.
 * @TSREWRITE_A_LOAD_EXPIRED: u32: how many had no segment for longer than their timeout.
 * @TSREWRITE_A_LOAD_NO_ROOM: u32: how many found no room, or no memory.
 */
enum tsrewrite_load_attr {
	TSREWRITE_A_LOAD_UNSPEC,
	TSREWRITE_A_LOAD_FLOW,
	TSREWRITE_A_LOAD_ELAPSED,
	TSREWRITE_A_LOAD_LOADED,
	TSREWRITE_A_LOAD_EXISTING,
	TSREWRITE_A_LOAD_EXPIRED,
	TSREWRITE_A_LOAD_NO_ROOM,

	/* private: */
	__TSREWRITE_A_LOAD_MAX
};

#define TSREWRITE_A_LOAD_MAX (__TSREWRITE_A_LOAD_MAX - 1)

/**
 * enum tsrewrite_stats_attr - the counters of a network namespace, each a u64
 *
 * Every packet that crosses an attached device adds one to exactly one of the EGRESS
 * or exactly one of the INGRESS counters. The other counters count beside them.
 *
 * @TSREWRITE_A_STATS_UNSPEC: Unused.
 * @TSREWRITE_A_STATS_PAD: Alignment.
 * @TSREWRITE_A_STATS_EGRESS_NOT_IP: Outgoing packets that passed: they are neither IPv4
 *	nor IPv6.
 * @TSREWRITE_A_STATS_EGRESS_NOT_TCP: Outgoing packets that passed: they carry another
 *	protocol than TCP.
 * @TSREWRITE_A_STATS_EGRESS_FRAGMENT: Outgoing packets that passed: they are fragments
 *	without the TCP header, or with a part of it and of no flow.
 * @TSREWRITE_A_STATS_EGRESS_MALFORMED: Outgoing packets that passed: their IP or TCP
 *	header contradicts itself or is cut short.
 * @TSREWRITE_A_STATS_EGRESS_UNTRACKED: Outgoing packets that passed: they have an IPv6
 *	AH, a routing header with segments left, a home address option, an IPv4 source
 *	route, IPv4-mapped IPv6 addresses or more than two VLAN tags.
 * @TSREWRITE_A_STATS_EGRESS_TCP_AO: Outgoing segments that passed: TCP-AO authenticates
 *	their options.
 * @TSREWRITE_A_STATS_EGRESS_BAD_OPTION: Outgoing segments that passed: their TCP options
 *	are malformed before any TSopt.
 * @TSREWRITE_A_STATS_EGRESS_NO_TSOPT: Outgoing segments that passed: they have no TSopt.
 * @TSREWRITE_A_STATS_EGRESS_NO_FLOW: Outgoing segments that passed: they have a TSopt,
 *	and there is no flow of them.
 * @TSREWRITE_A_STATS_EGRESS_MODE_OFF: Outgoing SYNs and SYN-ACKs that passed without a
 *	flow: the mode of their group is off, or their device is drained.
 * @TSREWRITE_A_STATS_EGRESS_TABLE_FULL: Outgoing SYNs and SYN-ACKs that passed without a
 *	flow: a limit of flows is reached, and their mode is observe, or what happens
 *	when full is pass.
 * @TSREWRITE_A_STATS_EGRESS_INBOUND_LIMIT: Outgoing SYN-ACKs that passed without a flow:
 *	the limit of embryonic flows begun from outside is reached, otherwise as
 *	TSREWRITE_A_STATS_EGRESS_TABLE_FULL.
 * @TSREWRITE_A_STATS_EGRESS_NO_MEMORY: Outgoing SYNs and SYN-ACKs that passed without a
 *	flow: there was no memory, otherwise as TSREWRITE_A_STATS_EGRESS_TABLE_FULL.
 * @TSREWRITE_A_STATS_EGRESS_REWRITTEN: Outgoing segments whose TSval was rewritten.
 * @TSREWRITE_A_STATS_EGRESS_OBSERVED: Outgoing segments of mode observe that passed:
 *	their TSval would have been rewritten.
 * @TSREWRITE_A_STATS_EGRESS_STRIPPED: Outgoing segments of mode strip: their TSopt was
 *	taken out.
 * @TSREWRITE_A_STATS_EGRESS_QUOTE_REWRITTEN: Outgoing ICMP errors that quote a segment
 *	whose TSecr was rewritten in the quote.
 * @TSREWRITE_A_STATS_EGRESS_DROPPED_FRAGMENT: Outgoing packets that were dropped: they
 *	are first fragments of a rewritten flow and too short for its TCP header (RFC
 *	1858).
 * @TSREWRITE_A_STATS_EGRESS_DROPPED_NO_MEMORY: Outgoing packets that were dropped: they
 *	are of a rewritten flow and could not be made writable.
 * @TSREWRITE_A_STATS_INGRESS_NOT_IP: Incoming packets that passed: they are neither IPv4
 *	nor IPv6.
 * @TSREWRITE_A_STATS_INGRESS_NOT_TCP: Incoming packets that passed: they carry another
 *	protocol than TCP.
 * @TSREWRITE_A_STATS_INGRESS_FRAGMENT: Incoming packets that passed: they are fragments
 *	without the TCP header, or with a part of it and of no flow.
 * @TSREWRITE_A_STATS_INGRESS_MALFORMED: Incoming packets that passed: their IP or TCP
 *	header contradicts itself or is cut short.
 * @TSREWRITE_A_STATS_INGRESS_UNTRACKED: Incoming packets that passed: they have an IPv6
 *	AH, a routing header with segments left, a home address option, an IPv4 source
 *	route, IPv4-mapped IPv6 addresses or more than two VLAN tags.
 * @TSREWRITE_A_STATS_INGRESS_TCP_AO: Incoming segments that passed: TCP-AO authenticates
 *	their options.
 * @TSREWRITE_A_STATS_INGRESS_BAD_OPTION: Incoming segments that passed: their TCP
 *	options are malformed before any TSopt.
 * @TSREWRITE_A_STATS_INGRESS_NO_TSOPT: Incoming segments that passed: they have no
 *	TSopt.
 * @TSREWRITE_A_STATS_INGRESS_NO_FLOW: Incoming segments that passed: they have a TSopt,
 *	and there is no flow of them.
 * @TSREWRITE_A_STATS_INGRESS_NO_ACK: Incoming segments that passed: without ACK, their
 *	TSecr means nothing.
 * @TSREWRITE_A_STATS_INGRESS_ECHO_ZERO: Incoming segments that passed: their TSecr is 0.
 * @TSREWRITE_A_STATS_INGRESS_RESTORED: Incoming segments whose TSecr was restored.
 * @TSREWRITE_A_STATS_INGRESS_ZEROED: Incoming SYN-ACKs whose TSecr was set to 0: it was
 *	no value that was sent.
 * @TSREWRITE_A_STATS_INGRESS_OBSERVED: Incoming segments of mode observe that passed:
 *	their TSecr would have been restored.
 * @TSREWRITE_A_STATS_INGRESS_STRIPPED: Incoming segments of mode strip: their TSopt was
 *	taken out.
 * @TSREWRITE_A_STATS_INGRESS_QUOTE_RESTORED: Incoming ICMP errors that quote a segment
 *	whose TSval was restored in the quote.
 * @TSREWRITE_A_STATS_INGRESS_UNRESTORED: Incoming segments of mode bug that passed with
 *	a wrong TSecr.
 * @TSREWRITE_A_STATS_INGRESS_FOREIGN: Incoming segments that passed: the peer echoes a
 *	TSval that had left before the flow was rewritten. The flow ends, and its
 *	connection is left alone.
 * @TSREWRITE_A_STATS_INGRESS_DROPPED_FRAGMENT: Incoming packets that were dropped: they
 *	are first fragments of a rewritten flow and too short for its TCP header (RFC
 *	1858).
 * @TSREWRITE_A_STATS_INGRESS_DROPPED_NO_MEMORY: Incoming packets that were dropped: they
 *	are of a rewritten flow and could not be made writable.
 * @TSREWRITE_A_STATS_ECHO_VERIFIED: Segments whose TSecr, as it was delivered inside,
 *	passed the echo check.
 * @TSREWRITE_A_STATS_ECHO_IMPOSSIBLE: Segments whose TSecr, as it was delivered inside,
 *	failed the echo check. In mode bug, where it is not restored, nearly all do.
 * @TSREWRITE_A_STATS_ECHO_FUTURE: Impossible echoes that are later than all that the
 *	inside host has sent.
 * @TSREWRITE_A_STATS_ECHO_PAST: Impossible echoes that are earlier than what the inside
 *	host sent first, or more than 2^30 ticks old.
 * @TSREWRITE_A_STATS_DUPLICATE_TSOPT: Segments with more than one TSopt.
 * @TSREWRITE_A_STATS_SYN_RETRANSMITTED: SYNs and SYN-ACKs that inside hosts sent again.
 * @TSREWRITE_A_STATS_FLOW_CREATED: Flows begun.
 * @TSREWRITE_A_STATS_FLOW_REUSED: Connections begun on a 4-tuple that had a flow.
 * @TSREWRITE_A_STATS_FLOW_ESTABLISHED: Connections that the other side confirmed.
 * @TSREWRITE_A_STATS_FLOW_NO_TSOPT: Flows whose SYN-ACK had no TSopt: they end with the
 *	third segment, if that has none either.
 * @TSREWRITE_A_STATS_FLOW_REFUSED: Flows whose SYN was answered by an RST.
 * @TSREWRITE_A_STATS_FLOW_CLOSED: Flows closed by FINs or an RST.
 * @TSREWRITE_A_STATS_FLOW_EXPIRED: Flows whose timeout ran out.
 * @TSREWRITE_A_STATS_FLOW_EXPIRED_EARLY: Closed flows that were removed before their
 *	timeout because the table was nearly full.
 * @TSREWRITE_A_STATS_FLOW_FLUSHED: Flows ended by a flush.
 * @TSREWRITE_A_STATS_FLOW_ASYMMETRIC: Connections that went on in one direction while
 *	what the other direction sends did not pass: another path, or an offload,
 *	bypasses the attached devices.
 * @TSREWRITE_A_STATS_INGRESS_OTHER_CONNECTION: Incoming segments that passed: they answer
 *	another connection than the one that begins on their 4-tuple.
 * @TSREWRITE_A_STATS_EGRESS_STRIPPED_NO_ROOM: Outgoing SYNs whose TSopt was taken out:
 *	there was no room for a flow.
 * @TSREWRITE_A_STATS_EGRESS_DROPPED_NO_ROOM: Outgoing SYN-ACKs that were dropped: there
 *	was no room for a flow, though there had been when their SYN arrived. The inside
 *	host sends them again.
 * @TSREWRITE_A_STATS_INGRESS_STRIPPED_NO_ROOM: Incoming SYNs whose TSopt was taken out:
 *	there would be no room for a flow. Incoming SYN-ACKs without a flow as well, while
 *	theirs may be among those that were evicted.
 * @TSREWRITE_A_STATS_FLOW_EVICTED: Embryonic flows begun from inside that were removed
 *	before their timeout because room got short: nobody had answered for a while.
 * @TSREWRITE_A_STATS_FLOW_COUNTED: Flows that were begun only to count a connection that
 *	passes untouched, until its third segment. They are listed with mode off, and count in
 *	none of the other numbers of flows but those that were flushed, unless a connection
 *	that is not untouched follows on the same addresses and ports.
 * @TSREWRITE_A_STATS_FLOW_RESUMED: Flows that were begun in the middle of their connection, by
 *	the offset in its label.
 * @TSREWRITE_A_STATS_FLOW_WITHOUT_LABEL: SYNs and SYN-ACKs that were rewritten and whose offset
 *	was not kept: conntrack does not know the connection, or had no labels when it began.
 * @TSREWRITE_A_STATS_FLOW_LABEL_TAKEN: Likewise: somebody else uses these bits of labels.
 * @TSREWRITE_A_STATS_FLOW_LOADED: Flows that were loaded.
 * @TSREWRITE_A_STATS_FLOW_CONFIRMED: Loaded flows with a rewritten connection whose peer has
 *	echoed a TSval that the inside host can have sent: the flow is that of the connection.
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
	TSREWRITE_A_STATS_FLOW_ASYMMETRIC,
	TSREWRITE_A_STATS_INGRESS_OTHER_CONNECTION,
	TSREWRITE_A_STATS_EGRESS_STRIPPED_NO_ROOM,
	TSREWRITE_A_STATS_EGRESS_DROPPED_NO_ROOM,
	TSREWRITE_A_STATS_INGRESS_STRIPPED_NO_ROOM,
	TSREWRITE_A_STATS_FLOW_EVICTED,
	TSREWRITE_A_STATS_FLOW_COUNTED,
	TSREWRITE_A_STATS_FLOW_RESUMED,
	TSREWRITE_A_STATS_FLOW_WITHOUT_LABEL,
	TSREWRITE_A_STATS_FLOW_LABEL_TAKEN,
	TSREWRITE_A_STATS_FLOW_LOADED,
	TSREWRITE_A_STATS_FLOW_CONFIRMED,

	/* private: */
	__TSREWRITE_A_STATS_MAX
};

#define TSREWRITE_A_STATS_MAX (__TSREWRITE_A_STATS_MAX - 1)

/**
 * enum tsrewrite_event - what happened
 * @TSREWRITE_EVENT_DEVICE_ATTACHED: A device was attached by command. Without
 *	TSREWRITE_A_DEVICE_IFINDEX there is no device of the name yet.
 * @TSREWRITE_EVENT_DEVICE_DETACHED: A device was detached: by command, because it moved
 *	to another network namespace, or because a device that is attached was renamed
 *	to its name.
 * @TSREWRITE_EVENT_DEVICE_GONE: An attached device was removed. The attachment stays.
 * @TSREWRITE_EVENT_DEVICE_BACK: A device with the name of an attachment appeared, and is
 *	attached.
 * @TSREWRITE_EVENT_DEVICE_RENAMED: An attached device has a new name.
 * @TSREWRITE_EVENT_DEVICE_DRAIN: The draining of a device began or ended.
 * @TSREWRITE_EVENT_GROUP_ADDED: A group was added.
 * @TSREWRITE_EVENT_GROUP_CHANGED: Settings of a group changed. TSREWRITE_A_EVENT_BEFORE
 *	has those that did, as they were.
 * @TSREWRITE_EVENT_GROUP_REMOVED: A group was removed.
 * @TSREWRITE_EVENT_CONFIG: Limits, timeouts, the mask of marks or what happens when full
 *	changed.
 * @TSREWRITE_EVENT_FLOW_FLUSH: Flows were flushed.
 * @TSREWRITE_EVENT_DEVICE_CONFIRMED: The rules of a device were confirmed: connections
 *	that begin on it have their groups from now on.
 * @TSREWRITE_EVENT_KEY: The key changed.
 * @TSREWRITE_EVENT_FLOW_LOAD: Flows were loaded.
 */
enum tsrewrite_event {
	TSREWRITE_EVENT_DEVICE_ATTACHED,
	TSREWRITE_EVENT_DEVICE_DETACHED,
	TSREWRITE_EVENT_DEVICE_GONE,
	TSREWRITE_EVENT_DEVICE_BACK,
	TSREWRITE_EVENT_DEVICE_RENAMED,
	TSREWRITE_EVENT_DEVICE_DRAIN,
	TSREWRITE_EVENT_GROUP_ADDED,
	TSREWRITE_EVENT_GROUP_CHANGED,
	TSREWRITE_EVENT_GROUP_REMOVED,
	TSREWRITE_EVENT_CONFIG,
	TSREWRITE_EVENT_FLOW_FLUSH,
	TSREWRITE_EVENT_DEVICE_CONFIRMED,
	TSREWRITE_EVENT_KEY,
	TSREWRITE_EVENT_FLOW_LOAD,

	/* private: */
	__TSREWRITE_EVENT_MAX
};

/**
 * enum tsrewrite_event_attr - an event
 * @TSREWRITE_A_EVENT_UNSPEC: Unused.
 * @TSREWRITE_A_EVENT_PAD: Alignment.
 * @TSREWRITE_A_EVENT_TYPE: u32, enum tsrewrite_event: what happened.
 * @TSREWRITE_A_EVENT_TIME: u64, nanoseconds since the epoch: when it happened.
 * @TSREWRITE_A_EVENT_UID: u32: the user who did it, as the user namespace of the network
 *	namespace numbers users.
 * @TSREWRITE_A_EVENT_PID: u32: the process that did it, in the initial pid namespace; for a
 *	network namespace of another user namespace, in the process's own pid namespace,
 *	and absent if the process is not of that user namespace.
 * @TSREWRITE_A_EVENT_COMM: String: the name of the task that did it.
 * @TSREWRITE_A_EVENT_DEVICE: Nest of enum tsrewrite_device_attr: the device, with an event
 *	of a device. TSREWRITE_A_DEVICE_FLOWS is in it if a detach broke connections.
 * @TSREWRITE_A_EVENT_GROUP: Nest of enum tsrewrite_group_attr: the group as it is now, with
 *	an event of a group.
 * @TSREWRITE_A_EVENT_CONFIG: Nest of enum tsrewrite_config_attr: limits and timeouts as they
 *	are now, with TSREWRITE_EVENT_CONFIG.
 * @TSREWRITE_A_EVENT_OLD_NAME: String: the name of the device before it was renamed, with
 *	TSREWRITE_EVENT_DEVICE_RENAMED.
 * @TSREWRITE_A_EVENT_FLUSHED: Nest of enum tsrewrite_flushed_attr: what the flush did, with
 *	TSREWRITE_EVENT_FLOW_FLUSH.
 * @TSREWRITE_A_EVENT_BEFORE: Nest of enum tsrewrite_group_attr: the settings of the group
 *	that changed, and only those, as they were, with TSREWRITE_EVENT_GROUP_CHANGED.
 * @TSREWRITE_A_EVENT_LOGINUID: u32: the user who had logged in, whoever the process that
 *	did it runs as now, as the user namespace of the network namespace numbers users.
 *	Absent if nobody has logged in, as with a service.
 * @TSREWRITE_A_EVENT_CONFIG_BEFORE: Nest of enum tsrewrite_config_attr: what changed, and
 *	only that, as it was, with TSREWRITE_EVENT_CONFIG.
 * @TSREWRITE_A_EVENT_KEY: Nest of enum tsrewrite_key_attr: the key as it is now, with
 *	TSREWRITE_EVENT_KEY.
 * @TSREWRITE_A_EVENT_LOADED: Nest of enum tsrewrite_load_attr: what became of the flows, with
 *	TSREWRITE_EVENT_FLOW_LOAD.
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
	TSREWRITE_A_EVENT_FLUSHED,
	TSREWRITE_A_EVENT_BEFORE,
	TSREWRITE_A_EVENT_LOGINUID,
	TSREWRITE_A_EVENT_CONFIG_BEFORE,
	TSREWRITE_A_EVENT_KEY,
	TSREWRITE_A_EVENT_LOADED,

	/* private: */
	__TSREWRITE_A_EVENT_MAX
};

#define TSREWRITE_A_EVENT_MAX (__TSREWRITE_A_EVENT_MAX - 1)

#endif /* _UAPI_LINUX_TSREWRITE_H */
