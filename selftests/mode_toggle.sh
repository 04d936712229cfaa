#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A flow keeps the mode of its SYN to its end. Modes set later are those of later flows.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

flows() { tsr -j flows | jq length; }

early=4001
declare -A port=(
	[off-in4]=4011 [off-in6]=4012 [off-out4]=4013 [off-out6]=4014
	[rewrite-in4]=4021 [rewrite-in6]=4022 [rewrite-out4]=4023 [rewrite-out6]=4024
)

# hold_all MODE: begun by both sides, IPv4 and IPv6
hold_all() {
	hold "$1-in4" inside $outside4 7 "sourceport=${port[$1-in4]}"
	hold "$1-in6" inside $outside6 7 "sourceport=${port[$1-in6]}"
	hold "$1-out4" outside $inside4 7 "sourceport=${port[$1-out4]}"
	hold "$1-out6" outside $inside6 7 "sourceport=${port[$1-out6]}"
	each_held "$1" still_talks
}

each_held() { # MODE COMMAND [BYTES]
	local flow

	for flow in in4 in6 out4 out6; do
		expect "$1-$flow: $2" "$2" "$1-$flow" "${@:3}"
	done
}

hears_all() { until_true has_heard "$1"; }

begun_before_attach() {
	local before

	hold early inside $outside4 7 sourceport=$early
	expect "a connection" still_talks early
	tsr attach fw1
	mode rewrite
	before=$(counter egress_no_flow)
	expect "the connection" still_talks early
	expect "its segments counted as without a flow" \
		[ "$(counter egress_no_flow)" -gt "$before" ]
	expect "no entry" has_gone $early
}

begun_while_off() {
	mode off
	hold_all off
	expect "no entry" [ "$(flows)" = 0 ]
}

begun_while_on() {
	mode rewrite
	hold_all rewrite
	expect "an entry each" [ "$(flows)" = 4 ]
}

changes_mid_transfer() {
	local round

	for round in off rewrite bug rewrite off; do
		each_held off say 4000
		each_held rewrite say 4000
		mode $round
	done
	for round in off rewrite; do
		each_held $round hears_all
	done
	expect "the early one" still_talks early
}

wires_agree() {
	local flow expected=()

	end_capture toggle
	for flow in "${!port[@]}"; do
		expected+=(--flow "${port[$flow]}=${flow%-*}")
	done
	expect "each flow as its SYN, from its first to its last segment" \
		compare_wires toggle mixed --flow $early=off "${expected[@]}"
}

sent_again_while_off() {
	local before

	before=$(counter syn_retransmitted)
	capture resent
	drop_syns outside "tcp dport 7"
	mode rewrite
	hold resent inside $outside4 7 sourceport=4031
	expect "a SYN that began a flow" until_true has_flow 4031
	mode off
	expect "the SYN again" until_true has_risen syn_retransmitted "$before"
	take_syns outside
	expect "the connection comes up" still_talks resent
	end_capture resent
	expect "more than one SYN, one mapping" \
		compare_wires resent rewrite --echoes 1 --flow 4031=rewrite
}

# From its third message on, the command can send none: the first asks for the family,
# the second has to be the change
sends_only_change() {
	on_firewall strace -qq -o /dev/null -e trace=sendto \
		-e inject=sendto:error=ENOBUFS:when=3+ "$TSREWRITE" "$@" 2>/dev/null
}

is_draining() { tsr -j status | jq -e '.devices[0].drain' >/dev/null; }
mode_of() { tsr -j group show "$1" | jq -r .mode; } # GROUP

set_without_reading() {
	tsr on >/dev/null
	expect_not "a device list" sends_only_change off
	expect "off" [ "$(mode_of default)" = off ]
	expect_not "a device list" sends_only_change mode observe
	expect "observe" [ "$(mode_of default)" = observe ]
	tsr group add carrier mode rewrite
	expect "group set" sends_only_change group set carrier mode off
	expect "the group is off" [ "$(mode_of carrier)" = off ]
	tsr group del carrier
	expect_not "how many flows cross it" sends_only_change drain fw1
	expect "draining" is_draining
	expect "its end" sends_only_change drain fw1 stop
	expect_not "draining" is_draining
	expect "a limit" sends_only_change config set limit 12345
	expect "the limit" [ "$(tsr -j config | jq .limit)" = 12345 ]
}

require_module
setup_hosts
without_offloads
serve outside 7 cat
serve inside 7 cat
capture toggle

run_cases \
	begun_before_attach "begun before attaching: untouched" \
	begun_while_off "begun while off: no entry" \
	begun_while_on "begun while on: an entry" \
	changes_mid_transfer "the mode changes in the middle of transfers" \
	wires_agree "each flow keeps the mode of its SYN" \
	sent_again_while_off "a SYN sent again while off keeps its mapping" \
	set_without_reading "what is set is set before anything is read"
