#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Which programs run on which kernel: none is left out on all of them.

# shellcheck disable=SC2317 # check calls the functions

selftests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=selftests/unit/cases.sh
. "$selftests/unit/cases.sh"
# shellcheck source=selftests/runner/programs.sh
. "$selftests/runner/programs.sh"
# shellcheck disable=SC2034 # jobs.sh reads it
top=$selftests/..
# shellcheck source=selftests/runner/jobs.sh
. "$selftests/runner/jobs.sh"
cd "$selftests/.." || exit

on() { programs_of_check "$@" | tr ' ' '\n' | sort; }
left_on() { programs_left "$@" | tr ' ' '\n' | sort; }
all=$(make -s -C selftests list | tr ' ' '\n' | sort)

# Neither twice nor never
share_all() {
	[ "$(printf '%s\n' "$(on old old new)" "$(left_on old old new)" | sort)" = "$all" ]
}
runs_on_old() { on old old new | grep -qx "$1"; }
left_on_old() { left_on old old new | grep -qx "$1"; }
named() {
	sed -n '/^\(TOOL\|NEWEST\)_PROGS/,/[^\\]$/p' selftests/Makefile | grep -o '[a-z_]*\.sh'
}
are_all_known() { [ "$(named | sort)" = "$(left_on old old new)" ]; }

# shellcheck disable=SC2046,SC2086 # words
shared() { share "$1" 2 $(on new old new) | tr ' ' '\n'; }
share_all_parts() { [ "$(printf '%s\n' "$(shared 1)" "$(shared 2)" | sort)" = "$all" ]; }
# shellcheck disable=SC2046 # words
differ_by() { # SECONDS, at most
	local one two

	one=$(duration $(shared 1)) two=$(duration $(shared 2))
	[ $((one > two ? one - two : two - one)) -le "$1" ]
}

echo "TAP version 13"
check "there are some" [ "$(wc -l <<<"$all")" -gt 20 ]
check "all on the newest kernel" [ "$(on new old new)" = "$all" ]
check "where nothing is left" [ -z "$(left_on new old new)" ]
check "and on the only one" [ "$(on new new)" = "$all" ]
check "on another all but what is left for check-all" share_all
check "the module's tests are among those that it runs" runs_on_old segment_crafted.sh
check "C programs as well" runs_on_old netlink
check "the service's are left" left_on_old watch_outage.sh
check "what is named for the newest kernel is of the suite" are_all_known
check "two guests share them all" share_all_parts
check "for about as long" differ_by 60
check "alone, a guest has them all" [ "$(share 1 1 two.sh one.sh)" = "one.sh two.sh" ]
echo "1..$cases"
exit $((failed > 0))
