#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each number that is shown: what was begun, inside and outside, treated, control and
# untouched, is in each place another number, so that none can stand for another. Text, JSON
# and metrics say the same.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/books.sh
. "$selftests/lib/books.sh"
# shellcheck source=selftests/lib/outcomes.sh
. "$selftests/lib/outcomes.sh"
trap end EXIT

end() {
	[ -z "${machine_limit:-}" ] || config machine-limit "$machine_limit"
	cleanup
}

# Of no group: treated; of alpha: all control; of beta: untouched, and counted
alpha4=198.51.100.3 alpha6=2001:db8::3
beta4=198.51.100.4 beta6=2001:db8::4

# connect HOST SOURCE TARGET COUNT: connections that work, one after the other
connect() {
	"on_$1" python3 - "${@:2}" <<-'END'
		import socket, sys
		for number in range(int(sys.argv[3])):
		    with socket.create_connection((sys.argv[2], 7), 20, (sys.argv[1], 0)) as sock:
		        sock.sendall(b"%d\n" % number)
		        if int(sock.recv(100)) != number:
		            sys.exit("wrong answer")
	END
}

connect_all() {
	expect "treated, begun inside" connect inside $inside4 $outside4 2
	expect "the same by IPv6" connect inside $inside6 $outside6 1
	expect "treated, begun outside" connect outside $outside4 $inside4 4
	expect "the same by IPv6" connect outside $outside6 $inside6 2
	expect "control, begun inside" connect inside $inside4 $alpha4 5
	expect "the same by IPv6" connect inside $inside6 $alpha6 2
	expect "control, begun outside" connect outside $alpha4 $inside4 8
	expect "the same by IPv6" connect outside $alpha6 $inside6 3
	expect "untouched, begun inside" connect inside $inside4 $beta4 7
	expect "the same by IPv6" connect inside $inside6 $beta6 2
	expect "untouched, begun outside" connect outside $beta4 $inside4 8
	expect "the same by IPv6" connect outside $beta6 $inside6 5
}

refused() { # ADDRESS
	expect_not "a connection to $1" exchange inside "$1" 11 </dev/null
}

# Some get an answer that does not arrive inside, and more get none
fail_some() {
	local name port=4001

	refused $outside4
	refused $outside6
	on_firewall nft -f - <<-END
		table inet withheld {
			chain forward {
				type filter hook forward priority 0;
				tcp sport 10 drop;
			}
		}
	END
	silence outside 9 4021-4023
	hold withheld inside $outside4 10 sourceport=$((port++))
	for name in silent1 silent2 silent3; do
		hold $name inside $outside4 9 sourceport=$((port++))
	done
	for name in silent4 silent5; do
		hold $name inside $outside6 9 sourceport=$((port++))
	done
	hold half1 outside $inside4 7 "bind=$outside4:4021"
	hold half2 outside $inside6 7 "bind=[$outside6]:4022"
	hold half3 outside $inside6 7 "bind=[$outside6]:4023"
	expect "an answer" until_true has_answered 4
	expect "what nobody answers" until_true inbound_flows_are 3
}

has_answered() { [ "$(count default treated answered)" = "$1" ]; }
inbound_flows_are() { [ "$(tsr -j config | jq .inbound_flows)" = "$1" ]; }

give_up() {
	local name

	for name in withheld silent{1..5} half{1..3}; do
		let_go "$name"
	done
	config timeout-embryonic 1
	expect "eight to time out" until_true has_timed_out 5 3
	config timeout-embryonic 130
}

# Servers send their SYN-ACKs again until they get an RST
clean_up() {
	tsr flush port 10 --force >/dev/null
	on_firewall nft delete table inet withheld
	mend
	end_silence outside
	until_true has_none_half_open
}

has_timed_out() {
	[ "$(count default treated timed_out inbound_timed_out)" = "$1 $2" ]
}

# Each is counted where it belongs, and once
are_counted() {
	connect_all
	fail_some
	cut
	expect "nine to cross fw1, and none fw9" [ "$(tsr -j status |
		jq -c '[.devices[] | [.name, .zone, .flows]]')" = '[["fw1",1,9],["fw9",3,0]]' ]
	agree
	give_up
	expect_counts default treated "11 4 3 2 0 5" "9 6 6 0 0 3"
	expect_counts default control "0 0 0 0 0 0" "0 0 0 0 0 0"
	expect_counts alpha control "7 7 7 0 0 0" "11 11 11 0 0 0"
	expect_counts alpha treated "0 0 0 0 0 0" "0 0 0 0 0 0"
	expect_counts beta untouched "9 9 9 0 0 0" "13 13 13 0 0 0"
	expect_counts beta treated "0 0 0 0 0 0" "0 0 0 0 0 0"
	expect_stats flow_created 38 flow_counted 22 flow_established 28 flow_refused 2 \
		flow_closed 27 flow_expired 8 flow_flushed 0 flow_evicted 0 flow_expired_early 0 \
		flow_asymmetric 0 flow_reused 0 flow_no_tsopt 0
	clean_up
}

# Attempts, answers, established, refused by the peer and by us, timed out
expect_counts() { # GROUP ARM INSIDE OUTSIDE
	local kinds=(attempts answered established refused_by_peer refused_by_us timed_out)
	local inside outside

	inside=$(count "$1" "$2" "${kinds[@]}")
	outside=$(count "$1" "$2" "${kinds[@]/#/inbound_}")
	expect "$1, $2, begun inside: $3, not $inside" [ "$inside" = "$3" ]
	expect "$1, $2, begun outside: $4, not $outside" [ "$outside" = "$4" ]
}

expect_stats() { # COUNTER NUMBER ...
	local now

	while [ $# -gt 0 ]; do
		now=$(counter "$1")
		expect "$1: $2, not $now" [ "$now" = "$2" ]
		shift 2
	done
}

# Text, JSON and metrics

# rows COMMAND...: of its table, each an object, for jq
rows() {
	tsr "$@" | jq -Rn '[inputs | select(. != "") | sub("^ +"; "") | [splits("  +")]] |
		.[0] as $head | .[1:] |
		map([$head, .] | transpose | map({key: .[0], value: .[1]}) | from_entries)'
}

# same WHAT ONE OTHER: JSON, which has something in it
same() {
	[ ${#2} -gt 10 ] && [ "$2" = "$3" ] && return
	{
		echo "# $1:"
		diff <(jq . <<<"$2") <(jq . <<<"$3") | sed -n 's/^[<>]/# &/p'
	} >"$scratch/differs"
	return 1
}

# Packets may come between one reading and the next
agree() {
	local what

	for what in groups stats config devices flows; do
		until_true ${what}_agree && continue
		expect "all that tells of $what to agree" false
		cat "$scratch/differs"
	done
}

# shellcheck disable=SC2016 # jq's
each_arm='.[] | . as $group | ("treated", "control", "untouched") as $arm |
	(["inside", ""], ["outside", "inbound_"]) as [$origin, $prefix]'

groups_agree() {
	local group metrics

	group=$(tsr -j group)
	metrics=$(tsr -j metrics)
	same "groups as text and as JSON" "$(rows group | jq -c 'map(del(.PREFIXES)) | sort')" \
		"$(jq -c "[$each_arm"' | {GROUP: .name, MODE: .mode, CANARY: "\(.canary)%",
			CONNECTIONS: ($arm + if $origin == "outside" then ", inbound" else "" end),
			ATTEMPTS: .[$arm][$prefix + "attempts"],
			RETRANSMITTED: .[$arm][$prefix + "retransmitted"],
			ANSWERED: .[$arm][$prefix + "answered"],
			ESTABLISHED: .[$arm][$prefix + "established"],
			"BY PEER": .[$arm][$prefix + "refused_by_peer"],
			"BY US": .[$arm][$prefix + "refused_by_us"],
			"TIMED OUT": .[$arm][$prefix + "timed_out"],
			IMPOSSIBLE: .[$arm][$prefix + "echo_impossible"],
			UNSEEN: .[$arm][$prefix + "answers_unseen"]} |
			select(.ATTEMPTS > 0) | map_values((. // 0) | tostring)] | sort' <<<"$group")" &&
	same "groups as JSON and as metrics" \
		"$(jq -c "[$each_arm"' | ("attempts", "retransmitted", "answered", "established",
			"refused_by_peer", "refused_by_us", "timed_out", "answers_unseen") as $what |
			[.name, $arm, $origin, $what, .[$arm][$prefix + $what] // 0]] | sort' \
			<<<"$group")" \
		"$(jq -c '[.[] | select(.name == "tsrewrite_group_connections") | .samples[] |
			[.labels.group, .labels.arm, .labels.origin, .labels.outcome, .value]] |
			sort' <<<"$metrics")" &&
	same "echoes as JSON and as metrics" \
		"$(jq -c "[$each_arm"' | select($arm != "untouched") |
			("verified", "zero", "impossible") as $what |
			[.name, $arm, $origin, $what, .[$arm][$prefix + "echo_" + $what]]] | sort' \
			<<<"$group")" \
		"$(jq -c '[.[] | select(.name == "tsrewrite_group_echoes") | .samples[] |
			[.labels.group, .labels.arm, .labels.origin, .labels.result, .value]] |
			sort' <<<"$metrics")"
}

stats_agree() {
	same "stats as text and as JSON" \
		"$(rows stats | jq -c 'map(select(.COUNTER | test("_not_") | not)) | sort')" \
		"$(tsr -j stats | jq -c '[to_entries[] | select(.value > 0 and
			(.key | test("_not_") | not)) | {COUNTER: .key, TOTAL: "\(.value)"}] | sort')"
}

config_agree() {
	local config

	config=$(tsr -j config)
	same "limits as text and as JSON" \
		"$(rows config | jq -c '[.[] | select(.KEY | test("limit")) | [.KEY, .VALUE, .HELD]]')" \
		"$(jq -c '[["machine-limit", .machine_limit, .machine_flows], ["limit", .limit, .flows],
			["inbound-limit", .inbound_limit, .inbound_flows]] | map(map(tostring))' \
			<<<"$config")" &&
	same "flows in status" "$(tsr status | sed -n 's/^flows: */"/p')\"" \
		"$(jq '"\(.flows) of \(.limit); half-open from outside \(.inbound_flows) of " +
			"\(.inbound_limit); whole machine \(.machine_flows) of \(.machine_limit)"' \
			<<<"$config")" &&
	same "flows and limits as metrics" "$(tsr -j metrics | jq -c '[.[] |
			select(.name | test("flows")) | .name as $name | .samples[] |
			["\($name) \(.labels.scope // "")", .value]] | sort')" \
		"$(jq -c '[["tsrewrite_flows machine", .machine_flows],
			["tsrewrite_flows namespace", .flows],
			["tsrewrite_flows_limit machine", .machine_limit],
			["tsrewrite_flows_limit namespace", .limit],
			["tsrewrite_inbound_flows ", .inbound_flows],
			["tsrewrite_inbound_flows_limit ", .inbound_limit]] | sort' <<<"$config")" &&
	same "numbers that differ" "$(jq -c '[.machine_flows, .flows, .inbound_flows,
			.machine_limit, .limit, .inbound_limit] | sort' <<<"$config")" \
		"$(jq -c '[.machine_flows, .flows, .inbound_flows,
			.machine_limit, .limit, .inbound_limit] | unique' <<<"$config")"
}

devices_agree() {
	local devices

	devices=$(tsr -j status | jq -c '[.devices[] | [.name, .zone, .flows]]')
	same "devices as text" "$(tsr status | awk '/^DEVICE/ { on = 1; next } !NF { on = 0 }
			on { print $1, $3, $4 }' | jq -Rnc '[inputs | split(" ") |
			[.[0], (.[1:][] | tonumber)]]')" "$devices" &&
	same "devices as metrics" "$(tsr -j metrics | jq -c '[.[] |
			select(.name == "tsrewrite_device_connections") | .samples[] |
			[.labels.device, (.labels.zone | tonumber), .value]]')" "$devices"
}

flows_agree() {
	same "flows as text and as JSON" \
		"$(rows flows | jq -c '[.[] | [.INSIDE, .OUTSIDE, .ZONE, .GROUP, .MODE, .STATE,
			.BEGUN, .OFFSET, .LAST]] | sort')" \
		"$(tsr -j flows | jq -c 'def at($addr; $port):
			if $addr | contains(":") then "[\($addr)]:\($port)" else "\($addr):\($port)" end;
			[.[] | [at(.inside_addr; .inside_port), at(.outside_addr; .outside_port),
			"\(.zone)", .group_name, .mode, .state,
			if .inbound then "outside" else "inside" end, "\(.offset)", "\(.last)"]] |
			sort')"
}

# Each segment that arrives is an echo, of the side where its connection was begun

# segments FILTER: how many there are on the outside wire so far
segments() { count_segments origins.outside "tcp and $1"; }

# Segments may still be on their way
counted_as_on_the_wire() {
	inner=$(segments "src $outside4 and src port 7")
	outer=$(($(segments "src $outside6 and src port 4102") -
		$(segments "src $outside6 and ip6[53] & 18 == 2")))
	left=$(segments "(src $inside4 or src $inside6)")
	[ "$(count default treated echo_verified inbound_echo_verified) $(counter echo_verified
		) $(counter ingress_restored) $(counter egress_rewritten)" = "$((before[0] + inner
		)) $((before[1] + outer)) $((before[2] + inner + outer)) $((before[3] + inner + outer
		)) $((before[4] + left))" ]
}

echoes_by_origin() {
	local inner outer left before

	mapfile -t before < <(count default treated echo_verified inbound_echo_verified |
		tr ' ' '\n'; counter echo_verified; counter ingress_restored; counter egress_rewritten)
	capture origins
	hold inner inside $outside4 7 sourceport=4101
	hold outer outside $inside6 7 "bind=[$outside6]:4102"
	for ((i = 0; i < 3; i++)); do
		expect "the one begun inside" still_talks inner
	done
	for ((i = 0; i < 7; i++)); do
		expect "the one begun outside" still_talks outer
	done
	expect "echoes and segments to be counted for the one and for the other" \
		until_true counted_as_on_the_wire
	expect "numbers that differ: $inner, $outer, $left" \
		[ "$inner" -gt 3 -a "$outer" -gt "$inner" -a "$left" -gt "$outer" ]
	end_capture origins
	agree
	let_go inner
	let_go outer
}

# What another namespace holds is of the machine alone
setup_elsewhere() {
	setup_ns elsewhere
	# shellcheck disable=SC2154 # setup_ns sets it
	"$TSREWRITE" -n "$elsewhere" attach lo >/dev/null
	"$TSREWRITE" -n "$elsewhere" on >/dev/null
	serve elsewhere 7 cat
	hold there elsewhere 127.0.0.1 7
	expect "a connection elsewhere" still_talks there
}

on_elsewhere() { ip netns exec "$elsewhere" "$@"; }

require_module
setup_hosts
without_offloads
add_outside $alpha4 $alpha6 $beta4 $beta6
for port in 7 10; do
	serve outside $port cat
done
serve inside 7 cat
setup_elsewhere
machine_limit=$(tsr -j config | jq .machine_limit)
config limit 1234 inbound-limit 567 machine-limit 89012
tsr attach fw1 zone 1 >/dev/null
tsr attach --absent fw9 zone 3 >/dev/null
tsr on >/dev/null
# Neighbours are known before anything is counted
for address in $outside4 $outside6 $alpha4 $alpha6 $beta4 $beta6; do
	tsr off >/dev/null
	echoes inside "$address" 7 100
done
tsr group add alpha mode rewrite canary 0 to $alpha4,$alpha6 >/dev/null
tsr group add beta mode off count on to $beta4,$beta6 >/dev/null
tsr on >/dev/null

run_cases \
	are_counted "connections are counted where they belong" \
	agree "text, JSON and metrics say the same of them" \
	echoes_by_origin "echoes and segments, by who began"
