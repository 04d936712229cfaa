#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Stages side by side: what begins first, what is told meanwhile, what is reported, and
# that no failure is lost.

# shellcheck disable=SC2317 # check and job call the functions
# shellcheck disable=SC2034 # jobs.sh reads the variables

selftests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=selftests/unit/cases.sh
. "$selftests/unit/cases.sh"
top=$(dirname "$selftests")
# shellcheck source=selftests/runner/stages.sh
. "$selftests/runner/stages.sh"
# shellcheck source=selftests/runner/jobs.sh
. "$selftests/runner/jobs.sh"
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

program() { # NAME CASE...: what kselftest's runner says of it
	local name=$1 case number=0

	shift
	echo "# 1..$#"
	for case; do
		echo "# $case $((number += 1)) a case"
	done
	[[ $* != *not* ]] || echo -n 'not '
	echo "ok 1 selftests: some/where: $name"
}

quick() {
	program one.sh ok ok
	program two.sh ok 'not ok'
	printf '# 1..0 # SKIP no DNS server\nok 3 selftests: some/where: three.sh # SKIP\n'
}
# It waits for the slow one to have begun: two run at once
meets() {
	local tries=0

	: >"$logs/met-$1"
	until [ -e "$logs/met-$2" ] || ((tries++ == 200)); do
		sleep 0.05
	done
	[ -e "$logs/met-$2" ] && program "$1" ok
}
breaks() {
	program broken ok
	echo "it is broken" >&2
	return 3
}
silent() { :; }
# Until it has used a second
works() {
	local stat=()

	while [ "${stat[13]:-0}" -lt 100 ]; do
		read -ra stat <"/proc/$BASHPID/stat"
	done
	program works ok | sed 's/: works/: works (1 s)/'
}
# All that the job is made of
dies() {
	program dies ok
	kill -KILL 0
}

printf '%s\n' '1 one.sh' '1 two.sh' '50 first' '40 second' '2 breaks' '1 silent' \
	'# 9 first' >"$logs/durations"
durations=$logs/durations
job quick 'one.sh two.sh three.sh' quick
job second '' meets second first
job breaks broken breaks
job silent '' silent
job works '' works
job dies '' dies
job first '' meets first second

JOBS=2
told=$(run_jobs 2>&1)
report=$(report_jobs)
tally=$("$selftests/runner/tally" "$logs"/*.tap)

begun() { grep -o '[a-z]* *begins' <<<"$told" | cut -d ' ' -f 1 | tr '\n' ' '; }
reported() { sed -n 's/^== \([a-z]*\)$/\1/p' <<<"$report" | tr '\n' ' '; }
tells() { grep -q "$1" <<<"$told" || { echo "# told: ${told//$'\n'/$'\n'# }" && false; }; }
ends_with() { tail -n 1 <<<"$told" | grep -q "$1"; }
refuses() { ! (job "$1" '' true) 2>/dev/null; }
fails() { grep -q "$1" <<<"$tally" || { echo "# ${tally//$'\n'/$'\n'# }" && false; }; }
processor() { sed -n "s/^== $1: [0-9]* s, \([0-9]*\) s of.*/\1/p" <<<"$report"; }

echo "TAP version 13"
check "what takes longest begins first" [ "$(begun | cut -d ' ' -f 1,2)" = "first second" ]
check "as many at once as were asked for: each met the other" tells 'first  *first  *1 passed'
check "the report is in the order of the jobs" \
	[ "$(reported)" = "quick second breaks silent works dies first " ]
check "each program is told of when it ends" tells 'quick  *one.sh  *2 passed'
check "failures are, at once" tells '  quick: not ok 2 a case'
check "and in the line of the program" tells 'quick  *two.sh  *1 passed, 1 FAILED'
check "what wants something that is not here has failed" \
	tells 'quick  *three.sh  *0 passed, all FAILED'
check "how many have ended, at last all" ends_with '9 of 9, 0 min left'
check "a job that exits with a failure has failed" fails 'breaks exited with 3'
check "its last words are shown" tells '  breaks: it is broken'
check "one that says nothing has failed" fails 'silent said nothing'
check "one that was killed has failed" fails 'dies exited with a signal'
check "two of one name are refused" refuses quick
check "none is lost: 7 passed, 5 failed" [ "$(tail -n 1 <<<"$tally")" = "7 passed, 5 failed" ]
check "processor time is what the job took" [ "$(processor works)" -ge 1 ]
check "and not what others took" [ "$(processor silent)" = 0 ]
check "a duration that nobody knows is a guess" [ "$(duration one.sh nobody)" = 11 ]
echo "1..$cases"
exit $((failed > 0))
