#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Captures are replayed both ways, and what is told of them is true. lib/craft_captures.py
# makes them: two connections or one, so that each number is known.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

# replay STATUS [OPTION...] CAPTURE...: it exits with that, and $scratch/told is what it says
replay() {
	local status=$1 got

	shift
	(cd "$scratch" && "$selftests/replay/play" "$@") >"$scratch/told" 2>"$scratch/said"
	got=$?
	expect "'$*' to exit with $status, not $got: $(tail -n 3 "$scratch/said")" \
		[ "$got" = "$status" ]
}

# told CONDITION: of an object that has what is told of each file, by its name
told() { jq -se "(map({(.file): .}) | add) | $1" "$scratch/told" >/dev/null; }

# numbers FIELD...: of each file and pass, those
numbers() {
	local fields

	printf -v fields ', .%s' "$@"
	jq -sc "map({(.file | sub(\"\\\\..*\"; \"\")): [.passes[] | [${fields:2}]]}) | add" \
		"$scratch/told"
}

expect_numbers() { # WANTED FIELD...
	local got

	got=$(numbers "${@:2}")
	expect "$* and not $got" is_same_json "$1" "${got:-null}"
}

is_same_json() { # JSON JSON
	jq -ne --argjson a "$1" --argjson b "$2" '$a == $b' >/dev/null
}

# The client inside, then the server. The cases behind it look at the same run: to set
# hosts up takes longer than to replay.
both_ways() {
	replay 0 -j plain.pcap sums.pcap ipv6.pcap vlan.pcap pppoe.pcap sll.pcap sll2.pcap \
		raw.pcap again.pcap two.pcapng big.pcap jumbo.pcap packed.pcap.gz \
		oneway.pcap cut.pcap gap.pcap damaged.pcap
	expect_numbers '{
		"plain": [[7, 5, 0], [5, 6, 0]], "packed": [[7, 5, 0], [5, 6, 0]],
		"sums": [[7, 5, 0], [5, 6, 0]],
		"ipv6": [[7, 5, 0], [5, 6, 0]], "vlan": [[14, 10, 0], [10, 12, 0]],
		"pppoe": [[7, 5, 0], [5, 6, 0]], "sll": [[7, 5, 0], [5, 6, 0]],
		"sll2": [[7, 5, 0], [5, 6, 0]], "raw": [[7, 5, 0], [5, 6, 0]],
		"again": [[14, 10, 0], [10, 12, 0]], "two": [[14, 10, 0], [10, 12, 0]],
		"big": [[4, 2, 0], [2, 3, 0]], "jumbo": [[4, 1, 0], [1, 3, 0]],
		"oneway": [[7, 0, 0], [0, 0, 0]], "cut": [[7, 5, 0], [5, 6, 0]],
		"gap": [[7, 4, 0], [4, 5, 1]], "damaged": [[6, 5, 0], [5, 5, 0]] }' \
		rewritten restored unseen
	expect "all to be well" told 'all(.ok)'
	expect "the module to count the same" told '[.[].passes[] |
		.rewritten == (.module.egress_rewritten // 0) and
		.restored + .unseen == (.module.ingress_restored // 0)] | all'
	expect "no echo to be impossible but that in a gap" told \
		'[.[].passes[].impossible] | add == 1'
	expect "checksums of one capture to be set right, and those of large packets" told \
		'map_values(.wrong_in_capture) | with_entries(select(.value > 0)) ==
			{"sums.pcap": 7, "big.pcap": 1, "jumbo.pcap": 1}'
}

incomplete_ones() {
	expect "one direction to be told" told '."oneway.pcap".connections[0].one_way'
	expect "what is cut to be told" told '."cut.pcap".connections[0].cut == 3'
	expect "a gap to be told" told \
		'."gap.pcap".connections[0] | [.gaps, .gap_bytes] == [1, 900]'
	expect "damage to be told" told '."damaged.pcap".damage | contains("ends within")'
	expect "nothing of that to be told of the others" told \
		'([.[].connections[] | .one_way, .cut > 0, .gaps > 0, (.beginning | not)] |
			map(select(.)) | length == 3) and ([.[] | select(.damage)] | length == 1)'
}

says() { grep -qF -- "$1" "$scratch/told"; }

in_words() {
	replay 1 oneway.pcap cut.pcap midstream.pcap damaged.pcap no.pcap empty.pcap missing.pcap
	expect "the sum of one direction" says "incomplete connections: 1 with one direction only"
	expect "the connection" says "10.0.1.2:4001 > 198.51.100.2:443: one direction only, nothing"
	expect "that restoring is not shown" says "ok: nothing leaked; but no echo came back"
	expect "what is cut" says "3 segments cut by 2038 bytes"
	expect "what began before" says "10.0.1.2:4001 > 198.51.100.2:443: begins before the"
	expect "that this shows nothing" says "FAILED: it shows nothing"
	expect "what is damaged" says "the file is damaged: it ends within a packet; what is before"
	expect "what is no capture" says "FAILED: it is neither pcap nor pcapng"
	expect "what is empty" says "FAILED: it is empty"
	expect "what is not there" says "FAILED: it cannot be read: No such file or directory"
	expect "a verdict of each" [ "$(grep -cE '^   (ok|FAILED): ' "$scratch/told")" = 7 ]
}

ends_are_chosen() {
	replay 1 -j --inside 198.51.100.0/24 plain.pcap ipv6.pcap
	expect_numbers '{ "plain": [[1, 5, 6]], "ipv6": [[0, 0, 0]] }' \
		connections rewritten restored
	expect "nothing to be shown by the other" told '."plain.pcap".ok and
		(."ipv6.pcap" | (.ok | not) and (.reason | contains("one end inside and one outside")))'
	replay 2 --inside 198.51.100.0/33 plain.pcap
	expect "what is wrong with a prefix" grep -q "does not appear to be an IPv4 or IPv6 network" \
		"$scratch/said"
	replay 2 --mode rewritten plain.pcap
	expect "what is wrong with a mode" grep -q 'unknown mode "rewritten"' \
		"$scratch/said"
}

bug_is_seen() {
	replay 1 -j --mode bug plain.pcap ipv6.pcap
	expect_numbers '{
		"plain": [[7, 5, 0, true], [5, 6, 0, true]],
		"ipv6": [[7, 5, 0, true], [5, 6, 0, true]] }' \
		rewritten wrong_echoes leaked "impossible > 0"
	expect "each to fail" told 'all(.ok | not)'
}

leaks_are_seen() {
	replay 1 -j --mode off plain.pcap ipv6.pcap
	expect_numbers '{ "plain": [[7, 0, 0], [5, 0, 0]], "ipv6": [[7, 0, 0], [5, 0, 0]] }' \
		leaked rewritten wrong_echoes
}

stripped_ones() {
	replay 0 -j --mode strip plain.pcap ipv6.pcap
	expect_numbers '{
		"plain": [[1, 0, 12], [1, 0, 12]], "ipv6": [[1, 0, 12], [1, 0, 12]] }' \
		stripped rewritten segments
}

require_module
if ! python3 -c 'import scapy' 2>/dev/null; then
	ktap_skip_all "no scapy: install python3-scapy"
	exit "$KSFT_SKIP"
fi
python3 "$selftests/lib/craft_captures.py" "$scratch"
run_cases both_ways "captures of any kind: each number is right, nothing is wrong" \
	incomplete_ones "what a capture lacks is told, of each connection" \
	in_words "the same in words; and that a capture shows nothing" \
	ends_are_chosen "who is inside may be chosen" \
	bug_is_seen "mode bug: wrong echoes are told, and it fails" \
	leaks_are_seen "mode off: leaks are told, and it fails" \
	stripped_ones "mode strip: SYNs lose TSopt, and the ends do without"
