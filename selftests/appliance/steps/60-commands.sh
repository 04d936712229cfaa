#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The commands of tsrewrite watch, run by the units that are delivered: mail by Exim, the
# journal, a file below /var/log, and one that takes 20 s over a restart. And the service as
# systemd sees it: reloads, the module that comes and goes, another namespace's service.
# Needs 20-install.sh

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/appliance/commands.sh
. "$(dirname "$0")/../commands.sh"
trap cleanup EXIT

commands_may_do_anything() {
	write_command
	expect "the service to be enabled" systemctl enable tsrewrite-watch
	# It may run already, with other settings
	expect "it to start" systemctl restart tsrewrite-watch
	lose_rules
	expect "a file below /var/log" until_true has_run "opened,"
	expect "a line by logger" until_true has_said incident "opened: rules of groups"
	expect "mail by Exim" until_true has_mail "opened"
	expect "what it prints in the journal" until_true has_logged tsrewrite-run "to stdout"
	expect "how it ended" until_true has_logged tsrewrite-run "exited with status 0 after"
	mend_rules
	expect "the end as well" until_true has_run "opened,closed,"
	expect "mail of it" until_true has_mail "closed"
	expect "no unit to have failed" no_unit_has_failed
}

# And another 20 s for the news that come meanwhile
slow_one_over_a_restart() {
	local deadline=120000

	write_command 'sleep 20'
	lose_rules
	# Not the end of the incident before, which may be of the same second
	expect "it to begin" until_true has_logged_since 'for "opened: '
	expect "a restart of the service" systemctl restart tsrewrite-watch
	expect "the service not to wait for it" has_run ""
	mend_rules
	expect "each, once, in order" until_true has_run "opened,closed,"
	write_command
}

failing_one_is_seen() {
	write_command 'exit 7'
	lose_rules
	expect "it is told" until_true has_logged tsrewrite-run "exited with status 7"
	expect "a unit that has failed" until_true systemctl is-failed tsrewrite-run
	write_command
	mend_rules
	expect "the next one mends that" until_true is_inactive tsrewrite-run
}

is_inactive() { [ "$(property "$1" ActiveState)" = inactive ]; }

reload_fails_loudly() {
	write_settings 'trip = perhaps'
	expect_not "a reload of wrong settings" systemctl reload tsrewrite-watch
	expect "the journal to have the line" has_logged tsrewrite-watch \
		"/etc/tsrewrite/watch.conf:3: trip \"perhaps\" is not"
	expect "the service to go on" is_active tsrewrite-watch
	write_settings '[group nobody]' 'trip = off'
	expect "a reload" systemctl reload tsrewrite-watch
	expect "it to be told" until_true has_logged tsrewrite-watch "the settings were read again"
	expect "and the group that there is not" until_true has_logged tsrewrite-watch \
		"there is no group \"nobody\""
	write_settings
	expect "another one" systemctl reload tsrewrite-watch
}

# Priorities, and no time of ours beside the journal's
lines_have_priorities() {
	expect "warnings" priority_has 4 "there is no group"
	expect "errors of the runner" priority_has 3 "exited with status 7"
	expect_not "a time of its own" grep -q "^20..-..-..T" \
		<(journalctl -b -u tsrewrite-watch -u tsrewrite-run -o cat --no-pager)
}

priority_has() { # PRIORITY TEXT
	journalctl -b -t tsrewrite-watch -t tsrewrite-run -p "$1..$1" -o cat --no-pager |
		grep -qF -- "$2"
}

module_comes_and_goes() {
	tsrewrite detach up0 >/dev/null
	expect "the module to be unloaded" rmmod nf_tsrewrite
	expect "that to be told" until_true has_logged tsrewrite-watch "was unloaded"
	expect "what it waits for" until_true status_says "waiting for the module"
	pause_seconds 12
	expect "nothing more" [ "$(journalctl -b -u tsrewrite-watch -o cat --no-pager |
		grep -c 'was unloaded')" = 1 ]
	expect "no restart" [ "$(property tsrewrite-watch NRestarts)" = 0 ]
	expect "the module" modprobe nf_tsrewrite
	expect "the service to go on" until_true status_says "0 open incidents"
	setup_group
}

status_says() { [[ $(property tsrewrite-watch StatusText) = *"$1"* ]]; } # TEXT

namespaces_do_not_meet() {
	ip netns add blue
	ip -n blue link add up0 type dummy
	tsrewrite -n blue attach up0 >/dev/null
	tsrewrite -n blue group add theirs mode rewrite to 203.0.113.0/24 >/dev/null
	write_command
	lose_rules
	expect "an incident of ours" until_true has_run "opened,"
	expect "another service" systemctl start tsrewrite-watch@blue
	expect "state of its own" until_true [ -s /var/lib/tsrewrite/netns/blue/incidents.json ]
	expect "others to come to its feeds" [ "$(stat -c %a /var/lib/tsrewrite/netns)" = 755 ]
	# shellcheck disable=SC2016 # for the command
	printf 'run = echo "$TSREWRITE_NETNS $TSREWRITE_WHAT" >>%s\n' "$ran" \
		>/etc/tsrewrite/watch@blue.conf
	expect "settings of its own" systemctl reload tsrewrite-watch@blue
	expect "it to have them" until_true has_logged tsrewrite-watch@blue "were read again"
	ip netns exec blue nft delete table netdev tsrewrite
	expect "an incident of theirs" until_true has_run "opened,blue opened,"
	expect "ours to be open" [ "$(open_incidents)" = 1 ]
	systemctl stop tsrewrite-watch@blue
	mend_rules
	expect "ours to end" until_true has_run "opened,blue opened,closed,"
	expect "no unit to have failed" no_unit_has_failed
	ip netns del blue
}

open_incidents() {
	jq '[.incidents[] | select(.closed == null)] | length' /var/lib/tsrewrite/incidents.json
}

# For 61-commands.sh, which comes behind a reboot
one_is_left_for_the_next_boot() {
	systemctl stop tsrewrite-run.path
	lose_rules
	expect "it to be queued" until_true is_queued
}

is_queued() { [ -n "$(ls /var/lib/tsrewrite/run)" ]; }

modprobe nf_tsrewrite
setup_group

run_cases \
	commands_may_do_anything "commands send mail, log, and write below /var/log" \
	slow_one_over_a_restart "one of 20 s outlives a restart of the service" \
	failing_one_is_seen "one that fails shows in the unit's state" \
	reload_fails_loudly "a reload of wrong settings fails" \
	lines_have_priorities "the journal knows priorities" \
	module_comes_and_goes "the service waits for the module" \
	namespaces_do_not_meet "another namespace's service has its own" \
	one_is_left_for_the_next_boot "a command is queued when the machine stops"
