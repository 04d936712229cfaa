# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Which programs of the suite are run on which kernel. Those of the command and the service
# (TOOL_PROGS of ../Makefile) check runs on the newest kernel alone; check-all runs them on
# the others, too.

release() { # PACKAGE: 6.12
	basename "$(selftests/vm/kernel "$1" | tail -n 1)" | cut -d . -f 1,2 | cut -d - -f 1
}

# programs_of_check KERNEL KERNEL...: on that of all those, of which the last is the newest
programs_of_check() {
	if [ "$1" = "${*: -1}" ]; then
		make -s -C selftests list
	else
		make -s -C selftests list-of-module
	fi
}

# programs_left KERNEL KERNEL...: those that check leaves out on it
programs_left() {
	[ "$1" = "${*: -1}" ] || make -s -C selftests list-of-tools
}
