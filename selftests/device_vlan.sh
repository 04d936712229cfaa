#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# VLANs, attached themselves or by the device below them. Tags may be kept beside the
# packet or within it; the flows of two VLANs stay apart.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/plug.sh
. "$selftests/lib/plug.sh"
trap cleanup EXIT

vlan() {
	plug vlan 5
	attach fw1
	carries vlan '.vlan == null'
	detach fw1
}

# The VLAN and the device below it go, and come back
vlan_returns() {
	attach fw1
	hold old inside $outside4 7 sourceport=4001
	expect "a connection" still_talks old
	unplug
	expect "the attachment waits" is_waiting fw1
	plug vlan 5
	expect_not "it waits no more" is_waiting fw1
	expect "the connection goes on" still_talks old
	carries returned '.vlan == null'
	let_go old
	detach fw1
}

# By the words before the IP header: since 7.1, 3785091c6c16 ("netfilter: nft_meta: add
# double-tagged vlan and pppoe support"), nft's meta protocol is that behind the tag.
count_tags() { # of what leaves port
	tc -n "$firewall" qdisc add dev port clsact
	count_word within 0x8100 -6
	count_word within 0x88a8 -6
	count_word beside 0x0800 -2
	count_word beside 0x86dd -2
}

declare -A preference=([within]=1 [beside]=2)

count_word() { # within|beside WORD OFFSET
	tc -n "$firewall" filter add dev port egress pref "${preference[$1]}" \
		protocol all u32 match u16 "$2" 0xffff at "$3" action pass
}

tags() { # within|beside: how many packets have the tag there
	tc -n "$firewall" -s -j filter show dev port egress pref "${preference[$1]}" |
		jq '[.[].options.actions // [] | .[].stats.packets] | add // 0'
}

below_vlan() {
	plug vlan 6
	count_tags
	attach port
	carries beside '.vlan == 6'
	expect "tags beside the packets" [ "$(tags beside)" -gt 40 ]
	expect "none within" [ "$(tags within)" = 0 ]
	without_vlan_offloads
	carries unaided '.vlan == 6'
	detach port
}

below_vlan_in_band() {
	plug vlan_in_band 7
	count_tags
	attach port
	carries within '.vlan == 7'
	expect "tags within the packets" [ "$(tags within)" -gt 40 ]
	detach port
}

vlan_in_band() {
	plug vlan_in_band 8
	attach fw1
	carries in_band '.vlan == null'
	detach fw1
}

two_tags() {
	plug qinq 100 9
	attach port
	carries outer '.vlan == 100 and .vlan_inner == 9'
	detach port
	attach service
	carries inner '.vlan == 9 and .vlan_inner == null'
	detach service
}

# Twins behind a bridge

vlan_twin() { # NAMESPACE LOWER ID NAMESPACE NAME IPV4/LEN IPV6/LEN
	ip -n "$1" link add link "$2" name "$5" netns "$4" type vlan id "$3"
	ip -n "$4" link set "$5" up
	ip netns exec "$4" ethtool -K "$5" tx off tso off gso off >/dev/null 2>&1
	setup_address "$4" "$5" "$6" "$7"
}

plug_twins() { # RED_ID BLUE_ID
	unplug
	setup_link "$firewall" port "$outside" far
	without_offloads_of firewall port
	without_offloads_of outside far
	# Away first: a name that is taken here cannot be given there
	vlan_twin "$inside" in0 "$2" "$inside2" twin0 10.9.0.1/24 fd09::1/64
	vlan_twin "$inside" in0 "$1" "$inside" twin0 10.9.0.1/24 fd09::1/64
	vlan_twin "$outside" far "$2" "$outside2" twin0 10.9.0.2/24 fd09::2/64
	vlan_twin "$outside" far "$1" "$outside" twin0 10.9.0.2/24 fd09::2/64
	ip -n "$firewall" link add br0 up type bridge mcast_snooping 0
	ip -n "$firewall" link set port master br0
	ip -n "$firewall" link set fw0 master br0
}

vlans_with_the_same_tuples() {
	plug_twins 11 12
	attach port
	twins_talk vlans twin0 twin0 10.9.0.2 fd09::2
	for id in 11 12; do
		expect "two flows of VLAN $id" [ "$(flows_where ".vlan == $id")" = 2 ]
	done
	detach port
}

modprobe -qa 8021q bridge
require_module
setup_hosts
setup_ns inside2 outside2
without_offloads
serve outside 7 cat
serve outside2 7 cat
serve inside 7 cat
tsr on >/dev/null 2>&1

run_cases \
	vlan "a VLAN attached: rewritten and restored once" \
	vlan_returns "it goes with the device below it, and comes back" \
	below_vlan "the device below a VLAN: tags beside the packets" \
	below_vlan_in_band "the device below a VLAN: tags within the packets" \
	vlan_in_band "a VLAN attached that sees its own tag on what leaves" \
	two_tags "two tags: either device below them" \
	vlans_with_the_same_tuples "the same 4-tuples in two VLANs: two flows"
