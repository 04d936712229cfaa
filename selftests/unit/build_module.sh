#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a compiler says of our files stops the build of a module, and does so until it is
# mended; what it says of the kernel's does not.

# shellcheck disable=SC2317 # check calls the functions

selftests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=selftests/unit/cases.sh
. "$selftests/unit/cases.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# As Debian calls some
kernel=$work/6.12.117+deb12-cloud-amd64 out=$work/out/6.12.117+deb12-cloud-amd64

# A kernel whose headers say SAID of what they compile, unless it is up to date
says() { # SAID
	# shellcheck disable=SC2016 # for make to expand
	printf 'modules:\n\t@[ -e $(M)/main.o ] || echo "%s" >&2\n\t@touch $(M)/main.o\n' \
		"$1" >"$kernel/headers/Makefile"
}

builds() { "$selftests/vm/build-module" "$kernel" "$work/source" "$out" 2>"$work/said"; }
refuses() { ! builds && grep -qF "$1" "$work/said"; }
starts_anew() { rm -rf "$out" "$out.log" && says "$1"; }

mkdir -p "$kernel/headers" "$work/source"
touch "$work/source/Makefile" "$work/source/main.c"

echo "TAP version 13"
starts_anew ''
check "what is silent is built" builds
starts_anew "$out/main.c:1:2: warning: unused"
check "a warning is refused, and shown" refuses "main.c:1:2: warning: unused"
check "and again, though objects were made" refuses "main.c:1:2: warning: unused"
says ''
check "until it is mended" builds
starts_anew 'main.c:1:2: warning: unused'
check "named from where it is, as newer kernels do" refuses "main.c:1:2: warning"
starts_anew 'include/linux/skbuff.h:1:2: warning: unused'
check "what is said of the kernel's headers is not" builds
starts_anew "$out/main.c:1:2: warning: unused"
builds
touch "$out/main.o" "$out.unjudged"
check "nor is one lost that was never judged" refuses "main.c:1:2: warning: unused"
printf 'modules:\n\t@false\n' >"$kernel/headers/Makefile"
check "a build that fails has failed" refuses "see $out.log"
echo "1..$cases"
exit $((failed > 0))
