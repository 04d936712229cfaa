#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# JSON is as its schema says. Every command is called with -j, and what it prints is held
# against Documentation/json/tsrewrite.schema.json, so that a change of it shows.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/watch.sh
. "$(dirname "$0")/lib/watch.sh"
trap cleanup EXIT

if ! python3 -c 'import jsonschema' 2>/dev/null; then
	echo "1..0 # SKIP no python3-jsonschema: 'make run_tests' in the top directory installs it"
	exit 4
fi

mkdir "$scratch/answers"
: >"$scratch/listed"
: >"$scratch/judged"

# new_answer NAME: $answer is a file for what NAME of the schema is to describe
new_answer() {
	answer=$scratch/answers/$((++number))
	printf '%s\t%s\n' "$1" "$answer" >>"$scratch/listed"
}
number=0

# answers NAME WORD...: what tsrewrite -j WORD... prints
answers() {
	new_answer "$1"
	tsr -j "${@:2}" >"$answer"
}

# As the last answer has it
has() { jq -se "$1" "$answer" >/dev/null; } # CONDITION, on an array of its objects
changed() { has 'all(.changed == true)'; }
unchanged() { has 'all(.changed == false)'; }

judge() {
	"$selftests/lib/json_schema.py" "$@" | sed "s/^/# /"
	return "${PIPESTATUS[0]}"
}

# All answers since this was asked last
are_valid() {
	local status=0

	[ -s "$scratch/listed" ] || return
	judge "$scratch/listed" || status=1
	cat "$scratch/listed" >>"$scratch/judged"
	: >"$scratch/listed"
	return $status
}

expect_valid() { expect "all of it as the schema says" are_valid; }

schema_is_sound() {
	expect "a schema that says all" judge --self
}

# Devices

attach_and_detach() {
	expect "attached" answers attach attach fw1 zone 3
	expect "the device, as it is" has \
		'.[0] | .device.name == "fw1" and .device.zone == 3 and .changed'
	answers attach attach fw1 zone 3
	expect "attached already" unchanged
	expect_refusal 1 "already attached, in zone 3" tsr -j attach fw1
	expect "nothing on standard output then" [ -z "$(tsr -j attach fw1 2>/dev/null)" ]
	mode rewrite
	hold broken inside $outside4 7
	expect "a connection" still_talks broken
	expect "detached" answers detach detach fw1 --force
	expect "how many break" has '.[0] | .device.name == "fw1" and .broken == 1 and .changed'
	answers detach detach fw1
	expect "detached already" unchanged
	let_go broken
	expect "by another name" answers attach attach by-other-name
	expect "its own" has '.[0].device.name == "fw1"'
	expect_valid
}

drain_and_stop() {
	hold last inside $outside4 7
	expect "a connection" still_talks last
	new_answer drain
	tsr -j drain fw1 >"$answer" &
	children+=($!)
	expect "it waits" until_true has '.[0].drained == false'
	let_go last
	wait $!
	expect "begun, and drained" has 'all(.changed) and .[-1].drained'
	answers drain drain fw1
	expect "it drained already" unchanged
	answers drain drain fw1 stop
	expect "ended" has '.[0] | .changed and (.drained or .device.drain | not)'
	answers drain drain fw1 stop
	expect "it was ended already" unchanged
	expect_valid
}

# Modes and settings

modes_are_set() {
	local word

	tsr off >/dev/null
	answers on on
	expect "on" has '.[0] | .mode == "rewrite" and .changed and .devices[0].name == "fw1"'
	answers on on
	expect "on already" unchanged
	answers off off
	expect "off" changed
	answers off off
	expect "off already" unchanged
	for word in strip bug observe rewrite; do
		answers mode mode "$word"
		expect "mode $word" has ".[0] | .mode == \"$word\" and .changed"
	done
	answers mode mode rewrite
	expect "rewrite already" unchanged
	expect_valid
}

settings_are_set() {
	answers "config show" config
	answers "config show" config show
	answers "config set" config set timeout-closed 60 limit 1000
	expect "all settings, as they are" has '.[0] | .changed and
		.config.timeout_closed == 60 and .config.limit == 1000 and .config.mark_mask > 0 and
		.config.when_full == "strip"'
	answers "config set" config set when-full pass
	expect "a word, as it is" has '.[0].config.when_full == "pass"'
	answers "config set" config set when-full strip
	answers "config set" config set timeout-closed 1m
	expect "they were so" unchanged
	expect_valid
}

# Groups

groups_are_changed() {
	answers "group add" group add alpha mode rewrite to 198.51.100.3,2001:db8::3 port 7,53
	expect "the group" has '.[0] | .changed and .group.name == "alpha" and
		.group.mode == "rewrite" and .group.canary == 100 and .group.prefix_count == 2'
	answers "group add" group add plain
	expect "without rules, and off" has '.[0].group | .mode == "off" and .prefix_count == 0'
	answers "group set" group set alpha canary 50
	expect "changed" has '.[0] | .changed and .group.canary == 50'
	answers "group set" group set alpha canary 50
	expect "it was so" unchanged
	answers "group set" group set alpha mode rewrite to 2001:db8::3,198.51.100.3
	expect "prefixes in another order are the same" unchanged
	answers "group set" group set alpha port 7
	expect "other ports are others" changed
	on_firewall nft delete table netdev tsrewrite
	answers "group set" group set alpha to 198.51.100.3 port 7
	expect "rules that were lost" changed
	answers "group set" group set alpha to 198.51.100.3
	expect "that are there" unchanged
	answers "group set" group set alpha to add 198.51.100.3
	expect "already" unchanged
	answers "group set" group set alpha to add 192.0.2.0/24 port 53,5000-5100
	expect "one more" has '.[0] | .changed and .group.prefix_count == 2'
	answers "group show NAME" group show alpha
	expect "a port, and a range" has '.[0].ports == [53, "5000-5100"]'
	answers "group set" group set alpha to del 192.0.2.0/24 port 7
	expect "one less" has '.[0] | .changed and .group.prefix_count == 1'
	answers "group show" group
	answers "group show" group show
	expect "numbers of prefixes" has '.[0] | map(.prefix_count) == [null, 1, 0]'
	expect "no prefixes" has '.[0] | any(has("prefixes")) | not'
	answers "group show NAME" group show alpha
	expect "prefixes" has '.[0] | .prefixes == ["198.51.100.3/32"] and .ports == [7]'
	answers "group show NAME" group show default
	groups_of_a_file
	answers "group del" group del plain one two
	expect "those that were removed" has '.[0] | .changed and
		(.groups | map(.name)) == ["plain", "one", "two"]'
	expect_valid
}

groups_of_a_file() {
	printf '%s\n' 'one mode observe to 192.0.2.0/24' 'two # nothing else' >"$scratch/two"
	answers "group load" group load "$scratch/two"
	expect "those that were added" has '.[0] | .changed and
		(.groups | map([.name, .mode])) == [["one", "observe"], ["two", "off"]]'
	echo '# nobody' >"$scratch/none"
	answers "group load" group load "$scratch/none"
	expect "none, if there is none in it" has '.[0] == {"groups": [], "changed": false}'
}

devices_are_confirmed() {
	ip -n "$firewall" link add away type dummy
	answers attach attach away
	ip -n "$firewall" link del away
	answers status status
	expect "absent" has '.[0].devices | any(.name == "away" and (has("ifindex") | not))'
	ip -n "$firewall" link add away type dummy
	answers status status
	expect "unconfirmed" has '.[0].devices | any(.name == "away" and (.confirmed | not))'
	answers "group confirm" group confirm away
	expect "confirmed" has '.[0] | .changed and .device.name == "away" and .device.confirmed'
	answers "group confirm" group confirm away
	expect "it was confirmed" unchanged
	answers detach detach away
	expect "none broken" has '.[0].broken == 0'
	ip -n "$firewall" link del away
	expect_valid
}

state_is_saved() {
	local directory=/etc/netns/$firewall/tsrewrite

	tsr group add kept mode observe to 203.0.113.0/24
	answers save save "$scratch/saved"
	expect "where" has ".[0].saved == \"$scratch/saved\""
	expect_refusal 2 "no JSON" tsr -j save
	answers restore restore "$scratch/saved"
	expect "no difference" has '.[0] == {"differences": [], "changed": false}'
	tsr group del kept
	tsr config set limit 999
	answers restore restore --check "$scratch/saved"
	expect "that there are differences" [ $? = 3 ]
	expect "a look" has '.[0] | .changed == false and (.differences | length) == 2'
	answers restore restore "$scratch/saved"
	expect "each" has '.[0] | .changed and .differences[0].subject == "limit" and
		.differences[1] == {"subject": "group kept",
			"after": "mode observe, canary 100, 1 prefix"}'
	mkdir -p "$directory"
	tsr save "$directory/state"
	answers status status
	expect "the saved state" has '.[0].saved.same'
	tsr group del kept
	answers status status
	expect "another" has '.[0].saved | .same == false and (.reason | length) > 0'
	rm -r "/etc/netns/$firewall"
	expect_valid
}

# Keys

keys_are_loaded() {
	new_answer "key new"
	"$TSREWRITE" -j key new "$scratch/key" >"$answer"
	expect "its file" has ".[0].file == \"$scratch/key\""
	answers "key show" key show
	expect "one that was drawn" has '.[0].loaded | not'
	answers "key load" key load "$scratch/key"
	expect "another one" has '.[0] | .changed and .key.loaded'
	answers "key load" key load "$scratch/key"
	expect "that it is loaded already" has '.[0].changed | not'
	answers "key show" key
	answers status status
	expect "the same in status" has '.[0].key.loaded'
	expect_valid
}

# What is listed and counted

lists_and_counters() {
	expect "a connection" echoes inside $outside4 7
	expect "one of IPv6, from outside" echoes outside $inside6 7
	answers flows flows
	expect "both" has '.[0] | length >= 2'
	expect "their group by name" has '.[0] | all(.group_name == "default")'
	answers flows flows port 5 group default
	expect "none" has '.[0] == []'
	answers stats stats
	answers stats stats -a
	answers metrics metrics
	answers status status
	new_answer "stats --watch"
	timeout 30 "$TSREWRITE" -n "$firewall" -j stats -w | head -n 2 >"$answer"
	expect "more than one line" has 'length == 2'
	new_answer "group --watch"
	timeout 30 "$TSREWRITE" -n "$firewall" -j group -w | head -n 2 >"$answer"
	expect "more than one line" has 'length == 2'
	answers flush flush port 5
	expect "nothing was flushed" has '.[0] == {"flows": 0, "broken": 0, "changed": false}'
	answers flows flows save "$scratch/saved"
	answers flush flush --force
	expect "some were" has '.[0] | .flows >= 2 and .changed'
	answers flows flows load "$scratch/saved"
	expect "they were loaded" has '.[0] | .loaded >= 2 and .changed'
	if [ -e "${TSREWRITE_KO:-}" ]; then
		answers reload reload "$TSREWRITE_KO"
		expect "they went on" has '.[0].flows >= 2'
	fi
	answers flows flows
	expect_valid
}

# Of a module that nobody has set anything of, and of no group
features_are_told() {
	answers features features
	expect "the module that is loaded" has '.[0] | .module_loaded.version == .version'
	expect "modes, bugs and changes" has '.[0] | (.modes | contains(["off", "rewrite"])) and
		(.known_bugs | length > 0) and .changes[0].version == .version'
	expect "the defaults to be the module's" are_defaults <(tsr -j config)
	expect "the mode to be the module's" \
		[ "$(jq .defaults.mode "$answer")" = "$(tsr -j status | jq .mode)" ]
	expect "the same in words" [ "$(tsr features | grep -c '^  - ')" = \
		"$(jq '(.known_bugs | length) + ([.changes[].changes[]] | length)' "$answer")" ]
	expect_valid
}

are_defaults() { # FILE: what config says
	jq -se '.[0].defaults.config ==
		(.[1] | del(.version, .flows, .machine_flows, .inbound_flows))' "$answer" "$1" >/dev/null
}

help_and_version() {
	new_answer help
	"$TSREWRITE" -j help >"$answer"
	new_answer help
	"$TSREWRITE" --help -j >"$answer"
	new_answer "help COMMAND"
	"$TSREWRITE" help -j drain >"$answer"
	expect "of one" has '.[0].name == "drain"'
	new_answer --version
	"$TSREWRITE" -j --version >"$answer"
	expect_valid
}

# Events

heard() { jq -se "$1" "$events" >/dev/null; } # CONDITION
hears() { tsr off && tsr on && [ -s "$events" ]; } >/dev/null

events_are_told() {
	new_answer monitor
	events=$answer
	in_background firewall "$TSREWRITE" -j monitor >"$events"
	local monitor=$!

	expect "a monitor that hears" until_true hears
	cause_events
	expect "events of each type" until_true heard_all
	echo "# heard: $(jq -rs 'map(.type) | group_by(.) | map("\(length) \(.[0])") |
		join(", ")' "$events")"
	lose_events "$monitor"
	expect "that some are lost" until_true heard 'any(.type == "events_lost")'
	kill "$monitor"
	wait "$monitor" 2>/dev/null
	expect_valid
}

cause_events() {
	ip -n "$firewall" link add brief type dummy
	tsr attach brief >/dev/null
	ip -n "$firewall" link set brief name briefer
	ip -n "$firewall" link del briefer
	ip -n "$firewall" link add briefer type dummy
	tsr group confirm briefer
	tsr drain briefer >/dev/null
	tsr detach briefer
	tsr group add other
	tsr group set other canary 10
	tsr group set other mode observe to 192.0.2.0/24
	tsr group set other to 192.0.3.0/24
	tsr group del other
	config timeout-closed 100
	expect "a connection" echoes inside $outside4 7
	tsr flows save "$scratch/flows" >/dev/null
	tsr flush --force >/dev/null
	tsr key new "$scratch/key.of.event"
	tsr key load "$scratch/key.of.event" >/dev/null
	tsr flows load "$scratch/flows" >/dev/null
}

heard_all() {
	heard '(map(.type) | unique) == (["device_attached", "device_detached", "device_gone",
		"device_back", "device_renamed", "device_drain", "device_confirmed", "group_added",
		"group_changed", "group_removed", "config", "flow_flush", "key",
		"flow_load"] | sort)'
}

# More than a socket holds, while nobody reads
lose_events() { # PID
	local groups=() i

	mapfile -t groups < <(seq -f 'lost-%g' 240)
	printf '%s\n' "${groups[@]}" >"$scratch/many"
	kill -STOP "$1"
	for i in 1 2 3 4 5 6; do
		tsr group load "$scratch/many"
		tsr group del "${groups[@]}"
	done
	kill -CONT "$1"
}

# The service

incidents_are_told() {
	tsr group del alpha
	setup_carriers rewrite
	answers health health
	expect "degraded without the service" has '.[0].health == "degraded"'
	start_watch 'trip = observe' 'quiet = 1s'
	until_true has_health 0 well
	answers health health
	expect "well" has '.[0] == {"health": "well", "reasons": []}'
	expect "an outage" break_until_told alpha
	answers health health
	new_answer "group --watch"
	timeout 30 "$TSREWRITE" -n "$firewall" -j group -w | head -n 1 >"$answer"
	expect "it is told there" has \
		'.[0].groups[0] | .name == "alpha" and .tripped and (.wrong | test("TRIPPED"))'
	tsr group set alpha mode off
	expect "over" until_true has_closed
	expect "all that becomes of one" has_told \
		'map(.what) | contains(["opened", "tripped", "closed"])'
	incidents_are_noted
	maintenance_is_told
	new_answer watch
	cp "$scratch/watch.out" "$answer"
	new_answer incidents.json
	cp "$scratch/state/incidents.json" "$answer"
	expect "it is kept" has '.[0].incidents | length == 1'
	stop_watch
	write_settings 'trip = on' '[group nobody]' 'trip = off'
	answers "watch --check" watch --check "$scratch/watch.conf" 2>/dev/null
	expect "an error and a warning" has '.[0] | .errors + .warnings | length == 2'
	expect_valid
}

incidents_are_noted() {
	local id

	answers incident incident
	expect "one, closed" has '.[0] | length == 1 and .[0].state == "closed"'
	id=$(jq -r '.[0].id' "$answer")
	answers "incident note" incident note "$id" "it was \"me\""
	expect "noted" has '.[0] | .changed and .incident.notes[0].text == "it was \"me\""'
	answers "incident note" incident note "$id" "it was \"me\""
	expect "already" unchanged
	answers "incident ID" incident "$id"
	expect "with its note" has '.[0] | (.incident.notes | length) == 1 and .now.kernel'
}

maintenance_is_told() {
	answers "maintenance show" maintenance
	expect "none" has '.[0] == {"open": false, "maintenance": null}'
	answers "maintenance begin" maintenance begin "upgrade" for 1s 2>/dev/null
	expect "begun" has '.[0] | .changed and .maintenance.words == "upgrade"'
	answers "maintenance begin" maintenance begin "upgrade" for 1s
	expect "already" unchanged
	answers "maintenance show" maintenance show
	expect "open" has '.[0].open'
	expect "overdue" until_true has_told 'any(.what == "overdue")'
	answers status status
	expect "in status as well" has '.[0].maintenance.overdue'
	answers "maintenance end" maintenance end --force --wait 1s 2>/dev/null
	expect "ended" has '.[0] | .ended and .verdict == "too_few"'
	answers "maintenance end" maintenance end
	expect "already" unchanged
	answers "maintenance show" maintenance
	expect "the last one" has '.[0] | (.open | not) and .maintenance.outcome == "too_few"'
	expect "that is told" until_true has_told 'any(.what == "ended")'
}

# Is nothing left out?

every_command_is_here() {
	local command word

	names=$("$selftests/lib/json_schema.py" --names)
	# top is for a terminal, and has no JSON
	expect_refusal 2 "group -w" tsr -j top
	for command in $("$TSREWRITE" -j help | jq -r '.[].name | select(. != "top")'); do
		expect "a schema of $command" grep -qE "^$command( |\$)" <<<"$names"
	done
	for command in group config key maintenance; do
		for word in $(words_of $command); do
			expect "a schema of $command $word" grep -qE "^$command $word( |\$)" <<<"$names"
		done
	done
	expect "each was used here" [ "$(cut -f 1 "$scratch/judged" | sort -u)" = \
		"$(sort <<<"$names")" ]
}

# The words that may follow a command, by its own account
words_of() { tsr "$1" nothing-of-this-kind 2>&1 | sed -n 's/.*use one of: //p' | tr -d ,; }

other_shapes_are_seen() {
	tsr -j status >"$scratch/status"
	tsr -j stats >"$scratch/stats"
	cp "$events" "$scratch/monitor"
	wrong status 'del(.mode)'
	wrong status '.more = 1'
	wrong status '.mode = "on"'
	wrong status '.devices[0].zone = "0"'
	wrong status '.groups[0].prefixes = 2'
	wrong status '[.]'
	wrong status '., .'
	wrong status empty
	wrong stats '.echo_verified = 1.5'
	wrong stats '.flow_created = -1'
	wrong monitor '.time = 1795709810012345678'
	wrong monitor '.time = "2026-11-26T16:16:50Z"'
	wrong monitor 'del(.device, .group, .config, .flushed)'
	wrong monitor '.type = "else"'
	expect "each of them" judge --wrong "$scratch/altered"
}

wrong() { # NAME JQ_FILTER
	answer=$scratch/answers/$((++number))
	jq -c "$2" "$scratch/$1" >"$answer"
	printf '%s\t%s\n' "$1" "$answer" >>"$scratch/altered"
}

require_module
setup_hosts
ip -n "$firewall" link property add dev fw1 altname by-other-name
serve outside 7 cat
serve inside 7 cat

run_cases \
	schema_is_sound "the schema is one, and leaves nothing open" \
	features_are_told "features, whose defaults are the module's" \
	attach_and_detach "attach and detach" \
	drain_and_stop "drain" \
	modes_are_set "on, off and mode" \
	settings_are_set "config" \
	groups_are_changed "group" \
	state_is_saved "save, restore" \
	keys_are_loaded "key" \
	devices_are_confirmed "devices that come and go" \
	lists_and_counters "flows, stats, metrics, status and flush" \
	help_and_version "help and the version" \
	events_are_told "monitor" \
	incidents_are_told "health, watch and the file of incidents" \
	every_command_is_here "every command has a schema, and is called here" \
	other_shapes_are_seen "what is not as the schema says is seen"
