#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A device attached and turned on, saved, for the next boots. Needs 20-install.sh. Earlier
# steps rely on it that nothing is loaded at boot, and attached

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

# Without the commands of earlier steps, too
starts_with_nothing() {
	cp /usr/share/tsrewrite/watch.conf /etc/tsrewrite
	expect "tsrewrite.service to start, and at each boot" systemctl enable --now tsrewrite
	expect "the service that confirms devices, at each boot" \
		systemctl enable --now tsrewrite-watch
	expect "the module to be loaded by it" [ -d /sys/module/nf_tsrewrite ]
	expect "nothing to be on, as nothing is saved" is_off
}

is_off() { [ "$(tsrewrite -j status | jq -r .mode)" = off ]; }

is_saved() {
	setup_hosts_around
	serve outside 7 cat
	tsrewrite attach fw1
	tsrewrite group add carrier mode strip to 192.0.2.0/24 port 443
	expect "it to be turned on" tsrewrite on
	expect "a connection to be rewritten" rewrites
	expect "it to be saved" tsrewrite save /etc/tsrewrite/state
	tsrewrite config set timeout-closed 60s >/dev/null
	expect "status to say that it is not as saved any more" status_says_saved false
	expect "it to be saved" tsrewrite save /etc/tsrewrite/state
	expect "status to say that it is as saved" status_says_saved true
	expect "the file to be as the state is" tsrewrite restore /etc/tsrewrite/state --check
	comment </etc/tsrewrite/state
}

status_says_saved() { tsrewrite -j status | jq -e ".saved.same == $1" >/dev/null; } # BOOLEAN

run_cases starts_with_nothing "tsrewrite.service loads the module, and turns nothing on" \
	is_saved "what is attached and on is saved"
