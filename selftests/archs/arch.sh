#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# arch.sh i386|s390x - does the module compile for another architecture, and do the unit
# tests that want no library pass there?
#
# i386 has 32 bits, s390x is big endian. Programs of i386 run on this machine as they are,
# those of s390x under QEMU. Prints TAP; see ../runner/check-archs.

# shellcheck disable=SC2317 # check calls the functions

selftests=$(cd "$(dirname "$0")/.." && pwd)
top=$(cd "$selftests/.." && pwd)
kselftest=$top/build/linux-source-6.12/tools/testing/selftests
# shellcheck source=selftests/unit/cases.sh
. "$selftests/unit/cases.sh"
name=${1:-}
case $name in
i386)
	compiler=i686-linux-gnu-
	run=(/usr/i686-linux-gnu/lib/ld-linux.so.2 --library-path /usr/i686-linux-gnu/lib)
	;;
s390x)
	compiler=s390x-linux-gnu-
	run=(qemu-s390x -L /usr/s390x-linux-gnu)
	;;
*)
	echo "arch.sh: '$name' is not an architecture that is tried here: i386 and s390x are" >&2
	exit 1
	;;
esac
directory=$top/build/archs/$name
module=$directory/kmod/nf_tsrewrite.ko
unit=$directory/unit

said() { "$@" 2>&1 | sed 's/^/# /'; return "${PIPESTATUS[0]}"; }

# Any warning of gcc (W=1) or sparse fails: of mixed byte orders, too
compiles() {
	said "$selftests/archs/headers" "$name" &&
		said "$selftests/vm/build-module" "$directory" "$top/kmod" "$directory/kmod" \
			W=1 C=2
}

# Nobody knows here what the kernel exports, but it has nothing of libgcc, as a division of
# 64 bits wants it, and nothing that stands for an atomic operation of a wrong size
wants_no_helper() {
	local helpers

	helpers=$("${compiler}nm" -u "$module") || return
	! grep -E '__[a-z]+[sdt][i][234]?$|_(bad|wrong)_|_wrong_size' <<<"$helpers"
}

has_its_size() {
	local machine

	machine=$("${compiler}readelf" -h "$module") || return
	case $name in
	i386) grep -q 'Class: *ELF32' <<<"$machine" ;;
	s390x) grep -q 'Data: .*big endian' <<<"$machine" ;;
	esac
}

# The harness gives each test 30 s of a machine that does not emulate
patient_harness() {
	mkdir -p "$directory/include"
	sed 's/\(TEST_TIMEOUT_DEFAULT\) 30$/\1 600/' "$kselftest/kselftest_harness.h" \
		>"$directory/include/kselftest_harness.h"
}

unit_make() {
	CFLAGS="-isystem $directory/include" make -s -C "$selftests/unit" O="$unit" \
		KSELFTEST="$kselftest" CROSS_COMPILE="$compiler" AR="${compiler}ar" \
		SANITIZE=-fsanitize=undefined "$@"
}

builds_tests() { patient_harness && said unit_make -j "$(nproc)" portable; }

# Of one that failed, all that it said
passes() { # PROGRAM
	timeout 900 "${run[@]}" "$unit/$1" >"$unit/$1.log" 2>&1 && return
	sed 's/^/# /' "$unit/$1.log"
	return 1
}

programs=$(unit_make list-portable)
echo "TAP version 13"
check "the module compiles without a warning of gcc or sparse" compiles
check "it is one of this architecture" has_its_size
check "it wants no helper that the kernel does not have" wants_no_helper
check "the unit tests compile" builds_tests
for program in $programs; do
	check "unit/$program passes" passes "$program"
done
echo "1..$cases"
exit $((failed > 0))
