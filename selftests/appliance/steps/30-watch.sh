#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tsrewrite-watch.service under systemd: it starts, says so, reads its settings anew, and
# comes back whatever ended it. Needs 20-install.sh

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

unit=tsrewrite-watch
settings=/etc/tsrewrite/watch.conf

starts() {
	expect "the module to be there" modprobe nf_tsrewrite
	expect "it to start, which it tells by itself" systemctl enable --now $unit
	expect "its type to be notify" [ "$(property $unit Type)" = notify ]
	expect "its state to be told" until_true states "0 open incidents"
	expect "the command to be the installed one" \
		[ "$(readlink "/proc/$(property $unit MainPID)/exe")" = /usr/sbin/tsrewrite ]
	expect "health to find it" health_finds_it
}

# It is degraded all the same, as no device is attached
health_finds_it() {
	tsrewrite -j health |
		jq -e '[.reasons[] | select(contains("tsrewrite watch"))] == []' >/dev/null
}

states() { [ "$(property $unit StatusText)" = "$1" ]; }

reloads() {
	local pid

	pid=$(property $unit MainPID)
	echo 'min-attempts = 7' >>$settings
	expect "a reload" systemctl reload $unit
	expect "it to go on" [ "$(property $unit MainPID)" = "$pid" ]
	expect "its settings to be read" until_true has_logged $unit "the settings were read again"
}

refuses_wrong_settings() {
	echo 'min-attempts = many' >>$settings
	expect_not "a reload with wrong settings" systemctl reload $unit 2>/dev/null
	expect "the line to be named" until_true has_logged $unit 'min-attempts "many"'
	expect "it to go on" is_active $unit
	sed -i '/^min-attempts/d' $settings
	expect "a reload" systemctl reload $unit
}

restarts() {
	local pid

	pid=$(property $unit MainPID)
	expect "a restart" systemctl restart $unit
	expect "another process" [ "$(property $unit MainPID)" != "$pid" ]
	pid=$(property $unit MainPID)
	kill -KILL "$pid"
	expect "systemd to start it again" until_true is_another "$pid"
	expect "health to find it" until_true health_finds_it
	expect "no failed unit" no_unit_has_failed
}

is_another() { is_active $unit && [ "$(property $unit MainPID)" != "$1" ]; } # PID

# Any unit that systemd starts again and again is a fault at three in the morning
waits_for_module() {
	systemctl stop $unit
	rmmod nf_tsrewrite
	systemctl start --no-block $unit
	expect "it to say what it waits for" \
		until_true states "waiting for the module nf_tsrewrite"
	pause_seconds 12
	expect "at most one more start in 12 s" [ "$(property $unit NRestarts)" -le 1 ]
	modprobe nf_tsrewrite
	expect "it to go on with the module" until_true health_finds_it
}

run_cases starts "tsrewrite-watch.service starts, and tells systemd its state" \
	reloads "systemctl reload reads the settings anew" \
	refuses_wrong_settings "a reload with wrong settings fails, and the service goes on" \
	restarts "it outlives a restart, and a kill" \
	waits_for_module "without the module it waits, and goes on when it is loaded"
