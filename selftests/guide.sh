#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the operator's guide says is what works: each of its blocks of commands is run as it
# stands, in order, and has the effect that the guide tells of.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

guide=$selftests/../Documentation/guide.rst

# The lines of the block that is marked with ".. run: NAME"
block() { # NAME
	awk -v mark=".. run: $1" '
		$0 == mark { found = 1; next }
		found && /^::$/ { inside = 1; next }
		inside && /^    / { print substr($0, 5); next }
		inside && /[^ ]/ { exit }' "$guide"
}

run_block() { # NAME
	local line ran=0

	while IFS= read -r line; do
		[[ $line != modprobe* ]] || continue # it is loaded
		((ran += 1))
		expect "$line" runs "$line"
	done < <(block "$1")
	expect "commands to run" [ $ran -gt 0 ]
}

# Files are of a directory that ends with the test
runs() { # LINE
	on_firewall env PATH="$(dirname "$TSREWRITE"):$PATH" \
		bash -c "${1//\/etc\/tsrewrite/$scratch}" >"$scratch/said" 2>&1 </dev/null && return
	sed 's/^/# /' "$scratch/said"
	return 1
}

each_block_is_marked() {
	local blocks marked

	blocks=$(grep -cx '::' "$guide")
	marked=$(grep -Ec '^\.\. (run: [a-z]+|not run: .+)$' "$guide")
	expect "many" [ "$blocks" -ge 15 ]
	expect "$blocks blocks to have a mark each, not $marked" [ "$blocks" = "$marked" ]
	expect "each name to be known here" [ -z "$(sed -n 's/^\.\. run: //p' "$guide" |
		while read -r name; do declare -F "guide_$name" >/dev/null || echo "$name"; done)" ]
}

default_mode() { tsr -j status | jq -r .mode; }
flow_mode() { tsr -j flows port "$1" | jq -r '.[].mode'; } # PORT

guide_observe() {
	run_block observe
	hold first inside $outside4 7 sourceport=4001
	expect "a connection" still_talks first
	expect "its echoes to be checked" [ "$(counter echo_verified)" -gt 0 ]
	expect "nothing to be rewritten" [ "$(counter egress_rewritten)" = 0 ]
}

guide_echoes() {
	run_block echoes
	expect "the connection to be listed" grep -q $inside4:4001 "$scratch/said"
}

guide_groups() {
	run_block groups
	hold grouped inside $outside4 7 sourceport=4002
	expect "a connection of the group" still_talks grouped
	expect "it to be counted there" [ "$(tsr -j group | jq \
		'.[] | select(.name == "carrier-a").control.established')" = 1 ]
}

guide_canary() {
	run_block canary
	expect "one in a hundred" [ "$(tsr -j group | jq \
		'.[] | select(.name == "carrier-a").canary')" = 1 ]
}

guide_all() {
	run_block all
	hold hidden inside $outside4 7 sourceport=4003
	expect "a connection" still_talks hidden
	expect "it to be rewritten" [ "$(flow_mode 4003)" = rewrite ]
	expect "the default group as well" [ "$(default_mode)" = rewrite ]
	expect "older ones to be as they began" [ "$(flow_mode 4002)" = observe ]
	expect "the state to be saved" tsr restore --check "$scratch/state"
}

guide_rollback() {
	run_block rollback
	hold plain inside $outside4 7 sourceport=4004
	expect "a new connection" still_talks plain
	expect "that is not rewritten" [ -z "$(flow_mode 4004)" -o "$(flow_mode 4004)" = off ]
	expect "the old one to go on" still_talks hidden
}

# Whoever waits for connections to end has to have some end
guide_detach() {
	let_go hidden
	run_block detach
	expect "no device" [ "$(tsr -j status | jq '.devices | length')" = 0 ]
	expect "other connections to go on" still_talks grouped
}

# Another machine, with no groups
guide_nat() {
	tsr group del carrier-a dns >/dev/null
	run_block nat
	hold masked inside $outside4 7 sourceport=4005
	expect "a connection" still_talks masked
	expect "it to be known by its outside address" [ "$(tsr -j flows port 4005 |
		jq -r '.[] | .inside_addr + " " + .mode')" = "$firewall4 rewrite" ]
}

guide_flowtable() {
	local before

	run_block flowtable
	expect "no alarm" [ "$(tsr -j status | jq '.alarms | length')" = 0 ]
	hold offloaded inside $outside4 7 sourceport=4006
	expect "a connection" still_talks offloaded
	before=$(counter echo_verified)
	for _ in 1 2 3 4 5; do
		expect "it to talk" still_talks offloaded
	done
	expect "the flowtable to have it" grep -q OFFLOAD \
		<(on_firewall conntrack -L -p tcp --orig-port-src 4006 2>/dev/null)
	expect "its echoes to be checked still" [ "$(counter echo_verified)" -gt "$before" ]
}

guide_bridge() {
	run_block bridge
	expect "the port to be attached" [ "$(tsr -j status |
		jq '[.devices[] | select(.name == "port0")] | length')" = 1 ]
}

guide_health() { run_block health; }

guide_labels() {
	load_label_module
	run_block labels
	expect "labels are used" [ "$(tsr -j config | jq .label_bit)" = 64 ]
	config label-bit none
	rmmod nf_tsrewrite_ct
}

guide_watchman() {
	tsr group add carrier-a to 198.51.100.0/24 >/dev/null
	run_block watchman
	hold watched inside $outside4 7 sourceport=4007
	expect "a connection" still_talks watched
	expect "it to be observed" [ "$(flow_mode 4007)" = observe ]
}

guide_strip() {
	run_block strip
	expect "mode strip" [ "$(tsr -j group | jq -r \
		'.[] | select(.name == "exchange").mode')" = strip ]
}

guide_features() { run_block features; }

# As the guide has them
name_devices() {
	local i

	for i in 0 1; do
		ip -n "$firewall" link set fw$i down
		ip -n "$firewall" link set fw$i name eth$i
		ip -n "$firewall" link set eth$i up
	done
}

require_module
setup_hosts
name_devices
serve outside 7 cat

run_cases \
	each_block_is_marked "each block of commands is run, or says why not" \
	guide_observe "a dry run" \
	guide_echoes "what it shows" \
	guide_groups "groups" \
	guide_canary "a canary" \
	guide_all "all, saved" \
	guide_rollback "rolling back" \
	guide_detach "draining and detaching" \
	guide_nat "a NAT gateway" \
	guide_flowtable "with a flowtable" \
	guide_bridge "a bridge" \
	guide_health "health, as keepalived asks" \
	guide_labels "offsets in labels, for conntrackd" \
	guide_watchman "a watchman" \
	guide_strip "strip" \
	guide_features "features"
