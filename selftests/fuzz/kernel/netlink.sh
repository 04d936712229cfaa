#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Netlink messages of any kind, from four processes at once: made from the spec, and then
# with something wrong in them. COUNT of them, by numbers that SEED tells. See netlink.c.
#
# Each command, with each of its attributes, is accepted often, and what is accepted from
# everybody is never what only the machine's root may do. Finds little on a kernel that
# does not check itself: see ../../runner/fuzz-kernel.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/../../lib/lib.sh"
# shellcheck source=selftests/fuzz/kernel/beside.sh
. "$(dirname "$0")/beside.sh"
trap 'rm -f "$go"; cleanup' EXIT

least=$((COUNT < 1000000 ? COUNT / 1000 : 1000))

# Of the default group's connections, nobody hears but who attached
messages() {
	honest_begin
	expect "the fuzzer to end well" fuzz netlink "/run/netns/$firewall"
	echo "# $(told netlink sent) messages, of which $(told netlink mutated) mutated," \
		"in $fuzz_seconds s"
	expect "all of them sent" [ "$(told netlink sent)" -ge "$COUNT" ]
	expect "half of them mutated" [ "$(told netlink mutated)" -ge $((COUNT / 3)) ]
	expect "an answer to each that is allowed" [ "$(told netlink unanswered)" = 0 ]
}

accepted_seldom() {
	awk -v least="$least" '$1 == "accepted" && $NF < least {
		print "# accepted " $NF " times: " $2, $3
	}' "$scratch/netlink.told"
}

accepted() {
	local seldom

	awk '$1 == "accepted" && (!least || $NF < least) { least = $NF; what = $2 " " $3 }
		END { print "# the least: " what ", " least " times" }' "$scratch/netlink.told"
	seldom=$(accepted_seldom)
	[ -z "$seldom" ] || echo "$seldom"
	expect "each command and attribute at least $least times" [ -z "$seldom" ]
	expect "the machine's limit from no container" \
		[ "$(told netlink container-set-machine-limit)" = 0 ]
}

dumps() {
	expect "dumps left in the middle" [ "$(told netlink dumps-stopped)" -gt 0 ]
	expect "dumps told to be interrupted" [ "$(told netlink dumps-interrupted)" -gt 0 ]
}

# Numbers of enum tsrewrite_event that a command causes, as devices do not come and go
events() {
	local kind

	for kind in 0 1 5 6 7 8 9 10 11 12 13; do
		expect "events of kind $kind" \
			[ "$(awk -v kind=$kind '$1 == "event" && $2 == kind { print $3 }' \
			"$scratch/netlink.told")" -gt 0 ]
	done
	expect "each of them whole" [ "$(told netlink events-malformed)" = 0 ]
	echo "# $(told netlink events-lost) times a listener was too slow"
}

require_module
setup_hosts
hurry_grace_periods
tsr attach fw1 && tsr on >/dev/null
run_cases \
	messages "messages of any kind, and each that is allowed is answered" \
	accepted "each command with each attribute is accepted" \
	dumps "dumps end, wherever they are left" \
	events "events are whole" \
	none_lost "not one honest connection beside is lost"
