#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Keys: firewalls that have the same one begin a connection alike, whoever is first, and go
# on so after the module was loaded again. Nobody is told the key itself.
#
# Two firewalls, left and right, see the same SYNs leave for a wan that nobody answers from.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

module=nf_tsrewrite
key=$scratch/key
count=500

setup_firewall() { # NAMESPACE
	ip -n "$1" link add wan type dummy
	ip -n "$1" link set wan up
	ip -n "$1" addr add 198.51.100.1/24 dev wan
	"$TSREWRITE" -n "$1" attach wan
	"$TSREWRITE" -n "$1" on >/dev/null
}

on() { "$TSREWRITE" -n "${!1}" "${@:2}"; } # FIREWALL COMMAND...

now_ms() { date +%s%3N; }

# fingerprint FIREWALL
fingerprint() { on "$1" -j key | jq -r .fingerprint; }

# begins FIREWALL NAME: many connections; into $scratch/NAME goes with which TSval each began
# outside, by its port, and into $scratch/NAME.at, when
begins() {
	local first last

	first=$(now_ms)
	ip netns exec "${!1}" "$selftests/lib/flood.py" syn 10.0.1.2/32 198.51.100.2/32 53 \
		--count $count --ports 2000-$((2000 + count - 1)) >/dev/null 2>&1
	last=$(now_ms)
	echo "$first $last" >"$scratch/$2.at"
	on "$1" -j flows | jq -r '.[] | "\(.inside_port) \((.offset + .last) % 4294967296) \(.mode)"' |
		sort >"$scratch/$2"
	on "$1" flush --force >/dev/null
	[ "$(cut -d' ' -f1 "$scratch/$2" | sort -u | wc -l)" = $count ]
}

# count_backwards ONE OTHER: how many 4-tuples there are whose clock did not advance by the time between
count_backwards() {
	local first last end

	read -r first _ <"$scratch/$1.at"
	read -r _ end <"$scratch/$2.at"
	# The kernel's coarse clock is behind by a tick
	last=$((end - first + 20))
	join "$scratch/$1" "$scratch/$2" | awk -v last=$last '
		{ by = ($4 - $2 + 4294967296) % 4294967296 }
		by > last && by < 4294967296 - 20 { n++ }
		END { print n + 0 }'
}

alike() { [ "$(count_backwards "$1" "$2")" = 0 ]; }
half_backwards() { (($(count_backwards "$1" "$2") > count / 3)); }

key_files() {
	umask 022
	expect "a new one" "$TSREWRITE" key new "$key"
	expect "32 digits" grep -qxE '[0-9a-f]{32}' "$key"
	expect "nothing else in it" [ "$(stat -c '%s %a' "$key")" = "33 600" ]
	expect_refusal 1 "exists" "$TSREWRITE" key new "$key"
	expect_refusal 1 "No such file" "$TSREWRITE" key new "$scratch/none/key"
	expect_refusal 2 "name the file" "$TSREWRITE" key new
	expect "another one" "$TSREWRITE" key new "$key.other"
	expect_not "the same" cmp -s "$key" "$key.other"
}

# refuses TEXT WHY [MODE]: a file with that text
refuses() {
	printf '%b' "$1" >"$scratch/bad"
	chmod "${3:-600}" "$scratch/bad"
	expect_refusal 1 "$2" on left key load "$scratch/bad"
}

bad_keys() {
	local before good

	before=$(fingerprint left)
	good=$(cat "$key")
	refuses "${good:1}\n" "32 hexadecimal digits"
	refuses "${good}0\n" "32 hexadecimal digits"
	refuses "${good:1}g\n" "32 hexadecimal digits"
	refuses "$good\n\n" "32 hexadecimal digits"
	refuses "$good\n$good\n" "32 hexadecimal digits"
	refuses "${good:0:30}\\0000\n" "32 hexadecimal digits"
	refuses "" "32 hexadecimal digits"
	refuses "$good\n" "others can read" 644
	refuses "$good\n" "others can read" 640
	chown 65534 "$scratch/bad"
	chmod 600 "$scratch/bad"
	expect_refusal 1 "another user" on left key load "$scratch/bad"
	expect_refusal 1 "No such file" on left key load "$scratch/none"
	expect_refusal 1 "directory" on left key load "$scratch"
	expect_refusal 2 "name the file" on left key load
	expect_refusal 2 "unexpected word" on left key show more
	expect "the key to be as before" [ "$(fingerprint left)" = "$before" ]
	expect "that it was drawn" [ "$(on left -j key | jq .loaded)" = false ]
}

heard() { jq -se "$1" "$scratch/events" >/dev/null; }
hears() { on left config set timeout-closed 99 && on left config set timeout-closed 120 &&
	[ -s "$scratch/events" ]; }

key_is_loaded() {
	local monitor

	in_background left "$TSREWRITE" -j monitor >"$scratch/events"
	monitor=$!
	until_true hears
	expect "loading it" on left key load "$key" >/dev/null
	expect "that it is loaded" [ "$(on left -j key | jq .loaded)" = true ]
	expect "that it is loaded already" \
		[ "$(on left -j key load - <"$key" | jq .changed)" = false ]
	expect "one event, by whom, with its fingerprint" until_true heard \
		"[.[] | select(.type == \"key\")] | length == 1 and .[0].comm == \"tsrewrite\" and
		.[0].key.fingerprint == \"$(fingerprint left)\""
	kill "$monitor"
	expect "no word of the key itself" is_secret
	expect "status to say which" grep -qxF "key:      $(fingerprint left)" <(on left status)
	expect "metrics too" grep -qF "fingerprint=\"$(fingerprint left)\"" <(on left metrics)
	expect_not "that save writes it" grep -q key <(on left save)
}

# In what is told of it, in either order of bytes
is_secret() {
	local good

	good=$(cat "$key")
	! { on left key; on left -j key; on left status; on left metrics; cat "$scratch/events"; } |
		grep -qF -e "${good:0:16}" -e "${good:16}" \
			-e "$(fold -w2 <<<"${good:0:16}" | tac | tr -d '\n')"
}

another_key() {
	expect "SYNs by the key" begins left by.key
	expect "SYNs by a random one" begins right by.random
	expect "no clock in common" half_backwards by.key by.random
	expect "the key, there" on right key load "$key" >/dev/null
	expect "one fingerprint" [ "$(fingerprint left)" = "$(fingerprint right)" ]
	expect "that the key before counts" \
		[ "$(on right -j key | jq 'has("before")')" = true ]
	expect "SYNs by both keys" begins right by.both
	expect "none earlier than by the key before" alike_or_later by.random by.both
	expect "none earlier than by the key" alike_or_later by.key by.both
}

# None goes backwards: later by anything is right
alike_or_later() {
	[ "$(join "$scratch/$1" "$scratch/$2" |
		awk '($4 - $2 + 4294967296) % 4294967296 >= 2147483648' | wc -l)" = 0 ]
}

reload() { # [FIREWALL...]: that have the key
	local one

	for one in left right; do
		on $one restore --force - <<<off >/dev/null
	done
	expect "removing the module" until_true rmmod $module
	expect "loading it again" insmod "$TSREWRITE_KO"
	for one; do
		on "$one" key load "$key" >/dev/null
	done
	for one in left right; do
		on $one attach wan && on $one on >/dev/null
	done
}

module_is_loaded_again() {
	if [ ! -e "$TSREWRITE_KO" ]; then
		skip "no file to load the module from: set TSREWRITE_KO"
		return
	fi
	reload left right
	expect_not "a key before, by which nothing began" grep -q before <(on left key)
	expect "SYNs" begins left before
	expect "the same SYNs by the other one" begins right other
	expect "each to begin alike, as far as time has gone" alike before other
	reload left
	expect "SYNs after the reload" begins left after
	expect "no 4-tuple to run backwards" alike before after
	expect "SYNs without the key" begins right without
	expect "half of them to do so without it" half_backwards other without
	on right key load "$key" >/dev/null
}

set_canary() { on "$1" group set default canary 40; }
drawn() { cut -d' ' -f1,3 "$scratch/$1"; } # NAME: port, mode
has_both() { [ "$(drawn "$1" | cut -d' ' -f2 | sort -u | xargs)" = "observe rewrite" ]; }

canaries_are_drawn_alike() {
	set_canary left
	set_canary right
	expect "SYNs" begins left canary.left
	expect "the same ones at the other" begins right canary.right
	expect "both kinds" has_both canary.left
	expect "the same ones to be treated" cmp -s <(drawn canary.left) <(drawn canary.right)
	on right key load "$key.other" >/dev/null
	expect "SYNs by another key" begins right canary.other
	expect_not "the same ones" cmp -s <(drawn canary.left) <(drawn canary.other)
}

others_cannot() {
	local before

	before=$(fingerprint left)
	# shellcheck disable=SC2154 # setup_ns assigns it
	expect_refusal 1 "CAP_NET_ADMIN" ip netns exec "$left" \
		setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all \
		"$TSREWRITE" key load - <"$key.other"
	expect "root of a namespace of its own, there" unshare -U -r -n \
		"$TSREWRITE" key load - <"$key.other" >/dev/null
	expect "the key to be as before here" [ "$(fingerprint left)" = "$before" ]
}

require_module
setup_ns left right
setup_firewall "$left"
# shellcheck disable=SC2154 # setup_ns assigns it
setup_firewall "$right"

run_cases \
	key_files "key new: a file that its owner alone can read, and that is not replaced" \
	bad_keys "key load: what is no key, and what others can read, is refused" \
	key_is_loaded "key load: one event, and a fingerprint everywhere; never the key" \
	another_key "another key: no connection begins earlier than by the key before" \
	module_is_loaded_again "the same key: two firewalls, and one that was reloaded, begin alike" \
	canaries_are_drawn_alike "canaries: the same connections are drawn by the same key" \
	others_cannot "who has no privileges changes no key but his own"
