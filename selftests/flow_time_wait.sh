#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Port reuse into TIME-WAIT behind NAT. The server closed first and remembers the last
# TSval of a 4-tuple. NAT gives the port to another inside host, whose clock is behind.
# RFC 6191: the SYN is accepted at once only if its TSval is later than the remembered
# one.
#
# The clock that is behind stands at 1000: nftables on in0's host writes that
# into what leaves, and 0, which means no echo, into the TSecr that arrives.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

# The two hosts of a case share a port that no other case has used
nat_to_port() { # PORT
	on_firewall nft -f - <<-END
		table ip nat {
			chain post {
				type nat hook postrouting priority srcnat;
				oifname fw1 meta l4proto tcp snat to $firewall4:$1;
			}
		}
	END
}

clock_falls_behind() {
	on_inside nft -f - <<-END
		table ip behind {
			chain out {
				type filter hook output priority 0;
				tcp option timestamp tsval set 1000;
			}
			chain in {
				type filter hook input priority 0;
				tcp option timestamp tsecr set 0;
			}
		}
	END
}

clock_is_right() { on_inside nft delete table ip behind; }

in_time_wait() { # PORT
	on_outside ss -Htn state time-wait "dport = :$1" | grep -q .
}

# The server says something and closes first
visit() {
	[ "$(on_inside timeout 30 socat -u "TCP4:$outside4:7,connect-timeout=$patience" -)" = hello ]
}

# reuse NAME PORT: two hosts, one after the other, on one outside port
reuse() {
	nat_to_port "$2"
	capture "$1"
	expect "a connection" visit
	expect "TIME-WAIT on the server" until_true in_time_wait "$2"
	# The outside port is free for another host
	on_firewall conntrack -F 2>/dev/null
	clock_falls_behind
	expect "another connection, sooner or later" visit
	clock_is_right
	end_capture "$1"
	on_firewall nft delete table ip nat
}

# The client answers with RST what is no SYN-ACK
rejections() {
	count_segments "$1.outside" 'dst port 7 and tcp[tcpflags] & tcp-rst != 0'
}

syns() {
	count_segments "$1.outside" 'dst port 7 and tcp[tcpflags] & tcp-syn != 0'
}

without_us() {
	reuse off 5000
	expect "the server to reject the SYN" [ "$(rejections off)" -gt 0 ]
	expect "a SYN more than connections" [ "$(syns off)" -gt 2 ]
	expect "nothing changed on the way" compare_wires off off
}

with_us() {
	tsr on >/dev/null
	reuse on 5001
	expect "no rejection" [ "$(rejections on)" = 0 ]
	expect "a flow reused" [ "$(counter flow_reused)" = 1 ]
	expect "TSvals that never run backwards" \
		compare_wires on rewrite --reused 1 --echoes 1
}

require_module
setup_hosts
without_offloads
serve outside 7 'echo hello'
tsr attach fw1

run_cases \
	without_us "off: TIME-WAIT rejects a clock that is behind" \
	with_us "rewriting: TIME-WAIT accepts it at once"
