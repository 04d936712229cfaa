#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What flush leaves behind in every place that remembers: established and half-open
# connections, begun on either side, IPv4 and IPv6, none as many as another.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/books.sh
. "$selftests/lib/books.sh"
trap cleanup EXIT

config_is() { [ "$(tsr -j config | jq ".$1")" = "$2" ]; } # KEY NUMBER

# Inside begins one by IPv4 and two by IPv6; outside three and one. Of those that nobody
# answers, inside begins two and one, outside three and two.
begin_all() {
	local name

	hold out41 inside $outside4 7 sourceport=4001
	hold out61 inside $outside6 7 sourceport=4002
	hold out62 inside $outside6 7 sourceport=4003
	hold in41 outside $inside4 7 sourceport=4011
	hold in42 outside $inside4 7 sourceport=4012
	hold in43 outside $inside4 7 sourceport=4013
	hold in61 outside $inside6 7 sourceport=4014
	for name in out41 out61 out62 in41 in42 in43 in61; do
		expect "connection $name" still_talks $name
	done
	silence outside 9 4031-4033 4034-4035
	hold wait41 inside $outside4 9 sourceport=4021
	hold wait42 inside $outside4 9 sourceport=4022
	hold wait61 inside $outside6 9 sourceport=4023
	hold half41 outside $inside4 7 sourceport=4031
	hold half42 outside $inside4 7 sourceport=4032
	hold half43 outside $inside4 7 sourceport=4033
	hold half61 outside $inside6 7 sourceport=4034
	hold half62 outside $inside6 7 sourceport=4035
	expect "fifteen flows" until_true config_is flows 15
	expect "five of them half-open from outside" config_is inbound_flows 5
	cut
}

refused_changes_nothing() {
	begin_all
	open_books
	expect_refusal 1 "15 rewritten connections would break" tsr flush
	expect_refusal 1 "6 rewritten connections would break" tsr flush inside ::/0
	expect "nothing to flush" [ "$(tsr flush port 5000 --force)" = "flushed 0 flows" ]
	expect_no_entries "a refusal to change nothing"
}

too_many="alarm.too many flows: new connections from outside lose their TSopt (tsrewrite config shows the limits)"

by_family() {
	open_books
	tsr flush inside ::/0 --force >/dev/null
	expect_entries "what IPv6 had to be given back" <<-END
		config.flows 15 > 9
		config.inbound_flows 5 > 3
		config.machine_flows -6
		device.fw1.flows 15 > 9
		flow.$inside6:4002-$outside6:7 rewrite established default > none
		flow.$inside6:4003-$outside6:7 rewrite established default > none
		flow.$inside6:7-$outside6:4014 rewrite established default from outside > none
		flow.$inside6:4023-$outside6:9 rewrite embryonic default > none
		flow.$inside6:7-$outside6:4034 rewrite embryonic default from outside > none
		flow.$inside6:7-$outside6:4035 rewrite embryonic default from outside > none
		stats.flow_flushed +6
		event.1 flow_flush 6 flows, 6 broken
		- $too_many
	END
}

half_open_alone() {
	open_books
	tsr flush state embryonic --force >/dev/null
	expect_entries "those that nobody answered to be given back" <<-END
		config.flows 9 > 4
		config.inbound_flows 3 > 0
		config.machine_flows -5
		device.fw1.flows 9 > 4
		flow.$inside4:4021-$outside4:9 rewrite embryonic default > none
		flow.$inside4:4022-$outside4:9 rewrite embryonic default > none
		flow.$inside4:7-$outside4:4031 rewrite embryonic default from outside > none
		flow.$inside4:7-$outside4:4032 rewrite embryonic default from outside > none
		flow.$inside4:7-$outside4:4033 rewrite embryonic default from outside > none
		stats.flow_flushed +5
		event.1 flow_flush 5 flows, 5 broken
	END
}

all_of_them() {
	open_books
	tsr flush --force >/dev/null
	expect_entries "all to be given back" <<-END
		config.flows 4 > 0
		config.machine_flows -4
		device.fw1.flows 4 > 0
		flow.$inside4:4001-$outside4:7 rewrite established default > none
		flow.$inside4:7-$outside4:4011 rewrite established default from outside > none
		flow.$inside4:7-$outside4:4012 rewrite established default from outside > none
		flow.$inside4:7-$outside4:4013 rewrite established default from outside > none
		stats.flow_flushed +4
		event.1 flow_flush 4 flows, 4 broken
	END
}

forge_syns() { # COUNT: of outside hosts that do not exist
	on_outside "$selftests/lib/flood.py" syn 203.0.113.0/24 $inside4 7 --count "$1" \
		2>/dev/null
}

# A count that does not come back would end the hiding of what begins outside
room_again() {
	local name round

	for name in out41 out61 out62 in41 in42 in43 in61 wait41 wait42 wait61 half41 half42 \
		half43 half61 half62; do
		let_go $name
	done
	end_silence outside
	mend
	tsr flush --force >/dev/null
	for round in 1 2 3; do
		forge_syns 5
		expect "five half-open, round $round" until_true config_is inbound_flows 5
		tsr flush --force >/dev/null
		expect "none of them left, round $round" config_is inbound_flows 0
		expect "the server to forget them" until_true has_none_half_open
	done
	hold new4 outside $inside4 7 sourceport=4041
	hold new6 outside $inside6 7 sourceport=4042
	for name in new4 new6; do
		expect "a connection from outside, $name" still_talks $name
	done
	expect "both hidden" [ "$(tsr -j flows inside 10.0.0.0/8 port 4041 | jq -r '.[].mode'
		) $(tsr -j flows inside fd00::/8 port 4042 | jq -r '.[].mode')" = "rewrite rewrite" ]
	let_go new4
	let_go new6
}

# As many as need several messages, each way: each once
each_key_once() {
	local keys

	expect "no half-open connection at the server" until_true has_none_half_open
	tsr flush --force >/dev/null
	config limit 262144
	on_inside "$selftests/lib/flood.py" syn $inside4/32 203.0.113.0/24 7 --count 1999 \
		--rate 2000 --ports 2000-2999 2>/dev/null
	begin_by_ipv6 40
	cut
	keys=$(tsr -j flows | jq '[.[] | [.inside_addr, .inside_port, .outside_addr,
		.outside_port, .zone]] | "\(length) \(unique | length)"')
	expect "each of 2,039 flows once, not $keys" [ "$keys" = '"2039 2039"' ]
	expect "as many as are counted" config_is flows 2039
	expect "all of IPv6 once" [ "$(tsr -j flows inside ::/0 |
		jq -c '[length, (map(.inside_port) | unique | length)]')" = "[40,40]" ]
	expect "each flushed once" [ "$(tsr flush --force)" = \
		"flushed 2039 flows: 2039 rewritten connections break" ]
	expect "none left" until_true config_is flows 0
	mend
}

# begin_by_ipv6 COUNT: SYNs that nobody answers
begin_by_ipv6() {
	silence outside 9
	on_inside python3 - $outside6 "$1" <<-'END'
		import socket, sys
		for _ in range(int(sys.argv[2])):
		    sock = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
		    sock.setblocking(False)
		    sock.connect_ex((sys.argv[1], 9))
		    sock.detach()
	END
	end_silence outside
}

require_module
setup_hosts
# A SYN-ACK that is sent again would begin a flow behind the flush
on_inside sysctl -qw net.ipv4.tcp_synack_retries=0
ip -n "$firewall" route add 203.0.113.0/24 via $outside4
serve outside 7 cat
serve inside 7 cat
config limit 256 inbound-limit 5
tsr attach fw1 >/dev/null
tsr on >/dev/null
# Neighbours are known before anything is counted
echoes inside $outside4 7 100
echoes outside $inside6 7 100
tsr flush --force >/dev/null
start_books

run_cases \
	refused_changes_nothing "what is refused changes nothing" \
	by_family "IPv6 alone: as many given back everywhere" \
	half_open_alone "the half-open alone" \
	all_of_them "all of them" \
	room_again "what the half-open took is there again" \
	each_key_once "a list of many messages has each flow once"
