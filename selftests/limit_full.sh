#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# No room for a flow: the connection does without TSopt, and shows nothing. Each works,
# whoever began it, IPv4 and IPv6, and no TSval of inside comes out.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

held() { tsr -j config | jq ".$1"; } # flows, inbound_flows
are_held() { [ "$(held flows)" = "$1" ]; }

# Whatever may come, the table holds two flows and has no room for more
fill_table() {
	config limit 16384
	tsr flush --force >/dev/null
	until_true are_held 0
	hold "kept4.$1" inside $outside4 7
	hold "kept6.$1" inside $outside6 7
	expect "a connection" still_talks "kept4.$1"
	expect "another one" still_talks "kept6.$1"
	config limit 2
}

# begin_all NAME PORT: from both sides, to PORT and the three next to it
begin_all() {
	hold "$1-in4" inside $outside4 7 "sourceport=$2"
	hold "$1-in6" inside $outside6 7 "sourceport=$(($2 + 1))"
	hold "$1-out4" outside $inside4 7 "sourceport=$(($2 + 2))"
	hold "$1-out6" outside $inside6 7 "sourceport=$(($2 + 3))"
	for way in in4 in6 out4 out6; do
		expect "$1: a connection, $way" still_talks "$1-$way"
	done
}

# begin_two NAME PORT: from inside by IPv4, from outside by IPv6
begin_two() {
	hold "$1-in4" inside $outside4 7 "sourceport=$2"
	hold "$1-out6" outside $inside6 7 "sourceport=$(($2 + 1))"
	expect "$1: a connection from inside" still_talks "$1-in4"
	expect "$1: a connection from outside" still_talks "$1-out6"
}

no_flows_of() { # PORT...
	for port; do
		expect "no entry for port $port" has_gone "$port"
	done
}

alarms() { tsr -j status | jq -r '.alarms[]'; }
alarm() { alarms | grep -qF -- "$1"; } # TEXT

table_full() {
	local before arriving

	fill_table table
	before=$(counter egress_stripped_no_room)
	arriving=$(counter ingress_stripped_no_room)
	capture table
	begin_all table 4001
	end_capture table
	no_flows_of 4001 4002 4003 4004
	# Or more, if one is sent again
	expect "two SYNs counted that left" \
		[ "$(counter egress_stripped_no_room)" -ge $((before + 2)) ]
	expect "two that arrived" \
		[ "$(counter ingress_stripped_no_room)" -ge $((arriving + 2)) ]
	expect "no TSopt on any wire" compare_wires table strip --flows 4
	expect "an alarm" alarm "table full: new connections lose their TSopt"
	config limit 16384
	expect_not "an alarm with room again" alarm "table full"
}

# A limit of the machine is one of a namespace, too
machine_full() {
	local limit

	limit=$(held machine_limit)
	config machine-limit "$(held flows)"
	capture machine
	begin_two machine 4011
	end_capture machine
	config machine-limit "$limit"
	no_flows_of 4011 4012
	expect "no TSopt on any wire" compare_wires machine strip --flows 2
}

bug_mode() {
	fill_table bug
	mode bug
	capture bug
	begin_two bug 4021
	end_capture bug
	mode rewrite
	no_flows_of 4021 4022
	expect "no TSopt on any wire" compare_wires bug strip --flows 2
}

silence() { # HOST PORT: what it gets there finds no answer
	"on_$1" nft -f - <<-END
		table inet silent {
			chain input {
				type filter hook input priority 0;
				tcp dport $2 drop;
			}
		}
	END
}

# What is embryonic because nobody outside answers
fill_quota() {
	config limit 16384 inbound-limit 1 timeout-embryonic 1h
	tsr flush --force >/dev/null
	until_true are_held 0
	silence outside 4030
	hold waiting outside $inside4 7 sourceport=4030
	until_true is_in_state 4030 embryonic
}

quota_used_up() {
	fill_quota
	capture quota
	capture_filter="tcp port 7 and not port 4030"
	hold quota-out4 outside $inside4 7 sourceport=4033
	hold quota-out6 outside $inside6 7 sourceport=4034
	expect "a connection from outside" still_talks quota-out4
	expect "one by IPv6" still_talks quota-out6
	hold quota-in4 inside $outside4 7 sourceport=4031
	expect "one from inside" still_talks quota-in4
	end_capture quota
	capture_filter=tcp
	expect "no entry for the first" has_gone 4033
	expect "nor for the second" has_gone 4034
	expect "what inside begins is rewritten" has_flow 4031
	expect "an alarm" alarm "too many flows: new connections from outside lose their TSopt"
	without_waiting quota
	expect "no TSopt of those from outside" compare_wires calm mixed --segments 5 \
		--echoes 2 --flow 4031=rewrite --flow 4033=strip --flow 4034=strip
	let_go waiting
	on_outside nft delete table inet silent
	config inbound-limit 4096 timeout-embryonic 130
	tsr flush --force >/dev/null
}

without_waiting() { # NAME
	local wire

	for wire in inside outside; do
		tcpdump -r "$scratch/$1.$wire" -w "$scratch/calm.$wire" \
			'not port 4030' 2>/dev/null
	done
}

hold_syn_acks_back() {
	on_inside nft -f - <<-'END'
		table inet held {
			chain output {
				type filter hook output priority 0;
				tcp flags & (syn | ack) == syn | ack drop;
			}
		}
	END
}

# The inside host has seen the SYN with its TSopt
too_late_to_strip() { # NAME ADDRESS PORT
	local before dropped

	config limit 16384
	tsr flush --force >/dev/null
	until_true are_held 0
	hold "kept.$1" inside $outside4 7
	expect "a connection" still_talks "kept.$1"
	capture "$1"
	hold_syn_acks_back
	before=$(counter ingress_no_flow)
	hold "$1" outside "$2" 7 "sourceport=$3"
	expect "a SYN that passes" until_true has_risen ingress_no_flow "$before"
	config limit 1
	before=$(counter egress_dropped_no_room)
	on_inside nft delete table inet held
	expect "a SYN-ACK that is dropped" until_true has_risen egress_dropped_no_room "$before"
	config limit 16384
	expect "a connection nevertheless" still_talks "$1"
	dropped=$(($(counter egress_dropped_no_room) - before))
	end_capture "$1"
	expect "rewritten from the beginning" compare_wires "$1" mixed --dropped "$dropped" \
		--segments 4 --echoes 2 --flow "$3=rewrite"
}

syn_ack_finds_no_room4() { too_late_to_strip late4 $inside4 4041; }
syn_ack_finds_no_room6() { too_late_to_strip late6 $inside6 4042; }

strip_mode() {
	local before

	fill_table mode
	before=$(counter egress_stripped)
	mode strip
	capture mode
	begin_two mode 4051
	end_capture mode
	mode rewrite
	expect "counted as ever" [ "$(counter egress_stripped)" -ge $((before + 1)) ]
	expect "no TSopt on any wire" compare_wires mode strip --flows 2
}

observed() {
	local before

	fill_table observe
	before=$(counter egress_table_full)
	mode observe
	capture observe
	begin_two observe 4061
	end_capture observe
	expect_not "an alarm" alarm "table full"
	mode rewrite
	expect "both counted" [ "$(counter egress_table_full)" -ge $((before + 2)) ]
	expect "nothing changed" compare_wires observe off
}

drained() {
	fill_table drain
	tsr drain fw1 >/dev/null 2>&1 &
	children+=($!)
	expect "a device that drains" until_true drains
	capture drain
	begin_two drain 4071
	end_capture drain
	tsr drain fw1 stop >/dev/null
	expect "nothing changed" compare_wires drain off
}

drains() { [ "$(tsr -j status | jq '.devices[0].drain')" = true ]; }

# The SYN that arrives may be of the group
group_hides() {
	fill_table group
	mode off
	tsr group add hidden mode rewrite \
		to $outside4,$outside6 >/dev/null
	capture group
	begin_two group 4081
	end_capture group
	expect "no TSopt on any wire" compare_wires group strip --flows 2
	tsr group del hidden >/dev/null
	capture alone
	begin_two alone 4091
	end_capture alone
	mode rewrite
	expect "nothing changed once no group hides" compare_wires alone off
}

passes() {
	local before

	fill_table pass
	config when-full pass
	expect "it is shown" [ "$(held when_full)" = '"pass"' ]
	before=$(counter egress_table_full)
	capture pass
	begin_all pass 4101
	end_capture pass
	expect "an alarm" alarm "table full: new connections pass untouched"
	expect "four counted" [ "$(counter egress_table_full)" -ge $((before + 4)) ]
	expect "nothing changed" compare_wires pass off
	config when-full strip
}

# forge HOST SOURCE TARGET RATE COUNT: SYNs that nobody answers
forge() {
	"on_$1" "$selftests/lib/flood.py" syn "$2" "$3" 7 --rate "$4" --count "$5" 2>/dev/null
}

# The unanswered make way before they fill the table
scanner_inside() {
	local before

	fill_table scanner
	config limit 64 timeout-embryonic 32
	before=$(counter flow_evicted)
	capture_filter="tcp and portrange 4111-4112"
	capture scanner
	forge inside $inside4/32 203.0.113.0/24 15 90
	expect "unanswered ones to go early" has_risen flow_evicted "$before"
	expect "no more flows than may be" [ "$(held flows)" -le 64 ]
	expect "a connection that stays" still_talks kept4.scanner
	expect "another one that does" still_talks kept6.scanner
	hold scanned4 inside $outside4 7 sourceport=4111
	hold scanned6 inside $outside6 7 sourceport=4112
	expect "a connection beside" still_talks scanned4
	expect "one by IPv6" still_talks scanned6
	expect "its entry" has_flow 4111
	expect "the other's" has_flow 4112
	end_capture scanner
	capture_filter=tcp
	expect "both rewritten" compare_wires scanner rewrite --flows 2
	config timeout-embryonic 130
}

# lose HOST DEVICE: all that leaves it, without an error. find_again HOST DEVICE: no more
lose() { tc -n "${!1}" qdisc add dev "$2" root netem loss 100% 2>/dev/null; }
find_again() { tc -n "${!1}" qdisc del dev "$2" root; }

# An answer to a SYN whose entry has gone echoes what the inside host never sent
answered_too_late() {
	local before

	fill_table late
	config limit 16384 timeout-embryonic 32
	before=$(counter ingress_stripped_no_room)
	capture late
	lose outside out0 || { skip "no netem" && return; }
	hold late inside $outside4 7 sourceport=4121
	until_true has_flow 4121
	lose inside in0
	config limit 2
	expect "its entry to go" until_true has_gone 4121
	find_again outside out0
	expect "an answer" until_true has_risen ingress_stripped_no_room "$before"
	find_again inside in0
	expect "a connection" still_talks late
	end_capture late
	expect "no TSval that leaves after the SYN" [ "$(count_segments late.outside \
		"src port 4121 and tcp[13] & 2 == 0 and tcp[12] > 0x50")" = 0 ]
	config timeout-embryonic 130
}

# A peer that takes its time to answer a SYN-ACK does not learn the clock by that
patient_peer() {
	local before

	fill_table patient
	config limit 16384 timeout-embryonic 32
	capture_filter="tcp port 4126"
	capture patient
	silence outside 4126
	hold patient outside $inside4 7 sourceport=4126
	until_true is_in_state 4126 embryonic
	lose outside out0 || { skip "no netem" && return; }
	forge inside $inside4/32 203.0.113.1/32 1 1
	lose inside in0
	before=$(counter flow_evicted)
	config limit 2
	expect "one from inside to go" until_true has_risen flow_evicted "$before"
	expect "its entry to stay" has_flow 4126
	find_again inside in0
	find_again outside out0
	on_outside nft delete table inet silent
	expect "a connection" still_talks patient
	end_capture patient
	capture_filter=tcp
	expect "rewritten" compare_wires patient rewrite --flows 1 --echoes 2
	config timeout-embryonic 130
}

# Connections from outside, whatever their state, leave room for those from inside
share_of_inside() {
	config limit 16384
	tsr flush --force >/dev/null
	until_true are_held 0
	config limit 16
	capture_filter="tcp and not net 203.0.113.0/24"
	capture share
	for port in $(seq 4131 4146); do
		hold "share$port" outside $inside4 7 "sourceport=$port"
		expect "a connection" still_talks "share$port"
	done
	expect "no entry for the last one" has_gone 4146
	hold share-in inside $outside4 7 sourceport=4151
	expect "one from inside" still_talks share-in
	expect "its entry" has_flow 4151
	expect "an alarm" alarm "too many flows: new connections from outside lose their TSopt"
	end_capture share
	expect "each rewritten or stripped" compare_wires share mixed --segments 4 \
		--flow 4131=rewrite --flow 4146=strip --flow 4151=rewrite
	capture_filter=tcp
	config limit 16384
}

require_module
setup_hosts
ip -n "$firewall" route add 203.0.113.0/24 via $outside4
without_offloads
serve outside 7 cat
serve inside 7 cat
tsr attach fw1
tsr on >/dev/null

run_cases \
	table_full "table full: connections do without TSopt" \
	machine_full "the machine full: the same" \
	bug_mode "mode bug: the same" \
	quota_used_up "the quota of half-open ones used up: those from outside" \
	syn_ack_finds_no_room4 "a SYN-ACK that finds no room: dropped, and sent again" \
	syn_ack_finds_no_room6 "the same by IPv6" \
	strip_mode "mode strip needs no room" \
	observed "mode observe: nothing changes" \
	drained "a device that drains: nothing changes" \
	group_hides "a group that hides: whatever arrives may be its own" \
	passes "when-full pass: they pass untouched" \
	scanner_inside "a scanner inside: the unanswered go first" \
	answered_too_late "one of them is answered after all: its connection shows nothing" \
	patient_peer "what outside begins does not go" \
	share_of_inside "connections from outside leave room for those from inside"
