#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# After a reboot all is back; then apt installs another kernel, for which DKMS builds the
# module. Needs 10-install.sh

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

is_as_saved() { is_on_as_saved; }

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
