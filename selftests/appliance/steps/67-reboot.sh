#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# After a reboot all is as it was saved. Needs 65-state.sh

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

is_as_saved() {
	expect "the module to be loaded" [ -d /sys/module/nf_tsrewrite ]
	expect "tsrewrite.service to be well" is_active tsrewrite
	expect "no failed unit" no_unit_has_failed
	expect "the state to be the saved one" tsrewrite restore /etc/tsrewrite/state --check
	expect "the device to be known, though it is absent" \
		status_has '.devices[] | .name == "fw1" and (has("ifindex") | not)'
	expect "mode rewrite" status_has '.mode == "rewrite"'
	expect "the group" status_has '.groups[] | select(.name == "carrier") | .mode == "strip"'
	expect "the timeout" [ "$(tsrewrite -j config | jq .timeout_closed)" = 60 ]
}

status_has() { tsrewrite -j status | jq -e "$1" >/dev/null; } # FILTER

# Between boot and network nothing may pass that ought to be rewritten
is_early() {
	expect "network-pre.target to wait for it" is_ordered_before network-pre.target
	expect "it to be part of sysinit.target" \
		[ "$(systemctl is-enabled tsrewrite)" = enabled ]
}

is_ordered_before() { property tsrewrite Before | tr ' ' '\n' | grep -qx "$1"; } # UNIT

takes_hold() {
	setup_hosts_around
	serve outside 7 cat
	expect "tsrewrite-watch.service to confirm it" until_true \
		status_has '.devices[] | .name == "fw1" and .confirmed'
	expect "a connection to be rewritten" rewrites
}

run_cases is_as_saved "after a reboot the module is loaded, and the state is the saved one" \
	is_early "before there is a network" \
	takes_hold "a device that comes later is rewritten on"
