#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The machine boots the new kernel, with all that was on. Needs 20-kernel.sh

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

is_as_saved() { is_on_as_saved; }

is_another_kernel() { expect "another kernel" [ "$(uname -r)" != "$(cat /var/local/kernel-before)" ]; }

suite_runs() {
	expect_refusal 1 "devices are attached" tsrewrite-selftests echo_restore.sh
	tsrewrite detach fw1 --force >/dev/null
	tsrewrite-selftests echo_restore.sh netlink >"$scratch/suite" 2>&1
	expect "the suite to pass" [ $? = 0 ]
	tail -n 1 "$scratch/suite" | comment
	expect "as many cases as they have" grep -Eq '^[1-9][0-9]+ passed, 0 failed' "$scratch/suite"
	expect "the state as it was" tsrewrite restore /etc/tsrewrite/state
}

run_cases is_another_kernel "the new kernel is booted" \
	is_as_saved "devices, groups and modes are back" \
	suite_runs "the packaged suite runs, when nothing is attached"
