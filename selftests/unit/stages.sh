#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What check shows of the tests, and what it makes of them: a failure whose reason is
# not shown, or which is not counted, is none.

# shellcheck disable=SC2317 # check calls the functions

selftests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=selftests/unit/cases.sh
. "$selftests/unit/cases.sh"
# shellcheck source=selftests/runner/stages.sh
. "$selftests/runner/stages.sh"

shows() { # TAP WANTED
	[ "$(show_results <<<"$1")" = "$2" ] || ! show_results <<<"$1" | sed 's/^/# got: /'
}

# shows_at_once TAP: before there is more
shows_at_once() {
	local line

	read -rt 10 line < <(exec 2>/dev/null 3>&- 4>&-; { echo "$1"; sleep 15; } | show_results) &&
		[ "$line" = "$1" ]
}

tallies() { # TAP LAST_LINE
	[ "$("$selftests/runner/tally" <<<"$1" | tail -n 1)" = "$2" ]
}

good='# selftests: good
# 1..2
# # 4 quotes arrived
# ok 1 one
# # skipped: no scapy here
# ok 2 two # SKIP
ok 1 selftests: good'
wanting='# selftests: wanting
# TAP version 13
# 1..0 # SKIP no dig, or no NSD
ok 2 selftests: wanting # SKIP'
bad='# selftests: bad
# 1..1
# # 5 moved, not 4
# # expected: four
# not ok 1 three
# # Totals: fail:1
not ok 2 selftests: bad # exit=1'
# ends in the middle
cut='# selftests: cut
# 1..2
# ok 1 four
# # waiting'

echo "TAP version 13"
echo "1..10"
check "of what passed the results, and why others were skipped" shows "$good" '# ok 1 one
# # skipped: no scapy here
# ok 2 two # SKIP
ok 1 selftests: good'
check "of what failed all that was said" shows "$bad" "$bad"
check "and what did not end" shows "$cut" '# ok 1 four
# # waiting'
check "a result as soon as it is there" shows_at_once '# ok 1 one'
check "progress as well" shows_at_once '# # after 60 s, rounds: floods 1'
check "what passed is counted" tallies "$good" '1 passed, 0 failed, 1 skipped'
check "what failed as well" tallies "$good"$'\n'"$bad" '1 passed, 1 failed, 1 skipped'
check "and what ran no case, whatever it wants" \
	tallies "$good"$'\n'"$wanting" '1 passed, 1 failed, 1 skipped'
check "and what did not end" tallies "$good"$'\n'"$cut" '2 passed, 1 failed, 1 skipped'
check "nothing is a failure" tallies '' '0 passed, 1 failed'
echo "# Totals: pass:$((cases - failed)) fail:$failed xfail:0 xpass:0 skip:0 error:0"
exit $((failed > 0))
