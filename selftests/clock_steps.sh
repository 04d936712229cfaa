#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Clocks that are stepped, are fast or wrap; and timeouts. It is the wall clock that is
# stepped, and inside clocks are the others. Clocks of 2 and 100 Hz, and weeks, are in
# segment_crafted.sh, half an hour without a word is in clock_silence.sh, and years in
# unit/clocks.c.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

# Seconds and milliseconds that nobody steps
uptime_ms() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }

# tsvals WIRE PORT [FILTER]: of the segments that left from that port
tsvals() {
	tcpdump -r "$scratch/$1" -n "tcp src port $2 and (${3:-tcp})" 2>/dev/null |
		sed -n 's/.*TS val \([0-9]*\) .*/\1/p'
}

is_syn='tcp[tcpflags] & tcp-syn != 0'

# The clock is not ours to step but in a guest
in_guest() { [ "${VM_OUT:-}" ]; }

step_to() { date -s "$1" >/dev/null; }

# To where it would be
restore_wall_clock() {
	step_to "@$((wall + ($(uptime_ms) - booted) / 1000))"
}

# A fresh connection by the same ports: inside keeps no TIME-WAIT
again() { # NAME PORT
	hold "$1" inside $outside4 7 sourceport="$2"
	expect "the connection $1" still_talks "$1"
	expect "rewritten" has_flow "$2"
	let_go "$1"
	expect "the end of $1" until_true is_in_state "$2" closed
}

# Two held and one at a time by port 4003, through all steps
wall_clock_steps() {
	local step steps=0 moved

	if ! in_guest; then
		skip "it would step this machine's clock: only in a guest"
		return
	fi
	capture steps
	hold out inside $outside4 7 sourceport=4001
	hold in outside $inside6 7 sourceport=4002
	expect "a connection from inside" still_talks out
	expect "a connection from outside" still_talks in
	moved=$(offset 4001).$(offset 4002)
	again step0 4003
	for step in '+1 hour' '-20 days' '+9 years' '-30 years'; do
		expect "a step by $step" step_to "$step"
		expect "the first one to go on after $step" still_talks out
		expect "the second one to go on after $step" still_talks in
		expect "their mappings as before, after $step" \
			[ "$(offset 4001).$(offset 4002)" = "$moved" ]
		again "step$((++steps))" 4003
	done
	restore_wall_clock
	end_capture steps
	expect "no flow to expire by it" [ "$(counter flow_expired)" = 0 ]
	expect "TSvals that never run backwards from one connection to the next" \
		compare_wires steps rewrite --flows 2 --reused 4 --echoes 12
}

forget() { # PORT: its flow
	config timeout-closed 1
	expect "the entry of $1 to go" until_true has_gone "$1"
	config timeout-closed 120
}

# Where nothing is remembered, only the anchor keeps TSvals apart: it advances by
# a millisecond a millisecond, whatever the wall clock says
anchors_continue() {
	local step begun count=0 values i

	if ! in_guest; then
		skip "it would step this machine's clock: only in a guest"
		return
	fi
	capture anchors
	begun=$(uptime_ms)
	for step in 'now' '+20 days' '-7 years' '+1 hour'; do
		expect "a step by $step" step_to "$step"
		again "anchor$((count++))" 4005
		forget 4005
	done
	restore_wall_clock
	end_capture anchors
	mapfile -t values < <(tsvals anchors.outside 4005 "$is_syn")
	expect "a SYN each" [ ${#values[@]} -ge $count ]
	for ((i = 1; i < ${#values[@]}; i++)); do
		expect "SYN $i after the one before" \
			[ $(((values[i] - values[i - 1]) & 0xffffffff)) -lt $((1 << 31)) ]
	done
	expect "no more than the time that went by" \
		[ $(((values[-1] - values[0]) & 0xffffffff)) -le \
		$(($(uptime_ms) - begun)) ]
}

microseconds() { on_inside python3 "$selftests/lib/usec_ts.py" "$1" in0 10.0.1.1; }

# Inside TSvals advance by 100 a millisecond at least: no emulation is that slow
is_fast() { # WIRE PORT MS
	local values

	mapfile -t values < <(tsvals "$1" "$2")
	[ ${#values[@]} -gt 3 ] &&
		[ $(((values[-1] - values[0]) & 0xffffffff)) -gt $((100 * $3)) ]
}

# A port's next connection begins after a clock that ran a thousand times faster
# than the anchor
fast_clock() {
	local begun end

	if ! microseconds on; then
		skip "no TCP timestamps in microseconds before Linux 6.7"
		return
	fi
	capture fast
	begun=$(uptime_ms)
	hold fast-out inside $outside4 7 sourceport=4011
	hold fast-in outside $inside4 7 sourceport=4012
	for _ in {1..10}; do
		expect "the connection from inside" still_talks fast-out
		expect "the connection from outside" still_talks fast-in
	done
	say fast-out 200000
	expect "a lot" until_true has_heard fast-out
	end=$(uptime_ms)
	let_go fast-out
	expect "its end" until_true is_in_state 4011 closed
	microseconds off
	again slow 4011
	end_capture fast
	expect "a clock of 1 MHz" is_fast fast.inside 4011 $(((end - begun) / 2))
	expect "exact echoes of it" compare_wires fast rewrite --flows 2 --reused 1 --echoes 20
}

# A SYN 200 ticks before the wrap, and what comes after it beyond
just_below_the_wrap() {
	local values

	if [ "$(uptime_ms)" -gt $((1 << 30)) ]; then
		skip "this machine's clock is too far from the wrap"
		return
	fi
	capture wrap
	on_inside nft -f - <<-END
		table inet wrap {
			chain out {
				type filter hook output priority 0;
				tcp sport 4021 tcp flags & syn == syn \\
					tcp option timestamp tsval set 0xffffff38;
			}
			chain in {
				type filter hook input priority 0;
				tcp dport 4021 tcp flags & syn == syn \\
					tcp option timestamp tsecr set 0;
			}
		}
	END
	hold wrap inside $outside4 7 sourceport=4021
	for _ in {1..5}; do
		expect "a connection over the wrap" still_talks wrap
	done
	on_inside nft delete table inet wrap
	let_go wrap
	expect "its end" until_true is_in_state 4021 closed
	again after 4021
	end_capture wrap
	mapfile -t values < <(tsvals wrap.inside 4021)
	expect "a SYN before the wrap" [ "${values[0]}" = $((0xffffff38)) ]
	expect "the rest behind it" [ "${values[1]}" -lt $((1 << 31)) ]
	expect "exact echoes on both sides of it" \
		compare_wires wrap rewrite --reused 1 --echoes 5
	expect "no echo that cannot be" [ "$(counter echo_impossible)" = 0 ]
}

# Its timeout counts from the last segment, not from the first
segments_keep_it() {
	hold talker inside $outside4 7 sourceport=4031
	hold silent inside $outside4 7 sourceport=4032
	expect "a connection" still_talks talker
	expect "another one" still_talks silent
	config timeout-established 5
	expect "the silent one to go" until_true talks_until_gone talker 4032
	expect "the one that talks to stay" has_flow 4031
	config timeout-established 5d
	expect "all of it" until_true has_heard talker
	expect "the mapping to work" still_talks talker
}

talks_until_gone() { # NAME PORT
	say "$1" && has_gone "$2"
}

# Nothing may leave while one wire is captured and the other not yet
mute_inside() {
	on_inside nft -f - <<-END
		table inet mute {
			chain mute {
				type filter hook output priority 0;
				tcp sport 4041 drop;
			}
		}
	END
}

embryo_from_inside_goes() {
	local before

	drop_syns outside "tcp sport 4041"
	before=$(counter flow_created)
	config timeout-embryonic 1
	hold late inside $outside4 7 sourceport=4041
	expect "an embryonic flow" until_true is_in_state 4041 embryonic
	expect "its end" until_true has_gone 4041
	config timeout-embryonic 130
	mute_inside
	capture embryo
	take_syns outside
	on_inside nft delete table inet mute
	for _ in {1..3}; do
		expect "a later SYN to come through" still_talks late
	done
	end_capture embryo
	expect "a flow of its own" [ "$(counter flow_created)" -ge $((before + 2)) ]
	expect "established" is_in_state 4041 established
	expect "exact echoes" compare_wires embryo rewrite --echoes 1
}

require_module
setup_hosts
without_offloads
on_inside sysctl -qw net.ipv4.tcp_max_tw_buckets=0
serve outside 7 cat
serve inside 7 cat
wall=$(date +%s) booted=$(uptime_ms)
tsr attach fw1
tsr on >/dev/null

run_cases \
	wall_clock_steps "the wall clock is stepped: no mapping moves" \
	anchors_continue "the wall clock is stepped: anchors continue" \
	fast_clock "an inside clock of 1 MHz" \
	just_below_the_wrap "an inside clock just below its wrap" \
	segments_keep_it "an established flow's time counts from its last segment" \
	embryo_from_inside_goes "a SYN without an answer is forgotten in time"
