# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# The service, and what it tells. Wants lib.sh.

# start_watch SETTING...: $scratch/watch.out gets what it tells
start_watch() {
	mkdir -p "$scratch/state"
	write_settings "$@"
	: >"$scratch/watch.out"
	: >"$scratch/watch.err"
	in_background firewall "$TSREWRITE" -j watch "${watch_options[@]}" "$scratch/watch.conf" \
		>>"$scratch/watch.out" 2>>"$scratch/watch.err"
	watch_pid=$!
	until_true is_watching && return
	echo "# the service does not answer:"
	sed 's/^/# /' "$scratch/watch.err"
	return 1
}

watch_options=()

write_settings() {
	printf '%s\n' "state = $scratch/state" "$@" >"$scratch/watch.conf"
}

# It answers, and so hears signals, too: its socket is there before
is_watching() {
	local said

	said=$(tsr health)
	[ "$said" ] && [[ $said != *"is not running"* && $said != *"does not answer"* ]]
}

stop_watch() {
	kill "$watch_pid"
	wait "$watch_pid" 2>/dev/null
}

# What it has complained of, if anything
has_not_complained() {
	sed 's/^/# /' "$scratch/watch.err"
	[ ! -s "$scratch/watch.err" ] && kill -0 "$watch_pid"
}

forget_what_was_told() { : >"$scratch/watch.out"; }

# For jq: a point in time, to the microsecond, as a number
microseconds='def microseconds: (.[:19] + "Z" | fromdate) * 1000000 + (.[20:26] | tonumber);'

# told JQ_FILTER: what it makes of all lines, as an array
told() { jq -s "$microseconds $1" "$scratch/watch.out"; }
has_told() { [ "$(told "$1" 2>/dev/null)" = true ]; }

# The first that was opened
opened='(map(select(.what == "opened"))[0].incident)'
has_opened() { has_told "$opened != null"; }
has_closed() { has_told 'any(.what == "closed")'; }

# What breaks without a load: connections to a server at port 7, one after the other
connect_some() { # NAME COUNT [PATIENCE]
	local i

	for ((i = 0; i < $2; i++)); do
		on_inside timeout "${3:-1}" socat -u OPEN:/dev/null \
			"TCP4:${address[$1]}:7" 2>/dev/null &
	done
	wait -n
}

break_until_told() { # NAME
	tsr group set "$1" mode bug >/dev/null
	until_true connects_and_has_told "$1"
}

# At first it may be impossible echoes alone, and nobody's fault
connects_and_has_told() {
	connect_some "$1" 3
	has_told 'any(.incident.kind == "success" and .incident.verdict == "ours")'
}

has_mode() { # GROUP MODE
	[ "$(tsr -j group | jq -r ".[] | select(.name == \"$1\").mode")" = "$2" ]
}

has_health() { # STATUS TEXT
	local said status

	said=$(tsr health)
	status=$?
	[ $status = "$1" ] && [[ $said = *"$2"* ]]
}

# Carriers outside, each a group

declare -A address=([alpha]=198.51.100.3 [beta]=198.51.100.4 [gamma]=198.51.100.5)
carriers=(alpha beta gamma)

setup_carriers() { # MODE
	local name

	for name in "${carriers[@]}"; do
		add_outside "${address[$name]}"
		tsr group add "$name" mode "$1" to "${address[$name]}" >/dev/null
	done
}

# Answers to one carrier's connections get lost behind the device that rewrites
lose_answers_of() { # NAME
	on_firewall nft -f - <<-END
		table inet lost {
			chain forward {
				type filter hook forward priority 0;
				ip saddr ${address[$1]} tcp flags & (syn | ack) == syn | ack drop
			}
		}
	END
}

find_answers() { on_firewall nft delete table inet lost; }
