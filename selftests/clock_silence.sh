#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Connections that say nothing for half of a clock's circle. Of a clock of 1 MHz that is
# 2,147 s, after which "later" means nothing. And SYNs that are answered late.
#
# Takes 38 minutes, or seconds in a guest whose idle time passes at once: see runner/check.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

silence=2200

microseconds() { on_inside python3 "$selftests/lib/usec_ts.py" "$1" in0 10.0.1.1; }

# Which end of a connection speaks first behind the silence: the one that has
# connected. Two clocks for each
declare -A port=(
	[slow-out4]=4001 [slow-in4]=4002 [slow-out6]=4003 [slow-in6]=4004
	[fast-out4]=4011 [fast-in4]=4012
)

# hold_both CLOCK FAMILY: one from inside, one from outside
hold_both() {
	local outside_address=outside$2 inside_address=inside$2

	hold "$1-out$2" inside "${!outside_address}" 7 \
		"sourceport=${port[$1-out$2]}"
	hold "$1-in$2" outside "${!inside_address}" 7 \
		"sourceport=${port[$1-in$2]}"
	expect "a connection from inside" still_talks "$1-out$2"
	expect "a connection from outside" still_talks "$1-in$2"
}

# goes_on CLOCK: the connections of that clock do
goes_on() {
	local name

	for name in "${!port[@]}"; do
		[ "${name%-*}" = "$1" ] || continue
		expect "$name to go on" still_talks "$name"
		expect "$name to go on at once" still_talks "$name"
		expect "the flow of $name" has_flow "${port[$name]}"
	done
	expect "no echo that cannot be" [ "$(counter echo_impossible)" = 0 ]
	expect "none asymmetric" [ "$(counter flow_asymmetric)" = 0 ]
}

begin_and_be_silent() {
	capture silence
	hold_both slow 4
	hold_both slow 6
	if microseconds on 2>/dev/null; then
		hold_both fast 4
		microseconds off
	else
		unset 'port[fast-out4]' 'port[fast-in4]'
	fi
	expect "a flow each" \
		[ "$(tsr -j flows | jq length)" = ${#port[@]} ]
	sleep $silence
}

milliseconds_go_on() { goes_on slow; }

microseconds_go_on() {
	if [ -z "${port[fast-in4]:-}" ]; then
		skip "no TCP timestamps in microseconds before Linux 6.7"
		return
	fi
	goes_on fast
}

wires_agree() {
	end_capture silence
	expect "exact echoes before and behind it" \
		compare_wires silence rewrite --flows ${#port[@]} --echoes $((2 * ${#port[@]}))
}

syns() { # NAME
	count_segments "$1.outside" 'tcp[tcpflags] == tcp-syn'
}

has_syns() { [ "$(syns "$1")" -ge "$2" ]; } # NAME COUNT

# Linux sends the SYN again after 1, 2, 4, 8, 16 and 32 s, and gives up 64 s later
answered_after_a_minute() {
	local offset

	drop_syns outside "tcp dport 7"
	capture late
	hold late inside $outside4 7 sourceport=4021
	expect "a flow" until_true has_flow 4021
	offset=$(offset 4021)
	expect "SYNs sent again" busywait 60000 has_syns late 6
	take_syns outside
	say late
	expect "a connection in the end" busywait 60000 has_heard late
	expect "the mapping as it was" [ "$(offset 4021)" = "$offset" ]
	end_capture late
	expect "seven SYNs" has_syns late 7
	expect "exact echoes" compare_wires late rewrite --echoes 1
}

require_module
setup_hosts
without_offloads
serve outside 7 cat
serve inside 7 cat
tsr attach fw1
tsr on >/dev/null

run_cases \
	begin_and_be_silent "connections begin, and $silence seconds of silence" \
	milliseconds_go_on "those with clocks of 1 kHz go on" \
	microseconds_go_on "those with clocks of 1 MHz go on" \
	wires_agree "each echo is exact, before and behind the silence" \
	answered_after_a_minute "a SYN that is answered after a minute"
