#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The modes observe and strip. The one is a dry run that changes nothing; by the other,
# connections do without timestamps.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

leaving='tcp and (dst host 198.51.100.2 or dst host 2001:db8::2)'
arriving='tcp and (src host 198.51.100.2 or src host 2001:db8::2)'
syn='((ip and tcp[13] & 0x12 = 2) or (ip6[6] = 6 and ip6[53] & 0x12 = 2))'

flows() { tsr -j flows "$@" | jq length; }

# moved COUNTER: since the case began
moved() { echo $(($(counter "$1") - $(jq ".$1" "$scratch/before"))); }

expect_moved() { # COUNTER COUNT
	expect "$1 to move by $2, not $(moved "$1")" [ "$(moved "$1")" = "$2" ]
}

begin() { # NAME
	capture "$1"
	tsr -j stats >"$scratch/before"
}

# Who begins, and how; the ports follow each other
ways=(in4 in6 out4 out6)
declare -A from=([in4]=inside [in6]=inside [out4]=outside [out6]=outside)
declare -A to=([in4]=$outside4 [in6]=$outside6 [out4]=$inside4 [out6]=$inside6)

hold_all() { # NAME PORT
	local way port=$2

	for way in "${ways[@]}"; do
		hold "$1-$way" "${from[$way]}" "${to[$way]}" 7 "sourceport=$port"
		port=$((port + 1))
	done
	all_talk "$1"
}

all_talk() { # NAME
	local way

	for way in "${ways[@]}"; do
		expect "$1-$way talks" still_talks "$1-$way"
	done
}

observed_ports() {
	tsr -j flows mode observe | jq -c '[.[] | .inside_port, .outside_port |
		select(. != 7)] | sort'
}

observe() {
	mode observe
	begin observe
	hold_all seen 4001
	say seen-in4 30000
	say seen-out6 30000
	expect "30,000 bytes" until_true has_heard seen-in4
	expect "30,000 bytes" until_true has_heard seen-out6
	end_capture observe
	expect "nothing changed" compare_wires observe off
	expect "flows in mode observe" \
		[ "$(observed_ports)" = '[4001,4002,4003,4004]' ]
	expect_moved flow_created 4
	expect_moved flow_established 4
	# All but the SYNs that came before there was a flow
	expect_moved egress_observed "$(count_segments observe.outside "$leaving")"
	expect_moved ingress_observed "$(($(count_segments observe.outside \
		"$arriving") - $(count_segments observe.outside "$arriving and $syn")))"
	expect_moved echo_verified "$(moved ingress_observed)"
	expect_moved echo_impossible 0
	expect_moved egress_rewritten 0
	expect_moved ingress_restored 0
}

garbled() {
	begin garbled
	on_outside nft -f - <<-END
		table inet garbled {
			chain out {
				type filter hook output priority 0;
				tcp sport 7 tcp option timestamp tsecr set 77;
			}
		}
	END
	expect "it talks" still_talks seen-in4
	expect "it talks, IPv6" still_talks seen-in6
	end_capture garbled
	on_outside nft delete table inet garbled
	expect "nothing changed" compare_wires garbled off --segments 4
	expect_moved ingress_observed "$(count_segments garbled.outside "$arriving")"
	expect_moved echo_impossible "$(moved ingress_observed)"
	expect_moved echo_verified 0
	expect "some" [ "$(moved echo_impossible)" -ge 2 ]
}

detach_observed() {
	expect "nothing that a detach breaks" \
		[ "$(tsr -j status | jq '.devices[0].flows')" = 0 ]
	expect "a detach without force" tsr detach fw1
	all_talk seen
	expect "another attach" tsr attach fw1
	all_talk seen
}

switched() {
	local ways=(in4 out6)

	begin switched
	mode observe
	hold_all one 4011
	mode rewrite
	hold_all two 4021
	mode off
	hold_all three 4031
	mode rewrite
	all_talk one
	all_talk two
	all_talk three
	mode off
	end_capture switched
	expect "each as it began" compare_wires switched mixed \
		--flow 4011=off --flow 4012=off --flow 4021=rewrite \
		--flow 4022=rewrite --flow 4031=off --flow 4032=off
	expect "six observed flows" [ "$(flows mode observe)" = 6 ]
	expect "two rewritten ones" [ "$(flows mode rewrite)" = 2 ]
	expect_refusal 1 'fw1' tsr detach fw1
}

has_ts() { # HOST FILTER: do sockets use timestamps?
	"on_$1" ss -Htino "$2" | grep -qw ts
}

expect_no_ts() { # FILTER
	local host

	for host in inside outside; do
		expect "a socket" [ -n "$("on_$host" ss -Htn "$1")" ]
		expect_not "timestamps on the $host host" has_ts $host "$1"
	done
}

strip() {
	expect "timestamps before" has_ts inside 'sport = :4021'
	mode strip
	begin strip
	hold_all bare 4041
	say bare-in6 30000
	say bare-out4 30000
	expect "30,000 bytes" until_true has_heard bare-in6
	expect "30,000 bytes" until_true has_heard bare-out4
	end_capture strip
	expect "no TSopt comes through" compare_wires strip strip --flows 4
	expect_no_ts '( sport >= :4041 and sport <= :4044 ) or '\
'( dport >= :4041 and dport <= :4044 )'
	expect_moved egress_stripped \
		"$(count_segments strip.outside "$leaving and $syn")"
	expect_moved ingress_stripped \
		"$(count_segments strip.outside "$arriving and $syn")"
	expect_moved flow_no_tsopt 2
	expect "no flow left" [ "$(flows mode strip)" = 0 ]
}

strip_again() {
	begin again
	drop_syns outside "tcp dport 7"
	drop_syns inside "tcp dport 7"
	hold again-in inside $outside4 7 sourceport=4051
	hold again-out outside $inside6 7 sourceport=4052
	expect "the SYN again" \
		until_true has_risen egress_stripped "$(jq .egress_stripped \
			"$scratch/before" | awk '{ print $1 + 1 }')"
	expect "the SYN from outside again" \
		until_true has_risen ingress_stripped "$(jq .ingress_stripped \
			"$scratch/before" | awk '{ print $1 + 1 }')"
	take_syns outside
	take_syns inside
	expect "a connection" still_talks again-in
	expect "a connection from outside" still_talks again-out
	end_capture again
	expect "no TSopt comes through" compare_wires again strip --flows 4
	expect_no_ts 'sport = :4051 or dport = :4051'
	expect_no_ts 'sport = :4052 or dport = :4052'
}

older_ones_live() {
	local ways=(in4 out6)

	begin older
	all_talk one
	all_talk two
	all_talk three
	end_capture older
	expect "restored" [ "$(moved ingress_restored)" -ge 2 ]
	expect "observed" [ "$(moved ingress_observed)" -ge 2 ]
	expect_moved egress_stripped 0
	expect_moved ingress_stripped 0
	expect "timestamps" has_ts outside 'dport = :4021'
}

require_module
setup_hosts
without_offloads
serve outside 7 cat
serve inside 7 cat
tsr attach fw1

run_cases \
	observe "observe: nothing changes, all is counted" \
	garbled "observe: a peer that garbles echoes is counted" \
	detach_observed "observe: a detach breaks nothing" \
	switched "observe, rewrite, off: each connection as it began" \
	strip "strip: connections without timestamps, begun by either side" \
	strip_again "strip: SYNs sent again" \
	older_ones_live "strip: older connections go on"
