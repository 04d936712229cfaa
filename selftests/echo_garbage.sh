#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Echoes of what nobody sent, from a peer or a box before it. Linux refuses such a
# SYN-ACK; where TSvals are rewritten it gets TSecr 0 instead, counted, and the
# connection comes up. What is not rewritten is delivered as it came.
#
# nftables behind the outside host's stack puts garbage into TSecrs.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

remember() {
	tsr -j stats >"$scratch/before"
	refused_before=$(kernel_counter inside TcpExtPAWSActive)
}

delta() { # COUNTER: by how much it moved since remember
	tsr -j stats | jq --slurpfile before "$scratch/before" ".$1 - \$before[0].$1"
}

# Half the circle away from the inside host's clock: neither a value that was sent
# nor one that may have left before it was rewritten
read -r uptime _ </proc/uptime
garbage=$(((${uptime/./}0 + 0x80000000) & 0xffffffff))

syn_ack="tcp flags & (syn | ack) == (syn | ack)"
no_syn="tcp flags & syn == 0"

garble() { # WHICH: the server's segments that echo garbage
	on_outside nft -f - <<-END
		table netdev garble {
			chain out {
				type filter hook egress device out0 priority 0;
				tcp sport 7 $1 \
					tcp option timestamp tsecr set $garbage;
			}
		}
	END
}

garble_no_more() { on_outside nft delete table netdev garble; }

# Filters: libpcap's tcp[] is IPv4's
syn_acks='tcp[13] & 0x12 = 0x12 or (ip6[6] = 6 and ip6[53] & 0x12 = 0x12)'
resets='dst port 7 and
	(tcp[13] & 0x04 = 0x04 or (ip6[6] = 6 and ip6[53] & 0x04 = 0x04))'
# TSecr, where NOP NOP TSopt come first
echoes_garbage="tcp[28:4] = $garbage or (ip6[6] = 6 and ip6[68:4] = $garbage)"

is_refused() { # HOW OFTEN
	[ "$(kernel_counter inside TcpExtPAWSActive)" -ge \
		$((refused_before + $1)) ]
}

is_up() { # PORT
	on_inside ss -Htn state established "sport = :$1" | grep -q .
}

# tries_in_vain PORT: a connection a family, from PORT and the one behind it
tries_in_vain() {
	hold vain inside $outside4 7 "sourceport=$1"
	expect "the SYN-ACK refused" until_true is_refused 1
	expect_not "a connection" is_up "$1"
	let_go vain
	rm "$scratch/vain.say"
	hold vain inside $outside6 7 "sourceport=$(($1 + 1))"
	expect "the SYN-ACK refused over IPv6" until_true is_refused 2
	expect_not "a connection over IPv6" is_up $(($1 + 1))
	let_go vain
	rm "$scratch/vain.say"
}

# Once for each SYN-ACK, as often as the kernel counts it and no less than twice
expect_refusals() { # NAME
	local refusals

	refusals=$(count_segments "$1.inside" "$resets")
	expect "an RST for each SYN-ACK" \
		[ "$refusals" = "$(count_segments "$1.inside" "$syn_acks")" ]
	expect "no RST but those" is_refused "$refusals"
}

refused_without_us() {
	remember
	capture without
	garble "$syn_ack"
	tries_in_vain 4001
	end_capture without
	expect_refusals without
	expect "nothing changed on the way" compare_wires without off --segments 6
}

refused_while_off() {
	expect "attaching" tsr attach fw1
	remember
	capture off
	tries_in_vain 4003
	end_capture off
	expect_refusals off
	expect "nothing changed on the way" compare_wires off off --segments 6
	expect "none zeroed" [ "$(delta ingress_zeroed)" = 0 ]
	expect "none checked" [ "$(delta echo_impossible)" = 0 ]
}

comes_up() {
	local impossible

	mode rewrite
	remember
	capture soft
	expect "data both ways" echoes inside $outside4 7
	expect "data both ways over IPv6" echoes inside $outside6 7
	end_capture soft
	impossible=$(count_segments soft.outside "$syn_acks")
	expect "as many zeroed as there were SYN-ACKs" \
		[ "$(delta ingress_zeroed)" = "$impossible" ]
	expect "as many impossible" [ "$(delta echo_impossible)" = "$impossible" ]
	expect "the others verified" [ "$(delta echo_verified)" -gt 6 ]
	expect "none refused" \
		[ "$(kernel_counter inside TcpExtPAWSActive)" = "$refused_before" ]
	expect "TSecr 0 in SYN-ACKs, all others restored" \
		compare_wires soft rewrite --flows 2 --impossible "$impossible"
}

off_beside_rewritten() {
	remember
	capture beside
	hold soft4 inside $outside4 7 sourceport=4011
	hold soft6 inside $outside6 7 sourceport=4012
	expect "a rewritten connection" still_talks soft4
	expect "another one over IPv6" still_talks soft6
	mode off
	tries_in_vain 4013
	expect "the rewritten one as before" still_talks soft4
	expect "the other one as before" still_talks soft6
	end_capture beside
	expect "no more than the rewritten ones' zeroed" \
		[ "$(delta ingress_zeroed)" = "$(count_segments beside.inside \
			"dst portrange 4011-4012 and ($syn_acks)")" ]
	expect "garbage where nothing is rewritten, 0 where it is" \
		compare_wires beside mixed --segments 2 \
		--flow 4011=rewrite --flow 4012=rewrite \
		--flow 4013=off --flow 4014=off \
		--impossible "$(count_segments beside.outside "$syn_acks")"
}

# The server does not know that its SYN-ACKs are lost, and sends them again
lose_syn_acks() { on_outside tc qdisc add dev out0 root netem loss 100%; }
lose_no_more() { on_outside tc qdisc del dev out0 root; }

# No more SYNs from the inside host than have left
say_syn_once() {
	on_inside nft -f - <<-END
		table inet once {
			chain out {
				type filter hook output priority 0;
				tcp dport 7 tcp flags syn drop;
			}
		}
	END
}

has_asked() { # PORT
	on_outside ss -Htn state syn-recv "dport = :$1" | grep -q .
}

can_lose() {
	lose_syn_acks 2>/dev/null && lose_no_more && return
	skip "no netem"
	return 1
}

begun_off_answered_on() {
	can_lose || return
	remember
	capture late
	lose_syn_acks
	hold late inside $outside4 7 sourceport=4021
	expect "a SYN that left while off" until_true has_asked 4021
	say_syn_once
	mode rewrite
	lose_no_more
	expect "garbage delivered: refused" until_true is_refused 1
	on_inside nft delete table inet once
	let_go late
	end_capture late
	expect "none zeroed" [ "$(delta ingress_zeroed)" = 0 ]
	expect "a SYN-ACK without a flow" [ "$(delta ingress_no_flow)" -ge 1 ]
	expect "garbage on the inside wire" compare_wires late off --segments 3
}

# No garbage here: a true echo, of what left before it was rewritten
raw_echo_is_left_alone() {
	garble_no_more
	can_lose || return
	mode off
	remember
	capture raw
	lose_syn_acks
	hold raw inside $outside4 7 sourceport=4031
	expect "a SYN that left while off" until_true has_asked 4031
	mode rewrite
	expect "the SYN again, rewritten" until_true has_flow 4031
	say_syn_once
	lose_no_more
	expect "the connection comes up" still_talks raw
	on_inside nft delete table inet once
	end_capture raw
	expect "counted" [ "$(delta ingress_foreign)" = 1 ]
	expect "none zeroed" [ "$(delta ingress_zeroed)" = 0 ]
	expect "none refused" \
		[ "$(kernel_counter inside TcpExtPAWSActive)" = "$refused_before" ]
	expect_not "a flow left" has_flow 4031
	expect "data both ways, untouched" still_talks raw
}

# garbage_in_midstream NAME...: connections that talk through it
garbage_in_midstream() {
	local name

	for name; do
		expect "$name: data both ways" say "$name" 4000
	done
	for name; do
		expect "$name: all of it comes back" until_true has_heard "$name"
	done
}

begin_off_and_on() {
	mode off
	hold off4 inside $outside4 7 sourceport=4041
	hold off6 inside $outside6 7 sourceport=4042
	expect "a connection" still_talks off4
	expect "another one over IPv6" still_talks off6
	mode rewrite
	hold on4 inside $outside4 7 sourceport=4043
	hold on6 inside $outside6 7 sourceport=4044
	expect "a rewritten one" still_talks on4
	expect "another one over IPv6" still_talks on6
}

later_echoes() {
	local rewritten

	remember
	capture later
	begin_off_and_on
	garble "$no_syn"
	garbage_in_midstream on4 on6 off4 off6
	garble_no_more
	garbage_in_midstream on4 on6 off4 off6
	end_capture later
	rewritten=$(count_segments later.outside \
		"dst portrange 4043-4044 and ($echoes_garbage)")
	expect "a lot of them" [ "$rewritten" -ge 4 ]
	expect "each counted where it is rewritten" \
		[ "$(delta echo_impossible)" = "$rewritten" ]
	expect "none zeroed" [ "$(delta ingress_zeroed)" = 0 ]
	expect "garbage moved by the offset where it is rewritten, else as it came" \
		compare_wires later mixed --flow 4041=off --flow 4042=off \
		--flow 4043=rewrite --flow 4044=rewrite \
		--impossible "$(count_segments later.outside "$echoes_garbage")"
}

require_module
setup_hosts
without_offloads
serve outside 7 cat

run_cases \
	refused_without_us "without us: a SYN-ACK that echoes garbage is refused" \
	refused_while_off "off: the same" \
	comes_up "rewriting: it gets TSecr 0, and the connection comes up" \
	off_beside_rewritten "off beside rewritten ones: refused, nothing changed" \
	begun_off_answered_on "begun while off, answered while on: the same" \
	raw_echo_is_left_alone "an echo of what left unrewritten: left alone" \
	later_echoes "garbage behind the handshake: counted, nobody minds"
