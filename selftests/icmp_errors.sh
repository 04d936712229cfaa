#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ICMP errors that quote segments of live connections. Real hosts send them: a segment is
# refused by either end or by the firewall itself, is too long for a link, or has passed
# too many routers.
#
#	+--------+     +----------------+     +----------------+     +--------+
#	|    in0 |-----| fw0   fire- fw1|-----|out0  router out1|-----| far0   |
#	+--------+     +----------------+     +----------------+     +--------+
#	                            server on the router too    203.0.113.2
#	                                                        2001:db8:1::2

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/reject.sh
. "$(dirname "$0")/lib/reject.sh"
trap cleanup EXIT

far4=203.0.113.2	far6=2001:db8:1::2
capture_filter='tcp or icmp or icmp6'
capture_bytes=1400
outside_hosts=(--outside 203.0.113.2 --outside 2001:db8:1::2)
established='tcp flags & (syn | rst) == 0'

# shellcheck disable=SC2154 # setup_ns assigns it
on_far() { ip netns exec "$far" "$@"; }

setup_far() {
	setup_ns far || return
	setup_link "$outside" out1 "$far" far0
	setup_address "$outside" out1 203.0.113.1/24 2001:db8:1::1/64
	setup_address "$far" far0 $far4/24 $far6/64
	ip -n "$far" route add default via 203.0.113.1
	ip -n "$far" route add default via 2001:db8:1::1
	ip -n "$firewall" route add 203.0.113.0/24 via $outside4
	ip -n "$firewall" route add 2001:db8:1::/64 via $outside6
	on_outside sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	on_outside ethtool -K out1 tx off tso off gso off gro off >/dev/null
	on_far ethtool -K far0 tx off tso off gso off gro off >/dev/null
}

# Every error is sent
without_rate_limits() {
	local host

	for host in inside firewall outside; do
		"on_$host" sysctl -qw net.ipv4.icmp_ratelimit=0 \
			net.ipv6.icmp.ratelimit=0
	done
}

# answered COUNTER NAME...: what is said is answered by errors, each counted
answered() {
	local before name

	for name in "${@:2}"; do
		before=$(counter "$1")
		say "$name"
		expect "$name: an error" until_true has_risen "$1" "$before"
	done
}

begin() { # NAME
	arrived=$(counter ingress_quote_restored)
	left=$(counter egress_quote_rewritten)
	capture "$1"
}

# errors_are_true NAME: each is on the wires, and quotes what the wire showed
errors_are_true() {
	end_capture "$1"
	expect "quotes of what each wire has shown" check_quotes "$1" \
		--arriving $(($(counter ingress_quote_restored) - arrived)) \
		--leaving $(($(counter egress_quote_rewritten) - left))
}

check_quotes() { # NAME OPTION...
	local name=$1

	python3 "$selftests/lib/quotes.py" --inside-wire "$scratch/$name.inside" \
		--outside-wire "$scratch/$name.outside" "${outside_hosts[@]}" \
		"${@:2}" | sed 's/^/# /'
	return "${PIPESTATUS[0]}"
}

is_refused() { # HOST ADDRESS PORT
	"on_$1" timeout 60 socat -u - "$(address_for_socat "$2" "$3")" \
		2>&1 </dev/null | grep -q 'Connection refused'
}

syn_refused() {
	begin syn
	chain outside input 'tcp dport 9 reject with icmpx type port-unreachable'
	chain inside input 'tcp dport 9 reject with icmpx type port-unreachable'
	expect "the client to be told" is_refused inside $outside4 9
	expect "the client to be told, IPv6" is_refused inside $outside6 9
	expect "an error for each SYN" \
		[ $(($(counter ingress_quote_restored) - arrived)) -ge 2 ]
	expect "the outside client to be told" is_refused outside $inside4 9
	expect "the outside client to be told, IPv6" \
		is_refused outside $inside6 9
	expect "nothing in those" \
		[ "$(counter egress_quote_rewritten)" = "$left" ]
	unchain outside
	unchain inside
	errors_are_true syn
}

# hold_both NAME ADDRESS4 ADDRESS6: NAME4 and NAME6
hold_both() {
	hold "${1}4" inside "$2" 7
	hold "${1}6" inside "$3" 7
	expect "a connection" still_talks "${1}4"
	expect "a connection, IPv6" still_talks "${1}6"
}

go_on() { # NAME
	expect "it goes on" still_talks "${1}4"
	expect "it goes on, IPv6" still_talks "${1}6"
}

refused_outside() {
	begin out
	hold_both out $outside4 $outside6
	refuse outside input "tcp dport 7 $established"
	answered ingress_quote_restored out4 out6
	unchain outside
	go_on out
	errors_are_true out
	expect "true wires" compare_wires out rewrite --flows 2
}

refused_inside() {
	begin in
	hold_both in $outside4 $outside6
	refuse inside input "tcp sport 7 $established"
	answered egress_quote_rewritten in4 in6
	unchain inside
	go_on in
	errors_are_true in
	expect "true wires" compare_wires in rewrite --flows 2
}

refused_by_firewall() {
	begin fw
	hold_both fw $outside4 $outside6
	refuse firewall forward "iifname fw1 tcp sport 7 $established"
	answered egress_quote_rewritten fw4 fw6
	unchain firewall
	go_on fw
	errors_are_true fw
}

expired_outside() {
	begin ttl
	hold_both ttl $far4 $far6
	chain inside output "tcp dport 7 ip ttl set 2;
		tcp dport 7 ip6 hoplimit set 2"
	answered ingress_quote_restored ttl4 ttl6
	unchain inside
	go_on ttl
	errors_are_true ttl
	expect "true wires" compare_wires ttl rewrite --flows 2 "${outside_hosts[@]}"
}

expired_at_firewall() {
	begin hops
	hold_both hops $outside4 $outside6
	chain outside output "tcp sport 7 ip ttl set 1;
		tcp sport 7 ip6 hoplimit set 1"
	answered egress_quote_rewritten hops4 hops6
	unchain outside
	go_on hops
	errors_are_true hops
}

knows_mtu() { # ADDRESS
	ip -n "$inside" route get "$1" | grep -q 'mtu 1300'
}

too_big() {
	begin mtu
	ip -n "$outside" route add $far4 dev out1 mtu lock 1300
	ip -n "$outside" route add $far6 dev out1 mtu lock 1300
	expect "a transfer" echoes inside $far4 7 30000
	expect "the path's MTU" knows_mtu $far4
	expect "a transfer, IPv6" echoes inside $far6 7 30000
	expect "the path's MTU, IPv6" knows_mtu $far6
	expect "errors" has_risen ingress_quote_restored $((arrived + 1))
	errors_are_true mtu
	expect "true wires" compare_wires mtu rewrite --flows 2 "${outside_hosts[@]}"
}

behind_nat() {
	on_firewall nft -f - <<-END
		table ip nat {
			chain post {
				type nat hook postrouting priority srcnat;
				oifname fw1 masquerade;
			}
		}
	END
	begin nat
	hold nat inside $outside4 7
	expect "a connection" still_talks nat
	refuse outside input "tcp dport 7 $established"
	answered ingress_quote_restored nat
	unchain outside
	expect "it goes on" still_talks nat
	refuse inside input "tcp sport 7 $established"
	answered egress_quote_rewritten nat
	unchain inside
	expect "it goes on" still_talks nat
	errors_are_true nat
	expect "true wires" compare_wires nat rewrite
	expect "no inside address outside" [ "$(count_segments nat.outside \
		'(tcp or icmp) and net 10.0.0.0/8')" = 0 ]
}

require_module
setup_hosts
setup_far
if ! refuse firewall forward 'tcp dport 1' 2>/dev/null; then
	ktap_skip_all "no nft reject"
	exit "$KSFT_SKIP"
fi
unchain firewall
without_offloads
without_rate_limits
serve inside 7 cat
serve outside 7 cat
serve far 7 cat
tsr attach fw1
tsr on >/dev/null

run_cases \
	syn_refused "a SYN refused by ICMP: the client is told" \
	refused_outside "outside refuses segments of a connection" \
	refused_inside "inside refuses segments of a connection" \
	refused_by_firewall "the firewall refuses them itself" \
	expired_outside "segments that left expire at a router" \
	expired_at_firewall "segments that arrived expire at the firewall" \
	too_big "path MTU discovery works through" \
	behind_nat "the same behind NAT"
