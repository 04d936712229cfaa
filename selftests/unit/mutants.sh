#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What counts as a mutant that was killed: a case's assertion alone; what the head of a patch
# says; and what is not run again.

# shellcheck disable=SC2317 # check calls the functions

selftests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=selftests/unit/cases.sh
. "$selftests/unit/cases.sh"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# says WANTED PYTHON [ARG...]: the expression, over the runner's modules
says() {
	local wanted=$1 got

	shift
	got=$(cd "$scratch" && PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$selftests/mutants \
		python3 -c 'import sys
from runner import mutant, reach, records, report, tap, tree
print(eval(sys.argv[1]))' "$@") && [ "$got" = "$wanted" ] && return
	echo "# got: $got"
	return 1
}

kills() { says "$2" 'tap.failed_case(sys.argv[2])' "$1"; } # TAP CASE

write_patch() { # NAME LINE...
	printf '%s\n' "${@:2}" '' '--- a/kmod/x.c' '+++ b/kmod/x.c' '@@ -1 +1 @@' '-right' '+wrong' \
		>"$scratch/$1.patch"
}

# field WANTED EXPRESSION: of the one mutant there is
field() { says "$1" "[$2 for one in mutant.find('$scratch', [])][0]"; }

reads_head() {
	rm -f "$scratch"/*.patch
	write_patch one 'TSecr is not restored' '' 'Programs: unit/mode echo.sh' 'Faults: traffic'
	field 'TSecr is not restored' one.subject &&
		field "['unit/mode', 'echo.sh']" one.programs &&
		field True one.breaks_traffic && field "['kmod/x.c']" one.files &&
		field True 'one.changes_module()' && field False 'one.changes_command()'
}

needs_no_head() {
	rm -f "$scratch"/*.patch
	write_patch bare
	field '[]' one.programs && field False one.breaks_traffic && field bare one.name
}

# A tree with one file, and programs that are made of one
fake='type("Programs", (), {"sources": staticmethod(lambda program: [program])})'
remembered() { # WANTED
	says "$1" "(lambda all, one: all.load(one) is not None)(
		records.Records('$scratch/records', '$scratch/tree', $fake),
		mutant.find('$scratch', [])[0])"
}

remember() { # RESULT
	says None "records.Records('$scratch/records', '$scratch/tree', $fake).save(
		mutant.find('$scratch', [])[0], $1)"
}

forgets() { # RESULT FILE: once that has changed
	rm -rf "${scratch:?}"/*
	mkdir -p "$scratch/tree/kmod"
	echo right >"$scratch/tree/kmod/x.c"
	touch "$scratch/tree/killer.sh" "$scratch/tree/other.sh"
	write_patch one 'a bug'
	remember "$1" && remembered True && echo more >>"$scratch/$2" && remembered "$3"
}

killed='{"verdict": "killed", "program": "killer.sh", "case": "it"}'
survived='{"verdict": "survived", "tried": ["killer.sh", "other.sh"], "odd": []}'

does_not_apply() {
	forgets "$killed" tree/killer.sh False && echo other >"$scratch/tree/kmod/x.c" &&
		says 'the patch does not apply' "str(tree.why_not('$scratch/tree',
			mutant.find('$scratch', [])[0])).split(':')[0]"
}

# ends_with STATUS LINE RESULT: a run in which that became of a mutant
ends_with() {
	rm -rf "${scratch:?}"/*
	write_patch one 'a bug'
	says "$1" "report.tell(mutant.find('$scratch', []), {'one': $3}, open('$scratch/told', 'w'))" &&
		tail -n 1 "$scratch/told" | grep -qx "$2"
}

# reaches WANTED LINE...: a mutant of these lines of a function that two programs come by
reaches() {
	local wanted=$1

	shift
	rm -rf "${scratch:?}"/*
	mkdir -p "$scratch/tree/kmod"
	printf '%s\n' '#include "x.h"' '' 'static int answer;' '' 'int x_ask(int of,' \
		'	  int whom)' '{' '	if (of)' '		return 1;' '	return 0;' '}' \
		>"$scratch/tree/kmod/x.c"
	echo 'kmod/x.c:x_ask unit/x echo.sh' >"$scratch/map"
	printf '%s\n' '--- a/kmod/x.c' '+++ b/kmod/x.c' "$@" >"$scratch/one.patch"
	says "$wanted" "reach.Reach('$scratch/tree', '$scratch/map').programs(
		mutant.find('$scratch', [])[0])"
}

echo "TAP version 13"
echo "1..18"
check "a case that fails kills" kills $'ok 1 one\nnot ok 2 two' two
check "of several the first" kills $'not ok 1 - one # why\nnot ok 2 two' one
check "one that is skipped does not" kills $'not ok 1 one # SKIP\nok 2 two' None
check "nor one that crashes" kills \
	$'# x: Test terminated unexpectedly by signal 11\nnot ok 1 one\nok 2 two' None
check "nor one that takes too long" kills $'# x: Test terminated by timeout\nnot ok 1 one' None
check "but the next one may" kills \
	$'# x: Test terminated by timeout\nnot ok 1 one\nnot ok 2 two' two
check "nor output that ends" kills $'1..2\nok 1 one\nError: no such file' None
check "the head of a patch is read" reads_head
check "a patch needs none" needs_no_head
check "a kill is forgotten with the source" forgets "$killed" tree/kmod/x.c False
check "and with what killed, but with nothing else" forgets "$killed" tree/other.sh True
check "a survivor with all that was tried" forgets "$survived" tree/other.sh False
check "a patch that does not apply is told" does_not_apply
check "a run in which all are killed succeeds" ends_with 0 \
	'1 killed, 0 survived, 0 invalid' "$killed"
check "one that survives fails it" ends_with 1 '0 killed, 1 survived, 0 invalid' "$survived"
check "who comes by a function is tried" reaches "['unit/x', 'echo.sh']" \
	'@@ -7,4 +7,4 @@' ' {' '-	if (of)' '+	if (!of)' ' 		return 1;' ' 	return 0;'
check "by a line that is added as well" reaches "['unit/x', 'echo.sh']" \
	'@@ -7,2 +7,3 @@' ' {' '+	whom = 0;' ' 	if (of)'
check "of what is in no function nobody knows" reaches None \
	'@@ -3 +3 @@' '-static int answer;' '+static int answer = 1;'
echo "# Totals: pass:$((cases - failed)) fail:$failed xfail:0 xpass:0 skip:0 error:0"
exit $((failed > 0))
