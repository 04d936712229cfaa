#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The packages are removed, but not while devices are attached, and then without a trace.
# Needs 35-ansible.sh

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

is_refused() { # PACKAGE
	apt-get -y remove "$1" >"$scratch/apt" 2>&1
	expect_not "apt to succeed" [ $? = 0 ]
	expect "it to say why" grep -q "is not removed, because devices are attached" "$scratch/apt"
	expect "the package to be as it was" is_whole "$1"
}

is_whole() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1")" = installed ]; }

refused() {
	tsrewrite attach lo
	is_refused tsrewrite
	is_refused tsrewrite-dkms
	expect "the device to be attached still" [ "$(tsrewrite -j status | jq '.devices | length')" != 0 ]
}

removed() {
	find /usr /etc /var/lib /lib/modules -xdev -name '*tsrewrite*' >"$scratch/there"
	expect "much to be there" [ "$(wc -l <"$scratch/there")" -gt 20 ]
	for device in $(tsrewrite -j status | jq -r '.devices[].name'); do
		tsrewrite detach "$device" --force >/dev/null
	done
	apt-get -y purge tsrewrite tsrewrite-dkms tsrewrite-selftests >"$scratch/apt" 2>&1
	expect "apt to succeed" [ $? = 0 ]
	tail -n 5 "$scratch/apt" | comment
}

nothing_is_left() {
	expect "no file" nothing_found
	expect_not "the module" [ -d /sys/module/nf_tsrewrite ]
	expect "no table of nft" [ -z "$(nft list tables | grep tsrewrite)" ]
	expect "no unit" [ -z "$(systemctl list-units --all --plain --no-legend 'tsrewrite*')" ]
}

# What dpkg and systemd keep of any package, and logs, have its name as well
nothing_found() {
	local left

	left=$(find /usr /etc /var/lib /lib/modules -xdev -name '*tsrewrite*' \
		-not -path '/var/lib/systemd/*')
	[ -z "$left" ] && return
	comment <<<"$left"
	return 1
}

run_cases refused "removing is refused while devices are attached" \
	removed "the packages are purged" \
	nothing_is_left "nothing of them is left"
