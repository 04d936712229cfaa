#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Zones, of several uplinks and of the same addresses twice. Connections go out by one
# uplink and come back by another. And a device leaves for another namespace.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/plug.sh
. "$selftests/lib/plug.sh"
trap cleanup EXIT

# Two uplinks: what leaves by fw1 is answered by way of fw2

setup_second_uplink() {
	setup_link "$firewall" fw2 "$outside" out2
	without_offloads_of firewall fw2
	without_offloads_of outside out2
	setup_address "$firewall" fw2 198.18.0.1/24 2001:db8:18::1/64
	setup_address "$outside" out2 198.18.0.2/24 2001:db8:18::2/64
	ip -n "$outside" route add 10.0.1.0/24 via 198.18.0.1 src $outside4
	ip -n "$outside" route add fd00:1::/64 via 2001:db8:18::1 src $outside6
	until_true is_settled firewall fw2 && until_true is_settled outside out2
}

# Before its address of the link is known to be its own, IPv6 may take another way
is_settled() { # HOST DEVICE
	! "on_$1" ip -6 addr show dev "$2" tentative | grep -q .
}

crossing() { # DEVICE: how many flows
	tsr -j status | jq --arg name "$1" \
		'.devices[] | select(.name == $name).flows'
}

one_zone() {
	local capture_outside=outside:any

	setup_second_uplink
	attach fw1
	attach fw2
	carries asymmetric
	expect "all came back by way of the other" [ "$(count_segments asymmetric.outside \
		"($arriving) and ifindex $(ifindex out0)")" = 0 ]
	hold round inside $outside4 7 sourceport=4021
	expect "a connection" still_talks round
	expect "it crosses fw1" [ "$(crossing fw1)" = 1 ]
	expect "it crosses fw2" [ "$(crossing fw2)" = 1 ]
	expect_refusal 1 "1 rewritten connections cross the device" tsr detach fw2
	let_go round
	detach fw2
}

ifindex() { # DEVICE
	ip -n "$outside" -j link show "$1" | jq '.[].ifindex'
}

# The zone is a part of what a flow is found by
two_zones() {
	local before refused stripped

	attach fw2 zone 9
	before=$(counter ingress_no_flow)
	stripped=$(counter egress_stripped)
	refused=$(kernel_counter inside TcpExtPAWSActive)
	expect "a connection, when its SYN is sent again" echoes inside $outside4 7 100
	expect "without TSopt" [ "$(counter egress_stripped)" -gt "$stripped" ]
	expect "an answer without a flow" [ "$(counter ingress_no_flow)" -gt "$before" ]
	expect "the client refuses that" \
		[ "$(kernel_counter inside TcpExtPAWSActive)" -gt "$refused" ]
	ip -n "$firewall" link del fw2
	tsr detach fw2 --force >/dev/null
	detach fw1
}

# The same addresses in two zones, whose routes a VRF keeps apart

setup_blue() {
	ip -n "$firewall" link add blue up type vrf table 100
	setup_link "$inside2" in0 "$firewall" fw3
	setup_link "$firewall" fw4 "$outside2" out0
	ip -n "$firewall" link set fw3 master blue
	ip -n "$firewall" link set fw4 master blue
	setup_address "$inside2" in0 $inside4/24 $inside6/64
	setup_address "$firewall" fw3 10.0.1.1/24 fd00:1::1/64
	setup_address "$firewall" fw4 $firewall4/24 $firewall6/64
	setup_address "$outside2" out0 $outside4/24 $outside6/64
	ip -n "$inside2" route add default via 10.0.1.1
	ip -n "$inside2" route add default via fd00:1::1
	ip -n "$outside2" route add default via $firewall4
	ip -n "$outside2" route add default via $firewall6
	without_offloads_of inside2 in0
	without_offloads_of firewall fw3
	without_offloads_of firewall fw4
	without_offloads_of outside2 out0
}

overlapping() {
	if ! modprobe -q vrf; then
		skip "the kernel has no vrf"
		return
	fi
	setup_blue
	attach fw1 zone 1
	attach fw4 zone 2
	twins_talk zones in0 out0 $outside4 $outside6
	expect "two flows of zone 1" [ "$(flows_where '.zone == 1')" = 2 ]
	expect "two flows of zone 2" [ "$(flows_where '.zone == 2')" = 2 ]
	detach fw1
	detach fw4
}

# While fw1 is away, the connection waits

is_attached() { # DEVICE
	tsr -j status | jq -e --arg name "$1" \
		'.devices | any(.name == $name)' >/dev/null
}

moves_and_returns() {
	local before

	attach fw1
	hold moving inside $outside4 7 sourceport=4041
	expect "a connection" still_talks moving
	before=$(offset 4041)
	ip -n "$firewall" link set fw1 netns "$outside2"
	expect_not "an attachment" is_attached fw1
	say moving 500
	ip -n "$outside2" link set fw1 netns "$firewall"
	attach fw1
	ip -n "$firewall" link set fw1 up
	setup_address "$firewall" fw1 $firewall4/24 $firewall6/64
	expect "all arrives in the end" until_true has_heard moving
	expect "it goes on" still_talks moving
	expect "with the mapping that it had" [ "$(offset 4041)" = "$before" ]
	expect "no impossible echo" [ "$(counter echo_impossible)" = 0 ]
	let_go moving
}

require_module
setup_hosts
setup_ns inside2 outside2
on_inside2 sysctl -qw net.ipv4.tcp_timestamps=2
without_offloads
serve outside 7 cat
serve outside2 7 cat
serve inside 7 cat
tsr on >/dev/null 2>&1

run_cases \
	one_zone "out by one uplink, back by another of the same zone" \
	two_zones "the same with a zone each: no answer is seen" \
	overlapping "the same 4-tuples in two zones: two flows" \
	moves_and_returns "a device moves to another namespace and back"
