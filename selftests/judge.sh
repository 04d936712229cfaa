#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# `make judge` tells devices apart: those that break what they hide, that hide nothing,
# and one that does it right.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/dns.sh
. "$(dirname "$0")/lib/dns.sh"
trap cleanup EXIT

# verdict_of NAME DUT: its exit status; $scratch/NAME.said has the rest
verdict_of() {
	"$selftests/judge/play" "$2" "$scratch/$1" >"$scratch/$1.said" 2>&1
}

# expect_verdict NAME STATUS WORD REASON DUT
expect_verdict() {
	local got

	verdict_of "$1" "$5"
	got=$?
	expect "$1: exit status $2, not $got" [ $got = "$2" ]
	expect "$1: $3" grep -qx "$3" "$scratch/$1.said"
	expect "$1: because $4" grep -q -- "$4" "$scratch/$1.said"
	[ ! "$case_failed" ] || sed 's/^/# /' "$scratch/$1.said"
}

has_marked() { # NAME: the diagram marks the echo that is wrong
	jq -e '[.cases[].arrows[] | select(. != null) | .inside | select(. != null) | .[2]] |
		any(. == "tsecr")' "$scratch/$1/judged.json" >/dev/null &&
		grep -q '✗ TSecr' "$scratch/$1/report.html"
}

plain_router() {
	FAMILIES=4 expect_verdict router 3 'harmless, hides nothing' 'TSvals leave as they are' true
}

rewrites() {
	expect_verdict rewrite 0 GO 'each echo is that of the segment which was echoed' \
		"$TSREWRITE attach fw1 && $TSREWRITE on"
}

restores_nothing() {
	FAMILIES=4 expect_verdict bug 1 NO-GO 'echoes are not restored' \
		"$TSREWRITE attach fw1 && $TSREWRITE mode bug"
	expect "the wrong echo, marked" has_marked bug
}

sets_the_tsval_of_syns() {
	FAMILIES=4 expect_verdict nft 1 NO-GO 'echoes are not restored' \
		"nft -f - <<-'END'
			table inet judged {
				chain forward {
					type filter hook forward priority 0;
					oifname fw1 tcp flags & (syn | ack) == syn tcp option timestamp tsval set 1;
				}
			}
		END"
	expect "the wrong echo, marked" has_marked nft
}

# It has a clock of its own in the handshakes alone. A server inside gets an echo in the third
# segment which it never sent, and ICMP errors quote what the host did not send. TSvals of
# inside leave as they are
answers_for_the_server() {
	FAMILIES=4 expect_verdict synproxy 1 NO-GO 'connection from outside: echoes are not restored' \
		"sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0
		nft -f - <<-'END'
			table inet judged {
				chain prerouting {
					type filter hook prerouting priority raw;
					tcp flags & (syn | ack) == syn notrack;
				}
				chain forward {
					type filter hook forward priority 0;
					ct state { invalid, untracked } synproxy mss 1460 wscale 7 timestamp sack-perm;
					ct state invalid drop;
				}
			}
		END"
	expect "errors that quote what was not there" \
		grep -q 'quotes a segment that was not there' "$scratch/synproxy.said"
}

sets_nothing_up() {
	expect_verdict nothing 2 'judge: the device says: no cable' \
		'has failed: echo no cable; false' 'echo no cable; false'
}

require_module
require_dns

run_cases \
	plain_router "a plain router is harmless, and hides nothing" \
	rewrites "tsrewrite in mode rewrite: GO" \
	restores_nothing "tsrewrite in mode bug: NO-GO, and the wrong echo is marked" \
	sets_the_tsval_of_syns "nft's rule on the SYN's TSval: NO-GO, and the wrong echo is marked" \
	answers_for_the_server "SYNPROXY, which answers for the server: NO-GO" \
	sets_nothing_up "a device that cannot be set up is not judged"
