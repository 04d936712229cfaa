#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# After a reboot all is back; then apt installs another kernel, for which DKMS builds the
# module. Needs 10-install.sh

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

is_as_saved() {
	expect "the module to be loaded" [ -d /sys/module/nf_tsrewrite ]
	expect "no failed unit" no_unit_has_failed
	expect "the state to be the saved one" tsrewrite restore /etc/tsrewrite/state --check
	setup_hosts_around
	serve outside 7 cat
	expect "the device to be confirmed" until_true is_confirmed
	expect "a connection to be rewritten" rewrites
}

is_confirmed() {
	tsrewrite -j status | jq -e '.devices[] | .name == "fw1" and .confirmed' >/dev/null
}

another_kernel() {
	uname -r >/var/local/kernel-before
	dpkg -i /var/local/packages/kernel/*.deb >"$scratch/dpkg" 2>&1
	expect "dpkg to succeed" [ $? = 0 ]
	tail -n 8 "$scratch/dpkg" | comment
	next=$(readlink /vmlinuz | sed 's,.*/vmlinuz-,,')
	expect "the next boot to take it" [ "$next" != "$(uname -r)" ]
	expect "DKMS to have built the module for it" \
		grep -q "$next.*installed" <<<"$(dkms status tsrewrite)"
	expect "features to tell no kernel without a module" has_a_module_for_each
}

has_a_module_for_each() { tsrewrite -j features | jq -e '.kernels | all(has("module"))' >/dev/null; }

run_cases is_as_saved "after a reboot devices, groups and modes are back" \
	another_kernel "another kernel is installed, and DKMS builds the module for it"
