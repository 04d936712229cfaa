#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tsrewrite top, on a terminal: what its screen says of real connections, what its keys do,
# and how it leaves the terminal.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/watch.sh
. "$(dirname "$0")/lib/watch.sh"
trap cleanup EXIT

if ! python3 -c 'import pyte' 2>/dev/null; then
	echo "1..0 # SKIP no python3-pyte: 'make run_tests' in the top directory installs it"
	exit 4
fi

: "${TSREWRITE_KO:=$(modinfo -n nf_tsrewrite 2>/dev/null)}"
# An xterm can do more than lib/screen.py knows of
export LC_ALL=C.UTF-8 TERM=screen-256color

# The terminal: see lib/screen.py

open_terminal() { # COLUMNS LINES COMMAND...
	[ -p "$scratch/terminal.asked" ] ||
		mkfifo "$scratch/terminal.asked" "$scratch/terminal.told"
	exec {asked}<>"$scratch/terminal.asked" {told}<>"$scratch/terminal.told"
	python3 "$selftests/lib/screen.py" "$@" <&"$asked" >&"$told" &
	terminal_pid=$!
	children+=($!)
}

close_terminal() {
	kill "$terminal_pid" 2>/dev/null
	wait "$terminal_pid" 2>/dev/null
	exec {asked}>&- {told}>&-
}

open_top() { open_terminal "$1" "$2" "$TSREWRITE" -n "$firewall" top; } # COLUMNS LINES

# ask WORDS: the lines of the answer become $screen
ask() {
	local line

	screen=()
	echo "$*" >&"$asked"
	while IFS= read -rt 60 -u "$told" line; do
		[ "$line" != . ] || return 0
		screen+=("$line")
	done
	echo "# the terminal does not answer to '$*'"
	return 1
}

# shows PATTERN...: some line matches each, as [[ ]] has it
shows() {
	local pattern

	ask show || return
	for pattern; do
		printf '%s\n' "${screen[@]}" | grep -qE -- "$pattern" || return
	done
}

shows_first() { ask show && [[ ${screen[3]} =~ $1 ]]; }	# PATTERN: in the first row
shows_below() { ask show && [[ ${screen[4]} =~ $1 ]]; }	# PATTERN: and in the line below

# see WHAT PATTERN...: the screen comes to show them; what it shows if it does not
see() {
	until_true shows "${@:2}" && return
	echo "# expected: $1"
	printf '# %s\n' "${screen[@]}"
	case_failed=1
}

has_ended() { # STATUS
	ask end && [ "${screen[0]}" = "$1" ] && [ ${#screen[@]} = 1 ] && return
	echo "# ended with ${screen[*]}"
	return 1
}

# Cases

no_groups_yet() {
	open_top 80 24
	see "the default group, and no service" '^default +rewrite ' '^usual not known: '
	expect "it fits" [ "$(printf '%s\n' "${screen[@]}" | wc -L)" -le 80 ]
}

# Twenty connections within ten seconds
shows_rates_of_connections() {
	start_watch "quiet = 6" "trip = off"
	setup_carriers rewrite
	see "the new groups" '^alpha +rewrite +0 +0 +- ' '^gamma '
	connect_some alpha 20
	see "two a second" '^alpha +rewrite +2\.0 +2\.0 +100% +(-|100%) +0 +0 '
	see "no group but that" '^beta +rewrite +0 +0 ' '^0 open incidents'
	see "what is usual, soon" '^alpha +rewrite .* 100% '
}

shows_the_worst_first() {
	drop_syns outside "ip daddr ${address[gamma]}"
	connect_some gamma 8
	expect "those that do not come up" until_true shows_first '^gamma '
	expect "and why it is there" until_true shows_below 'connections come up'
	expect "a ratio of none" shows '^gamma .* 0% '
	take_syns outside
}

# The service trips it while its connections are broken on purpose
shows_a_trip() {
	expect "an outage that is found" break_until_told beta
	see "that it was tripped, and why" '^beta +off ' \
		'^ +TRIPPED to off; connections fail: it looks like this firewall'
	tsr group set beta mode observe >/dev/null
	expect "no longer when somebody has set the mode" until_true shows_no 'TRIPPED'
}

shows_no() { ask show && ! printf '%s\n' "${screen[@]}" | grep -qE -- "$1"; } # PATTERN

scrolls() {
	local number

	for number in {001..040}; do
		echo "scrolled-with-a-long-name-$number mode rewrite to none"
	done >"$scratch/groups"
	tsr group load "$scratch/groups" >/dev/null
	connect_some beta 1
	ask keys s
	ask keys s
	see "the first page, by name" ' 1-[0-9]+ of 44$' '^alpha ' 'sort: name'
	ask keys '\x1b[6~'
	see "the next page" ' (19|20|21)-[0-9]+ of 44$'
	ask keys '\x1b[4~'
	see "the end" '-44 of 44$' '^scrolled-\.\.-name-040 '
	ask keys '\x1bOA'
	see "a line up" '-43 of 44$'
	ask keys f
	see "those with attempts" '^beta ' ' of [1-3]$' 'filter: busy'
	ask keys f
	ask keys s
	see "all again, the worst first" ' 1-[0-9]+ of 44$' 'sort: worst'
}

follows_the_size() {
	ask resize 200 60
	see "whole names, and all of them" '^scrolled-with-a-long-name-040 ' ' 1-44 of 44$'
	ask resize 40 4
	see "what has room" '^tsrewrite '
	ask resize 80 24
	see "as before" ' 1-[0-9]+ of 44$'
}

helps_and_pauses() {
	ask keys h
	see "help" '^IMPOSS ' 'Any key'
	ask keys x
	see "the groups" '^GROUP +MODE'
	ask keys p
	see "that it is paused" ' PAUSED '
	tsr group del scrolled-with-a-long-name-001 >/dev/null
	ask keys p
	see "that it goes on" ' of 43$'
}

leaves_the_terminal_as_it_was() {
	ask colours
	expect "colours" [ "${screen[0]}" -gt 0 ]
	ask keys q
	expect "0 as its status, and nothing left behind" has_ended 0
	close_terminal
	for signal in TERM INT; do
		open_top 80 24
		see "groups" '^default '
		ask signal $signal
		expect "nothing left behind by $signal" has_ended "-$(kill -l $signal)"
		close_terminal
	done
}

minds_what_the_terminal_can() {
	local TERM=$TERM LC_ALL=$LC_ALL NO_COLOR=1

	export TERM LC_ALL NO_COLOR
	LC_ALL=C open_top 80 24
	see "ASCII" '^alpha .* [_.:=+*#-]{2,}$'
	ask colours
	expect "no colours" [ "${screen[0]}" = 0 ]
	ask keys q
	expect "an end" has_ended 0
	close_terminal
	TERM=no-such-kind open_top 200 24
	see "what is wrong, and what to do" '"no-such-kind" of TERM is not known' 'group -w'
	expect "a refusal" has_ended 1
	close_terminal
	expect_refusal 1 "group -w" tsr top </dev/null
}

prints_without_a_terminal() {
	timeout 30 "$TSREWRITE" -n "$firewall" group -w | head -n 6 >"$scratch/table"
	expect "a time and a table" grep -qE '^default +rewrite +0 ' "$scratch/table"
	connect_some alpha 5
	timeout 30 "$TSREWRITE" -n "$firewall" -j group -w | head -n 2 >"$scratch/lines"
	expect "objects, a line each" jq -se 'length == 2 and all(.groups | length == 43)' \
		"$scratch/lines"
	expect_refusal 2 "does not apply" tsr group del alpha -w
}

goes_on_without_the_module() {
	if [ ! -e "$TSREWRITE_KO" ] || [ "$(cat /sys/module/nf_tsrewrite/refcnt)" != 1 ]; then
		skip "the module cannot be removed and loaded again"
		return
	fi
	stop_watch
	open_top 80 24
	see "groups" '^alpha '
	tsr detach fw1 --force >/dev/null
	expect "removing it" until_true rmmod nf_tsrewrite
	see "that it is gone" '^kernel module nf_tsrewrite is not loaded' ' no group$'
	expect "loading it again" insmod "$TSREWRITE_KO"
	see "what there is then" '^default +off ' ' 1-1 of 1$'
	ask keys q
	expect "an end" has_ended 0
	close_terminal
}

require_module
setup_hosts
serve outside 7 cat
tsr attach fw1 >/dev/null
tsr on >/dev/null

run_cases \
	no_groups_yet "the screen of a machine without groups or service" \
	shows_rates_of_connections "rates are those of real connections" \
	shows_the_worst_first "the worst is at the top" \
	shows_a_trip "a trip is told in words" \
	scrolls "it scrolls, sorts and filters" \
	follows_the_size "it follows the terminal's size" \
	helps_and_pauses "it helps and pauses" \
	leaves_the_terminal_as_it_was "at its end, and by signals, the terminal is as it was" \
	minds_what_the_terminal_can "no colours, no UTF-8, no terminal" \
	prints_without_a_terminal "group -w prints the same without a terminal" \
	goes_on_without_the_module "it goes on while the module is not loaded"
