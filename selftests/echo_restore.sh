#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each TSecr is restored, over whole connections. Both wires are compared packet by packet.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

# transfer NAME CLIENT ADDRESS EXPECTATION [OPTION...]
transfer() {
	local name=$1 client=$2 address=$3

	shift 3
	capture "$name"
	expect "a transfer by $client to $address" \
		echoes "$client" "$address" 7 60000
	end_capture "$name"
	expect "$name: the wires as they must be" compare_wires "$name" "$@"
}

without_us() { transfer off4 inside $outside4 off; }
start_rewriting() { expect "on" tsr on; }

client_inside() { transfer "in$1" inside "$1" rewrite; }
server_inside() { transfer "out$1" outside "$1" rewrite; }
client_inside4() { client_inside $outside4; }
client_inside6() { client_inside $outside6; }
server_inside4() { server_inside $inside4; }
server_inside6() { server_inside $inside6; }

with_offloads() {
	on_inside ethtool -K in0 tx on tso on gso on gro on >/dev/null
	on_firewall ethtool -K fw0 tx on tso on gso on gro on >/dev/null
	on_firewall ethtool -K fw1 tx on tso on gso on gro on >/dev/null
	on_outside ethtool -K out0 tx on tso on gso on gro on >/dev/null
	transfer gso4 inside $outside4 rewrite --offloads
	transfer gso6 outside $inside6 rewrite --offloads
	without_offloads
}

# Frames that arrive at fw1 one by one are merged there, as a list of frames with
# a TCP header each where the kernel can (6.10), and cut up again at fw0
with_fraglists() {
	local before try

	before=$(large_packets)
	on_firewall ethtool -K fw1 gro on rx-gro-list on >/dev/null
	# A machine that is slow at sending merges little
	for try in {1..8}; do
		transfer "list4-$try" inside $outside4 rewrite
		transfer "list6-$try" inside $outside6 rewrite
		[ "$(large_packets)" = "$before" ] || break
	done
	on_firewall ethtool -K fw1 gro off rx-gro-list off >/dev/null
	expect "merged packets" [ "$(large_packets)" -gt "$before" ]
}

large_packets() {
	on_firewall nft -j list counter netdev tally large |
		jq '.nftables[].counter.packets // empty'
}

every_packet_is_counted() {
	local ours nft ours_before nft_before

	read -r ours_before nft_before <<<"$at_begin"
	read -r ours nft <<<"$(at_rest)"
	expect "packets" [ $((nft - nft_before)) -gt 500 ]
	expect "$((ours - ours_before)) packets counted, as many as nftables saw" \
		[ $((ours - ours_before)) = $((nft - nft_before)) ]
	expect "no impossible echo" [ "$(counter echo_impossible)" = 0 ]
	expect "verified echoes" [ "$(counter echo_verified)" -gt 50 ]
}

our_packets() {
	tsr -j stats | jq '[to_entries[] |
		select(.key | test("^(e|in)gress_")) | .value] | add'
}

nft_packets() {
	on_firewall nft -j list table netdev tally |
		jq '[.nftables[].rule.expr[]?.counter | objects | .packets] | add'
}

# Both counts, of a moment when no packet came between
at_rest() {
	local now before=

	until now="$(our_packets) $(nft_packets)"; [ "$now" = "$before" ]; do
		before=$now
	done
	echo "$now"
}

checker_notices() {
	local patience=3

	tsr mode bug
	capture broken
	expect_not "a connection in bug mode" echoes inside $outside4 7 100
	end_capture broken
	tsr on
	expect_not "the checker content with a TSecr that was not restored" \
		compare_wires broken rewrite --segments 2 --echoes 0
	expect "the checker to see what bug mode does" \
		compare_wires broken bug --segments 2 --echoes 0
}

require_module
setup_hosts
without_offloads
serve outside 7 cat
serve inside 7 cat
on_firewall nft -f - <<END
table netdev tally {
	counter large { }
	chain in {
		type filter hook ingress device fw1 priority 0
		counter
		meta length > 2000 counter name large
	}
	chain out { type filter hook egress device fw1 priority 0; counter; }
}
END
tsr attach fw1
at_begin=$(at_rest)

run_cases \
	without_us "attached and off: nothing is changed" \
	start_rewriting "on" \
	client_inside4 "IPv4, client inside: each TSecr is the one echoed" \
	client_inside6 "IPv6, client inside: each TSecr is the one echoed" \
	server_inside4 "IPv4, server inside: each TSecr is the one echoed" \
	server_inside6 "IPv6, server inside: each TSecr is the one echoed" \
	with_offloads "GSO, GRO and checksum offload: the same" \
	with_fraglists "GRO with fraglists: the same" \
	every_packet_is_counted "every packet has its counter" \
	checker_notices "the comparison notices a TSecr that is not restored"
