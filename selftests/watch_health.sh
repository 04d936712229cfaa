#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tsrewrite health, by what becomes of connections. What runs does not matter. And
# keepalived, which gives an address up by it.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/watch.sh
. "$(dirname "$0")/lib/watch.sh"
trap cleanup EXIT

without_the_service() {
	expect "degraded: nobody knows" has_health 1 \
		"degraded: tsrewrite watch is not running in this network namespace"
	tsr group set alpha mode bug >/dev/null
	expect "failing: on purpose" has_health 2 \
		"failing: connections of group alpha are broken on purpose"
	tsr group set alpha mode rewrite >/dev/null
	expect_refusal 3 'unexpected word "now"' tsr health now
	expect_refusal 3 "option --watch does not apply" tsr health -w
	expect_refusal 3 "unknown option --quickly" tsr health --quickly
	expect "as JSON" [ "$(tsr -j health | jq -c .)" = \
		'{"health":"degraded","reasons":["tsrewrite watch is not running in this network namespace"]}' ]
}

# What cannot be found out is neither well nor failing
unknown() {
	expect "a namespace that is not there" knows_nothing "namespace" \
		"$TSREWRITE" -n nowhere health
	expect "a socket that may not be opened" knows_nothing "the module could not be asked" \
		on_firewall strace -qq -o /dev/null -e inject=socket:error=EPERM "$TSREWRITE" health
	expect "a question that nobody answers" knows_nothing "there was no answer in time" \
		on_firewall strace -qq -o /dev/null -e inject=sendto:retval=36 "$TSREWRITE" health
}

knows_nothing() { # TEXT COMMAND...
	local text=$1 said status

	shift
	said=$("$@" 2>/dev/null)
	status=$?
	[ $status = 3 ] && [[ $said = "unknown: "*"$text"* ]]
}

# Anybody may take the name while it is free
impostors_are_not_believed() {
	in_background firewall setpriv --reuid 65534 --regid 65534 --clear-groups \
		socat ABSTRACT-LISTEN:tsrewrite-watch,fork EXEC:true
	expect "not root's" until_true has_health 1 "is not run by root"
	kill $!
	wait $! 2>/dev/null
	in_background firewall socat ABSTRACT-LISTEN:tsrewrite-watch,fork 'SYSTEM:cat'
	expect "root's, but no answer" until_true has_health 1 "does not answer"
	kill $!
	wait $! 2>/dev/null
	answer_for_the_service '{"time":1795709810012345678,"incidents":[]}'
	expect "no time that it looked at" until_true has_health 1 "does not say when it took its last sample"
	answer_for_the_service '{"time":"2026-11-26T16:16:50.012345678Z","incidents":[]}'
	expect "a time long ago" until_true has_health 1 "has taken no sample for more than 5 seconds"
}

# Once
answer_for_the_service() { # TEXT
	echo "$1" >"$scratch/answer"
	in_background firewall socat -u "OPEN:$scratch/answer" ABSTRACT-LISTEN:tsrewrite-watch
}

with_the_service() {
	start_watch
	expect "well" until_true has_health 0 well
	ip -n "$firewall" link add later type dummy
	tsr attach later >/dev/null
	ip -n "$firewall" link del later
	expect "a device is absent" has_health 1 "device later is absent"
	tsr detach later >/dev/null
	expect "well again" has_health 0 well
	kill -STOP "$watch_pid"
	expect "it hangs" until_true has_health 1 "tsrewrite watch"
	kill -CONT "$watch_pid"
	expect "it goes on" until_true has_health 0 well
	stop_watch
}

by_function() {
	start_watch 'quiet = 1s'
	expect "an outage" break_until_told alpha
	expect "failing, by what was seen" until_true fails_and_is_known
	tsr group set alpha mode off >/dev/null
	expect "well" until_true has_health 0 well
	tsr group set alpha mode rewrite >/dev/null
	stop_watch
}

fails_and_is_known() {
	connect_some alpha 3
	has_health 2 "connections of group alpha fail: it looks like this firewall"
}

tripped="group alpha was tripped to mode off: its new connections pass untouched until its mode"
tripped+=" is set again (tsrewrite group set alpha mode rewrite)"

# By the module, so for as long as nobody sets the mode, whatever becomes of the service
trips_are_remembered() {
	start_watch 'quiet = 1s' 'trip = off'
	expect "an outage" break_until_told alpha
	expect "tripped" until_true has_mode alpha off
	expect "its incident is closed" until_true connects_and_told closed
	expect "degraded all the same" has_health 1 "degraded: $tripped"
	tsr status >"$scratch/status"
	expect "status says so" grep -qF "ALARM: $tripped" "$scratch/status"
	tsr group show alpha >"$scratch/group"
	expect "the group says so" grep -q '^alpha *off (tripped) ' "$scratch/group"
	expect "as JSON" [ "$(tsr -j group show alpha | jq -c '[.mode, .tripped]')" = \
		'["off",true]' ]
	stop_watch
	expect "known without the service" has_health 1 "$tripped"
	start_watch 'quiet = 1s' 'trip = off'
	expect "and with another one" until_true has_health 1 "degraded: $tripped"
	tsr group set alpha canary 90 >/dev/null
	expect "other settings change nothing" has_health 1 "$tripped"
	tsr group set alpha mode off canary 100 >/dev/null
	expect "somebody has set the mode: well" has_health 0 well
	expect "nothing was told" [ ! -s "$scratch/watch.out" ]
	stop_watch
}

connects_and_told() { # WHAT
	connect_some alpha 3
	has_told "any(.what == \"$1\")"
}

# The open incident of a tripped group goes on over a restart, until the mode is set
trips_outlive_the_service() {
	local mode

	for mode in observe strip; do
		start_watch 'quiet = 120s' "trip = $mode"
		expect "an outage" break_until_told alpha
		expect "tripped to $mode" until_true has_mode alpha "$mode"
		kill -KILL "$watch_pid"
		wait "$watch_pid" 2>/dev/null
		start_watch 'quiet = 120s' "trip = $mode"
		expect "the incident is open" until_true has_health 1 \
			"mode is set again (tsrewrite group set alpha mode rewrite); connections of group alpha fail"
		connect_some alpha 5
		expect "not told again, nor tripped" has_health 1 "tripped to mode $mode"
		expect "nothing was told" [ ! -s "$scratch/watch.out" ]
		expect "broken again" break_until_told alpha
		expect "the first one is closed" has_told 'any(.what == "closed" and
			(.incident.end | contains("the mode was set again")))'
		expect "and tripped again" until_true connects_and_told tripped
		tsr group set alpha mode rewrite >/dev/null
		expect "closed" until_true has_told 'map(select(.what == "closed")) | length == 2'
		expect "well" until_true has_health 0 well
		stop_watch
	done
}

# shellcheck disable=SC2154 # setup_ns assigns it
# Two firewalls, each a keepalived; the address is with the first until it fails
setup_pair() {
	setup_ns standby || return
	setup_link "$firewall" vrrp0 "$standby" vrrp0
	setup_address "$firewall" vrrp0 192.0.2.1/24 2001:db8:2::1/64
	setup_address "$standby" vrrp0 192.0.2.2/24 2001:db8:2::2/64
	"$TSREWRITE" -n "$standby" group add alpha mode rewrite >/dev/null
	start_keepalived firewall 150
	start_keepalived standby 100
}

# The file that is delivered, for these hosts; each has a command of its own, to lose it
start_keepalived() { # HOST PRIORITY
	install_command "$1"
	sed -e "s/@INTERFACE@/vrrp0/; s/@PRIORITY@/$2/; s/@ADDRESS@/192.0.2.9\/24/" \
		-e "s#tsrewrite health;#$scratch/bin-$1/tsrewrite health;#" \
		"$selftests/../tools/keepalived/tsrewrite.conf" >"$scratch/$1.conf"
	in_background "$1" keepalived -n -l -D -f "$scratch/$1.conf" \
		-p "$scratch/$1.pid" -r "$scratch/$1.vrrp.pid" >"$scratch/$1.keepalived" 2>&1
}

install_command() { # HOST
	mkdir -p "$scratch/bin-$1"
	rm -f "$scratch/bin-$1/tsrewrite"
	cp "$TSREWRITE" "$scratch/bin-$1/tsrewrite"
}

has_address() { # HOST
	ip -n "${!1}" addr show dev vrrp0 | grep -q 192.0.2.9
}
lacks_address() { ! has_address "$1"; } # HOST

has_no_keepalived() {
	command -v keepalived >/dev/null && return 1
	skip "no keepalived"
}

moves_the_address() {
	has_no_keepalived && return
	start_watch 'quiet = 1s'
	setup_pair
	expect "the first has the address" until_true has_address firewall
	drop_syns outside "ip daddr ${address[beta]}"
	expect "the far end fails" until_true far_end_is_known
	expect "which moves nothing" keeps_it_while_far_end_fails
	take_syns outside
	tsr group set alpha mode bug >/dev/null
	expect "failing" until_true fails_and_is_known
	expect "the second has the address" until_true has_only standby
	tsr group set alpha mode off >/dev/null
	expect "the first takes it back" until_true has_only firewall
	stop_watch
}

# Neither must leave the address to nobody: what passes untouched goes on
one_keeps_the_address() {
	has_no_keepalived && return
	tsr group set alpha mode bug >/dev/null
	expect "the first fails" until_true has_only standby
	"$TSREWRITE" -n "$standby" group set alpha mode bug >/dev/null
	expect "both fail: the first has the address" until_true has_only firewall
	expect "and keeps it" keeps_it firewall
	tsr group set alpha mode off >/dev/null
	"$TSREWRITE" -n "$standby" group set alpha mode off >/dev/null
}

moves_without_the_command() {
	has_no_keepalived && return
	rm "$scratch/bin-firewall/tsrewrite"
	expect "no command, status 127: it moves" until_true has_only standby
	install_command firewall
	expect "there again: it returns" until_true has_only firewall
	chmod -x "$scratch/bin-firewall/tsrewrite"
	expect "status 126: it moves" until_true has_only standby
	install_command firewall
	expect "executable: it returns" until_true has_only firewall
	printf '#!/bin/sh\nexec "%s" health now\n' "$TSREWRITE" \
		>"$scratch/bin-firewall/tsrewrite"
	expect "status 3: it moves" until_true has_only standby
	rm "$scratch/bin-standby/tsrewrite"
	expect "both without: the first has the address" until_true has_only firewall
	install_command firewall
	install_command standby
}

# shellcheck disable=SC2317 # until_true calls it
has_only() { # HOST
	local other=standby

	[ "$1" = firewall ] || other=firewall
	has_address "$1" && lacks_address $other
}

# Long enough for keepalived to have asked again
keeps_it() { # HOST
	local end=$((SECONDS + 8))

	while [ $SECONDS -lt $end ]; do
		has_address "$1" || return
		pause 200
	done
	return 0
}

keeps_it_while_far_end_fails() {
	keeps_it firewall && has_health 1 "far end"
}

far_end_is_known() {
	connect_some beta 5
	has_health 1 "far end"
}

require_module
setup_hosts
tsr attach fw1 >/dev/null
setup_carriers rewrite
serve outside 7 cat

run_cases \
	without_the_service "without the service, nobody knows" \
	unknown "what cannot be found out" \
	impostors_are_not_believed "impostors are not believed" \
	with_the_service "with it: well, absent, hanging" \
	by_function "failing by function" \
	trips_are_remembered "a trip is degraded until the mode is set" \
	trips_outlive_the_service "the incident of a tripped group outlives the service" \
	moves_the_address "keepalived moves an address by it" \
	one_keeps_the_address "of two firewalls that fail, one keeps the address" \
	moves_without_the_command "a command that is missing or cannot be run"
