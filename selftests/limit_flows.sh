#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Limits and timeouts of flows. What does not fit loses its TSopt and works, what is
# there is kept, and what is over goes.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

held() { tsr -j config | jq ".$1"; } # flows, inbound_flows

table_full() {
	local before

	capture full
	config limit 2
	hold kept4 inside $outside4 7 sourceport=4001
	expect "a connection" still_talks kept4
	hold kept6 inside $outside6 7 sourceport=4002
	expect "another one" still_talks kept6
	before=$(counter egress_stripped_no_room)
	hold beyond inside $outside4 7 sourceport=4003
	expect "one that finds the table full" still_talks beyond
	expect "counted" has_risen egress_stripped_no_room "$before"
	expect "no entry for it" has_gone 4003
	expect "an entry still" has_flow 4001
	expect "the first one still there" still_talks kept4
	expect "the second one still there" still_talks kept6
	config limit 16384
	expect "room again, and yet it goes on" still_talks beyond
	end_capture full
	expect "each as it began" compare_wires full mixed --segments 5 \
		--flow 4001=rewrite --flow 4002=rewrite --flow 4003=strip
}

# SYNs from outside that nobody ever confirms, from addresses that do not exist
flood() { # COUNT
	on_outside "$selftests/lib/flood.py" syn 203.0.113.0/24 $inside4 7 --count "$1" \
		2>/dev/null
}

flood_from_outside() {
	local before

	config inbound-limit 10
	before=$(counter ingress_stripped_no_room)
	flood 200
	expect "SYNs beyond the limit" \
		until_true has_risen ingress_stripped_no_room "$before"
	expect "embryonic flows up to the limit" [ "$(held inbound_flows)" -ge 10 ]
	expect "no more beyond it than were on their way" \
		[ "$(held inbound_flows)" -le $((10 + 10 / 8 + 64)) ]
	hold during inside $outside4 7 sourceport=4011
	expect "a connection from inside" still_talks during
	expect "rewritten" has_flow 4011
}

has_cookies() { # KIND FROM: SYN cookies sent or received, more than that
	[ "$(kernel_counter inside "TcpExtSyncookies$1")" -gt "$2" ]
}

# Nor what began before the capture
without_flood() { # NAME
	local wire

	for wire in inside outside; do
		tcpdump -r "$scratch/$1.$wire" -w "$scratch/calm.$wire" \
			'not net 203.0.113.0/24 and not port 4011' 2>/dev/null
	done
}

# The server's queue of 64 overflows, too: it answers with SYN cookies, of which
# the low bits of its TSval are a part
cookies_under_flood() {
	local sent received

	sent=$(kernel_counter inside TcpExtSyncookiesSent)
	received=$(kernel_counter inside TcpExtSyncookiesRecv)
	capture cookies
	flood 200
	expect "SYN cookies" until_true has_cookies Sent "$sent"
	hold during2 inside $outside4 7 sourceport=4013
	expect "another one from inside" still_talks during2
	expect "rewritten" has_flow 4013
	expect "the one before to go on" still_talks during
	flood 200 # what waits in the queue does not wait for long
	hold beyond2 outside $inside4 7 sourceport=4012
	expect "a connection beyond the limit" still_talks beyond2
	expect "no entry for it" has_gone 4012
	flood 200
	config inbound-limit 4096
	hold cookie outside $inside4 7 sourceport=4014
	expect "a connection below the limit" still_talks cookie
	expect "rewritten" has_flow 4014
	expect "both by cookies" has_cookies Recv $((received + 1))
	config inbound-limit 10
	end_capture cookies
	without_flood cookies
	expect "exact echoes, of cookies, too" compare_wires calm mixed --segments 5 \
		--flow 4012=strip --flow 4013=rewrite --flow 4014=rewrite
}

embryonic_expire() {
	local before count

	config inbound-limit 4096
	flood 20
	expect "embryonic flows" [ "$(held inbound_flows)" -gt 0 ]
	before=$(counter flow_expired)
	count=$(held inbound_flows)
	config timeout-embryonic 1
	expect "their end" until_true holds 0 inbound_flows
	expect "counted" [ "$(counter flow_expired)" -ge $((before + count)) ]
	expect "established ones to stay" has_flow 4011
	config timeout-embryonic 130
}

holds() { [ "$(held "$2")" = "$1" ]; } # COUNT KIND

closed_expire() {
	hold brief inside $outside4 7 sourceport=4021
	expect "a connection" still_talks brief
	expect "established" is_in_state 4021 established
	let_go brief
	expect "its end" until_true is_in_state 4021 closed
	config timeout-closed 1
	expect "the entry to go" until_true has_gone 4021
	expect "established ones to stay" has_flow 4011
	config timeout-closed 120
}

# The peer has gone without a word: nobody acknowledges the FIN
half_closed_expire() {
	hold alone inside $outside4 7 sourceport=4022
	expect "a connection" still_talks alone
	on_outside nft -f - <<-END
		table inet gone {
			chain input {
				type filter hook input priority 0;
				tcp sport 4022 drop;
			}
		}
	END
	let_go alone
	expect "half-closed" until_true is_in_state 4022 half-closed
	config timeout-half-closed 1
	expect "the entry to go" until_true has_gone 4022
	expect "established ones to stay" has_flow 4011
	config timeout-half-closed 12h
	on_outside nft delete table inet gone
}

established_expire() {
	expect "established" is_in_state 4011 established
	config timeout-established 1
	expect "the entry to go" until_true has_gone 4011
	config timeout-established 5d
}

# A closed entry may go before its time when a later connection on its 4-tuple
# could not run backwards anyway
pressure() {
	local before

	hold past inside $outside4 7 sourceport=4031
	expect "a connection" still_talks past
	let_go past
	expect "its end" until_true is_in_state 4031 closed
	before=$(counter flow_expired_early)
	hold alive inside $outside4 7 sourceport=4032
	expect "a connection" still_talks alive
	config limit 1
	expect "the closed entry to go early" \
		until_true has_risen flow_expired_early "$before"
	expect "that very one" has_gone 4031
	expect "the live one to stay" has_flow 4032
}

require_module
setup_hosts
without_offloads
ip -n "$firewall" route add 203.0.113.0/24 via $outside4
serve outside 7 cat
serve inside 7 cat
tsr attach fw1
tsr on >/dev/null

run_cases \
	table_full "table full: more do without TSopt, the others stay" \
	flood_from_outside "a SYN flood from outside stops at its own limit" \
	cookies_under_flood "the flood overflows the server: SYN cookies work" \
	embryonic_expire "embryonic flows go when their time is over" \
	closed_expire "closed ones go when theirs is" \
	half_closed_expire "half-closed ones go when theirs is" \
	established_expire "established ones go when theirs is" \
	pressure "closed ones go early when the table is nearly full"
