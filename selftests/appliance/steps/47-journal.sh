#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# After a reboot the journal still has the changes, and the service writes on. Needs
# 46-journal.sh

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

says() { journalctl -t tsrewrite -o cat --no-pager "${@:2}" | grep -qE -- "$1"; }

is_kept() {
	expect "who attached before the reboot" \
		says "^device attached dummy0 .*logged in as alice" -b -1
	expect "old and new of a limit" says "limit [0-9]+ -> 4321, by root" -b -1
	expect "without -b as well" says "limit [0-9]+ -> 4321, by root"
}

writes_on() {
	expect "it to have started by itself" until_true is_active tsrewrite-journal
	expect "that there was no module yet, or the state" \
		says "is not loaded|^group default mode off" -b
	modprobe nf_tsrewrite
	tsrewrite config set limit 7654 >/dev/null
	expect "the next change" until_true says "-> 7654, by root" -b
	expect "no failed unit" no_unit_has_failed
}

run_cases is_kept "changes are in the journal after a reboot" \
	writes_on "the service has started, and writes on"
