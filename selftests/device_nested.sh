#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Devices of a stack in different network namespaces, as a container's above one of its
# host. Each may attach its own, whatever the other does, and is told nothing of it. Where
# both rewrite, each segment is rewritten by one and by the other, and restored in the
# reverse order.
#
#	                   firewall                 host              outside
#	 inside  --------------------------+     +-------------+     +----------
#	           fw1, above port, as a   |.....|     port    |-----|  out0
#	           container may have it   |     |             |     |
#	---------------------------------- +     +-------------+     +----------

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/plug.sh
. "$selftests/lib/plug.sh"
trap cleanup EXIT

on_host() { ip netns exec "$host" "$@"; }
host_tsr() { "$TSREWRITE" -n "$host" "$@"; }
host_counter() { host_tsr -j stats | jq ".$1"; }

unplug_host() {
	local device

	ip -n "$firewall" link del fw1 2>/dev/null
	for device in switch port; do
		ip -n "$host" link del $device 2>/dev/null
	done
	ip -n "$outside" link del out0 2>/dev/null
	ip -n "$outside" link del far 2>/dev/null
}

# plug_in_host KIND: fw1 above port, or beside it
plug_in_host() {
	unplug_host
	setup_link "$host" port "$outside" far
	without_offloads_of host port
	without_offloads_of outside far
	"plug_$1_of_host"
	ip -n "$firewall" link set fw1 up
	ip -n "$outside" link set out0 up
	without_offloads_of firewall fw1
	without_offloads_of outside out0
	setup_address "$firewall" fw1 $firewall4/24 $firewall6/64
	setup_address "$outside" out0 $outside4/24 $outside6/64
	ip -n "$outside" route add default via $firewall4
	ip -n "$outside" route add default via $firewall6
}

add_above_port() { # TYPE [OPTION...]
	ip -n "$host" link add link port name fw1 netns "$firewall" type "$@"
}

plug_macvlan_of_host() {
	plain_outside
	add_above_port macvlan mode bridge
}

plug_ipvlan_of_host() {
	plain_outside
	add_above_port ipvlan mode l2
}

plug_vlan_of_host() {
	add_above_port vlan id 5
	vlan_over "$outside" out0 far 5
}

# No stack of the kernel's: two ports of a bridge
plug_veth_of_host() {
	plain_outside
	setup_link "$firewall" fw1 "$host" guest
	without_offloads_of host guest
	ip -n "$host" link add switch type bridge mcast_snooping 0
	ip -n "$host" link set switch up
	ip -n "$host" link set guest master switch
	ip -n "$host" link set port master switch
	until_true host_is_forwarding
}

host_is_forwarding() {
	[ "$(command bridge -n "$host" link show | grep -c 'state forwarding')" = 2 ]
}

# In another zone, lest the same 4-tuple have the same anchor: its offset would be 0 here
host_attach() { expect "the host to attach $1" host_tsr attach "$1" zone 9; }
host_detach() { expect "the host to detach $1" host_tsr detach "$1" --force >/dev/null; }

host_numbers() {
	echo "$(host_counter egress_rewritten) $(host_counter ingress_restored)" \
		"$(host_counter echo_impossible)"
}

# each_rewrites NAME: each segment is rewritten and restored once here and once there
each_rewrites() {
	local name=$1 before after

	read -ra before <<<"$(host_numbers)"
	carries "$name"
	read -ra after <<<"$(host_numbers)"
	expect "$name: each TSval rewritten by the host" \
		[ $((after[0] - before[0])) = "$(count_segments "$name.outside" "$leaving")" ]
	expect "$name: each TSecr restored by the host" [ $((after[1] - before[1])) = \
		"$(count_segments "$name.outside" "$arriving and $acked")" ]
	expect "$name: no impossible echo at the host" [ "${after[2]}" = "${before[2]}" ]
	expect "$name: offsets of the host's own" host_has_offsets
}

host_has_offsets() {
	host_tsr -j flows | jq -e 'length >= 4 and
		all(.offset > 1000 and .offset < 4294966296)' >/dev/null
}

# The one above first, then the one below first
nested() { # KIND
	plug_in_host "$1"
	attach fw1
	host_attach port
	each_rewrites "$1"
	detach fw1
	attach fw1
	each_rewrites "$1_again"
	host_detach port
	carries "$1_above"
	detach fw1
}

macvlan() { nested macvlan; }
vlan() { nested vlan; }
veth() { nested veth; }

# One that cannot be attached itself is in nobody's way, either
ipvlan() {
	local before

	if ! modprobe -q ipvlan; then
		skip "this kernel has no ipvlan devices"
		return
	fi
	plug_in_host ipvlan
	expect_refusal 1 "it is an ipvlan device" tsr attach fw1
	host_attach port
	before=$(host_counter ingress_restored)
	expect "IPv4" echoes firewall $outside4 7
	expect "IPv6" echoes firewall $outside6 7
	expect "restored" [ "$(host_counter ingress_restored)" -gt "$before" ]
	expect "no impossible echo" [ "$(host_counter echo_impossible)" = 0 ]
	host_detach port
}

# A device that comes above an attached one takes hold, if that is of another namespace
comes_above() {
	plug_in_host macvlan
	host_attach port
	ip -n "$firewall" link del fw1
	expect "attaching what is absent" tsr attach --absent fw1
	expect "a macvlan of that name" add_above_port macvlan mode bridge
	expect "attached" is_present fw1
	detach fw1
	host_detach port
}

is_present() { # NAME
	tsr -j status | jq -e --arg name "$1" '.devices[] |
		select(.name == $name) | has("ifindex")' >/dev/null
}

# Two of one namespace are a stack nevertheless if one of another is between them
with_another_between() {
	plug_in_host macvlan
	attach fw1
	ip -n "$firewall" link add link fw1 name top netns "$host" type vlan id 7
	host_attach port
	expect_refusal 1 "device top is above port, which is attached" host_tsr attach top
	ip -n "$host" link del top
	expect "attaching what is absent" host_tsr attach --absent top
	expect_refusal 2 "tsrewrite is attached to both port and top" \
		ip -n "$firewall" link add link fw1 name top netns "$host" type vlan id 7
	host_detach top
	host_detach port
	detach fw1
}

modprobe -qa 8021q bridge macvlan
require_module
setup_hosts
setup_ns host
without_offloads
serve outside 7 cat
serve inside 7 cat
tsr on >/dev/null 2>&1
host_tsr on >/dev/null 2>&1

run_cases \
	macvlan "a macvlan and the device below it, each in a namespace of its own" \
	vlan "a VLAN and the device below it" \
	veth "a veth and a port of the bridge behind it" \
	ipvlan "an ipvlan, which cannot be attached, and the device below it" \
	comes_above "a device comes above one of another namespace" \
	with_another_between "two of a namespace with another's between them: refused"
