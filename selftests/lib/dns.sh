# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# DNS by real programs: NSD, and dig. What start_dns serves is too long for UDP. Wants
# lib.sh.

nsd_dir=$selftests/../build/nsd

# NSD as it is installed, or as demo/nsd fetched it, which is for this machine's libraries
if command -v nsd >/dev/null || [ ! -x "$nsd_dir/usr/sbin/nsd" ]; then
	nsd=(nsd)
else
	nsd=(env LD_LIBRARY_PATH="$nsd_dir/libraries" "$nsd_dir/usr/sbin/nsd")
fi

nsd_version() { "${nsd[@]}" -v 2>&1 | sed -n 's/^NSD version //p'; }

require_dns() {
	if ! command -v dig >/dev/null || ! command -v "${nsd[-1]}" >/dev/null; then
		ktap_skip_all "no dig, or no NSD: 'make run_tests' in the top directory fetches them"
		exit "$KSFT_SKIP"
	fi
}

dns_name=internet.apn.epc.mnc001.mcc208.3gppnetwork.org

# serve_zone HOST ZONE FILE ADDRESS...: from the address that was asked comes the
# answer, over UDP as well
serve_zone() {
	local host=$1 zone=$2 file=$3

	shift 3
	cat >"$scratch/nsd-$host.conf" <<-END
		server:
			$(printf 'ip-address: %s\n' "$@")
			username: ""
			zonesdir: "$selftests/lib/zones"
			database: ""
			pidfile: ""
			xfrdfile: ""
			zonelistfile: ""
			logfile: "$scratch/nsd-$host.log"
			tcp-count: 200
			rrl-ratelimit: 0
		remote-control:
			control-enable: no
		zone:
			name: $zone
			zonefile: $file
	END
	in_background "$host" "${nsd[@]}" -d -c "$scratch/nsd-$host.conf"
	until_true is_listening "$host" 53
}

start_dns() { # ADDRESS...
	serve_zone outside "${dns_name#*.apn.}" carrier-a.zone "$@"
}

# ask_without_end NAME ADDRESS COUNT: so many resolvers; $scratch/NAME.asked has what
# became of each query
ask_without_end() {
	local i

	: >"$scratch/$1.asked"
	for ((i = 0; i < $3; i++)); do
		in_background inside "$selftests/lib/resolver" "$2" $dns_name \
			>>"$scratch/$1.asked"
	done
}

answers() { grep -c yes "$scratch/$1.asked"; }
failures() { grep -c no "$scratch/$1.asked"; }
has_answers() { [ "$(answers "$1")" -ge "$2" ]; } # NAME COUNT

# When the first was asked after that which failed, or was answered; nothing if none was
first_failure_after() { first_asked_after no "$@"; } # NAME MICROSECONDS
first_answer_after() { first_asked_after yes "$@"; } # NAME MICROSECONDS

first_asked_after() { # ANSWERED NAME MICROSECONDS
	awk -v answered="$1" -v after="$3" '$2 == answered && $1 > after { print $1 }' \
		"$scratch/$2.asked" | sort | head -n 1
}

# The last three were asked since then, and answered, and some before were not. A query that
# was asked before an outage is told may be answered behind it.
is_healed() { # NAME MICROSECONDS
	[ "$(tail -n 3 "$scratch/$1.asked" |
		awk -v after="$2" '$2 == "yes" && $1 > after' | wc -l)" = 3 ] &&
		[ "$(failures "$1")" -gt 0 ]
}

all_have_answers() { # COUNT
	local name

	for name in "${carriers[@]}"; do
		has_answers "$name" "$1" || return
	done
}
