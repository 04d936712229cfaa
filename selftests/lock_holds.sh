#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Nobody waits for a large flow table: numbers of flows are counted as they change, ids of
# what is gone are taken out of flows by the expiry, flows are flushed in steps, and a
# namespace goes with its table behind it. A kernel that checks locks (make check-debug)
# warns if more than 16,384 entries are visited where others may wait.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

chains=1048576

flows_of() { # DEVICE: as the device has it
	tsr -j status | jq ".devices[] | select(.name == \"$1\").flows"
}

flows_are() { test "$(flows_of "$1")" "$2" "$3"; } # DEVICE -eq, -le or -ge, NUMBER

# listed_of DEVICE ZONE: as a walk over all flows finds it
listed_of() {
	tsr -j flows | jq "map(select(.zone == $2 and .state != \"closed\" and
		(.mode == \"rewrite\" or .mode == \"bug\"))) | length"
}

is_counted_right() { # DEVICE ZONE
	[ "$(flows_of "$1")" = "$(listed_of "$1" "$2")" ]
}

# Flows may begin, or time out, between the two
numbers_agree() { # WHEN
	expect "fw1 to have what is listed, $1" until_true is_counted_right fw1 0
	expect "fw0, too" until_true is_counted_right fw0 5
}

forge_syns() { # TARGETS COUNT
	on_inside "$selftests/lib/flood.py" syn $inside4/32 "$1" 7 --rate 2000 --count "$2" \
		2>/dev/null
}

# Each connection crosses both devices, and is a flow on each
counted_as_they_change() {
	local before name

	for name in one two three; do
		hold $name inside $outside4 7
		hold ${name}6 inside $outside6 7
		expect "connection $name" still_talks $name
		expect "connection $name by IPv6" still_talks ${name}6
	done
	expect "six on either" [ "$(flows_of fw1).$(flows_of fw0)" = 6.6 ]
	numbers_agree "with connections"
	let_go one
	let_go one6
	expect "two to close" until_true flows_are fw1 -le 4
	numbers_agree "with closed ones"
	mode observe
	hold plain inside $outside4 7
	expect "one that is not rewritten" still_talks plain
	numbers_agree "with one that is not rewritten"
	mode rewrite
	before=$(flows_of fw1)
	forge_syns 203.0.113.0/24 400
	expect "unanswered ones to count" [ "$(flows_of fw1)" -ge $((before + 200)) ]
	numbers_agree "with unanswered ones"
	tsr flush outside 203.0.113.0/25 --force >/dev/null
	numbers_agree "with fewer of them"
	config timeout-embryonic 1
	expect "their end" until_true flows_are fw1 -le "$before"
	config timeout-embryonic 130
	numbers_agree "when they have gone"
}

# The id of what was detached is that of nothing else
detached_and_attached() {
	tsr detach fw1 --force >/dev/null
	expect "attaching it again" tsr attach fw1
	expect "none of those before to count" [ "$(flows_of fw1)" = 0 ]
	expect "one to go on" still_talks two
	expect "it, from then on" until_true flows_are fw1 -eq 1
	expect "the other device's to count as before" is_counted_right fw0 5
	expect "another to go on" still_talks two6
	expect "two" until_true flows_are fw1 -eq 2
	for ((i = 0; i < 30; i++)); do
		tsr detach fw1 --force || break
		tsr attach fw1 || break
	done >/dev/null
	expect "to do so thirty times" [ "$i" = 30 ]
	expect "none to count" [ "$(flows_of fw1)" = 0 ]
	expect "one to go on" still_talks three
	expect "one to count" until_true flows_are fw1 -eq 1
}

group_of() { tsr -j flows port "$1" | jq -c 'map(.group_name) | unique'; } # PORT

# A group may get the id of another that was just removed
id_is_given_again() {
	local id

	tsr group add alpha to $outside4 mode rewrite >/dev/null
	hold grouped inside $outside4 7 sourceport=4101
	expect "a connection of it" still_talks grouped
	id=$(tsr -j group show alpha | jq .id)
	expect "its group" [ "$(tsr -j flows port 4101 group alpha | jq length)" -ge 1 ]
	tsr group del alpha >/dev/null
	expect "none when that has gone" [ "$(group_of 4101)" = '["default"]' ]
	expect "another group of its id, at once" tsr group add beta id "$id"
	expect "no flow in it" [ "$(tsr -j flows group beta | jq length)" = 0 ]
	expect "the connection to be of none" [ "$(group_of 4101)" = '["default"]' ]
	expect "it to go on" still_talks grouped
	tsr group del beta >/dev/null
	for ((i = 0; i < 20; i++)); do
		tsr group add alpha id 3 || break
		tsr group del alpha || break
	done >/dev/null
	expect "twenty in a row" [ "$i" = 20 ]
	let_go grouped
}

flushes() { # WHAT SAID
	[ "$(tsr flush "${@:2}")" = "$1" ]
}

# Each step is a message; the event tells of all
flushed_in_steps() {
	local many name

	in_background firewall "$TSREWRITE" -j monitor >"$scratch/events"
	monitor=$!
	until_true is_monitoring
	forge_syns 203.0.113.0/24 3000
	many=$(tsr -j flows outside 203.0.113.0/24 zone 0 | jq length)
	expect "many flows" [ "$many" -ge 2000 ]
	expect_refusal 1 "rewritten connections would break" tsr flush outside 203.0.113.0/24
	expect "all of them still there" \
		[ "$(tsr -j flows outside 203.0.113.0/24 zone 0 | jq length)" = "$many" ]
	expect "all of them flushed" flushes \
		"flushed $many flows: $many rewritten connections break" \
		outside 203.0.113.0/24 zone 0 --force
	expect "one event" until_true has_flush_events 1 "$many"
	expect "none left" flushes "flushed 0 flows" outside 203.0.113.0/24 zone 0
	expect "no other event" has_flush_events 1 "$many"
	for name in two two6 three three6; do
		expect "connection $name to go on" still_talks $name
	done
	numbers_agree "after that"
	kill $monitor
}

is_monitoring() { mode off && mode rewrite && [ -s "$scratch/events" ]; }

has_flush_events() { # EVENTS FLOWS
	[ "$(jq -sc '[.[] | select(.type == "flow_flush").flushed.flows]' "$scratch/events")" = \
		"[$2]" ]
}

machine_flows_are() { [ "$("$TSREWRITE" -n "$outside" -j config | jq .machine_flows)" = "$1" ]; }

# With many attachments, most of them to devices that do not exist
namespace_goes() {
	local held

	for ((i = 3; i <= 40; i++)); do
		tsr attach --absent "gone$i" || break
	done >/dev/null
	expect "40 attachments" [ "$(tsr -j status | jq '.devices | length')" = 40 ]
	expect "a connection still" still_talks two
	held=$(tsr -j config | jq '.machine_flows - .flows')
	ip netns del "$firewall"
	expect "all flows gone with the namespace" until_true machine_flows_are "$held"
	expect "no attachment to hold the module" until_true holds_no_module
}

holds_no_module() { [ "$(cat /sys/module/nf_tsrewrite/refcnt)" = 0 ]; }

kernel_is_content() {
	dmesg | sed "1,/$mark/d" >"$scratch/dmesg"
	expect_not "a complaint in the kernel's log" grep -E \
		'WARNING|BUG|Call Trace|entries visited' "$scratch/dmesg"
	expect "that log" grep -q "$mark" <(dmesg)
}

mark="lock_holds $$ begins"

require_module
setup_hosts
serve outside 7 cat
ip -n "$firewall" route add 203.0.113.0/24 via $outside4
echo "$mark" >/dev/kmsg
config limit $chains
tsr attach fw1 >/dev/null
tsr attach fw0 zone 5 >/dev/null
mode rewrite

run_cases \
	counted_as_they_change "the flows of a device are counted right" \
	detached_and_attached "a device attached again has none of those before" \
	id_is_given_again "a group gets the id of another, and none of its flows" \
	flushed_in_steps "many flows are flushed, in steps, with one event" \
	namespace_goes "a namespace goes with 40 attachments and its table" \
	kernel_is_content "no complaint in the kernel's log"
