#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# NAT on the firewall itself. Two hosts are behind one outside address, a server is behind
# the firewall's own, and IPv6 is routed beside them.
#
#	+--------+          +----------------------------+
#	|    in0 |----------| fw0       masquerades      |     +--------+
#	+--------+          |                        fw1 |-----| out0   |
#	+--------+          |           198.51.100.1     |     +--------+
#	|    in2 |----------| fw2                        |
#	+--------+          +----------------------------+
#	 10.0.2.2            10.0.2.1
#
# The hosts' clocks differ: in2's host has tcp_timestamps=1, a random number on
# top for each 4-tuple.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

# shellcheck disable=SC2154 # setup_ns assigns it
on_inside2() { ip netns exec "$inside2" "$@"; }

setup_second_host() {
	setup_second_inside inside2 || return
	on_inside2 sysctl -qw net.ipv4.tcp_timestamps=1
	on_inside2 ethtool -K in2 tx off tso off gso off gro off >/dev/null
	on_firewall ethtool -K fw2 tx off tso off gso off gro off >/dev/null
	capture_inside+=(inside2:in2)
}

setup_nat() {
	on_firewall nft -f - <<-END
		table ip nat {
			chain post {
				type nat hook postrouting priority srcnat;
				oifname fw1 masquerade;
			}
			chain pre {
				type nat hook prerouting priority dstnat;
				iifname fw1 tcp dport 8080 dnat to 10.0.2.2:7;
			}
		}
	END
}

# Both take the same port, so that NAT has to give one of them another
both_behind_one_address() {
	hold first inside $outside4 7 sourceport=4001
	expect "a connection" still_talks first
	hold second inside2 $outside4 7 sourceport=4001
	expect "another one from the same port" still_talks second
	expect "both go on" say_much first
	expect "both go on" say_much second
}

say_much() { say "$1" 30000 && until_true has_heard "$1"; }

nat_hides_the_hosts() {
	expect "two flows" [ "$(tsr -j flows | jq length)" = 2 ]
	expect "both as the outside sees them" [ "$(tsr -j flows |
		jq '[.[] | select(.inside_addr == "198.51.100.1")] | length')" = 2 ]
	expect "on different ports" [ "$(tsr -j flows |
		jq '[.[].inside_port] | unique | length')" = 2 ]
}

server_behind_address() {
	hold dnat outside $firewall4 8080 sourceport=4003
	expect "a connection to the firewall's address" still_talks dnat
	expect "it goes on" say_much dnat
	expect "begun from outside" [ "$(tsr -j flows port 4003 |
		jq -c '.[] | [.inside_addr, .inside_port, .inbound]')" = \
		'["198.51.100.1",8080,true]' ]
}

ipv6_beside() {
	hold six inside $outside6 7 sourceport=4006
	hold six2 outside fd00:2::2 7 sourceport=4007
	expect "a connection from inside" say_much six
	expect "a connection from outside" say_much six2
	expect "without NAT" [ "$(tsr -j flows port 4006 |
		jq -r '.[].inside_addr')" = $inside6 ]
}

wires_agree() {
	end_capture nat
	expect "what each host gets is what it sent" compare_wires nat rewrite \
		--flows 5 --flow 4003=rewrite --flow 4006=rewrite \
		--flow 4007=rewrite
	expect "no inside address outside" \
		[ "$(count_segments nat.outside 'tcp and net 10.0.0.0/8')" = 0 ]
	expect "no impossible echo" [ "$(counter echo_impossible)" = 0 ]
}

require_module
setup_hosts
setup_second_host
without_offloads
setup_nat
serve outside 7 cat
serve inside2 7 cat
tsr attach fw1
tsr on >/dev/null
capture nat

run_cases \
	both_behind_one_address "two hosts from the same port, behind one address" \
	nat_hides_the_hosts "flows are what the outside sees" \
	server_behind_address "a server behind the firewall's address" \
	ipv6_beside "IPv6 is routed beside" \
	wires_agree "all wires: each TSecr is the one echoed, to its own host"
