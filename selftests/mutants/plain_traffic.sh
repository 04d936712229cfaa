#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Plain traffic: what a mutant that is worth killing lets pass. One connection each by IPv4
# and IPv6, in mode rewrite, with data both ways.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
trap cleanup EXIT

passes() {
	expect "data by IPv4 to come back" echoes inside $outside4 7 2000
	expect "data by IPv6 to come back" echoes inside $outside6 7 2000
}

require_module
setup_hosts
serve outside 7 cat
patience=5
tsr attach fw1 && tsr on >/dev/null
run_cases passes "plain traffic passes"
