#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# dpkg installs another kernel, of which there is no module yet. Needs 65-state.sh

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

is_installed() {
	uname -r >/var/local/kernel-before
	dpkg -i /var/local/packages/kernel/*.deb >"$scratch/dpkg" 2>&1
	expect "dpkg to succeed" [ $? = 0 ]
	tail -n 4 "$scratch/dpkg" | comment
	expect "the next boot to take another kernel" [ "$(next_kernel)" != "$(uname -r)" ]
	expect "it to have an initramfs" [ -s "/boot/initrd.img-$(next_kernel)" ]
}

next_kernel() { readlink /vmlinuz | sed 's,.*/vmlinuz-,,'; }

# Before the reboot, while it can still be put right
is_told() {
	expect "features to tell that this kernel has no module" has_no_module "$(next_kernel)"
	expect "and that the one which runs has" has_module "$(uname -r)"
	tsrewrite features | sed -n '/after a boot/p' | comment
}

module_of() { tsrewrite -j features | jq -e ".kernels[] | select(.kernel == \"$1\")"; }
has_module() { module_of "$1" | jq -e 'has("module")' >/dev/null; }
has_no_module() { module_of "$1" | jq -e 'has("module") | not' >/dev/null; }

run_cases is_installed "dpkg installs another kernel" \
	is_told "that it has no module is told before it is booted"
