#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The first boot of a kernel that has no module: what was on is off, and everybody is told.
# Needs 70-upgrade.sh

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

boots_anew() {
	expect "another kernel" [ "$(uname -r)" != "$(cat /var/local/kernel-before)" ]
	expect "no module of it" [ ! -d /sys/module/nf_tsrewrite ]
	expect "it to come up" [ "$(systemctl is-active multi-user.target)" = active ]
}

says_what_was_on() {
	expect "status to say so" says status
	expect "health to say so" says health
	expect "health not to be well" [ "$health" != 0 ]
	expect "the journal to say so" journal_says
	expect "no unit to be started again and again" no_unit_is_restarted
}

says() { # COMMAND
	tsrewrite "$1" >"$scratch/said" 2>&1
	health=$?
	comment <"$scratch/said"
	grep -q 'was on' "$scratch/said" && grep -q 'is off' "$scratch/said"
}

journal_says() { journalctl -b -u tsrewrite --no-pager -o cat | grep -q 'was on.*is off'; }

no_unit_is_restarted() {
	local unit restarts

	pause_seconds 12
	for unit in $(systemctl list-units --plain --no-legend 'tsrewrite*' | cut -d ' ' -f 1); do
		restarts=$(property "$unit" NRestarts)
		[ "${restarts:-0}" -le 1 ] || { echo "# $unit: $restarts restarts"; return 1; }
	done
}

# For the next boot
gets_a_module() {
	expect "the module for this kernel to be installed" install_module
	expect "features to find it" has_module
}

has_module() {
	tsrewrite -j features |
		jq -e ".kernels[] | select(.kernel == \"$(uname -r)\") | has(\"module\")" >/dev/null
}

run_cases boots_anew "the upgraded machine boots the new kernel" \
	says_what_was_on "status, health and journal say that it was on and is off" \
	gets_a_module "the module for it is installed"
