# shellcheck shell=bash disable=SC2154,SC2086,SC2034
# SPDX-License-Identifier: GPL-2.0-only
#
# What goes on beside the fuzzers, for the scripts here: honest connections between
# lib.sh's inside and outside, through the same device, both ways, IPv4 and IPv6. Short
# ones come and go, and four are held all the time. Not one may be lost.
#
# Also SEED, COUNT and what they say. Wants lib.sh.

: "${SEED:=$RANDOM$RANDOM}" "${COUNT:=20000}"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${FUZZERS:=$here/../../../build/selftests/fuzz}"
talk=$here/../../debug/talk.py
go=$scratch/go
talkers=()

# In a full suite of checks, grace periods would take most of the time
hurry_grace_periods() {
	echo 1 >/sys/kernel/rcu_expedited
} 2>/dev/null

talk_to() { # NAME HOST ADDRESS
	"on_$2" python3 "$talk" talk "$3" 8 --go "$go" --tracks 1 --pause 0.2 \
		--report "$scratch/talk.$1" &
	talkers+=($!)
}

honest_begin() {
	touch "$go"
	serve outside 7 cat
	serve inside 7 cat
	in_background inside python3 "$talk" serve 8
	in_background outside python3 "$talk" serve 8
	until_true is_listening inside 8
	until_true is_listening outside 8
	hold held-in4 inside $outside4 7
	hold held-in6 inside $outside6 7
	hold held-out4 outside $inside4 7
	hold held-out6 outside $inside6 7
	honest_talk
	talk_to in4 inside $outside4
	talk_to in6 inside $outside6
	talk_to out4 outside $inside4
	talk_to out6 outside $inside6
}

honest_talk() {
	local name

	for name in "${!held_pid[@]}"; do
		expect "$name talks" still_talks "$name"
	done
}

# A program of the fuzzers', with what it tells kept as $scratch/NAME.told
fuzz() { # NAME ARGUMENT...
	local name=$1 begun=$SECONDS

	shift
	echo "# SEED=$SEED COUNT=$COUNT"
	"$FUZZERS/$name" "$SEED" "$COUNT" "$@" >"$scratch/$name.told"
	fuzz_status=$?
	fuzz_seconds=$((SECONDS - begun))
	return $fuzz_status
}

told() { # NAME WHAT: the number behind what a fuzzer has told
	awk -v what="$2" '$1 == what { print $NF; exit }' "$scratch/$1.told"
}

honest_end() {
	rm -f "$go"
	wait "${talkers[@]}"
	talkers=()
}

none_lost() {
	local name

	honest_talk
	honest_end
	for name in in4 in6 out4 out6; do
		echo "# $name: $(cat "$scratch/talk.$name")"
		expect "short connections, $name" \
			[ "$(jq .worked "$scratch/talk.$name")" -ge 1 ]
		expect "none lost, $name" [ "$(jq .failed "$scratch/talk.$name")" = 0 ]
	done
}
