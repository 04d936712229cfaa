#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tsrewrite-selftests [-c CASE] [PROGRAM...] - run the suite of nf_tsrewrite on this machine:
# see tsrewrite-selftests(8)

room=/usr/lib/tsrewrite
export KSELFTEST=$room/linux/tools/testing/selftests
export TSREWRITE=/usr/sbin/tsrewrite

usage() {
	cat <<-END
		usage: tsrewrite-selftests [-c CASE] [-l] [--force] [PROGRAM...]
		  -c CASE   this case alone, with those before it that it may build on
		  -l        list the programs
		  --force   although devices are attached
	END
}

die() { # STATUS MESSAGE
	echo "tsrewrite-selftests: $2" >&2
	exit "$1"
}

is_attached() {
	modprobe -q -r nf_tsrewrite_ct 2>/dev/null
	[ "$(cat /sys/module/nf_tsrewrite/refcnt 2>/dev/null || echo 0)" != 0 ]
}

force=''
programs=()
while [ $# -gt 0 ]; do
	case $1 in
	-c)
		[ $# -gt 1 ] || die 2 "-c needs the name of a case"
		export CASE=$2
		shift
		;;
	-l)
		exec cat $room/selftests/programs
		;;
	-h | --help)
		usage
		exit
		;;
	--force) force=1 ;;
	-*)
		usage >&2
		exit 2
		;;
	*)
		grep -qxF -- "$1" $room/selftests/programs ||
			die 2 "there is no program $1: see tsrewrite-selftests -l"
		programs+=("$1")
		;;
	esac
	shift
done
[ ${#programs[@]} != 0 ] || mapfile -t programs <$room/selftests/programs

[ "$(id -u)" = 0 ] || die 1 "only root may run it"
! is_attached || [ "$force" ] || die 1 "devices are attached on this machine, and the suite \
changes how many flows there may be: detach them first, or say --force"
[ -d /sys/module/nf_tsrewrite ] || {
	why=$(modprobe nf_tsrewrite 2>&1) || die 1 "the module cannot be loaded: $why; with \
tsrewrite-dkms and linux-headers-$(uname -r) installed, dkms autoinstall builds it"
}

# The runner looks for settings below its own directory alone
kselftest_override_timeout=$(sed -n 's/^timeout=//p' $room/selftests/settings)
export kselftest_override_timeout
export BASE_DIR=$KSELFTEST
# shellcheck source=/dev/null
. "$KSELFTEST/kselftest/runner.sh"
cd $room/selftests || exit
tap=$(mktemp)
trap 'rm -f "$tap"; [ ! "${why+x}" ] || modprobe -q -r nf_tsrewrite' EXIT
run_many "${programs[@]}" 2>&1 | tee "$tap"
echo
runner/tally "$tap"
