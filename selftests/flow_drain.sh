#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Drain and flush: a device is taken off, flows are forgotten. The one breaks no
# connection, the other says which it breaks.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

drains() {
	tsr -j status | jq -e '.devices[] | select(.name == "fw1") | .drain' \
		>/dev/null
}

# What the monitor heard: has_event JQ-CONDITION
has_event() { jq -se "any($1)" "$scratch/events" >/dev/null; }

expect_event() { expect "the event $1" until_true has_event "$1"; }

begin_drain() { # [OPTION...]
	: >"$scratch/drain.out"
	: >"$scratch/drain.err"
	# A shell's background jobs ignore SIGINT
	env --default-signal=INT "$TSREWRITE" -n "$firewall" "$@" drain fw1 \
		>"$scratch/drain.out" 2>"$scratch/drain.err" &
	drain=$!
	children+=("$drain")
}

said_json() { jq -se "$1" "$scratch/drain.out" >/dev/null; } # CONDITION

has_said() { grep -qF -- "$2" "$scratch/drain.$1"; } # out|err TEXT

ends_with() { # STATUS: the command does
	wait "$drain"
	[ $? = "$1" ]
}

# Draining

waits_for_the_last() {
	capture drained
	hold old inside $outside4 7 sourceport=4001
	hold old6 outside $inside6 7 sourceport=4002
	expect "a connection" still_talks old
	expect "another one, from outside" still_talks old6
	begin_drain
	expect "how many are left" until_true \
		has_said err "2 rewritten connections still cross it"
	expect "draining, in status" drains
	expect "draining, in its text" grep -q 'fw1 .* draining$' <(tsr status)
	expect_event '.type == "device_drain" and .device.name == "fw1" and .device.drain'
}

new_ones_pass_untouched() {
	hold new inside $outside4 7 sourceport=4003
	hold new6 outside $inside6 7 sourceport=4004
	expect "a new connection" still_talks new
	expect "a new one from outside" still_talks new6
	expect "no entry" has_gone 4003
	expect "no entry" has_gone 4004
	expect "the old one still there" still_talks old
	expect "the other one still there" still_talks old6
	expect "the command still waiting" kill -0 "$drain"
	expect "nothing said of an end" [ ! -s "$scratch/drain.out" ]
}

ends_with_the_last() {
	let_go old
	expect "one closed" until_true is_in_state 4001 closed
	expect "the other one still there" still_talks old6
	expect "the command still waiting" kill -0 "$drain"
	let_go old6
	expect "its end" ends_with 0
	expect "that it is drained" has_said out \
		"drained fw1: no rewritten connection crosses it"
	end_capture drained
	expect "each as it began" compare_wires drained mixed --segments 5 \
		--flow 4001=rewrite --flow 4002=rewrite --flow 4003=off \
		--flow 4004=off
}

detach_breaks_nothing() {
	expect "detaching without force" tsr detach fw1
	expect "the new connection" still_talks new
	expect "the new one from outside" still_talks new6
	let_go new
	let_go new6
	expect "attaching again" tsr attach fw1
	expect_not "draining still" drains
}

interrupted() {
	local signal

	hold held inside $outside4 7 sourceport=4011
	expect "a connection" still_talks held
	for signal in INT TERM; do
		begin_drain
		expect "waiting" until_true has_said err "1 rewritten connection still crosses it"
		kill -"$signal" "$drain"
		expect "a refusal" ends_with 1
		expect "how it stands" has_said err \
			"the device goes on draining, and 1 rewritten connection still crosses it"
		expect "how to undo it" has_said err "tsrewrite drain fw1 stop"
		expect "draining still" drains
	done
	expect "the connection still there" still_talks held
}

taken_back() {
	expect "its word" grep -q "fw1 is no longer draining" <(tsr drain fw1 stop)
	expect_not "draining" drains
	expect_event '.type == "device_drain" and .device.drain == false'
	hold after inside $outside4 7 sourceport=4012
	expect "a new connection" still_talks after
	expect "rewritten again" has_flow 4012
	let_go after
	expect "closed" until_true is_in_state 4012 closed
}

as_json() {
	begin_drain -j
	expect "an object" until_true has_said out '"drained":false'
	let_go held
	expect "its end" ends_with 0
	expect "counts, and the end in the last line" said_json \
		'.[0].device.flows == 1 and (.[-1] | .device.flows == 0 and .drained and .device.drain)'
	expect "nothing on standard error" [ ! -s "$scratch/drain.err" ]
	tsr drain fw1 stop >/dev/null
}

what_comes_between() {
	expect_refusal 1 "drain fw0: device is not attached" tsr drain fw0
	expect_refusal 2 "drain: name a device" tsr drain
	expect_refusal 2 'unknown word "zone"; use one of: stop' \
		tsr drain fw1 zone
	hold between inside $outside4 7 sourceport=4021
	expect "a connection" still_talks between
	begin_drain
	expect "waiting" until_true has_said err "1 rewritten"
	tsr drain fw1 stop >/dev/null
	expect "a refusal" ends_with 1
	expect "why" has_said err "somebody else ended the draining meanwhile"
	begin_drain
	expect "waiting" until_true has_said err "1 rewritten"
	tsr detach fw1 --force >/dev/null
	expect "a refusal" ends_with 1
	expect "why" has_said err "the device was detached or renamed meanwhile"
	tsr attach fw1
	let_go between
	tsr flush --force >/dev/null
}

# Flushing

# Flows that differ in all that a filter knows
hold_nine() {
	local flow

	hold 4101 inside $outside4 7 sourceport=4101
	hold 4102 inside $outside6 7 sourceport=4102
	hold 4103 outside $inside4 7 sourceport=4103
	hold 4105 inside $outside4 7 sourceport=4105
	hold 4106 inside $outside6 7 sourceport=4106
	hold 4107 outside $inside6 7 sourceport=4107
	hold 4109 inside $outside4 7 sourceport=4109
	for flow in 4101 4102 4103 4105 4106 4107 4109; do
		expect "$flow: a connection" still_talks $flow
	done
	tsr mode observe >/dev/null
	hold 4104 inside $outside4 7 sourceport=4104
	hold 4108 inside $outside4 7 sourceport=4108
	expect "4104: a connection" still_talks 4104
	expect "4108: a connection" still_talks 4108
	tsr on >/dev/null
}

# Those that are there, by their last digits
left() {
	tsr -j flows | jq -r '[.[] | .inside_port, .outside_port | select(. != 7) |
		. - 4100] | sort | map(tostring) | join(" ")'
}

expect_left() { expect "$1 to be left, not $(left)" [ "$(left)" = "$1" ]; }

misses_nothing_else() {
	hold_nine
	expect_left "1 2 3 4 5 6 7 8 9"
	misses inside 10.0.1.0/31
	misses inside 10.0.1.2/31:8
	misses outside 2001:db8:8000::/33
	misses outside 10.0.0.0/8
	misses port 4100
	misses port 0
	misses inside ::/0 port 4101
	misses outside 0.0.0.0/0 port 4102
	misses inside 0.0.0.0/0:0
	misses outside '[::/0]:0'
	misses zone 1
	misses state embryonic
	misses mode strip
	misses mode observe port 4101
	expect_left "1 2 3 4 5 6 7 8 9"
}

misses() { # FILTER...: nothing there that it names
	expect "'$*' to hit none" [ "$(tsr flush "$@")" = "flushed 0 flows" ]
}

# hits FLUSHED BROKEN LEFT FILTER...: refused first if anything breaks
hits() {
	local flushed=$1 broken=$2 remains=$3 before

	shift 3
	before=$(left)
	if [ "$broken" -gt 0 ]; then
		expect_refusal 1 "(--force breaks them)" tsr flush "$@"
		expect "'$*' to be refused because of $broken" \
			grep -q "\<$broken rewritten" "$scratch/refusal"
		expect_left "$before"
		set -- "$@" --force
	fi
	expect "'$*' to hit what it names" [ "$(tsr -j flush "$@" |
		jq -c '[.flows, .broken]')" = "[$flushed,$broken]" ]
	expect_left "$remains"
}

each_word_of_a_filter() {
	hits 1 1 "2 3 4 5 6 7 8 9" port 4101
	hits 1 1 "2 3 4 5 6 8 9" outside '[2001:db8::/33]:4107'
	hits 2 2 "3 4 5 8 9" inside $inside6
	hits 1 1 "4 5 8 9" inside 10.0.1.2/31:7
	hits 1 0 "5 8 9" inside 10.0.0.0/8:4104 mode observe
	hits 1 0 "5 9" mode observe
	hits 1 1 "9" outside 198.51.100.3/24:7 port 4105 state established zone 0
	hits 1 1 "" zone 0
}

filters_are_read_as_flows_does() {
	expect_refusal 2 'flush: inside "10.0.0.0/33" has an invalid prefix length' \
		tsr flush inside 10.0.0.0/33
	expect_refusal 2 "flush: port is given twice" tsr flush port 1 port 2
	expect_refusal 2 "flush: zone needs a value" tsr flush zone
	expect_refusal 2 "flush: a flow has no device" tsr flush dev fw1
}

force_breaks_those() {
	local said before

	hold gone inside $outside4 7 sourceport=4301
	hold stays inside $outside6 7 sourceport=4302
	expect "a connection" still_talks gone
	expect "another one" still_talks stays
	before=$(counter flow_flushed)
	said=$(tsr flush outside $outside4 --force)
	expect "how many, not '$said'" \
		[ "$said" = "flushed 1 flow: 1 rewritten connection breaks" ]
	expect_event '.type == "flow_flush" and .flushed == {flows: 1, broken: 1}'
	expect "counted" [ "$(counter flow_flushed)" = $((before + 1)) ]
	expect "the other one as before" still_talks stays
	expect "an entry for it" has_flow 4302
	before=$(counter egress_no_flow)
	say gone
	expect "the broken one without a flow" \
		until_true has_risen egress_no_flow "$before"
	let_go gone
	let_go stays
}

closed_need_no_force() {
	hold brief inside $outside4 7 sourceport=4201
	expect "a connection" still_talks brief
	let_go brief
	expect "closed" until_true is_in_state 4201 closed
	expect "no force needed" [ "$(tsr flush state closed port 4201)" = \
		"flushed 1 flow" ]
	expect "no entry" has_gone 4201
}

require_module
setup_hosts
without_offloads
serve outside 7 cat
serve inside 7 cat
tsr attach fw1
tsr on >/dev/null
in_background firewall "$TSREWRITE" -j monitor >"$scratch/events"
# It listens when it has heard of something
hears() { tsr off && tsr on && [ -s "$scratch/events" ]; } >/dev/null
until_true hears

run_cases \
	waits_for_the_last "drain waits for the rewritten connections" \
	new_ones_pass_untouched "new ones pass untouched meanwhile, and work" \
	ends_with_the_last "it ends when the last one closes" \
	detach_breaks_nothing "detaching breaks nothing then" \
	interrupted "interrupted, the device stays draining" \
	taken_back "and it can be taken back" \
	as_json "drain in JSON" \
	what_comes_between "not attached, detached or taken back meanwhile" \
	misses_nothing_else "flush without a match does nothing" \
	each_word_of_a_filter "each word of a filter hits what it names" \
	filters_are_read_as_flows_does "a filter's mistakes are told" \
	force_breaks_those "with force those break that were announced" \
	closed_need_no_force "closed flows need no force"
