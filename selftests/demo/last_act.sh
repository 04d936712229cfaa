# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# The last act of the demonstration: the outage again, with a group for each carrier and
# tsrewrite watch running. Needs lib.sh, carriers.sh and watch.sh, and the device
# attached.

act=$scratch/6.d
# Seconds; it is far more than any of it takes
act_patience=20

last_act() { # MODE: what group carrier-a is set to
	mkdir "$act"
	all_is_well
	break_group "$1"
	if slowwait $act_patience has_told 'any(.what == "tripped")'; then
		slowwait $act_patience have_answers 'asked.a.*' 2 "$(tripped_at)"
	fi
	! still_talks old || moment old
	stop_resolvers
	tsr -j group >"$act/groups"
	cp "$scratch/watch.out" "$act/told"
	cp "$scratch/watch.err" "$act/complaints"
	cp "$scratch/state/incidents.atom" "$act"
}

all_is_well() {
	setup_groups
	start_monitor
	start_watch 'trip = off' \
		"run = echo \"\$TSREWRITE_WHAT \$TSREWRITE_TITLE\" >>$act/titles"
	echo "$watch_pid" >"$act/pid"
	moment watch
	serve carrier_a 7 cat
	hold old inside "$carrier_a4" 7
	still_talks old
	start_resolvers
	slowwait $((2 * act_patience)) have_answers 'asked.*' 16 0
}

setup_groups() {
	tsr group add carrier-a mode rewrite to "$carrier_a4" >/dev/null
	tsr group add carrier-b mode rewrite to "$carrier_b4" >/dev/null
}

start_monitor() {
	in_background firewall "$TSREWRITE" -j monitor >"$act/events"
	until_true hears_events
}

# Two modes, since one that is set already is no event
hears_events() {
	tsr group set default mode off >/dev/null
	tsr group set default mode rewrite >/dev/null
	[ -s "$act/events" ]
}

# B's answers fit into UDP, of which its group sees nothing: half of its resolvers ask
# over TCP, so that the service has a group to find well. On a slow machine they must not
# fail for want of time.
start_resolvers() {
	local i

	resolving=()
	for i in 1 2; do
		start_resolver a.$i "$carrier_a4" "$zone_a"
		start_resolver a.$((i + 2)) "$carrier_a4" "$zone_a"
		start_resolver b.udp.$i "$carrier_b4" "$zone_b" 9
		start_resolver b.tcp.$i "$carrier_b4" "$zone_b" 9 +tcp
	done
}

start_resolver() { # NAME ADDRESS ZONE [SECONDS [OPTION]]
	: >"$act/asked.$1"
	in_background inside "$selftests/lib/resolver" "$2" "internet.apn.$3" "${@:4}" \
		>>"$act/asked.$1"
	resolving+=($!)
}

stop_resolvers() {
	kill "${resolving[@]}"
	wait "${resolving[@]}" 2>/dev/null
}

# Each resolver has had so many answers to what it asked since (microseconds)
have_answers() { # FILES COUNT SINCE
	local file

	# shellcheck disable=SC2086 # a pattern
	for file in "$act"/$1; do
		awk -v least="$2" -v since="$3" '$2 == "yes" && $1 > since { n++ }
			END { exit n < least }' "$file" || return
	done
}

tripped_at() { told 'map(select(.what == "tripped"))[0].time | microseconds'; }

break_group() { # MODE
	cat "$act"/asked.* >"$act/before"
	tsr -j health >"$act/health"
	moment change
	tsr group set carrier-a mode "$1" >/dev/null
}

moment() { echo "$1 ${EPOCHREALTIME/[.,]/}" >>"$act/moments"; }
