#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A maintenance: it is noted, alarms name it, it outlives what is restarted, and its end says
# by how connections fare whether all is as before.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/dns.sh
. "$(dirname "$0")/lib/dns.sh"
# shellcheck source=selftests/lib/watch.sh
. "$(dirname "$0")/lib/watch.sh"
trap cleanup EXIT

settings=('quiet = 5s')
change='CHG-4711: Debian 12.11 to 13.2'
record=$scratch/state/maintenance.json

# The directories of a system, as commands find them while no service runs
at_home() { # COMMAND...
	# shellcheck disable=SC2016 # for that shell
	unshare --mount sh -c '
		mount -t tmpfs none /var/lib && mount --bind "$0" /etc && exec "$@"' \
		"$scratch/etc" "$@"
}

maintenance() { tsr maintenance "$@"; }
begin() { maintenance begin "$@" >"$scratch/begun" 2>&1; }

# has_ended STATUS WORD...: maintenance end has that exit status; $scratch/ended has what it says
has_ended() {
	local status

	maintenance end "${@:2}" >"$scratch/ended" 2>"$scratch/progress"
	status=$?
	[ $status = "$1" ] && return
	echo "# exit status $status:"
	sed 's/^/# /' "$scratch/ended" "$scratch/progress"
	return 1
}

says() { grep -qF -- "$1" "$scratch/ended"; }
is_open() { maintenance -j show | jq -e .open >/dev/null; }
verdict_on() { # GROUP
	jq -r ".groups[] | select(.group == \"$1\" and .kind == \"trial\" and
		.origin == \"inside\").verdict" "$scratch/ended"
}

begins() {
	expect "none is open" grep -q "no maintenance is open" <(maintenance)
	expect_refusal 1 "no maintenance is open" tsr maintenance end
	start_watch "${settings[@]}"
	expect "begun" begin "$change" for 4h
	expect "that nothing is known yet is said" grep -qF \
		"has not learnt yet what is usual" "$scratch/begun"
	expect "for all to read" [ "$(stat -c %a "$record")" = 644 ]
	expect "by whom" jq -e ".words == \"$change\" and .by.uid == 0 and .ended == null" "$record"
	expect "until when" [ "$(jq -r '((.due[:19] + "Z" | fromdate) -
		(.begun[:19] + "Z" | fromdate)) / 3600' "$record")" = 4 ]
	# shellcheck disable=SC2016 # a variable of jq
	expect "from which versions" jq -e --arg kernel "$(uname -r)" \
		'.from | .kernel == $kernel and (.module | length > 0) and .srcversion' "$record"
	expect "it is shown" grep -qF "$change" <(maintenance show)
	expect "and by status" grep -qF "maintenance: $change" <(tsr status)
	expect "in JSON, too" [ "$(tsr -j status | jq -r .maintenance.words)" = "$change" ]
	expect "the service tells" until_true has_told \
		"any(.what == \"begun\" and .maintenance.words == \"$change\")"
	expect "a metric" until_true has_metric maintenance_open 1
	expect "and since when" has_metric maintenance_begun_timestamp_seconds \
		"$(jq -r '.begun[:19] + "Z" | fromdate' "$record")[.0-9]*"
}

has_metric() { tsr metrics | grep -qE "^tsrewrite_$1\{[^}]*\} $2\$"; } # NAME VALUE

begins_once() {
	local before

	before=$(sha256sum "$record")
	expect "the same again" begin "$change"
	expect "is there already" grep -q "already open" "$scratch/begun"
	expect "the same in every word" begin "$change" for 4h
	expect "not changed" [ "$before" = "$(sha256sum "$record")" ]
	expect_refusal 1 "one is open: $change" tsr maintenance begin "another"
	expect "another limit" begin "$change" for 5h
	expect "counts from the beginning" [ "$(jq -r '((.due[:19] + "Z" | fromdate) -
		(.begun[:19] + "Z" | fromdate)) / 3600' "$record")" = 5 ]
	expect_refusal 2 "in quotes" tsr maintenance begin
	expect_refusal 2 'put what is done in quotes' tsr maintenance begin CHG-1 upgrade
	expect_refusal 2 '"soon" is not a duration' tsr maintenance begin x for soon
	expect_refusal 2 "for how long" tsr maintenance begin x for
	expect_refusal 2 "control characters" tsr maintenance begin $'a\nb'
	expect_refusal 2 "says nothing" tsr maintenance begin ' '
	expect_refusal 2 "option --wait does not apply" tsr maintenance show --wait 5s
	# shellcheck disable=SC2016 # for that shell
	expect_refusal 1 "this needs root" ip netns exec "$firewall" \
		setpriv --reuid 12345 --clear-groups "$TSREWRITE" maintenance begin "$change"
}

ends_by_force() {
	expect "too few: nothing is known" has_ended 3 --wait 1s
	expect "which is said" says "what was usual before is not known of any group"
	expect "so it stays open" is_open
	expect "but by force" has_ended 3 --wait 0s --force
	expect_not "it is open no more" is_open
	expect "the service tells" until_true has_told 'any(.what == "ended")'
	expect "ended again" has_ended 0
	expect "already" says "was ended already"
	expect "and a metric" has_metric maintenance_open 0
	expect_not "nothing of it in status" grep -q maintenance: <(tsr status)
}

learns_what_is_usual() {
	local deadline=120000

	expect "connections come up" until_true all_have_answers 10
	learning=${EPOCHREALTIME/[.,]/}
	expect "a minute passes" until_true learns_for 70
	expect "begun" begin "$change"
	expect_not "a word of what is not learnt" grep -q "has not" "$scratch/begun"
	expect "what was learnt by now is kept" jq -e \
		'.groups | map(.name) | contains(["alpha", "beta"])' "$scratch/state/before/usual.json"
}

learns_for() { [ $((${EPOCHREALTIME/[.,]/} - learning)) -ge $(($1 * 1000000)) ]; } # SECONDS

all_is_the_same() {
	expect "all fare as before" has_ended 0 --wait 3m
	expect "which is said" says "all groups fare as before"
	expect "with each group" says alpha
	expect "and progress" grep -q "judged" "$scratch/progress"
	expect_not "it is over" is_open
	expect "begun again" begin "$change"
}

# Of one carrier, answers get lost behind the device that rewrites
one_is_worse() {
	lose_answers_of alpha
	expect "worse" has_ended 1 -j
	expect "by its verdict" [ "$(jq -r .verdict "$scratch/ended")" = worse ]
	expect "of that group" [ "$(verdict_on alpha)" = worse ]
	expect_not "of no other" grep -q worse <<<"$(verdict_on beta) $(verdict_on gamma)"
	echo "# found after $(jq .seconds "$scratch/ended") s"
	expect "soon" jq -e '.seconds <= 60' "$scratch/ended"
	expect "it stays open" is_open
	expect "as text" has_ended 1
	expect "what to do" says "ROLL BACK"
	expect "why" says "group alpha, from inside: attempts are answered, but do not come up"
	find_answers
	expect "after it was rolled back" until_true has_ended 0 --wait 3m
	expect "begun again" begin "$change"
}

# As the outage was: this firewall breaks them, and looks it
incident_names_it() {
	forget_what_was_told
	tsr group set beta mode bug >/dev/null
	expect "an alarm" until_true has_told 'any(.incident.verdict == "ours")'
	expect "names the maintenance" has_told "$opened.maintenance | startswith(\"$change (since \")"
	expect_refusal 1 "an incident is open: connections of group beta fail: it looks like this firewall" \
		tsr maintenance end
	expect "listed" grep -q "open.*beta.*ours" <(tsr incident)
	id=$(tsr -j incident | jq -r 'map(select(.verdict == "ours"))[0].id')
	tsr incident "$id" >"$scratch/ticket"
	expect "with all that a ticket needs: $change" grep -q "^maintenance: *$change" "$scratch/ticket"
	for line in 'estimated onset:' 'confirmed onset:' figures: 'change before:' 'runs now:' \
		'what:'; do
		expect "$line" grep -q "^$line *[^ ]" "$scratch/ticket"
	done
	expect "by force" has_ended 1 --force --wait 0s
	expect "it says what is open" grep -q "an incident is open: connections of group beta" \
		"$scratch/progress"
	expect_not "it is over" is_open
	tsr group set beta mode rewrite >/dev/null
	expect "all is well again" until_true has_closed
	expect "begun again" begin "$change"
}

notes_are_taken() {
	local short=${id#urn:uuid:} i

	short=${short::8}
	expect "a note" tsr incident note "$short" "rolled back at 03:10"
	expect "by whom" tsr -j incident "$id" | jq -e '.incident.notes[0] |
		.text == "rolled back at 03:10" and .by.uid == 0'
	expect "the same again" grep -q "there already" <(tsr incident note "$short" "rolled back at 03:10")
	for i in 1 2 3 4 5 6; do
		tsr incident note "$short" "note $i" &
	done
	expect "of many at once, none is lost" until_true has_notes 7
	expect "they are listed" grep -q " 7$" <(tsr incident)
	expect "for root alone" [ "$(stat -c %a "$scratch/state/notes.json")" = 600 ]
	expect_refusal 1 "is no incident" tsr incident note ffffffff-x "x"
	expect_refusal 1 "is no incident" tsr incident ffffffff-x
	expect_refusal 2 "in quotes" tsr incident note "$short"
	expect_refusal 1 "this needs root" ip netns exec "$firewall" \
		setpriv --reuid 12345 --clear-groups "$TSREWRITE" incident note "$short" x
	echo '{' >"$scratch/state/notes.json"
	expect_refusal 1 "notes.json: " tsr incident note "$short" "another"
	expect "what is there stays" [ "$(cat "$scratch/state/notes.json")" = '{' ]
	rm "$scratch/state/notes.json"
}

has_notes() { tsr -j incident "$id" | jq -e ".incident.notes | length == $1"; } # COUNT

# All but the disk is begun anew
outlives_a_reboot() {
	kill -KILL "$watch_pid"
	wait "$watch_pid" 2>/dev/null
	mkdir -p "$scratch/etc/tsrewrite"
	echo "state = $scratch/state" >"$scratch/etc/tsrewrite/watch@$firewall.conf"
	expect "without the service it is open" at_home "$TSREWRITE" -n "$firewall" -j maintenance \
		>"$scratch/shown"
	expect "as it was" jq -e ".open and .maintenance.words == \"$change\"" "$scratch/shown"
	expect "and begun already" grep -q "already open" <(at_home "$TSREWRITE" -n "$firewall" \
		maintenance begin "$change")
	expect "incidents are listed" grep -q beta <(at_home "$TSREWRITE" -n "$firewall" incident)
	tsr save "$scratch/saved"
	tsr detach fw1 --force >/dev/null
	tsr group del alpha beta gamma >/dev/null
	tsr restore "$scratch/saved" >/dev/null
	start_watch "${settings[@]}"
	expect "the service tells" until_true has_told 'any(.what == "open")'
	expect "status shows it" grep -qF "maintenance: $change" <(tsr status)
	expect "it can be ended" has_ended 0 --wait 3m
}

is_overdue() {
	expect "begun" begin "$change" for 1s
	expect "overdue: the service tells" until_true has_told 'any(.what == "overdue")'
	expect "status says so" grep -q "maintenance: .*overdue since" <(tsr status)
	expect "and JSON" [ "$(tsr -j status | jq .maintenance.overdue)" = true ]
	expect "it is open all the same" is_open
	expect "more time" begin "$change" for 2h
	expect_not "it is overdue no more" grep -q overdue <(tsr status)
}

too_few_to_tell() {
	local pid

	for pid in "${resolvers[@]}"; do
		kill "$pid" 2>/dev/null
	done
	expect "too few" has_ended 3 --wait 8s
	expect "which is said" says "too few connections to tell in group"
	expect "why" says "no connection begins"
	expect "it stays open" is_open
	echo '{"broken' >"$record"
	expect_refusal 1 "maintenance.json: " tsr maintenance begin "$change"
	expect "what is there stays" [ "$(cat "$record")" = '{"broken' ]
	expect "the service complains" until_true grep -q "whether a maintenance is open is not known" \
		"$scratch/watch.err"
	stop_watch
}

require_module
require_dns
setup_hosts
tsr attach fw1 >/dev/null
setup_carriers rewrite
start_dns "${address[@]}"
resolvers=()
for name in "${carriers[@]}"; do
	ask_without_end "$name" "${address[$name]}" 5
	resolvers+=("${children[@]: -5}")
done

run_cases \
	begins "a maintenance is noted, shown and told" \
	begins_once "once: again is harmless, another is refused" \
	ends_by_force "without what is usual, only force ends it" \
	learns_what_is_usual "what is usual is learnt, and kept when it begins" \
	all_is_the_same "all groups fare as before: it is ended" \
	one_is_worse "one fares worse: roll back, and which" \
	incident_names_it "an alarm names it; its end is refused while that is open" \
	notes_are_taken "notes on an incident" \
	outlives_a_reboot "it outlives the service, and a reboot" \
	is_overdue "that it is overdue is told" \
	too_few_to_tell "too few connections: it says so"
