#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What apt installs from our packages, without a network: the module is built for the kernel that
# runs, and nothing is on

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

# With what they depend on, which an operator has, or a mirror of his
installs() {
	apt-get -y --no-install-recommends install /var/local/packages/dkms/*.deb \
		"$share"/deb/*.deb >"$scratch/apt" 2>&1
	expect "apt to succeed" [ $? = 0 ]
	tail -n 20 "$scratch/apt" | comment
}

module_is_built() {
	expect "DKMS to have it" dkms_has "$(uname -r)"
	expect "modprobe to find it" modinfo -n nf_tsrewrite
}

dkms_has() { dkms status tsrewrite | grep -q "$1.*installed"; } # KERNEL

nothing_is_on() {
	expect_not "a module that is loaded" [ -d /sys/module/nf_tsrewrite ]
	expect "no unit of ours to run" [ -z "$(systemctl list-units --plain --no-legend \
		'tsrewrite*' | grep -v ' inactive ')" ]
	expect "none to be enabled" [ -z "$(systemctl list-unit-files --no-legend \
		'tsrewrite*' | awk '$2 == "enabled"')" ]
}

is_turned_on() {
	expect "tsrewrite.service to start, and at each boot" systemctl enable --now tsrewrite
	expect "the service that confirms devices, at each boot" \
		systemctl enable --now tsrewrite-watch
	setup_hosts_around
	serve outside 7 cat
	tsrewrite attach fw1
	tsrewrite group add carrier mode strip to 192.0.2.0/24 port 443
	expect "it to be turned on" tsrewrite on
	expect "a connection to be rewritten" rewrites
	expect "it to be saved" tsrewrite save /etc/tsrewrite/state
}

run_cases installs "apt installs the packages without a network" \
	module_is_built "DKMS has built the module for the kernel that runs" \
	nothing_is_on "nothing is loaded, started or enabled" \
	is_turned_on "what an operator turns on works, and is saved"
