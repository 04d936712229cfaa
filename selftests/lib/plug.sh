# shellcheck shell=bash disable=SC2154,SC2086
# SPDX-License-Identifier: GPL-2.0-only
#
# What fw1 and out0 of lib.sh can be instead of a pair of veths: plug KIND makes
# them, with their addresses, above veths of the names port and far.
#
#	           firewall                        outside
#	--------------------------------+     +-----------------
#	  fw1 above port (and port2)    |-----|  out0 above far (and far2)
#	--------------------------------+     +-----------------

unplug() {
	local device

	for device in fw1 port port2; do
		ip -n "$firewall" link del $device 2>/dev/null
	done
	ip -n "$outside" link del out0 2>/dev/null
}

plug() { # KIND [ARGUMENT...]
	local mtu=1500

	unplug
	setup_link "$firewall" port "$outside" far
	without_offloads_of firewall port
	without_offloads_of outside far
	"plug_$1" "${@:2}"
	ip -n "$firewall" link set fw1 mtu $mtu up
	ip -n "$outside" link set out0 mtu $mtu up
	without_offloads_of firewall fw1
	without_offloads_of outside out0
	setup_address "$firewall" fw1 $firewall4/24 $firewall6/64
	setup_address "$outside" out0 $outside4/24 $outside6/64
	ip -n "$outside" route add default via $firewall4
	ip -n "$outside" route add default via $firewall6
}

# What a device cannot switch off it does not do
without_offloads_of() { # HOST DEVICE
	"on_$1" ethtool -K "$2" tx off tso off gso off gro off >/dev/null 2>&1
}

# For a KIND of the firewall's alone
plain_outside() {
	ip -n "$outside" link set far down
	ip -n "$outside" link set far name out0
}

both_ends() { # COMMAND [ARGUMENT...]: with namespace, upper and lower device
	"$1" "$firewall" fw1 port "${@:2}" && "$1" "$outside" out0 far "${@:2}"
}

vlan_over() { # NAMESPACE NAME LOWER ID [OPTION...]
	ip -n "$1" link add link "$3" name "$2" type vlan id "${@:4}"
}

plug_vlan() { # ID
	both_ends vlan_over "$1"
}

without_vlan_offloads() {
	on_firewall ethtool -K port txvlan off rxvlan off >/dev/null
	on_outside ethtool -K far txvlan off rxvlan off >/dev/null
}

# The tag goes into the packet above the device that would have put it beside it
plug_vlan_in_band() { # ID
	without_vlan_offloads
	vlan_over "$firewall" fw1 port "$1" reorder_hdr off
	vlan_over "$outside" out0 far "$1"
}

qinq_over() { # NAMESPACE NAME LOWER OUTER INNER
	vlan_over "$1" service "$3" "$4" protocol 802.1ad
	ip -n "$1" link set service up
	vlan_over "$1" "$2" service "$5"
}

plug_qinq() { # OUTER INNER
	mtu=1400
	both_ends qinq_over "$@"
}

plug_macvlan() {
	# Only fw1 answers for its address, or what arrives may pass it by
	on_firewall sysctl -qw net.ipv4.conf.port.arp_ignore=1
	plain_outside
	ip -n "$firewall" link add link port name fw1 type macvlan mode bridge
}

plug_bridge() {
	plain_outside
	ip -n "$firewall" link add fw1 type bridge mcast_snooping 0
	ip -n "$firewall" link set port master fw1
}

enslave() { # NAMESPACE SLAVE MASTER
	ip -n "$1" link set "$2" down
	ip -n "$1" link set "$2" master "$3"
	ip -n "$1" link set "$2" up
}

bond_over() { # NAMESPACE NAME LOWER
	ip -n "$1" link add "$2" type bond mode active-backup miimon 20
	enslave "$1" "$3" "$2"
	enslave "$1" "${3}2" "$2"
}

plug_bond() {
	setup_link "$firewall" port2 "$outside" far2
	without_offloads_of firewall port2
	without_offloads_of outside far2
	both_ends bond_over
	until_true both_ends has_active_slave
}

has_active_slave() { # NAMESPACE NAME LOWER [NUMBER]
	ip -n "$1" -d -j link show "$2" | jq -e --arg slave "$3${4:-}" \
		'.[].linkinfo.info_data.active_slave == $slave' >/dev/null
}

attach() { expect "attaching $1" tsr attach "$@"; }
detach() { expect "detaching $1" tsr detach "$1" --force >/dev/null; }

is_waiting() { # NAME: attached, while no device has the name
	tsr -j status | jq -e --arg name "$1" '.devices[] |
		select(.name == $name) | has("ifindex") | not' >/dev/null
}

# Four ways at once, compared segment by segment, and counted

leaving="tcp and (dst host $outside4 or dst host $outside6)"
arriving="tcp and (src host $outside4 or src host $outside6)"
acked="(tcp[13] & 16 != 0 or ip6[53] & 16 != 0)"

four_ways() { # NAME
	local way ways=()

	for way in "inside $outside4" "inside $outside6" \
		"outside $inside4" "outside $inside6"; do
		echoes $way 7 8000 &
		ways+=("$!:$way")
	done
	for way in "${ways[@]}"; do
		expect "$1: a transfer from ${way#*:}" wait "${way%%:*}"
	done
	until_true nothing_closes inside && until_true nothing_closes outside
}

# Lest the end of a connection be in the capture behind the one that it belongs to
nothing_closes() { # HOST
	! "on_$1" ss -Htn state fin-wait-1 state fin-wait-2 state closing \
		state close-wait state last-ack | grep -q .
}

# carries NAME [CONDITION]: each segment rewritten and restored once, in flows for
# which jq says so
carries() {
	local name=$1 condition=${2:-true} before after

	config timeout-closed 1d # none may go between the countings
	read -ra before <<<"$(numbers "$condition")"
	capture "$name"
	four_ways "$name"
	end_capture "$name"
	read -ra after <<<"$(numbers "$condition")"
	expect "$name: both wires as they must be" \
		compare_wires "$name" rewrite --flows 4 --segments 40
	expect "$name: each TSval rewritten once" \
		[ $((after[0] - before[0])) = "$(count_segments "$name.outside" "$leaving")" ]
	expect "$name: each TSecr restored once" [ $((after[1] - before[1])) = \
		"$(count_segments "$name.outside" "$arriving and $acked")" ]
	expect "$name: no impossible echo" [ "${after[2]}" = "${before[2]}" ]
	expect "$name: four flows, $condition" [ $((after[3] - before[3])) = 4 ]
}

numbers() { # CONDITION
	echo "$(tsr -j stats | jq -r '"\(.egress_rewritten) " +
		"\(.ingress_restored) \(.echo_impossible)"') $(flows_where "$1")"
}

flows_where() { # CONDITION
	tsr -j flows | jq "[.[] | select($1)] | length"
}

# passes NAME: nothing is changed
passes() {
	local before

	before=$(counter egress_rewritten)
	capture "$1"
	four_ways "$1"
	end_capture "$1"
	expect "$1: both wires the same" compare_wires "$1" off --segments 40
	expect "$1: nothing rewritten" [ "$(counter egress_rewritten)" = "$before" ]
}

# Twins: the same 4-tuples, in two places at once: inside and outside are red,
# inside2 and outside2 are blue

on_inside2() { ip netns exec "$inside2" "$@"; }
on_outside2() { ip netns exec "$outside2" "$@"; }

# shellcheck disable=SC2034 # lib.sh reads them
as_red() {
	local capture_inside=("inside:$twin_in") capture_outside=outside:$twin_out

	"$@"
}

# shellcheck disable=SC2034 # lib.sh reads them
as_blue() {
	local capture_inside=("inside2:$twin_in") capture_outside=outside2:$twin_out

	"$@"
}

twins_talk() { # NAME INSIDE_DEVICE OUTSIDE_DEVICE IPV4 IPV6
	local twin_in=$2 twin_out=$3 outside4=$4

	as_red capture "$1-red"
	as_blue capture "$1-blue"
	hold "$1-red4" inside "$4" 7 sourceport=4401
	hold "$1-blue4" inside2 "$4" 7 sourceport=4401
	hold "$1-red6" inside "$5" 7 sourceport=4406
	hold "$1-blue6" inside2 "$5" 7 sourceport=4406
	for _ in 1 2 3; do
		each_twin "$1" still_talks
	done
	as_red seal_capture "$1-red"
	as_blue end_capture "$1-blue"
	expect "red" as_red compare_wires "$1-red" rewrite --flows 2 \
		--outside "$4" --outside "$5"
	expect "blue" as_blue compare_wires "$1-blue" rewrite --flows 2 \
		--outside "$4" --outside "$5"
	expect "an offset each" [ "$(tsr -j flows state established | jq '[.[] |
		select(.inside_port | IN(4401, 4406)).offset] | unique | length')" = 4 ]
	each_twin "$1" let_go
}

each_twin() { # NAME COMMAND
	local twin

	for twin in red4 blue4 red6 blue6; do
		expect "$twin: $2" "$2" "$1-$twin"
	done
}
