#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Mode bug breaks what begins in it, and nothing else. It is the outage, on purpose.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

client_resets='src port 4010 and tcp[tcpflags] & tcp-rst != 0'
client_resets6='ip6 and src port 4011 and ip6[53] & 4 != 0'

begun_before() {
	tsr on >/dev/null
	hold before4 inside $outside4 7 sourceport=4001
	hold before6 outside $inside6 7 sourceport=4002
	expect "a connection from inside" still_talks before4
	expect "a connection from outside" still_talks before6
}

# breaks ADDRESS PORT: the client inside tells that the SYN-ACK is wrong
breaks() {
	local before after patience=2

	before=$(kernel_counter inside TcpExtPAWSActive)
	expect_not "a connection" exchange inside "$1" \
		"7,sourceport=$2" </dev/null
	after=$(kernel_counter inside TcpExtPAWSActive)
	expect "the client to count PAWSActive" [ "$after" -gt "$before" ]
}

connections_break() {
	local before after unrestored

	tsr mode bug >/dev/null
	before=$(counter echo_impossible)
	unrestored=$(counter ingress_unrestored)
	breaks $outside4 4010
	breaks $outside6 4011
	after=$(counter echo_impossible)
	expect "an impossible echo for each SYN-ACK" \
		[ $((after - before)) -ge 2 ]
	expect "each counted as not restored" [ \
		$(($(counter ingress_unrestored) - unrestored)) = \
		$((after - before)) ]
	expect "none zeroed" [ "$(counter ingress_zeroed)" = 0 ]
}

udp_works() {
	local word=over-udp

	expect "an answer over UDP" \
		[ "$(on_inside timeout 20 socat -T 10 - UDP4:$outside4:7 <<<$word |
			head -n 1)" = $word ]
}

older_ones_live() {
	expect "the connection from inside" still_talks before4
	expect "the connection from outside" still_talks before6
}

heals() {
	tsr on >/dev/null
	expect "a connection at once" \
		echoes inside $outside4 7,sourceport=4020 2000
	expect "a connection at once, IPv6" \
		echoes inside $outside6 7,sourceport=4021 2000
	expect "the older one still there" still_talks before4
}

wires_agree() {
	end_capture bug
	expect "bug mode for those that began in it and no others" \
		compare_wires bug mixed --segments 2 \
		--flow 4001=rewrite --flow 4002=rewrite \
		--flow 4010=bug --flow 4011=bug \
		--flow 4020=rewrite --flow 4021=rewrite
	expect "an RST from the client" \
		[ "$(count_segments bug.inside "$client_resets")" -gt 0 ]
	expect "an RST from the client, IPv6" \
		[ "$(count_segments bug.inside "$client_resets6")" -gt 0 ]
}

require_module
setup_hosts
without_offloads
serve outside 7 cat
serve inside 7 cat
in_background outside socat UDP4-LISTEN:7,fork EXEC:cat
tsr attach fw1
capture bug

run_cases \
	begun_before "connections begin, rewritten" \
	connections_break "bug mode: no connection comes up, PAWSActive rises" \
	udp_works "UDP between the same hosts is not affected" \
	older_ones_live "what began before bug mode goes on" \
	heals "on again: new connections come up" \
	wires_agree "both wires show the fault where it is meant to be, and only there"
