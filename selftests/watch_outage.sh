#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An outage of one carrier: the service tells which, and why. Under live DNS load one of
# several suffers; which one, since when, after which change and whose fault it looks like
# is told, and its group is tripped. What is not our fault, or nobody's, is told as such.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/dns.sh
. "$(dirname "$0")/lib/dns.sh"
# shellcheck source=selftests/lib/watch.sh
. "$(dirname "$0")/lib/watch.sh"
trap cleanup EXIT

declare -A resolvers

ask_about() { # NAME
	ask_without_end "$1" "${address[$1]}" 3
	resolvers[$1]=${children[*]: -3}
}

start_load() {
	local name

	for name in "${carriers[@]}"; do
		ask_about "$name"
	done
}

# Seconds between two points in time, both microseconds
between() { jq -n "($2 - $1) / 1000 | round / 1000"; }
is_within() { [ "$(jq -n "$1 | fabs <= $2" 2>/dev/null)" = true ]; } # SECONDS MOST

one_carrier_suffers() {
	local changed failed told healed

	expect "all are answered" until_true all_have_answers 10
	expect "nothing is told of that" [ ! -s "$scratch/watch.out" ]
	hold old inside "${address[alpha]}" 7
	expect "an old connection" still_talks old
	changed=$(date +%s%6N)
	tsr group set alpha mode bug >/dev/null
	expect "an alarm" until_true has_opened
	expect "whose fault it looks like" until_true has_told '
		any(.incident.kind == "success" and .incident.verdict == "ours")'
	expect "of the right group, and no other" \
		has_told 'map(.incident.group) | unique == ["alpha"]'
	expect "it is tripped" until_true has_told 'any(.what == "tripped")'
	expect "its mode is off" has_mode alpha off
	expect "the others go on" has_mode beta rewrite
	told=$(told '.[0].time | microseconds')
	expect "all are answered again" until_true is_healed alpha "$told"
	# What was asked before the change may be asked over TCP behind it
	failed=$(first_failure_after alpha $((changed - 2000000)))
	healed=$(first_answer_after alpha "$told")
	echo "# from the first failing query to the alarm: $(between "$failed" "$told") s," \
		"to the first answer: $(between "$failed" "$healed") s"
	expect "the alarm within 5 s" is_within "$(between "$failed" "$told")" 5
	expect "answers within 5 s more" is_within "$(between "$told" "$healed")" 5
	expect "the onset is estimated to 2 s" is_within \
		"$(between "$failed" "$(told "$opened.estimated_onset | microseconds")")" 2
	expect "the change that caused it, and by whom" has_told "$opened.change_before |
		contains(\"group changed alpha mode rewrite -> bug by uid 0\")"
	expect "what others ask is always answered" \
		[ "$(failures beta) $(failures gamma)" = "0 0" ]
	expect "the old connection goes on" still_talks old
	let_go old
}

it_is_over() {
	expect "closed" until_true has_closed
	expect "why it is over" has_told '
		any(.what == "closed" and (.incident.end | test("mode off|as usual")))'
	expect "health: degraded, since it is tripped" until_true has_health 1 \
		"degraded: group alpha was tripped to mode off"
	tsr group set alpha mode off >/dev/null
	expect "health: well" until_true has_health 0 well
}

# No answer, no RST
far_end_suffers() {
	expect "it is known what is usual" until_true has_answers beta 60
	forget_what_was_told
	drop_syns outside "ip daddr ${address[beta]}"
	expect "an alarm" until_true has_opened
	expect "that says: the far end" until_true has_told '
		any(.incident.kind == "success" and .incident.verdict == "far_end")'
	expect "of the right group, and no other" \
		has_told 'map(.incident.group) | unique == ["beta"]'
	expect "health: degraded, not failing" until_true has_health 1 "far end"
	take_syns outside
	expect "closed" until_true has_closed
	expect "because all is well" has_told '
		any(.what == "closed" and (.incident.end | contains("as usual")))'
	expect_not "nothing was tripped" has_told 'any(.what == "tripped")'
	expect "its mode is what it was" has_mode beta rewrite
	expect "the service is well" has_not_complained
}

# Half of the connections are the control, and fail without us as well
control_suffers_too() {
	tsr group set gamma canary 50 >/dev/null
	expect "both are counted" until_true both_arms gamma 20
	forget_what_was_told
	on_outside nft -f - <<-END
		table inet garble {
			chain out {
				type filter hook output priority 0;
				ip saddr ${address[gamma]} tcp flags & (syn | ack) == syn | ack tcp option timestamp tsecr set 77
			}
		}
	END
	expect "an alarm" until_true has_opened
	expect "that says: the far end" until_true has_told "
		any(.incident.group == \"gamma\" and .incident.verdict == \"far_end\")"
	on_outside nft delete table inet garble
	expect "closed" until_true has_closed
	expect "never ours" has_told 'all(.incident.verdict != "ours")'
}

both_arms() { # GROUP ATTEMPTS
	tsr -j group | jq -e ".[] | select(.name == \"$1\") |
		.treated.attempts >= $2 and .control.attempts >= $2" >/dev/null
}

# What is missing may be anybody's fault, and who is told decides
demand_collapses() {
	local deadline=120000 stopped

	expect "known for as long as it must be" until_true has_watched 90
	forget_what_was_told
	stopped=$(date +%s%6N)
	# shellcheck disable=SC2086 # several
	kill ${resolvers[beta]}
	expect "an alarm" until_true has_opened
	expect "of attempts, of the right group" has_told "$opened |
		.group == \"beta\" and .kind == \"attempts\" and .verdict == \"unclear\""
	echo "# from the last query to the alarm:" \
		"$(between "$stopped" "$(told '.[0].time | microseconds')") s"
	expect "the onset is estimated to 2 s" is_within \
		"$(between "$stopped" "$(told "$opened.estimated_onset | microseconds")")" 2
	expect "health: degraded" until_true has_health 1 beta
	ask_about beta
	expect "closed" until_true has_closed
	expect "because all is well" has_told '
		any(.what == "closed" and (.incident.end | contains("as usual")))'
	expect "of no other group" has_told 'map(.incident.group) | unique == ["beta"]'
	expect_not "nothing was tripped" has_told 'any(.what == "tripped")'
	expect "its mode is what it was" has_mode beta rewrite
	expect "the service is well" has_not_complained
}

has_watched() { [ $((SECONDS - watching_since)) -ge "$1" ]; } # SECONDS

require_module
require_dns
setup_hosts
tsr attach fw1 >/dev/null
setup_carriers rewrite
start_dns "${address[@]}"
serve outside 7 cat
start_watch 'trip = off' 'quiet = 5s' 'history = 60s'
watching_since=$SECONDS
start_load

run_cases \
	one_carrier_suffers "an outage of one group: told, tripped, healed" \
	it_is_over "closed when it is over" \
	far_end_suffers "the far end's outage: told, and not tripped" \
	control_suffers_too "what the control suffers as well is not ours" \
	demand_collapses "hardly anybody asks any more: told, and not tripped"
