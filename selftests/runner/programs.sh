# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Which programs of the suite are run on which kernel. Those that are the same on every
# kernel (NEWEST_PROGS of ../Makefile) check runs on the newest alone; check-all runs them
# on the others, too.

release() { # PACKAGE: 6.12
	basename "$(selftests/vm/kernel "$1" | tail -n 1)" | cut -d . -f 1,2 | cut -d - -f 1
}

# programs_of_check KERNEL KERNEL...: on that of all those, of which the last is the newest
programs_of_check() {
	if [ "$1" = "${*: -1}" ]; then
		make -s -C selftests list
	else
		make -s -C selftests list-for-each
	fi
}

# programs_left KERNEL KERNEL...: those that check leaves out on it
programs_left() {
	[ "$1" = "${*: -1}" ] || make -s -C selftests list-for-newest
}

# share PART PARTS PROGRAM...: those that are run in that guest of so many, so that each
# guest takes about as long. Wants duration of jobs.sh.
share() {
	local part=$1 parts=$2 program

	shift 2
	for program; do
		echo "$(duration "$program") $program"
	done | sort -k1,1rn -k2 | awk -v part="$part" -v parts="$parts" '{
		least = 1
		for (i = 2; i <= parts; i++)
			if (sum[i] < sum[least])
				least = i
		sum[least] += $1
		if (least == part)
			print $2
	}' | sort | xargs
}
