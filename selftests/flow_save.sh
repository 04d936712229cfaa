#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Flows saved and loaded again: connections go on as if nothing had been, in each state, through
# a file and through a pipe; a file that is damaged loads nothing; a flow that is loaded is
# confirmed by an echo that can be of its connection, and by nothing else.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

file=$scratch/flows
all=(out in out6 in6)

hold_all() {
	hold out inside $outside4 7 sourceport=4001
	hold in outside $inside4 7 sourceport=4002
	hold out6 inside $outside6 7 sourceport=4003
	hold in6 outside $inside6 7 sourceport=4004
	for name in "${all[@]}"; do
		expect "$name: a connection" still_talks "$name"
	done
}

states() { tsr -j flows | jq -c 'map([.inside_port, .state, .mode, .offset]) | sort'; }

# All that can be seen of flows, but the time
flows() { tsr -j flows | jq -c 'map(del(.idle, .expires)) | sort'; }

flush_all() { tsr flush --force >/dev/null; }

load() { tsr -j flows load "${1:-$file}"; }

# is_loaded LOADED EXISTING EXPIRED NO_ROOM: by what load said
is_loaded() {
	[ "$(jq -c '[.loaded, .existing, .expired, .no_room]' <<<"$said")" = \
		"[$1,$2,$3,$4]" ]
}

go_on_after_a_load() {
	local before said confirmed

	hold_all
	before=$(flows)
	expect "four flows are saved" [ "$(tsr -j flows save "$file" | jq .flows)" = 4 ]
	expect "for root alone" [ "$(stat -c %a "$file")" = 600 ]
	flush_all
	expect "no flow is left" [ "$(flows)" = "[]" ]
	said=$(load)
	expect "four are loaded" is_loaded 4 0 0 0
	expect "as they were" [ "$(flows)" = "$before" ]
	expect "and counted" [ "$(counter flow_loaded)" = 4 ]
	expect "the device has them" [ "$(tsr -j status |
		jq '.devices[] | select(.name == "fw1").flows')" = 4 ]
	expect "none is confirmed yet" [ "$(counter flow_confirmed)" = 0 ]
	for name in "${all[@]}"; do
		expect "$name: it goes on" say "$name" 30000
		expect "$name: and all comes back" until_true has_heard "$name"
	done
	confirmed=$(counter flow_confirmed)
	expect "each was confirmed once" [ "$confirmed" = 4 ]
	expect "no impossible echo" [ "$(counter echo_impossible)" = 0 ]
}

loads_again() {
	local said

	said=$(load)
	expect "what is there stays" is_loaded 0 4 0 0
	expect "nothing changed" [ "$(jq .changed <<<"$said")" = false ]
	for name in "${all[@]}"; do
		expect "$name: it talks" still_talks "$name"
	done
}

goes_through_a_pipe() {
	local before

	before=$(flows)
	tsr flows save - >"$scratch/piped"
	flush_all
	expect "what comes from a pipe is loaded" [ "$(tsr -j flows load - <"$scratch/piped" |
		jq .loaded)" = 4 ]
	expect "as it was" [ "$(flows)" = "$before" ]
	for name in "${all[@]}"; do
		expect "$name: it talks" still_talks "$name"
	done
}

wires_agree() {
	end_capture saved
	expect "what each host gets is what it sent" compare_wires saved rewrite \
		--flow 4001=rewrite --flow 4002=rewrite --flow 4003=rewrite --flow 4004=rewrite
	for name in "${all[@]}"; do
		let_go "$name"
	done
}

# is_refused WHY: what is in $scratch/bad loads nothing
is_refused() {
	expect_refusal 1 "$1" tsr flows load "$scratch/bad"
	expect "nothing is loaded" [ "$(flows)" = "[]" ]
}

# with_head JQ: the file, with another head
with_head() {
	{
		zcat "$file" | head -n 1 | jq -c "$1"
		zcat "$file" | tail -n +2
	} | gzip >"$scratch/bad"
}

is_whole_or_nothing() {
	flush_all
	head -c -1 "$file" >"$scratch/bad"
	is_refused "the file is cut short"
	head -c -40 "$file" >"$scratch/bad"
	is_refused "the file is cut short"
	python3 -c 'import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[-40] ^= 1
open(sys.argv[2], "wb").write(data)' "$file" "$scratch/bad"
	is_refused "the file is damaged"
	zcat "$file" >"$scratch/bad"
	is_refused "it is no file of tsrewrite flows save"
	: >"$scratch/bad"
	is_refused "it is no file of tsrewrite flows save"
	echo "a line" | gzip >"$scratch/bad"
	is_refused "it is no file of tsrewrite flows save"
	with_head '.version = 2'
	is_refused "another version of tsrewrite"
	with_head '.byte_order = "big-endian"'
	is_refused "another byte order"
	zcat "$file" | head -c -3 | gzip >"$scratch/bad"
	is_refused "something else than flows"
	expect_refusal 1 "No such file" tsr flows load "$scratch/none"
	expect_refusal 2 "name the file" tsr flows load
	expect_refusal 2 "name the file" tsr flows save
	expect_refusal 1 "No such file" tsr flows save "$scratch/none/flows"
	expect_refusal 1 "No space left" tsr flows save /dev/full
	expect "which stays what it is" [ -c /dev/full ]
	expect_refusal 1 "Is a directory" tsr flows save "$scratch"
}

what_is_old_has_expired() {
	local said

	with_head '.saved -= 11 * 86400 * 1000000000'
	said=$(load "$scratch/bad")
	expect "all have expired" is_loaded 0 0 4 0
	expect "no flow is loaded" [ "$(flows)" = "[]" ]
	with_head '.saved -= 3600 * 1000000000'
	said=$(load "$scratch/bad")
	expect "after an hour none has" is_loaded 4 0 0 0
	expect "its age counts" [ "$(tsr -j flows | jq 'map(.idle) | min >= 3600')" = true ]
	flush_all
}

holds_none() { [ "$(tsr -j config | jq .flows)" = 0 ]; }

no_room() {
	expect "what was flushed to take no room any more" until_true holds_none
	config limit 2
	expect_refusal 1 "2 flows found no room" tsr flows load "$file"
	expect "two are loaded" [ "$(tsr -j flows | jq length)" = 2 ]
	config limit 262144
	flush_all
}

groups_and_devices_go_by_name() {
	tsr group add other to 192.0.2.0/24 >/dev/null
	tsr group add alpha to 198.51.100.0/24 >/dev/null
	tsr group set alpha mode rewrite >/dev/null
	hold grouped inside $outside4 7 sourceport=4011
	expect "a connection" still_talks grouped
	expect "in its group" [ "$(tsr -j flows port 4011 | jq -r ".[].group_name")" = alpha ]
	tsr flows save "$scratch/grouped" >/dev/null
	flush_all
	tsr group del alpha >/dev/null
	tsr group del other >/dev/null
	expect "it is told that the group is not here" \
		grep -q "no group alpha is here: its flows are in the default group" \
		<(tsr flows load "$scratch/grouped" 2>&1 >/dev/null)
	expect "it is in the default group" \
		[ "$(tsr -j flows port 4011 | jq -r ".[].group_name")" = default ]
	flush_all
	tsr group add alpha to 198.51.100.0/24 >/dev/null
	tsr flows load "$scratch/grouped" >/dev/null
	expect "by its name it is found" \
		[ "$(tsr -j flows port 4011 | jq -r ".[].group_name")" = alpha ]
	expect "it talks" still_talks grouped
	let_go grouped
	flush_all
	tsr group del alpha >/dev/null
}

# What is forged echoes nothing that was sent
only_an_echo_confirms() {
	local before what

	capture forged
	hold wrong inside $outside4 7 sourceport=4012
	expect "a connection" still_talks wrong
	tsr flows save "$scratch/wrong" >/dev/null
	flush_all
	tsr flows load "$scratch/wrong" >/dev/null
	before=$(counter flow_confirmed)
	for what in "flags=A tsecr=0x60000000" "flags=A tsval=none" \
		"flags=FA ack=0x60000000 tsecr=0x60000000"; do
		expect "to forge $what" [ "$(echo "$outside4 7 $inside4 4012 $what" |
			on_outside python3 "$selftests/lib/forge.py" "$scratch/forged.outside")" = sent ]
	done
	expect "none is confirmed" [ "$(counter flow_confirmed)" = "$before" ]
	end_capture forged
	expect "it talks" still_talks wrong
	expect "it is confirmed" [ "$(counter flow_confirmed)" = $((before + 1)) ]
	let_go wrong
	flush_all
}

states_are_kept() {
	local before

	drop_syns outside "tcp dport 9"
	hold half inside $outside4 9 sourceport=4021
	expect "one that is not answered" until_true is_in_state 4021 embryonic
	hold shut inside $outside4 7 sourceport=4022
	expect "another one" still_talks shut
	on_outside nft -f - <<-END
		table inet gone {
			chain input {
				type filter hook input priority 0;
				tcp sport 4022 drop;
			}
		}
	END
	let_go shut
	expect "one that the inside host has shut" until_true is_in_state 4022 half-closed
	before=$(states)
	tsr flows save "$scratch/states" >/dev/null
	flush_all
	tsr flows load "$scratch/states" >/dev/null
	expect "each state, as it was" [ "$(states)" = "$before" ]
	take_syns outside
	expect "the SYN that is sent again is answered" still_talks half
	expect "that is the flow" until_true is_in_state 4021 established
	let_go half
}

require_module
setup_hosts
without_offloads
serve outside 7 cat
serve inside 7 cat
serve outside 9 cat
tsr attach fw1 >/dev/null
tsr on >/dev/null
capture saved

run_cases \
	go_on_after_a_load "connections go on when their flows are loaded, IPv4 and IPv6" \
	loads_again "flows that are there stay" \
	goes_through_a_pipe "through a pipe" \
	wires_agree "both wires: each TSecr is the one echoed" \
	is_whole_or_nothing "a file that is damaged loads nothing" \
	what_is_old_has_expired "flows are as old as they were saved long ago" \
	no_room "those that find no room are told" \
	groups_and_devices_go_by_name "groups go by their names" \
	only_an_echo_confirms "a forged segment confirms no flow, and breaks none" \
	states_are_kept "each state is kept"
