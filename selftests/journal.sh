#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each change is in systemd's journal, with who made it and what was before, whatever
# program it was made with. Where no journald runs, the real one is started.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap 'cleanup; forget_journald' EXIT

journald=/lib/systemd/systemd-journald

start_journald() {
	systemd-cat true 2>/dev/null && return
	if [ ! -x $journald ]; then
		ktap_skip_all "no journal, and no $journald"
		exit "$KSFT_SKIP"
	fi
	[ -s /etc/machine-id ] || tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id
	mkdir -p /run/systemd/journal /run/log
	$journald </dev/null >"$scratch/journald" 2>&1 &
	children+=($!)
	journald_is_ours=1
	until_true systemd-cat true 2>/dev/null
}

# Sockets that nobody reads would be taken for a journal that fails
forget_journald() { [ ! "${journald_is_ours:-}" ] || rm -rf /run/systemd/journal; }

# Of this namespace alone: the machine may have others
entries() { journalctl -q --no-pager -o json "TSREWRITE_NETNS=$firewall"; }
texts() { journalctl -q --no-pager -o cat -t tsrewrite "TSREWRITE_NETNS=$firewall"; }
has_text() { texts | grep -qE -- "$1"; }                                # PATTERN
has_entry() { entries | jq -se "any($1)" >/dev/null; }                  # JQ_CONDITION
count_entries() { entries | jq -s "map(select($1)) | length"; }         # JQ_CONDITION

expect_text() { expect "an entry like '$1'" until_true has_text "$1"; } # PATTERN

begins_with_state() {
	expect_text "^device fw1 zone 3$"
	expect_text "^group default mode off canary 100 %$"
	expect_text "^config machine-limit [0-9]+ limit [0-9]+ "
}

# As after su or sudo: the process is root's, and nobody's is the login
by_user() {
	bash -c 'echo 65534 >/proc/self/loginuid && exec "$@"' - \
		"$TSREWRITE" -n "$firewall" on >/dev/null
	expect_text "^group changed default mode off -> rewrite, by root \(uid 0\), logged in as nobody \(uid 65534\), with tsrewrite \(pid [0-9]+\)$"
	expect "its fields" until_true has_entry '
		.TSREWRITE_EVENT == "group_changed" and .TSREWRITE_GROUP == "default" and
		.TSREWRITE_OLD_MODE == "off" and .TSREWRITE_GROUP_MODE == "rewrite" and
		.TSREWRITE_UID == "0" and .TSREWRITE_LOGINUID == "65534" and
		.TSREWRITE_COMM == "tsrewrite" and .PRIORITY == "5" and
		.SYSLOG_IDENTIFIER == "tsrewrite"'
}

# The kernel's own client
by_another_program() {
	KSELFTEST=$KSELFTEST on_firewall python3 - "$selftests" <<-'END'
		import sys
		sys.path.insert(0, sys.argv[1] + "/lib")
		from ynl import open_family
		spec = sys.argv[1] + "/../Documentation/netlink/specs/tsrewrite.yaml"
		open_family(spec).do("group-set", {"name": "default", "mode": "observe"})
	END
	expect_text "^group changed default mode rewrite -> observe, by root \(uid 0\), .*with python3 "
}

settings() {
	tsr config set limit 4321 >/dev/null
	tsr config set limit 4322 timeout-closed 77 >/dev/null
	expect_text "^config limit 4321 -> 4322 timeout-closed [0-9a-z]+ -> 77s, by root"
	expect "old and new in fields" until_true has_entry '
		.TSREWRITE_EVENT == "config" and .TSREWRITE_OLD_LIMIT == "4321" and
		.TSREWRITE_CONFIG_LIMIT == "4322"'
	tsr group add asia mode observe canary 10
	tsr group set asia canary 20
	expect_text "^group added asia mode observe, by root"
	expect_text "^group changed asia canary 10 -> 20 %, by root"
	tsr drain fw1 >/dev/null
	expect_text "^device drain fw1 zone 3 started, by root"
	tsr drain fw1 stop >/dev/null
	expect_text "^device drain fw1 zone 3 ended, by root"
}

nothing_new() {
	tsr config set limit 5000 >/dev/null
	tsr config set limit 5000 >/dev/null
	tsr config set limit 5001 >/dev/null
	expect_text "limit 5000 -> 5001,"
	expect "one entry of what was set twice" \
		[ "$(count_entries '.TSREWRITE_EVENT == "config" and
			.TSREWRITE_CONFIG_LIMIT == "5000"')" = 1 ]
}

# More than its socket holds, while it cannot read
events_are_lost() {
	kill -STOP "$monitor"
	on_firewall python3 "$selftests/lib/ask_mode.py" default 3 6000
	tsr config set limit 6040 >/dev/null
	kill -CONT "$monitor"
	expect_text "^events lost: "
	expect "the state again" until_true has_entry '.TSREWRITE_EVENT == "state" and
		(.MESSAGE | contains("limit 6040"))'
	tsr config set limit 7000 >/dev/null
	expect_text "limit 6040 -> 7000, by root"
}

require_module
setup_hosts
start_journald
tsr attach fw1 zone 3
in_background firewall "$TSREWRITE" -n "$firewall" monitor --journal
monitor=$!
expect "the state" until_true has_text "the state is:"
run_cases begins_with_state "it begins with what is attached and set" \
	by_user "a user who had logged in as another" \
	by_another_program "another program than the command" \
	settings "what was before, and what is now" \
	nothing_new "what changes nothing is not written" \
	events_are_lost "it says that events were lost, and goes on"
