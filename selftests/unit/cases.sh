# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the scripts here share: a case, which is a command that succeeds.

cases=0 failed=0

check() { # DESCRIPTION COMMAND...
	local what=$1 verdict=ok

	shift
	"$@" || { verdict='not ok' && ((failed += 1)); }
	echo "$verdict $((cases += 1)) $what"
}
