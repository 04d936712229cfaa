#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What goes past the attached device, or cannot be read there. Connections that are
# rewritten would break, as their answers are not restored. What can be known is refused;
# what comes later is told. What then becomes of connections: device_answers.sh.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/plug.sh
. "$selftests/lib/plug.sh"
# shellcheck source=selftests/lib/watch.sh
. "$selftests/lib/watch.sh"
# shellcheck source=selftests/lib/redirect.sh
. "$selftests/lib/redirect.sh"
trap cleanup EXIT

is_attached() { # DEVICE
	tsr -j status | jq -e --arg dev "$1" \
		'.devices | any(.name == $dev)' >/dev/null
}

# Kinds of devices that do not see both directions

refused() { # DEVICE REASON
	expect_refusal 1 "$2" tsr attach "$1"
	expect_not "an attachment" is_attached "$1"
}

# A device waits by its name; one of that name and kind does not wake it
not_awakened() { # KIND [OPTION...]
	ip -n "$firewall" link add late type dummy
	attach late
	ip -n "$firewall" link del late
	ip -n "$firewall" link add late "$@"
	expect "late still waits" is_waiting late
	ip -n "$firewall" link del late
	detach late
}

vrf_device() {
	if ! modprobe -q vrf; then
		skip "this kernel has no VRFs"
		return
	fi
	ip -n "$firewall" link add red type vrf table 10
	refused red "it is a VRF device: packets arrive on its ports"
	ip -n "$firewall" link del red
	not_awakened type vrf table 10
}

ipvlan_device() {
	local mode

	if ! modprobe -q ipvlan; then
		skip "this kernel has no ipvlan devices"
		return
	fi
	for mode in l2 l3 l3s; do
		ip -n "$firewall" link add slave link fw1 type ipvlan mode $mode
		refused slave "it is an ipvlan device: answers arrive below it"
		ip -n "$firewall" link del slave
	done
	not_awakened link fw1 type ipvlan mode l2
}

ifb_device() {
	ip -n "$firewall" link add shaper type ifb
	refused shaper "it is an ifb device: what leaves through it has arrived elsewhere"
	ip -n "$firewall" link del shaper
}

# Redirects of tc

refused_while_redirected() { # PROTOCOL FILTER...
	ingress
	redirect_to_ifb fw1 "$@"
	refused fw1 "a tc filter ($2) redirects what arrives on fw1"
	no_ingress
}

redirects() {
	refused_while_redirected all u32 match u32 0 0
	refused_while_redirected ip matchall
	refused_while_redirected ipv6 flower ip_proto tcp
	refused_while_redirected all basic
	ingress fw1 clsact
	tc -n "$firewall" filter add dev fw1 ingress chain 3 matchall \
		action mirred ingress redirect dev ifb
	refused fw1 "a tc filter (matchall) redirects what arrives on fw1"
	no_ingress fw1 clsact
	tc -n "$firewall" qdisc add dev fw1 ingress_block 4 ingress
	tc -n "$firewall" filter add block 4 flower action pass pipe \
		action mirred egress redirect dev ifb
	refused fw1 "a tc filter (flower) redirects what arrives on fw1"
	no_ingress
}

below_a_vlan() {
	ip -n "$firewall" link add link fw1 name fw1.7 type vlan id 7
	ingress
	redirect_to_ifb fw1 802.1q matchall
	refused fw1.7 "a tc filter (matchall) redirects what arrives on fw1"
	no_ingress
	ip -n "$firewall" link del fw1.7
}

no_matter() {
	ingress fw1 clsact
	redirect_to_ifb fw1 arp matchall
	redirect_to_ifb fw1 ip flower ip_proto udp
	expect "a mirror" tc -n "$firewall" filter add dev fw1 ingress matchall \
		action mirred egress mirror dev ifb
	expect "a redirect of what leaves" tc -n "$firewall" filter add dev fw1 egress \
		protocol arp matchall action mirred egress redirect dev ifb
	ingress fw0
	redirect_to_ifb fw0 all matchall
	attach fw1
	expect_no_alarm
	detach fw1
	no_ingress fw0
	no_ingress fw1 clsact
}

told_when_it_comes_later() {
	attach fw1
	ingress
	redirect_to_ifb fw1 all u32 match u32 0 0
	expect_alarm "a tc filter (u32) redirects what arrives on fw1 before tsrewrite sees it"
	no_ingress
	expect_no_alarm
	detach fw1
}

# Packets in frames that are not read

says_unread() { # KIND
	expect_alarm "$1 frames leave through fw1: tsrewrite does not read the packets in them"
	expect "health says so" has_health 1 "$1 frames leave through fw1"
}

unread() { tsr -j status | jq -c '.devices[] | select(.name == "fw1").unread'; }

unread_frames() {
	attach fw1
	send_frames 88cc 8863 88f7 0806 88b5 # LLDP, PPPoE's discovery, PTP, ARP, experiments
	expect_not "an alarm of frames" grep -q 'frames leave' <(alarms)
	expect "no such frames" [ "$(unread)" = null ]
	send_frames 8864110000010000
	says_unread PPPoE
	expect "their type" [ "$(unread)" = 34916 ]
	expect "a metric" grep -q '^tsrewrite_device_unread{device="fw1",zone="0"} 1$' \
		<(on_firewall "$TSREWRITE" metrics)
	send_frames 884700001140
	says_unread MPLS
	send_frames 810000078864110000010000
	says_unread PPPoE
	send_frames 8100000781000008810000090800450000
	says_unread "three-tagged VLAN"
	send_frames 9100000708004500
	says_unread "EtherType 0x9100"
	detach fw1
	attach fw1
	expect_not "an alarm of frames" grep -q 'frames leave' <(alarms)
}

load_redirects
require_module
setup_hosts
setup_redirects

run_cases \
	vrf_device "a VRF device: refused" \
	ipvlan_device "an ipvlan device: refused in each of its modes" \
	ifb_device "an ifb device: refused" \
	redirects "a redirect on the device: refused, whatever finds the packets" \
	below_a_vlan "a redirect on a device below: refused" \
	no_matter "what redirects no segments that arrive here: no matter" \
	told_when_it_comes_later "a redirect that comes later: an alarm" \
	unread_frames "packets that leave in frames which are not read: told"
