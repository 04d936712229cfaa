#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# With a module for the new kernel it is on again. Needs 72-no-module.sh

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

is_on_again() {
	expect "another kernel" [ "$(uname -r)" != "$(cat /var/local/kernel-before)" ]
	expect "its module to be loaded" [ -d /sys/module/nf_tsrewrite ]
	expect "the state to be the saved one" tsrewrite restore /etc/tsrewrite/state --check
	expect "no failed unit" no_unit_has_failed
	setup_hosts_around
	serve outside 7 cat
	tsrewrite group confirm fw1 >/dev/null
	expect "a connection to be rewritten" rewrites
}

run_cases is_on_again "with the module for the new kernel, it is on again"
