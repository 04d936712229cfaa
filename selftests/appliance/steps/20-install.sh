#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What `make install` installs, in place: command, units, and the module for this kernel

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

installs() {
	expect "the files to be copied" cp -rT --no-preserve=ownership "$share/install" /
	expect "the module to be copied" install_module
	expect "systemd to read the units" systemctl daemon-reload
}

runs() {
	expect "the module to be loaded" modprobe nf_tsrewrite
	expect "status to answer" tsrewrite status
	expect "the units to be in order" units_are_in_order
}

units_are_in_order() {
	local said units=(/usr/lib/systemd/system/tsrewrite*)

	said=$(systemd-analyze verify "${units[@]}" 2>&1) && [ -z "$said" ] && return
	comment <<<"$said"
	return 1
}

run_cases installs "the installed files are put in place" \
	runs "the module is loaded, the command answers, systemd takes the units"
