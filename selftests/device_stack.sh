#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A stack of devices rewrites each segment once. Whichever of a stack is attached, each
# segment is rewritten and restored once; to attach a second one is refused with a reason.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/plug.sh
. "$selftests/lib/plug.sh"
trap cleanup EXIT

bridge() {
	plug bridge
	expect "the port forwards" until_true is_forwarding port
	attach fw1
	carries bridge
	detach fw1
	attach port
	carries port
	detach port
}

is_forwarding() { # DEVICE
	command bridge -n "$firewall" link show dev "$1" | grep -q 'state forwarding'
}

# The firewall is the bridge; what it forwards does not pass the device fw1
bridged() {
	local inside4=198.51.100.9 inside6=2001:db8::9

	plug bridge
	ip -n "$firewall" link set fw0 master fw1
	setup_address "$inside" in0 $inside4/24 $inside6/64
	expect "both ports forward" until_true is_forwarding fw0
	expect "both ports forward" until_true is_forwarding port
	attach port
	carries bridged
	detach port
	attach fw1
	passes past_bridge
	detach fw1
	ip -n "$firewall" link set fw0 nomaster
	ip -n "$inside" addr del $inside4/24 dev in0
	ip -n "$inside" addr del $inside6/64 dev in0
}

macvlan() {
	plug macvlan
	attach fw1
	carries macvlan
	detach fw1
	attach port
	carries below_macvlan
	detach port
}

# Bonds

all_is_acked() {
	{
		on_inside ss -Htn state established
		on_outside ss -Htn state established
	} | awk '{ unacked += $2 } END { exit unacked > 0 }'
}

bond() {
	plug bond
	attach fw1
	carries bond
}

# As if a cable were pulled
talk_over() { # NEW OLD
	ip -n "$firewall" link set "$1" up
	ip -n "$firewall" link set "$2" down
	expect "the bonds over $1" \
		until_true both_ends has_active_slave "${1#port}"
	expect "IPv4 over $1" still_talks live4
	expect "IPv6 over $1" still_talks live6
	expect "nothing on its way" until_true all_is_acked
}

bond_fails_over() {
	capture failover
	hold live4 inside $outside4 7 sourceport=4011
	hold live6 outside $inside6 7 sourceport=4012
	expect "IPv4" still_talks live4
	expect "IPv6" still_talks live6
	expect "nothing on its way" until_true all_is_acked
	talk_over port2 port
	talk_over port port2
	end_capture failover
	expect "restored over either slave" compare_wires failover rewrite --flows 2 \
		--flow 4011=rewrite --flow 4012=rewrite
	let_go live4
	let_go live6
	detach fw1
}

slave_and_bond() {
	attach port2
	expect_refusal 1 "device fw1 is above port2, which is attached" tsr attach fw1
	detach port2
	attach fw1
	expect_refusal 1 "device port2 is below fw1, which is attached" tsr attach port2
	ip -n "$firewall" link set port2 down
	ip -n "$firewall" link set port2 nomaster
	attach port2
	expect_refusal 2 "tsrewrite is attached to both port2 and fw1" \
		ip -n "$firewall" link set port2 master fw1
	carries vetoed
	detach port2
	detach fw1
}

# Two of a stack

# A device waits by its name; one of that name is then made above another
vetoed_above_port() { # TYPE [OPTION...]
	expect_refusal 2 "tsrewrite is attached to both port and late" \
		ip -n "$firewall" link add link port name late type "$@"
	expect "late still waits after $1" is_waiting late
}

upper_is_vetoed() {
	plug vlan 5
	ip -n "$firewall" link add late type dummy
	attach late
	ip -n "$firewall" link del late
	attach port
	vetoed_above_port vlan id 9
	vetoed_above_port macvlan mode bridge
	ip -n "$firewall" link set fw1 down
	ip -n "$firewall" link set fw1 name late
	expect "a namesake above port does not wake it" is_waiting late
	ip -n "$firewall" link set late name fw1
	detach late
	detach port
}

refused_above_and_below() {
	plug qinq 100 9
	attach service
	expect_refusal 1 "device fw1 is above service, which is attached" tsr attach fw1
	expect_refusal 1 "device port is below service, which is attached" tsr attach port
	detach service
	attach fw1
	expect_refusal 1 "device port is below fw1, which is attached" tsr attach port
	expect "fw1 attached already" [ "$(tsr attach fw1)" = "fw1 is attached already" ]
	detach fw1
	attach port
	detach port
}

modprobe -qa 8021q bridge bonding macvlan dummy
require_module
setup_hosts
without_offloads
serve outside 7 cat
serve inside 7 cat
tsr on >/dev/null 2>&1

run_cases \
	bridge "a bridge, or its port" \
	bridged "what is bridged passes its ports, not the bridge" \
	macvlan "a macvlan, or the device below it" \
	bond "a bond" \
	bond_fails_over "a bond's slaves come and go under live connections" \
	slave_and_bond "a bond and its slave: refused" \
	upper_is_vetoed "making a second one above an attached device: vetoed" \
	refused_above_and_below "above and below, two levels: refused"
