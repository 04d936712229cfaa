#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Connections that pass untouched are counted, too: those without TSopt, and those of a
# group in mode off that was tripped, or asks for it. Each takes a flow no longer than its
# handshake, and shows on the wire what it would show without the module.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/outcomes.sh
. "$selftests/lib/outcomes.sh"
trap cleanup EXIT

inside_timestamps() { on_inside sysctl -qw "net.ipv4.tcp_timestamps=$1"; }
outside_timestamps() { on_outside sysctl -qw "net.ipv4.tcp_timestamps=$1"; }

# Forgets the flows that wait for an answer, too
begin_to_count() {
	tsr flush --force >/dev/null
	before=$(outcome default untouched) inbound_before=$(inbound_outcome default untouched)
}

since() { # BEFORE NOW: the differences, in a line
	local -a from to
	local i line=''

	read -ra from <<<"$1"
	read -ra to <<<"$2"
	for i in "${!to[@]}"; do
		line+=" $((to[i] - from[i]))"
	done
	echo "${line# }"
}

counted() { [ "$(since "$before" "$(outcome default untouched)")" = "$1" ]; }
counted_inbound() {
	[ "$(since "$inbound_before" "$(inbound_outcome default untouched)")" = "$1" ]
}

no_flow_is_left() { tsr -j flows | jq -e 'length == 0' >/dev/null; }

refused() { # ADDRESS PORT
	expect_not "a connection to $1" exchange inside "$1" "$2" </dev/null
}

without_tsopt() {
	local flows

	inside_timestamps 0
	mode "$1"
	begin_to_count
	flows=$(counter flow_counted)
	expect "IPv4" echoes inside $outside4 7 100
	expect "IPv6" echoes inside $outside6 7 100
	expect "two attempts, two answers, two connections" counted "2 0 2 2 0 0 0"
	expect "in no other arm" [ "$(outcome default treated) $(outcome default control)" = \
		"0 0 0 0 0 0 0 0 0 0 0 0 0 0" ]
	expect "their flows are gone" no_flow_is_left
	expect "and were counted apart" [ $(($(counter flow_counted) - flows)) = 2 ]
	expect "no flow of the others'" [ "$(counter flow_created)" = 0 ]
	inside_timestamps 2
}

in_each_mode() {
	for mode in rewrite strip observe bug; do
		without_tsopt $mode
	done
}

are_refused() {
	local patience=2

	inside_timestamps 0
	mode rewrite
	begin_to_count
	refused $outside4 9
	expect "an RST" counted "1 0 0 0 1 0 0"
	on_outside nft -f - <<-END
		table inet refuse {
			chain refuse {
				type filter hook input priority 0;
				meta nfproto ipv6 tcp dport 10 reject with icmpv6 type admin-prohibited
			}
		}
	END
	begin_to_count
	refused $outside6 10
	expect "an ICMPv6 error, once an attempt" until_true counted_refusal
	on_outside nft delete table inet refuse
	config timeout-embryonic 1s
	begin_to_count
	drop_syns outside "tcp dport 11"
	refused $outside4 11
	expect "no answer" until_true counts_timeout
	take_syns outside
	config timeout-embryonic 130s
	inside_timestamps 2
}

counted_refusal() {
	counted "1 0 0 0 1 0 0" || counted "1 1 0 0 1 0 0"
}

# Each SYN that comes after the flow is gone begins another one
counts_timeout() {
	counted "1 0 0 0 0 0 1" || counted "1 1 0 0 0 0 1" || counted "2 0 0 0 0 0 2"
}

from_outside() {
	outside_timestamps 0
	mode rewrite
	begin_to_count
	expect "IPv4" echoes outside $inside4 7 100
	expect "IPv6" echoes outside $inside6 7 100
	expect "two of each" counted_inbound "2 0 2 2 0 0 0"
	expect "none from inside" counted "0 0 0 0 0 0 0"
	expect "their flows are gone" no_flow_is_left
	outside_timestamps 1
}

in_mode_off() {
	mode off
	begin_to_count
	expect "a connection" echoes inside $outside4 7 100
	expect "is not counted" counted "0 0 0 0 0 0 0"
	tsr group set default count on >/dev/null
	capture off
	expect "IPv4" echoes inside $outside4 7 100
	expect "IPv6" echoes inside $outside6 7 100
	inside_timestamps 0
	expect "without TSopt" echoes inside $outside4 7 100
	inside_timestamps 2
	expect "from outside" echoes outside $inside4 7 100
	end_capture off
	expect "three" counted "3 0 3 3 0 0 0"
	expect "and one from outside" counted_inbound "1 0 1 1 0 0 0"
	expect "nothing is changed" compare_wires off off
	expect "their flows are gone" no_flow_is_left
	tsr group set default count off >/dev/null
	expect "a connection" echoes inside $outside4 7 100
	expect "is not counted any more" counted "3 0 3 3 0 0 0"
}

# After a trip, one wants to see whether it has helped
once_tripped() {
	mode rewrite
	trip_default off
	expect "it says so" [ "$(tsr -j group | jq -c '.[0] | [.mode, .tripped]')" = \
		'["off",true]' ]
	begin_to_count
	expect "a connection" echoes inside $outside4 7 100
	expect "is counted" counted "1 0 1 1 0 0 0"
	mode off
	expect "mode off by hand" [ "$(tsr -j group | jq -c '.[0].tripped')" = false ]
	expect "a connection" echoes inside $outside4 7 100
	expect "is not counted" counted "1 0 1 1 0 0 0"
}

# As tsrewrite watch does it
trip_default() { # MODE
	KSELFTEST=$KSELFTEST on_firewall "$selftests/lib/trip.py" \
		"$selftests/../Documentation/netlink/specs/tsrewrite.yaml" default "$1"
}

# What was raw stays so until its connection ends, and what begins is hidden
switched_on_meanwhile() {
	mode off
	tsr group set default count on >/dev/null
	drop_syns outside "tcp dport 7"
	hold raw inside $outside4 7 sourceport=4001
	expect "an attempt" until_true has_flow 4001
	expect "listed as off" [ "$(tsr -j flows port 4001 | jq -r '.[].mode')" = off ]
	mode rewrite
	take_syns outside
	expect "its SYN comes again" until_true still_talks raw
	expect "and it has no flow any more" until_true has_gone 4001
	let_go raw
	hold hidden inside $outside4 7 sourceport=4002
	expect "the next one" still_talks hidden
	expect "is rewritten" [ "$(tsr -j flows port 4002 | jq -r '.[].mode')" = rewrite ]
	let_go hidden
	tsr group set default count off >/dev/null
}

# What is counted takes no room from what is rewritten
take_no_room() {
	inside_timestamps 0
	mode rewrite
	tsr flush --force >/dev/null
	config limit 8
	drop_syns outside "tcp dport 7"
	for i in 1 2 3 4 5 6; do
		hold silent$i inside $outside4 7 sourceport=410$i
	done
	expect "attempts" until_true all_try
	expect "half of the room at most: $(tsr -j flows | jq length)" holds_half
	inside_timestamps 2
	take_syns outside
	for i in 1 2 3 4; do
		hold room$i inside $outside4 7 sourceport=420$i
	done
	for i in 1 2 3 4; do
		expect "connection $i" still_talks room$i
		expect "has room" [ "$(tsr -j flows port 420$i | jq -r '.[].mode')" = rewrite ]
		let_go room$i
	done
	for i in 1 2 3 4 5 6; do
		let_go silent$i
	done
	config limit 1048576
}

all_try() { [ "$(on_inside ss -Hnt state syn-sent | wc -l)" = 6 ]; }
holds_half() { tsr -j flows | jq -e 'length == 4' >/dev/null; }

require_module
setup_hosts
without_offloads
serve outside 7 cat
serve inside 7 cat
tsr attach fw1 >/dev/null
# The first one may have to be sent again, while neighbours are looked for
echoes inside $outside4 7 100
echoes inside $outside6 7 100

run_cases \
	in_each_mode "connections without TSopt, in IPv4 and IPv6" \
	are_refused "refused by the peer, and not answered" \
	from_outside "begun from outside" \
	in_mode_off "in mode off, if the group asks for it" \
	once_tripped "in mode off, if the group was tripped" \
	switched_on_meanwhile "a connection keeps its mode, and its flow ends" \
	take_no_room "what is rewritten has room before them"
