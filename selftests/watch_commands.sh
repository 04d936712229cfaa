#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The commands of the setting run, and the service that queues them: one at a time, in
# order, whatever one of them does, and none is lost without a word. An incident begins
# and ends here with the rules of a group, without any traffic.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/watch.sh
. "$(dirname "$0")/lib/watch.sh"
trap cleanup EXIT

# One of each, waited for, since what is over before it is seen is no incident
lose_rules() { on_firewall nft delete table netdev tsrewrite && until_true is_open; }
mend_rules() { tsr group set alpha to 198.51.100.3 >/dev/null && until_true is_closed; }
is_open() { has_told 'last | .what == "opened"'; }
is_closed() { has_told 'last | .what == "closed"'; }

# What commands have written: "begin opened", "end opened" ...
ran() { tr '\n' , <"$scratch/ran"; }
has_run() { [ "$(ran)" = "$1" ]; } # LINE,...

# command LINE...: what run names, which writes when it begins and ends
write_command() {
	: >"$scratch/ran"
	printf '%s\n' '#!/bin/sh' "echo \"begin \$TSREWRITE_WHAT\" >>$scratch/ran" "$@" \
		"echo \"end \$TSREWRITE_WHAT\" >>$scratch/ran" >"$scratch/command"
	chmod +x "$scratch/command"
}
with_command() { start_watch "run = $scratch/command" "$@"; } # SETTING...

complained() { grep -qF -- "$1" "$scratch/watch.err"; } # TEXT
queue_is_empty() { [ -z "$(ls "$scratch/state/run")" ]; }

# The first is at work until the second was queued
one_at_a_time() {
	write_command "until grep -q closed $scratch/watch.out; do sleep 0.1; done" 'sleep 0.5'
	with_command
	lose_rules
	mend_rules
	expect "each ends before the next begins" until_true \
		has_run "begin opened,end opened,begin closed,end closed,"
	expect "none is left" until_true queue_is_empty
	stop_watch
}

output_is_told() {
	# shellcheck disable=SC2016 # for the command
	write_command 'echo "to stdout"' 'echo "to stderr" >&2' '[ $TSREWRITE_WHAT = opened ] || exit 3'
	with_command
	lose_rules
	expect "that it runs" until_true complained \
		"running the command \"$scratch/command\" for \"opened: rules of groups are missing"
	expect "what it prints" until_true complained "to stdout"
	expect "what it complains of" complained "to stderr"
	expect "that it has ended" until_true complained "exited with status 0 after"
	mend_rules
	expect "how it has failed" until_true complained "exited with status 3 after"
	expect "JSON is nothing but JSON" jq -e . "$scratch/watch.out"
	stop_watch
}

# It ignores SIGTERM as well
slow_one_is_killed() {
	# shellcheck disable=SC2016 # for the command
	write_command 'trap "" TERM' '[ $TSREWRITE_WHAT = closed ] || sleep 600'
	with_command 'run-timeout = 1s'
	lose_rules
	mend_rules
	expect "that is told" until_true complained "was killed after 1 s (run-timeout)"
	expect "the next one runs" until_true has_run "begin opened,begin closed,end closed,"
	stop_watch
}

# A service that ends lets the command end; the others are run when it comes back
queue_outlives_the_service() {
	write_command "until [ -e $scratch/go ]; do sleep 0.1; done"
	with_command
	lose_rules
	expect "the first one runs" until_true has_run "begin opened,"
	mend_rules
	kill -KILL "$watch_pid"
	wait "$watch_pid" 2>/dev/null
	with_command
	expect "it goes on" has_run "begin opened,"
	touch "$scratch/go"
	expect "both, once, in order" until_true \
		has_run "begin opened,end opened,begin closed,end closed,"
	stop_watch
	rm "$scratch/go"
}

# As by a power failure: the command kills what runs it, and itself
interrupted_one_is_told() {
	# shellcheck disable=SC2016 # for the command
	write_command '[ $TSREWRITE_WHAT = closed ] || kill -KILL $PPID $$'
	start_watch "run = exec $scratch/command"
	lose_rules
	expect "that is told" until_true complained "was interrupted, and is not run again"
	mend_rules
	expect "the next one runs" until_true has_run "begin opened,begin closed,end closed,"
	stop_watch
}

# A queue that nobody runs
queue_has_an_end() {
	local i file

	write_command
	mkdir -p "$scratch/queue"
	chmod 700 "$scratch/queue"
	for i in {1..1000}; do
		printf -v file '%s/%020d.json' "$scratch/queue" "$i"
		echo '{}' >"$file"
	done
	start_watch_with --queue "$scratch/queue" "run = $scratch/command"
	lose_rules
	expect "that is told" until_true complained "is not run for \"opened: rules of groups"
	expect "why" complained "it cannot be queued: 1000 commands wait already"
	rm "$scratch/queue"/*
	mend_rules
	expect "it is queued when there is room" until_true has_queued_one
	expect "not more than that: a unit runs it" has_run ""
	stop_watch
	expect "it runs" tsr watch --run "$scratch/queue"
	expect "once" has_run "begin closed,end closed,"
	expect "the queue is empty" [ -z "$(ls "$scratch/queue")" ]
}

has_queued_one() { [ "$(find "$scratch/queue" -name "*.json" | wc -l)" = 1 ]; }

start_watch_with() { # OPTION VALUE SETTING...
	watch_options=("$1" "$2")
	start_watch "${@:3}"
	watch_options=()
}

runner_is_careful() {
	local queue=$scratch/queue

	echo '{"command": "touch '"$scratch"'/ran-it"' >"$queue/00000000000000000001.json"
	echo anything >"$queue/notes"
	expect_refusal 1 "file 1 is no command of tsrewrite watch" tsr watch --run "$queue"
	expect "what does not belong there is kept" [ "$(ls -A "$queue")" = .notes ]
	chmod 777 "$queue"
	expect_refusal 1 "others may write there" tsr watch --run "$queue"
	expect_refusal 2 'unexpected word "now"' tsr watch --run "$queue" now
	expect_refusal 2 "give only one of" tsr watch --run "$queue" --check
	expect_not "nothing was run" [ -e "$scratch/ran-it" ]
}

# Its lock is of the directory, and not of the namespace
state_is_nobody_elses() {
	start_watch
	expect_refusal 1 "another tsrewrite watch keeps its state there" \
		"$TSREWRITE" -n "$outside" watch "$scratch/watch.conf"
	stop_watch
}

# The directories of a system, as a service in a namespace finds them
in_namespace_of() { # NETNS COMMAND...
	# shellcheck disable=SC2016 # for that shell
	unshare --mount sh -c '
		mount -t tmpfs none /var/lib && mount --bind "$0" /etc && exec "$@"' \
		"$scratch/etc" "${@:2}"
}

namespaces_have_their_own() {
	mkdir -p "$scratch/etc/tsrewrite"
	echo 'run = shared' >"$scratch/etc/tsrewrite/watch.conf"
	expect "the file of all, unless there is one of its own" [ "$(settings_of "$firewall")" = \
		/etc/tsrewrite/watch.conf ]
	echo 'run = own' >"$scratch/etc/tsrewrite/watch@$firewall.conf"
	expect "its own" [ "$(settings_of "$firewall")" = "/etc/tsrewrite/watch@$firewall.conf" ]
	expect "no other's" [ "$(settings_of "$outside")" = /etc/tsrewrite/watch.conf ]
}

settings_of() { # NETNS
	in_namespace_of "$1" "$TSREWRITE" -n "$1" -j watch --check | jq -r .file
}

settings_are_checked() {
	local conf=$scratch/checked.conf

	printf '%s\n' 'trip = maybe' 'quiet' '[group alpha]' 'drop = 30' >"$conf"
	expect_refusal 1 "$conf:1: trip \"maybe\" is not" tsr watch --check "$conf"
	expect "all that is wrong, by its line" grep -q "$conf:2: the line is neither" \
		"$scratch/refusal"
	printf '%s\n' 'trip = off' '' '[group nobody]' 'drop = 30' '[group alpha]' >"$conf"
	expect "nothing is wrong" tsr watch --check "$conf"
	tsr watch --check "$conf" >/dev/null 2>"$scratch/warned"
	expect "a group that there is not" grep -qF \
		"$conf:3: there is no group \"nobody\"" "$scratch/warned"
	expect "no other" [ "$(wc -l <"$scratch/warned")" = 1 ]
	expect_refusal 1 "No such file" tsr watch --check "$scratch/nothing"
	expect_refusal 2 'unexpected word "more"' tsr watch --check "$conf" more
}

# As the unit does it: a reload that is wrong changes nothing, and shows in its status
reload_that_fails_is_seen() {
	local socket=$scratch/notify

	in_background firewall socat -u "UNIX-RECV:$socket" "CREATE:$scratch/notified"
	until_true [ -S "$socket" ]
	NOTIFY_SOCKET=$socket start_watch '[group nobody]' 'trip = off'
	expect "a group that there is not is told at the start" complained \
		"watch.conf:2: there is no group \"nobody\""
	write_settings 'trip = maybe'
	kill -HUP "$watch_pid"
	expect "told" until_true complained "the settings stay as they were before"
	expect "in its status" until_true grep -q \
		'STATUS=.*old settings in force.*watch.conf:2: trip "maybe"' "$scratch/notified"
	: >"$scratch/watch.err"
	write_settings '[group other]' 'trip = off'
	kill -HUP "$watch_pid"
	expect "mended, and the group is told" until_true complained "there is no group \"other\""
	: >"$scratch/notified"
	expect "no longer in its status" until_true grep -q 'STATUS=0 open incidents$' \
		"$scratch/notified"
	stop_watch
}

require_module
setup_hosts
tsr attach fw1 >/dev/null
# One group: the rules of others would be lost with its own
tsr group add alpha mode rewrite to 198.51.100.3 >/dev/null

run_cases \
	one_at_a_time "one at a time, in order" \
	output_is_told "what they print, and how they end, is told" \
	slow_one_is_killed "one that does not end is killed, and the next one runs" \
	queue_outlives_the_service "what is queued outlives the service" \
	interrupted_one_is_told "one that was interrupted is told, and not run twice" \
	queue_has_an_end "a full queue is told" \
	runner_is_careful "the queue is root's, and files that are no commands are told" \
	state_is_nobody_elses "two services do not share their state" \
	namespaces_have_their_own "a namespace's service has settings of its own" \
	settings_are_checked "settings are checked without a service" \
	reload_that_fails_is_seen "a reload that fails is seen, and changes nothing"
