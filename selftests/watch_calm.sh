#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Ten minutes of harmless traffic, in which no alarm may come. It is normal, then bursty,
# then none at all. The minutes pass as fast as the machine can where idle time passes at
# once: see runner/check.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/dns.sh
. "$(dirname "$0")/lib/dns.sh"
# shellcheck source=selftests/lib/watch.sh
. "$(dirname "$0")/lib/watch.sh"
trap cleanup EXIT

# seconds COUNT: they pass
seconds() {
	local end=$((SECONDS + $1))

	while [ $SECONDS -lt $end ]; do
		pause 999
	done
}

has_told_nothing() {
	[ -s "$scratch/watch.out" ] && sed 's/^/# /' "$scratch/watch.out"
	[ ! -s "$scratch/watch.out" ] && has_health 0 well && has_not_complained
}

normal() {
	local name pids=()

	for name in "${carriers[@]}"; do
		ask_without_end "$name" "${address[$name]}" 2
		pids+=("${children[@]: -2}")
	done
	seconds 240
	kill "${pids[@]}"
	for name in "${carriers[@]}"; do
		expect "many answers of $name: $(answers "$name")" has_answers "$name" 300
	done
	expect "nothing told" has_told_nothing
}

# One in each quarter of a minute, one that is given up and one that is refused among it
bursty() {
	local i

	for ((i = 0; i < 12; i++)); do
		connect_some alpha 10 10
		connect_some gamma 3 10
		give_up beta
		refused_by gamma
		seconds 15
	done
	expect "nothing told" has_told_nothing
	expect "they were counted" [ "$(tsr -j group | jq '
		map(select(.name == "alpha"))[0].treated.attempts')" -ge 400 ]
}

# The client is gone before the answer comes
give_up() { # NAME
	on_outside tc qdisc add dev out0 root netem delay 300ms
	on_inside timeout 0.1 socat -u OPEN:/dev/null "TCP4:${address[$1]}:7" 2>/dev/null
	on_outside tc qdisc del dev out0 root
}

refused_by() { # NAME
	on_inside timeout 1 socat -u OPEN:/dev/null "TCP4:${address[$1]}:9" 2>/dev/null
}

idle() {
	seconds 180
	expect "nothing told" has_told_nothing
	expect "the feeds show that somebody watches" feeds_live
}

# No older than five minutes, after ten in which nothing was told
feeds_live() {
	local atom

	for atom in "$scratch"/state/{incidents,groups/alpha,groups/default}.atom; do
		[ $(($(date +%s) - $(date +%s -d "$(updated_in "$atom")"))) -le 305 ] || return
	done
}
updated_in() { sed -n 's,^<updated>\(.*\)</updated>$,\1,p' "$1" | head -n 1; }

require_module
require_dns
setup_hosts
tsr attach fw1 >/dev/null
setup_carriers rewrite
start_dns "${address[@]}"
serve outside 7 cat
start_watch 'trip = off'

run_cases \
	normal "four minutes of queries" \
	bursty "three minutes of bursts, given up and refused ones among them" \
	idle "three minutes of nothing"
