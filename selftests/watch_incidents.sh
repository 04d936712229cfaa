#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the service does about incidents, and whom it tells. The settings
# name commands, a feed and a directory for its state.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/watch.sh
. "$(dirname "$0")/lib/watch.sh"
trap cleanup EXIT

if ! python3 -c 'import feedparser' 2>/dev/null; then
	echo "1..0 # SKIP no python3-feedparser: 'make run_tests' in the top directory installs it"
	exit 4
fi

tsrewrite=$TSREWRITE

# What a reader of a feed has: JSON. It takes a second to start in a guest, and has
# the same feed as before if nothing was written.
feed() { # [FILE]: incidents.atom, or groups/...
	local atom=$scratch/state/${1:-incidents.atom} read

	read=$scratch/read.${atom##*/}
	if ! cmp -s "$atom" "$read"; then
		cp "$atom" "$read" 2>/dev/null || return
		"$selftests/lib/feed.py" "$read" >"$read.json"
	fi
	cat "$read.json"
}
feed_has() { [ "$(feed "${2:-}" | jq "$1")" = true ]; } # JQ_FILTER [FILE]

# A reader that has read the feed before has nothing that is not there still, as it was
remember_entries() { feed | jq -c '.entries[]' | sort >"$scratch/entries"; }
entries_stay() {
	feed | jq -c '.entries[]' | sort >"$scratch/entries.now"
	[ -s "$scratch/entries" ] &&
		! comm -23 "$scratch/entries" "$scratch/entries.now" | grep -q .
}

commands_run() {
	start_watch "run = cat >>$scratch/ran; echo >>$scratch/ran; env >$scratch/env" \
		'quiet = 1s' 'feed-url = https://example.net/a&b/' '[group beta]' "run = touch $scratch/beta-ran; exit 3"
	# Whoever does it may have any name
	cp "$TSREWRITE" "$scratch/a<b>&c"
	TSREWRITE=$scratch/a\<b\>\&c
	expect "an outage is told" break_until_told alpha
	TSREWRITE=$tsrewrite
	expect "a command ran, and read what was told" until_true \
		ran 'any(.what == "opened" and .incident.group == "alpha")'
	expect "its environment as well" until_true grep -qx TSREWRITE_GROUP=alpha "$scratch/env"
	expect_not "another group's did not" [ -e "$scratch/beta-ran" ]
	expect "it is in the feed" until_true feed_has 'any(.entries[]; .what == "opened")'
	remember_entries
	tsr group set alpha mode off >/dev/null
	expect "closed" until_true has_closed
	expect "that was told to the command, too" until_true ran 'any(.what == "closed")'
	forget_what_was_told
	expect "another group's outage" break_until_told beta
	expect "runs its command" until_true [ -e "$scratch/beta-ran" ]
	expect "which fails, and that is told" until_true \
		grep -q "touch $scratch/beta-ran; exit 3\" exited with status 3" "$scratch/watch.err"
	tsr group set beta mode off >/dev/null
	expect "without trip, the mode is the operator's" has_told '
		all(.what != "tripped")'
}

ran() { [ "$(jq -s "$1" "$scratch/ran" 2>/dev/null)" = true ]; }

feed_is_atom() {
	expect "the end of the last one is in the feed" until_true feed_has '
		.entries[0].title | startswith("closed: connections of group beta fail")'
	expect "no complaint of the parser" feed_has '.bozo == false and .version == "atom10"'
	expect "none by RFC 4287" feed_has '.wrong == []'
	expect "it says where it is" feed_has '.self == ["https://example.net/a&b/incidents.atom"]'
	expect "the newest first" feed_has '.entries | [.[].updated] == (map(.updated) | sort | reverse)'
	expect "openings and ends are entries each" feed_has '
		[.entries[] | select(.title | contains("alpha")) | .what] |
		.[0] == "closed" and .[-1] == "opened"'
	expect "what was read before is as it was" entries_stay
	expect "ids of their own" feed_has '
		[.id, .entries[].id] | length == (unique | length) and all(startswith("urn:uuid:"))'
	expect "onsets, and the change before" feed_has '
		all(.entries[].content; contains("estimated onset: 2") and
			contains("confirmed onset: 2") and contains("group changed"))'
	expect "not by whom" feed_has '
		all(.entries[].content; test("uid|pid|a<b>|tsrewrite|/") | not)'
	expect "which the firewall knows" grep -q '(a<b>&c)' "$scratch/state/incidents.json"
}

# A carrier reads its own, and nothing of others, whatever its group is called
feeds_of_groups() {
	local name

	expect "alpha's" feed_has '.wrong == [] and (.title | contains("group alpha")) and
		(.entries | length >= 2 and all(.title | contains("group alpha")))' groups/alpha.atom
	expect "says where it is" feed_has '
		.self == ["https://example.net/a&b/groups/alpha.atom"]' groups/alpha.atom
	expect "has an id of its own" feed_has ".id != $(feed | jq .id)" groups/alpha.atom
	expect "the same entries" [ "$(feed groups/alpha.atom | jq -c '[.entries[].id]')" = \
		"$(feed | jq -c '[.entries[] | select(.title | contains("alpha")) | .id]')" ]
	expect_not "no word of beta" grep -q beta "$scratch/state/groups/alpha.atom"
	expect "nothing to tell: empty" feed_has '.wrong == [] and .entries == []' groups/gamma.atom
	for name in .. a.b a_2eb; do
		tsr group add "$name" >/dev/null
	done
	for name in =2e=2e a=2eb a_2eb; do
		expect "any name: $name" until_true feed_has '.bozo == false and .wrong == []' \
			"groups/$name.atom"
	done
	expect "and nothing else" [ "$(find "$scratch/state" -name '*.atom' | wc -l)" = 8 ]
	tsr group del .. a.b a_2eb >/dev/null
}

outlives_the_service() {
	local before

	before=$(feed | jq -c .id)
	tsr group set alpha mode rewrite >/dev/null
	forget_what_was_told
	expect "an outage" break_until_told alpha
	expect "in the feed" until_true feed_has '.entries[0].what != "closed"'
	remember_entries
	kill -KILL "$watch_pid"
	wait "$watch_pid" 2>/dev/null
	start_watch 'quiet = 5s'
	expect "it goes on" has_health 2 "connections of group alpha fail"
	expect "and nothing was told" [ ! -s "$scratch/watch.out" ]
	tsr group set alpha mode off >/dev/null
	expect "closed by the same rules as any other" until_true feed_has '
		.entries[0] | .what == "closed" and (.content | contains("mode off: "))'
	expect "the same id as before" [ "$(feed | jq -c .id)" = "$before" ]
	expect "all that was told stays" entries_stay
	expect "no settings say where it is" feed_has '.self == []'
	expect "names of users and processes are root's alone" [ "$(stat -c %a \
		"$scratch/state/incidents.json" "$scratch/state/incidents.atom" | tr '\n' ' ')" = "600 644 " ]
	expect "of the group as well" until_true feed_has '
		.entries[0].what == "closed"' groups/alpha.atom
	stop_watch
	jq '.incidents[0].updated = 1795709810012345678' "$scratch/state/incidents.json" \
		>"$scratch/older"
	cp "$scratch/older" "$scratch/state/incidents.json"
	start_watch
	expect "one of another version is told" grep -q \
		"incidents.json: 1 incident is not as this version writes them" "$scratch/watch.err"
	expect "and the others stay" until_true jq -e '.incidents | length == 2' \
		"$scratch/state/incidents.json"
	expect "what was told stays" entries_stay
	echo '{"broken' >"$scratch/state/incidents.json"
	stop_watch
	start_watch
	expect "what cannot be read is told, and kept" grep -q \
		"incidents.json: .*(it is kept as incidents.json.bad)" "$scratch/watch.err"
	expect "as it was" grep -qx '{"broken' "$scratch/state/incidents.json.bad"
	expect "and begun anew" until_true feed_has '.entries == []'
	stop_watch
}

table_is_full() {
	start_watch
	tsr mode rewrite >/dev/null
	limit_flows 10
	expect "nothing yet" [ ! -s "$scratch/watch.out" ]
	for i in 1 2 3 4 5 6 7 8 9; do
		hold full$i inside $outside4 7
		expect "connection $i" still_talks full$i
	done
	expect "told" until_true has_told "$opened |
		.kind == \"table\" and (.figures | contains(\" of 10; half-open\"))"
	expect "health: degraded" has_health 1 "the flow table is nearly full"
	config limit 1000
	expect "over" until_true has_closed
	for i in 1 2 3 4 5 6 7 8 9; do
		let_go full$i
	done
	stop_watch
}

# Room for what begins outside ends before the table is nearly full
table_has_no_room() {
	limit_flows 8
	for i in 1 2 3 4 5 6 7; do
		hold fits$i inside $outside4 7
		expect "connection $i" still_talks fits$i
	done
	start_watch
	# At once, before the service has looked for the first time
	hold bare outside $inside4 7
	expect "one without TSopt" still_talks bare
	expect "told" until_true has_told "$opened | .kind == \"table\" and
		(.figures | test(\"in the last minute [0-9]+ SYNs that lost their TSopt\"))"
	config limit 1000
	for i in fits{1..7} bare; do
		let_go "$i"
	done
	stop_watch
	# It would last for another minute
	rm -r "$scratch/state"
}

forge_syns() { # PREFIX COUNT: of outside hosts that do not exist
	on_outside "$selftests/lib/flood.py" syn "$1" $inside4 7 --count "$2" 2>/dev/null
}

half_open_are() { [ "$(tsr -j config | jq .inbound_flows)" = "$1" ]; }

last_look() {
	tsr -j metrics | jq '.[] |
		select(.name == "tsrewrite_watch_last_sample_timestamp_seconds").samples[0].value'
}

has_looked_since() { [ "$(last_look)" != "$1" ]; }

# looks: the service has seen what is there now
looks() {
	local before

	for _ in 1 2; do
		before=$(last_look)
		until_true has_looked_since "$before"
	done
}

# All flows together have room for many more
half_open_nearly_full() {
	limit_flows 1000
	config inbound-limit 10
	start_watch
	forge_syns 203.0.113.0/25 8
	expect "eight half-open" until_true half_open_are 8
	expect "it to look" looks
	expect "nothing yet" [ ! -s "$scratch/watch.out" ]
	forge_syns 203.0.113.128/25 1
	expect "nine" until_true half_open_are 9
	expect "told" until_true has_told "$opened | .kind == \"table\" and
		(.figures | contains(\"half-open from outside 9 of 10\"))"
	expect "health: degraded" has_health 1 "the flow table is nearly full"
	tsr flush --force >/dev/null
	config inbound-limit 1000
	expect "over" until_true has_closed
	stop_watch
	rm -r "$scratch/state"
}

# Others may have been changed between that and the alarm
names_its_own_change() {
	tsr group set alpha mode rewrite >/dev/null
	start_watch
	tsr group set gamma canary 50 >/dev/null
	tsr group set alpha mode bug >/dev/null
	tsr group set beta canary 50 >/dev/null
	expect "an outage" until_true connects_and_has_told alpha
	expect "its own change to be named, not $(told '[.[].incident.change_before]')" has_told '
		map(select(.incident.group == "alpha" and .what == "opened").incident.change_before) |
		length > 0 and all(contains("group changed alpha mode rewrite -> bug"))'
	tsr group set alpha mode off >/dev/null
	for name in beta gamma; do
		tsr group set $name canary 100 >/dev/null
	done
	stop_watch
	rm -r "$scratch/state"
}

# Flows from before count until RCU has let go of them; and a server that still waits for the
# end of a handshake begins one again, when it repeats its SYN-ACK
limit_flows() { # COUNT
	expect "no flows" until_true has_flushed_all
	config limit "$1"
}

has_flushed_all() {
	tsr flush --force >/dev/null && [ "$(tsr -j config | jq .flows)" = 0 ]
}

# A device goes, with its rules, and comes back; then somebody flushes everything
rules_are_lost() {
	tsr group add delta mode rewrite to 198.51.100.9 >/dev/null
	ip -n "$firewall" link add away type dummy
	tsr attach away >/dev/null
	start_watch
	ip -n "$firewall" link del away
	ip -n "$firewall" link add away type dummy
	expect "back, and confirmed by the service" until_true is_confirmed away
	expect "nothing else to tell" [ ! -s "$scratch/watch.out" ]
	on_firewall nft delete table netdev tsrewrite
	expect "told" until_true has_told "$opened |
		.kind == \"rules\" and (.figures | contains(\"group delta has lost its rules\"))"
	expect "health: degraded" has_health 1 "rules of groups are missing or were modified"
	for name in "${carriers[@]}"; do
		expect "$name has them again" tsr group set "$name" to "${address[$name]}"
	done
	expect "delta as well" tsr group set delta to 198.51.100.9
	expect "over" until_true has_closed
	stop_watch
	tsr detach away >/dev/null
	tsr group del delta >/dev/null
}

is_confirmed() { # DEVICE
	tsr -j status | jq -e ".devices[] | select(.name == \"$1\") |
		has(\"ifindex\") and .confirmed" >/dev/null
}

settings_are_checked() {
	refused "unknown key \"tripp\"; did you mean \"trip\"?" 'tripp = off'
	refused "watch.conf:2: trip \"on\" is not no, off, observe or strip" 'trip = on'
	refused "watch.conf:4: drop is given twice" 'drop = 5' '' 'drop = 6'
	refused "drop \"100\" is not in 1..99" 'drop = 100'
	refused "quiet \"1h\" is not in 1s..120s" 'quiet = 1h'
	refused "history \"soon\" is not a duration" 'history = soon'
	refused "[alpha] is not [group NAME]" '[alpha]' 'trip = off'
	refused "quiet applies to all groups" '[group alpha]' 'quiet = 5s'
	refused "neither KEY = VALUE" 'trip off'
	refused "trip needs a value" 'trip ='
	refused "longer than" "run = $(printf 'x%.0s' {1..300})"
	refused "is not an absolute path" 'state = here'
	refused "is not the URL of a directory" 'feed-url = https://example.net/feed'
	refused "is not the URL of a directory" 'feed-url = file:///srv/'
	expect_refusal 78 "No such file" tsr watch "$scratch/nothing.conf"
	expect_refusal 2 'unexpected word "now"' tsr watch "$scratch/watch.conf" now
}

# state is in the first line already
refused() { # TEXT SETTING...
	local text=$1

	shift
	write_settings "$@"
	[ "${1%% *}" != state ] || sed -i 1d "$scratch/watch.conf"
	expect_refusal 78 "$text" timeout 10 "$TSREWRITE" -n "$firewall" watch \
		"$scratch/watch.conf"
}

settings_are_read_again() {
	start_watch
	expect_refusal 1 "another process has the name of the status socket" tsr watch "$scratch/watch.conf"
	write_settings 'trip = maybe'
	kill -HUP "$watch_pid"
	expect "what is wrong is told" until_true \
		grep -q 'trip "maybe" is not' "$scratch/watch.err"
	write_settings 'trip = observe'
	kill -HUP "$watch_pid"
	tsr group set alpha mode rewrite >/dev/null
	expect "an outage" break_until_told alpha
	expect "tripped by the new settings" until_true has_mode alpha observe
	expect "that is told" until_true has_told 'any(.what == "tripped" and
		.incident.state == "tripped" and .incident.tripped_to == "observe")'
	expect "health: degraded, not failing" until_true has_health 1 \
		"group alpha was tripped to mode observe"
	stop_watch
	tsr group set alpha mode off >/dev/null
}

# More than its socket holds, while it cannot read
events_are_lost() {
	start_watch
	kill -STOP "$watch_pid"
	on_firewall python3 "$selftests/lib/ask_mode.py" alpha 3 6000
	kill -CONT "$watch_pid"
	expect "told" until_true grep -q "events were lost" "$scratch/watch.err"
	expect "it goes on" until_true is_watching
	tsr group set alpha mode off >/dev/null
	stop_watch
}

nowhere_to_write() {
	start_watch
	# At once, since the service may be writing there
	mv "$scratch/state" "$scratch/state-that-was"
	limit_flows 1
	hold lonely inside $outside4 7
	expect "a connection" still_talks lonely
	expect "told" until_true has_opened
	expect "that it cannot be written is told, once" until_true \
		grep -q "No such file" "$scratch/watch.err"
	mkdir "$scratch/state"
	expect "written when it can be" until_true [ -s "$scratch/state/incidents.atom" ]
	expect "once" [ "$(wc -l <"$scratch/watch.err")" = 1 ]
	config limit 1000
	let_go lonely
	stop_watch
}

# As systemd hears it
notifies() {
	local socket=$scratch/notify

	in_background firewall socat -u "UNIX-RECV:$socket" "CREATE:$scratch/notified"
	until_true [ -S "$socket" ]
	NOTIFY_SOCKET=$socket start_watch
	expect "ready" until_true grep -q READY=1 "$scratch/notified"
	expect "alive" until_true grep -q WATCHDOG=1 "$scratch/notified"
	expect "how it goes" until_true grep -q "STATUS=[0-9]* open incident" "$scratch/notified"
	kill -HUP "$watch_pid"
	expect "reloading" until_true grep -q RELOADING=1 "$scratch/notified"
	stop_watch
	expect "stopping" until_true grep -q STOPPING=1 "$scratch/notified"
}

require_module
setup_hosts
tsr attach fw1 >/dev/null
setup_carriers rewrite
ip -n "$firewall" route add 203.0.113.0/24 via $outside4
serve outside 7 cat
serve inside 7 cat

run_cases \
	commands_run "commands, a group's own or everybody's" \
	feed_is_atom "a feed, by a parser" \
	feeds_of_groups "a feed of each group" \
	outlives_the_service "what is known of incidents outlives the service" \
	table_is_full "a table nearly full" \
	table_has_no_room "connections that lost their TSopt for want of room" \
	half_open_nearly_full "as many half-open as may be, nearly" \
	names_its_own_change "a group's incident names a change of that group" \
	rules_are_lost "rules that are lost, and a device that comes back" \
	settings_are_checked "settings that are wrong are refused" \
	settings_are_read_again "settings are read again, or stay" \
	events_are_lost "it says that events were lost, and goes on" \
	nowhere_to_write "a directory that is not there" \
	notifies "systemd is told"
