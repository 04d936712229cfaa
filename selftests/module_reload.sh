#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module is replaced under traffic: connections go on, no inside TSval is shown, and state,
# groups and labels are as before. What cannot be done leaves all as it was, or says what to do.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

: "${TSREWRITE_KO:=$(modinfo -n nf_tsrewrite 2>/dev/null)}"
all=(out in out6 in6)

hold_all() {
	hold out inside $outside4 7 sourceport=4001
	hold in outside $inside4 7 sourceport=4002
	hold out6 inside $outside6 7 sourceport=4003
	hold in6 outside $inside6 7 sourceport=4004
	all_talk
}

all_talk() {
	local name

	for name in "${all[@]}"; do
		expect "$name: it talks" still_talks "$name"
	done
}

# Without end, so that something is always on its way
talk_on() {
	local name

	while :; do
		for name in "${all[@]}"; do
			say "$name" 500
		done
		pause 20
	done
}

flows() { tsr -j flows | jq -c 'map([.inside_port, .outside_port, .offset, .mode,
	.group_name, .state]) | sort'; }
has_no_table() { ! on_firewall nft list table netdev tsrewrite-reload >/dev/null 2>&1; }
loaded_at() { stat -c %Y:%i /sys/module/nf_tsrewrite; }

# Neither the module, nor what it knows, nor a table of nft
is_as_before() { # WHAT
	expect "$1: the same module" [ "$(loaded_at)" = "$loaded" ]
	expect "$1: the same flows" [ "$(flows)" = "$flows" ]
	expect "$1: the same state" [ "$(tsr save -)" = "$state" ]
	expect "$1: no table of nft" has_no_table
}

note_all() { flows=$(flows) state=$(tsr save -) loaded=$(loaded_at); }

is_refused() {
	note_all
	echo "no module" >"$scratch/bad.ko"
	expect_refusal 1 "it is no file of nf_tsrewrite" tsr reload "$scratch/bad.ko"
	expect_refusal 1 "it is no file of nf_tsrewrite" tsr reload "$scratch/none.ko"
	expect_refusal 1 "it is no file of nf_tsrewrite" \
		tsr reload "${TSREWRITE_KO%/*}/nf_tsrewrite_ct.ko"
	expect_refusal 2 "unexpected word" tsr reload "$TSREWRITE_KO" more
	is_as_before "a file that is none"
	sed 's/vermagic=[0-9]/vermagic=9/' "$TSREWRITE_KO" >"$scratch/nf_tsrewrite.ko"
	expect_refusal 1 "it was built for another kernel" tsr reload "$scratch/nf_tsrewrite.ko"
	is_as_before "one of another kernel"
}

elsewhere_as_well() {
	setup_ns other
	# shellcheck disable=SC2154 # setup_ns assigns it
	ip -n "$other" link add dummy0 type dummy
	"$TSREWRITE" -n "$other" attach dummy0 >/dev/null
	note_all
	expect_refusal 1 "the module is used elsewhere, too" tsr reload "$TSREWRITE_KO"
	is_as_before "used elsewhere"
	all_talk
	"$TSREWRITE" -n "$other" detach dummy0 >/dev/null
	ip netns del "$other"
}

goes_on() {
	note_all
	capture reloaded
	talk_on &
	talker=$!
	children+=("$talker")
	for _ in 1 2 3; do
		expect "it is replaced" tsr reload "$TSREWRITE_KO" >"$scratch/told"
		sed 's/^/# /' "$scratch/told"
	done
	kill "$talker"
	wait "$talker" 2>/dev/null
	expect "another one is loaded" [ "$(loaded_at)" != "$loaded" ]
	expect "the same flows" [ "$(flows)" = "$flows" ]
	expect "the same state" [ "$(tsr save -)" = "$state" ]
	expect "no table of nft" has_no_table
	expect "nothing is left" [ ! -e /run/tsrewrite-reload ]
	for name in "${all[@]}"; do
		expect "$name: all came back" until_true has_heard "$name"
	done
	all_talk
	expect "each is confirmed" [ "$(counter flow_confirmed)" = 4 ]
	expect "no impossible echo" [ "$(counter echo_impossible)" = 0 ]
	end_capture reloaded
	expect "no inside TSval was shown, and each echo is right" "$selftests/lib/reloaded.py" \
		"$scratch/reloaded.inside" "$scratch/reloaded.outside" $outside4 $outside6
}

new_ones_begin() {
	expect "a new connection" echoes inside $outside4 7
	expect "one from outside" echoes outside $inside6 7
	expect "it is hidden" [ "$(tsr -j flows mode rewrite | jq length)" -ge 4 ]
}

# The module's file is read, and the kernel does not take it
nothing_can_be_loaded() {
	if ! command -v objcopy >/dev/null; then
		skip "no objcopy: install binutils"
		return
	fi
	if modinfo -n nf_tsrewrite >/dev/null 2>&1; then
		skip "a module is installed, which would be loaded instead"
		return
	fi
	note_all
	objcopy --redefine-sym nf_register_net_hooks=nf_no_such_function "$TSREWRITE_KO" \
		"$scratch/nf_tsrewrite.ko"
	expect_refusal 1 "TSopt is taken out of what passes, until you do the rest by hand" \
		tsr reload "$scratch/nf_tsrewrite.ko"
	expect "no module" [ ! -e /sys/module/nf_tsrewrite ]
	all_talk
	capture without
	for name in "${all[@]}"; do
		expect "$name: it talks without TSopt" say "$name" 20000
		expect "$name: and is heard" until_true has_heard "$name"
	done
	end_capture without
	expect "none leaves" has_no_tsopt "$scratch/without.outside" \
		"dst host $outside4 or dst host $outside6"
	expect "none arrives" has_no_tsopt "$scratch/without.inside" \
		"src host $outside4 or src host $outside6"
	expect "loading one" insmod "$TSREWRITE_KO"
	expect_refusal 1 "another reload goes on, or has not ended" tsr reload "$TSREWRITE_KO"
	expect "the table is still there" \
		on_firewall nft list table netdev tsrewrite-reload >/dev/null
	expect "as it was said" tsr restore /run/tsrewrite-reload/state >/dev/null
	expect "the flows" tsr flows load /run/tsrewrite-reload/flows >/dev/null
	expect "the table" on_firewall nft delete table netdev tsrewrite-reload
	rm -r /run/tsrewrite-reload
	expect "the same flows" [ "$(flows)" = "$flows" ]
	expect "the same state" [ "$(tsr save -)" = "$state" ]
	all_talk
	expect "each is confirmed" [ "$(counter flow_confirmed)" = 4 ]
}

has_no_tsopt() { # CAPTURE FILTER
	[ "$(tcpdump -nr "$1" "$2" 2>/dev/null | wc -l)" -gt 0 ] &&
		! tcpdump -nr "$1" "$2" 2>/dev/null | grep -q "TS val"
}

# They are no part of a saved state
drains_and_trips_go_on() {
	expect "a drain" ask_module device-set '{"name": "fw1", "drain": 1}'
	expect "a trip" ask_module group-set '{"name": "alpha", "mode": "off", "tripped": 1}'
	note_all
	expect "it is replaced" tsr reload "$TSREWRITE_KO" >/dev/null
	expect "it drains as before" is_draining
	expect "it is tripped as before" is_tripped
	all_talk
	tsr drain fw1 stop >/dev/null
	tsr group set alpha mode rewrite >/dev/null
}

# ask_module OPERATION ATTRIBUTES: as tsrewrite drain and watch do it, which go on for longer
ask_module() {
	KSELFTEST=$KSELFTEST PYTHONPATH=$selftests/lib on_firewall python3 -c '
import json, sys, ynl
ynl.open_family(sys.argv[1]).do(sys.argv[2], json.loads(sys.argv[3]))' \
		"$selftests/../Documentation/netlink/specs/tsrewrite.yaml" "$@" >/dev/null
}

is_draining() { tsr -j status | jq -e '.devices[0].drain' >/dev/null; }
is_tripped() { tsr -j group | jq -e '.[] | select(.name == "alpha").tripped' >/dev/null; }

labels_go_on() {
	expect "labels" load_label_module
	config label-bit 64
	note_all
	expect "it is replaced" [ "$(tsr -j reload "$TSREWRITE_KO" | jq .flows)" -ge 4 ]
	expect "the same flows" [ "$(flows)" = "$flows" ]
	expect "the same state" [ "$(tsr save -)" = "$state" ]
	expect "labels are used" [ "$(tsr -j config | jq .label_bit)" = 64 ]
	all_talk
	note_all
	cp "$TSREWRITE_KO" "$scratch/nf_tsrewrite.ko"
	expect_refusal 1 "nf_tsrewrite_ct is loaded, and nf_tsrewrite_ct.ko is not beside" \
		tsr reload "$scratch/nf_tsrewrite.ko"
	is_as_before "without the module of labels"
	config label-bit none
	rmmod nf_tsrewrite_ct
}

require_module
if [ ! -e "$TSREWRITE_KO" ] || [[ $TSREWRITE_KO != *.ko ]]; then
	ktap_skip_all "no file to load the module from, or a compressed one: set TSREWRITE_KO"
	exit "$KSFT_SKIP"
fi
if [ "$(cat /sys/module/nf_tsrewrite/refcnt)" != 0 ]; then
	ktap_skip_all "the module is in use elsewhere, too"
	exit "$KSFT_SKIP"
fi
setup_hosts
without_offloads
serve outside 7 cat
serve inside 7 cat
tsr attach fw1 >/dev/null
tsr group add alpha to 198.51.100.0/24,2001:db8::/32 >/dev/null
tsr group set alpha mode rewrite >/dev/null
tsr on >/dev/null
config timeout-closed 99
hold_all

run_cases \
	is_refused "what is no module of this kernel changes nothing" \
	elsewhere_as_well "nor one that is used in another network namespace" \
	goes_on "connections go on while the module is replaced, and show no clock" \
	new_ones_begin "new ones begin as before" \
	nothing_can_be_loaded "if none can be loaded, connections do without TSopt until one is" \
	drains_and_trips_go_on "drains and trips go on" \
	labels_go_on "with labels of conntrack as well"
