#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real sockets of many kinds, through the firewall. What they do with their options and
# numbers still works, and each echo is restored.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

remember() { tsr -j stats >"$scratch/before"; }

delta() { # COUNTER: by how much it moved since remember
	tsr -j stats | jq --slurpfile before "$scratch/before" ".$1 - \$before[0].$1"
}

# None of these, or the kernel does not know it
expect_never() { # KERNEL_COUNTER...
	local host counted

	for host in inside outside; do
		counted=$("on_$host" nstat -asz --json | jq -c --args \
			'.kernel | with_entries(select(.value > 0 and
			 (.key | IN($ARGS.positional[]))))' "$@")
		expect "none of $* $host, not $counted" [ "$counted" = "{}" ]
	done
}

peer() { python3 "$selftests/lib/peer.py" "$@"; }

can() { # KIND: or the case is skipped
	peer can "$1" 2>"$scratch/why" && return
	skip "$(cat "$scratch/why")"
	return 1
}

# peer_serves KIND HOST ADDRESS PORT PEER [OPTION...]
peer_serves() {
	in_background "$2" python3 "$selftests/lib/peer.py" \
		serve "$1" "$3" "$4" "${@:5}"
	until_true is_listening "$2" "$4"
}

# peer_talks KIND HOST ADDRESS PORT [OPTION...]
peer_talks() {
	"on_$2" python3 "$selftests/lib/peer.py" talk "$1" "$3" "$4" "${@:5}"
}

# TCP-MD5

md5_counters="TcpExtTCPMD5NotFound TcpExtTCPMD5Unexpected TcpExtTCPMD5Failure"

signed_segments() { # NAME.WIRE
	tcpdump -nvr "$scratch/$1" 2>/dev/null | grep -c 'md5'
}

# Linux leaves TSopt out of a SYN that is signed: it has no room for both
md5() {
	can md5 || return
	peer_serves md5 outside $outside4 2001 $inside4
	peer_serves md5 outside $outside6 2002 $inside6
	remember
	capture md5
	expect "data both ways" peer_talks md5 inside $outside4 2001
	expect "data both ways over IPv6" peer_talks md5 inside $outside6 2002
	end_capture md5
	expect "all segments signed" [ "$(signed_segments md5.outside)" = \
		"$(count_segments md5.outside tcp)" ]
	expect "none without TSopt changed" compare_wires md5 off
	expect "each counted" [ "$(delta egress_no_tsopt)" = \
		"$(count_segments md5.outside 'tcp and dst portrange 2001-2002')" ]
	# shellcheck disable=SC2086 # words
	expect_never $md5_counters
}

# Linux signs packets of many segments wrongly, if it begins behind the handshake.
# Of those that are lost by netem, it would be all segments, too
one_segment_a_packet() {
	ip -n "$inside" link set in0 gso_max_segs 1
	ip -n "$outside" link set out0 gso_max_segs 1
}

any_segments_a_packet() {
	ip -n "$inside" link set in0 gso_max_segs 65535
	ip -n "$outside" link set out0 gso_max_segs 65535
}

# As routers begin to sign BGP sessions that are up
md5_later() {
	can md5 || return
	one_segment_a_packet
	peer_serves md5-later outside $outside4 2003 $inside4 --keyed "$scratch/k4"
	peer_serves md5-later inside $inside6 2004 $outside6 --keyed "$scratch/k6"
	capture later
	expect "data both ways" \
		peer_talks md5-later inside $outside4 2003 --keyed "$scratch/k4"
	expect "data both ways over IPv6, to the inside" \
		peer_talks md5-later outside $inside6 2004 --keyed "$scratch/k6"
	end_capture later
	expect "all but the handshakes signed" \
		[ "$(signed_segments later.inside)" = \
		$(($(count_segments later.inside tcp) - 6)) ]
	expect "rewritten and restored" compare_wires later rewrite --flows 2
	# shellcheck disable=SC2086 # words
	expect_never $md5_counters
	any_segments_a_packet
}

# TCP-AO: its MAC covers the other options

ao() {
	can ao || return
	peer_serves ao outside $outside4 2011 $inside4
	peer_serves ao inside $inside6 2012 $outside6
	remember
	capture ao
	expect "data both ways" peer_talks ao inside $outside4 2011
	expect "data both ways over IPv6, to the inside" \
		peer_talks ao outside $inside6 2012
	end_capture ao
	expect "nothing changed" compare_wires ao off
	expect "each that left counted" [ "$(delta egress_tcp_ao)" = \
		"$(count_segments ao.outside 'tcp and (dst port 2011 or src port 2012)')" ]
	expect "each that arrived counted" [ "$(delta ingress_tcp_ao)" = \
		"$(count_segments ao.outside 'tcp and (src port 2011 or dst port 2012)')" ]
	expect "no flow" [ "$(delta flow_created)" = 0 ]
	expect "MACs that verify" [ "$(kernel_counter inside TcpExtTCPAOGood)" -gt 9 ]
	expect_never TcpExtTCPAOBad TcpExtTCPAOKeyNotFound TcpExtTCPAORequired
}

# Multipath TCP: a second subflow from a second address inside, which then has to
# carry everything

setup_paths() {
	ip -n "$inside" addr add 10.0.1.3/24 dev in0
	# Never chosen for the first one
	ip -n "$inside" addr add fd00:1::3/64 dev in0 nodad preferred_lft 0
	ip -n "$inside" mptcp limits set subflow 2
	ip -n "$outside" mptcp limits set subflow 2
	ip -n "$inside" mptcp endpoint add 10.0.1.3 subflow
	ip -n "$inside" mptcp endpoint add fd00:1::3 subflow
}

has_joined() { # HOW OFTEN
	[ "$(kernel_counter outside MPTcpExtMPJoinAckRx)" = "$1" ]
}

cut_first_path() { # FAMILY ADDRESS
	on_inside nft -f - <<-END
		table $1 cut {
			chain out {
				type filter hook output priority 0;
				$1 saddr $2 tcp dport 2021-2022 tcp flags & rst == 0 \
					reject with tcp reset;
			}
		}
	END
}

over_two_paths() { # FAMILY FROM TO PORT JOINS
	local talker

	peer_talks mptcp inside "$3" "$4" --until "$scratch/joined.$5" --chunks 5 &
	talker=$!
	expect "$3: a second subflow" until_true has_joined "$5"
	cut_first_path "$1" "$2"
	touch "$scratch/joined.$5"
	expect "$3: data both ways over the second one" wait $talker
}

mptcp() {
	local large

	can mptcp || return
	setup_paths || { skip "no ip mptcp" && return; }
	peer_serves mptcp outside $outside4 2021 $inside4
	peer_serves mptcp outside $outside6 2022 $inside6
	capture mptcp
	over_two_paths ip $inside4 $outside4 2021 1
	over_two_paths ip6 $inside6 $outside6 2022 2
	end_capture mptcp
	expect "each subflow a flow, rewritten and restored" \
		compare_wires mptcp rewrite --flows 4
	for large in "host 10.0.1.3" "host fd00:1::3"; do
		expect "data, $large" [ "$(count_segments mptcp.outside \
			"$large and greater 1000")" -gt 60 ]
	done
	expect "both connections multipath" \
		[ "$(kernel_counter outside MPTcpExtMPCapableACKRX)" = 2 ]
	expect_never MPTcpExtMPCapableFallbackACK MPTcpExtMPCapableFallbackSYNACK \
		MPTcpExtMPJoinAckHMacFailure MPTcpExtMPJoinSynAckHMacFailure
}

# Fast Open: the second SYN carries data

opened_fast() { # HOST
	kernel_counter "$1" TcpExtTCPFastOpenActive
}

fast_open() {
	on_inside sysctl -qw net.ipv4.tcp_fastopen=3
	on_outside sysctl -qw net.ipv4.tcp_fastopen=3
	peer_serves fastopen outside $outside4 2031 $inside4
	peer_serves fastopen outside $outside6 2032 $inside6
	peer_serves fastopen inside $inside4 2033 $outside4
	remember
	capture fast
	expect "asking for a cookie" peer_talks fastopen inside $outside4 2031
	expect "data on the SYN" peer_talks fastopen inside $outside4 2031
	expect "asking for a cookie over IPv6" peer_talks fastopen inside $outside6 2032
	expect "data on the SYN over IPv6" peer_talks fastopen inside $outside6 2032
	expect "asking for a cookie inside" peer_talks fastopen outside $inside4 2033
	expect "data on the SYN to the inside" peer_talks fastopen outside $inside4 2033
	end_capture fast
	expect "two fast ones from inside" [ "$(opened_fast inside)" = 2 ]
	expect "one from outside" [ "$(opened_fast outside)" = 1 ]
	expect "each established by its SYN-ACK or third segment" \
		[ "$(delta flow_established)" = 6 ]
	expect "rewritten and restored" compare_wires fast rewrite --flows 6
}

# ECN

says() { # HOST PORT WHAT: ss does, of the connection with that port
	"on_$1" ss -Htino "( sport = :$2 or dport = :$2 )" | grep -qw "$3"
}

ecn_at_work() { # NAME PORT
	expect "$1: data both ways" still_talks "$1"
	expect "$1: ECN inside" says inside "$2" ecn
	expect "$1: ECN outside" says outside "$2" ecn
}

ecn() {
	on_inside sysctl -qw net.ipv4.tcp_ecn=1
	on_outside sysctl -qw net.ipv4.tcp_ecn=1
	capture ecn
	hold ecn4 inside $outside4 7 sourceport=4001
	hold ecn6 inside $outside6 7 sourceport=4002
	hold ecn_in outside $inside4 7 sourceport=4003
	ecn_at_work ecn4 4001
	ecn_at_work ecn6 4002
	ecn_at_work ecn_in 4003
	end_capture ecn
	expect "rewritten and restored" compare_wires ecn rewrite --flows 3
}

# SYN cookies: wscale, SACK and ECN are in the low bits of the server's TSval

scales() { # HOST PORT: of the other end, then its own
	"on_$1" ss -Htino "( sport = :$2 or dport = :$2 )" |
		sed -n 's/.*wscale:\([0-9]*\),\([0-9]*\).*/\1 \2/p'
}

scales_agree() { # PORT
	local inner outer

	read -r -a inner < <(scales inside "$1")
	read -r -a outer < <(scales outside "$1")
	[ ${#inner[@]} = 2 ] && [ "${inner[*]}" = "${outer[1]} ${outer[0]}" ] &&
		[ "${inner[0]}" != "${inner[1]}" ]
}

by_cookie() { # NAME PORT
	expect "$1: data both ways" still_talks "$1"
	expect "$1: each knows the other's scale" scales_agree "$2"
	expect "$1: SACK inside" says inside "$2" sack
	expect "$1: SACK outside" says outside "$2" sack
}

syn_cookies() {
	on_inside sysctl -qw net.ipv4.tcp_syncookies=2 net.ipv4.tcp_ecn=2 \
		net.ipv4.tcp_rmem="4096 131072 33554432"
	on_outside sysctl -qw net.ipv4.tcp_syncookies=2 net.ipv4.tcp_ecn=2
	capture cookies
	hold cookie4 inside $outside4 7 sourceport=4011
	hold cookie6 inside $outside6 7 sourceport=4012
	hold cookie_in4 outside $inside4 7 sourceport=4013
	hold cookie_in6 outside $inside6 7 sourceport=4014
	by_cookie cookie4 4011
	by_cookie cookie6 4012
	by_cookie cookie_in4 4013
	by_cookie cookie_in6 4014
	end_capture cookies
	expect "two cookies back outside" \
		[ "$(kernel_counter outside TcpExtSyncookiesRecv)" = 2 ]
	expect "two cookies back inside" \
		[ "$(kernel_counter inside TcpExtSyncookiesRecv)" = 2 ]
	expect_never TcpExtSyncookiesFailed
	expect "rewritten and restored" compare_wires cookies rewrite --flows 4
}

# Loss and reordering, on the far side of each capture

disturb() { # HOST DEVICE
	tc -n "${!1}" qdisc add dev "$2" root netem \
		limit 2000 delay 5ms loss 5% reorder 20%
}

loses() { [ "$(kernel_counter "$1" TcpRetransSegs)" -gt "$2" ]; } # HOST SINCE

behind_tsopt='(tcp[13] & 2 = 0 and tcp[12] & 0xf0 > 0x80) or
	(ip6[6] = 6 and ip6[53] & 2 = 0 and ip6[52] & 0xf0 > 0x80)'

loss() {
	local before_inside before_outside

	before_inside=$(kernel_counter inside TcpRetransSegs)
	before_outside=$(kernel_counter outside TcpRetransSegs)
	if ! disturb inside in0 || ! disturb outside out0; then
		skip "no netem"
		return
	fi
	one_segment_a_packet
	remember
	capture loss
	expect "data both ways" peer_talks plain inside $outside4 7 --chunks 8
	expect "data both ways over IPv6, to the inside" \
		peer_talks plain outside $inside6 7 --chunks 8
	tc -n "$inside" qdisc del dev in0 root
	tc -n "$outside" qdisc del dev out0 root
	end_capture loss
	expect "retransmissions inside" loses inside "$before_inside"
	expect "retransmissions outside" loses outside "$before_outside"
	expect "SACK blocks behind TSopts" \
		[ "$(count_segments loss.outside "$behind_tsopt")" -gt 5 ]
	expect "no impossible echo" [ "$(delta echo_impossible)" = 0 ]
	expect "rewritten and restored" compare_wires loss rewrite --flows 2
}

require_module
setup_hosts
without_offloads
serve outside 7 cat
serve inside 7 cat
tsr attach fw1
tsr on >/dev/null

run_cases \
	md5 "TCP-MD5 of Linux has no TSopt: untouched" \
	md5_later "TCP-MD5 with TSopt: rewritten, and the signature verifies" \
	ao "TCP-AO: untouched, and the MAC verifies" \
	mptcp "Multipath TCP: each subflow is a flow" \
	fast_open "Fast Open: data on the SYN" \
	ecn "ECN" \
	syn_cookies "SYN cookies keep what the server's TSval carries" \
	loss "loss, reordering, SACK"
