#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tsrewrite-journal.service writes each change to the journal: who made it, and what was
# before, whatever program it was made with. Needs 20-install.sh. 47-journal.sh comes
# behind a reboot.

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

unit=tsrewrite-journal

# entries [JQ_FILTER]: those of the identifier, as JSON
entries() { journalctl -t tsrewrite -o json --no-pager | jq -c "${1:-.}"; }
says() { journalctl -t tsrewrite -o cat --no-pager | grep -qE -- "$1"; } # PATTERN
has_entry() { [ "$(entries "select($1) | 1" | head -n 1)" ]; }           # JQ_CONDITION

expect_entry() { # JQ_CONDITION
	expect "an entry with $1" until_true has_entry "$1"
}

starts() {
	expect "it to start, which it tells by itself" systemctl enable --now $unit
	expect "it to say what the state is" until_true says "^group default mode off canary 100 %"
	expect "no failed unit" no_unit_has_failed
}

# PAM notes who logs in, as login, sshd and cron have it do; su keeps that
by_people() {
	useradd -m alice
	passwd -dq root
	alice=$(id -u alice)
	expect "alice to become root, and to attach" as_alice "tsrewrite attach dummy0"
	expect "and to change a mode and a limit" \
		as_alice "tsrewrite on; tsrewrite config set limit 4321"
	expect "the attachment with both users" until_true says \
		"^device attached dummy0 zone 0, by root \(uid 0\), logged in as alice \(uid $alice\), with tsrewrite"
	expect "old and new mode" until_true says \
		"^group changed default mode off -> rewrite, by root \(uid 0\), logged in as alice"
	expect "old and new limit" until_true says \
		"^config limit [0-9]+ -> 4321, by root \(uid 0\), logged in as alice"
	expect_entry ".TSREWRITE_EVENT == \"group_changed\" and .TSREWRITE_GROUP == \"default\" and
		.TSREWRITE_OLD_MODE == \"off\" and .TSREWRITE_GROUP_MODE == \"rewrite\" and
		.TSREWRITE_UID == \"0\" and .TSREWRITE_LOGINUID == \"$alice\" and
		.TSREWRITE_COMM == \"tsrewrite\" and .PRIORITY == \"5\""
}

as_alice() { # COMMANDS
	systemd-run -q --wait -p PAMName=login -p User=alice su -c "$1"
}

# Nobody has logged in; and it is not our command that asks
by_programs() {
	expect "python to ask for a mode" python3 "$selftests/lib/ask_mode.py" default 3
	expect_entry '.TSREWRITE_EVENT == "group_changed" and .TSREWRITE_OLD_MODE == "rewrite" and
		.TSREWRITE_COMM == "python3" and (has("TSREWRITE_LOGINUID") | not)'
	expect "that nobody had logged in" says ", not logged in, with python3 \(pid [0-9]+\)"
}

# Each once, though the watch service hears of it, too
once() {
	expect "the watch service" systemctl start tsrewrite-watch
	tsrewrite config set limit 4322 >/dev/null
	tsrewrite config set limit 4323 >/dev/null
	expect "the second change" until_true says "limit 4322 -> 4323"
	expect "one entry of the first" \
		[ "$(entries 'select(.MESSAGE | tostring | contains("-> 4322"))' | wc -l)" = 1 ]
	systemctl stop tsrewrite-watch
}

module_comes_and_goes() {
	local pid

	pid=$(property $unit MainPID)
	tsrewrite detach dummy0
	expect "unloading" rmmod nf_tsrewrite
	expect "to be told that it is not loaded" until_true says "nf_tsrewrite is not loaded"
	expect "loading" modprobe nf_tsrewrite
	expect "the state anew" until_true reads_state 2
	tsrewrite config set limit 5432 >/dev/null
	expect "a change after that" until_true says "-> 5432, by root"
	expect "the same process" [ "$(property $unit MainPID)" = "$pid" ]
	expect "to be told once" [ "$(entries 'select(.TSREWRITE_EVENT == "module_absent")' | wc -l)" = 1 ]
}

# More than its socket holds, while it cannot read
events_are_lost() {
	local pid

	pid=$(property $unit MainPID)
	kill -STOP "$pid"
	python3 "$selftests/lib/ask_mode.py" default 3 6000
	tsrewrite config set limit 6543 >/dev/null
	kill -CONT "$pid"
	expect "to be told" until_true says "^events lost: "
	expect "the state again" until_true has_entry '.TSREWRITE_EVENT == "state" and
		(.MESSAGE | contains("limit 6543"))'
	tsrewrite config set limit 6544 >/dev/null
	expect "what comes after" until_true says "limit 6543 -> 6544, by root"
}

reads_state() { # TIMES
	[ "$(entries 'select(.TSREWRITE_EVENT == "state")' | wc -l)" = "$1" ]
}

modprobe nf_tsrewrite
ip link add dummy0 type dummy
run_cases starts "tsrewrite-journal.service starts, and writes what the state is" \
	by_people "who: the user and who had logged in; what: old and new" \
	by_programs "another program than the command" \
	once "a change is written once, whether or not watch runs" \
	module_comes_and_goes "it waits for the module, and tells of that once" \
	events_are_lost "it says that events were lost, and goes on"
