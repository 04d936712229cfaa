#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Groups of connections that somebody's rules have marked. Each has a mode and counters of
# its own, and a part of its connections may be left alone as a control.
#
# Two carriers outside, each a group:
#
#	alpha	198.51.100.3	2001:db8::3	mark 0x01......
#	beta	198.51.100.4	2001:db8::4	mark 0x02......

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/outcomes.sh
. "$selftests/lib/outcomes.sh"
trap cleanup EXIT

alpha4=198.51.100.3 alpha6=2001:db8::3
beta4=198.51.100.4 beta6=2001:db8::4

setup_carriers() {
	add_outside $alpha4 $beta4 $alpha6 $beta6
	on_firewall nft -f - <<-END
		table netdev carriers {
			chain out {
				type filter hook egress device fw1 priority 0;
				meta l4proto != tcp accept
				tcp flags & syn == 0 accept
				meta mark set 0x00005678
				ip daddr $alpha4 meta mark set 0x01005678
				ip daddr $beta4 meta mark set 0x02005678
				ip6 daddr $alpha6 meta mark set 0x01005678
				ip6 daddr $beta6 meta mark set 0x02005678
			}
		}
	END
}

# What leaves fw1, behind our hook
count_marks() {
	tc -n "$firewall" qdisc add dev fw1 clsact
	tc -n "$firewall" filter add dev fw1 egress pref 1 u32 \
		match mark 0x00005678 0xffffffff action pass
	tc -n "$firewall" filter add dev fw1 egress pref 2 u32 \
		match mark 0x01005678 0xffffffff action pass
}

set_group() { tsr group set "$@" >/dev/null; }

are_made() {
	expect_refusal 1 "no such group" tsr group set alpha mode rewrite
	expect "alpha is added" tsr group add alpha mode rewrite
	expect "beta is added" tsr group add beta
	expect "the mode asked for, off otherwise" [ "$(tsr -j group |
		jq -c 'map([.id, .name, .mode, .canary])')" = \
		'[[0,"default","off",100],[1,"alpha","rewrite",100],[2,"beta","off",100]]' ]
	expect_refusal 1 "there is a group of that name" tsr group add beta
	expect_refusal 1 "not a name" tsr group add "be ta"
	expect_refusal 1 "not a name" tsr group add -- -beta
	expect_refusal 1 "the default group cannot be removed" tsr group del default
	expect_refusal 2 "is not in 0..100" tsr group set beta canary 101
	expect_refusal 2 "unknown mode" tsr group set beta mode rewrit
	expect_refusal 2 "say what to set" tsr group set beta
	expect_refusal 2 "name a group" tsr group add
	expect_refusal 2 "longer than 31" tsr group add "$(printf 'n%.0s' {1..32})"
	expect_refusal 1 "remove them first" tsr config set mark-mask 0xff
	expect "no group more" [ "$(tsr -j group | jq length)" = 3 ]
}

have_modes() {
	local created

	mode observe
	created=$(counter flow_created)
	hold alpha inside $alpha4 7 sourceport=4001
	hold alpha6 inside $alpha6 7 sourceport=4002
	hold beta inside $beta4 7 sourceport=4003
	hold rest inside $outside4 7 sourceport=4004
	for name in alpha alpha6 beta rest; do
		expect "$name talks" still_talks $name
	done
	expect "beta is off: no flow of it" \
		[ $(($(counter flow_created) - created)) = 3 ]
	expect "each by its group's mode" [ "$(tsr -j flows port 7 |
		jq -c 'map([.group, .mode]) | sort')" = \
		'[[0,"observe"],[1,"rewrite"],[1,"rewrite"]]' ]
	set_group alpha mode off
	expect "what has begun goes on" still_talks alpha
	set_group alpha mode rewrite
	for name in alpha alpha6 beta rest; do
		let_go $name
	done
}

marks_are_given_back() {
	local before after

	before=$(count_marked 1)
	expect "a connection of alpha's" echoes inside $alpha4 7 100
	after=$(count_marked 1)
	expect "its SYN has the user's mark" [ "$after" -gt "$before" ]
	expect "none has the group's: $(count_marked 2)" [ "$(count_marked 2)" = 0 ]
}

# A new group takes its number, so that counters begin at 0
renew_alpha() { # MODE
	tsr group del alpha >/dev/null && tsr group add alpha mode "$1" >/dev/null
}

are_counted() {
	renew_alpha rewrite
	expect "counters begin with the group" has_outcome alpha treated "0 0 0 0 0 0 0"
	expect "IPv4" echoes inside $alpha4 7 100
	expect "IPv6" echoes inside $alpha6 7 100
	expect "two attempts, two answers, two connections" \
		has_outcome alpha treated "2 0 2 2 0 0 0"
	expect "no control" has_outcome alpha control "0 0 0 0 0 0 0"
	expect "echoes verified" [ "$(count alpha treated echo_verified)" -ge 4 ]
	expect "none impossible" [ "$(count alpha treated echo_impossible)" = 0 ]
	expect "none that begin outside" \
		[ "$(inbound_outcome alpha treated)" = "0 0 0 0 0 0 0" ]
	expect "beta has none of it" has_outcome beta treated "0 0 0 0 0 0 0"
}

refused() { # ADDRESS PORT
	expect_not "a connection to $1" exchange inside "$1" "$2" </dev/null
}

peers_refuse() {
	local patience=2

	renew_alpha rewrite
	refused $alpha4 9
	expect "an RST" has_outcome alpha treated "1 0 0 0 1 0 0"
	on_outside nft -f - <<-END
		table inet refuse {
			chain refuse {
				type filter hook input priority 0;
				meta nfproto ipv4 tcp dport 10 reject with icmp type admin-prohibited
				meta nfproto ipv6 tcp dport 10 reject with icmpv6 type admin-prohibited
			}
		}
	END
	refused $alpha4 10
	expect "an ICMP error, once an attempt" \
		[ "$(count alpha treated attempts refused_by_peer)" = "2 2" ]
	refused $alpha6 10
	expect "an ICMPv6 error" \
		[ "$(count alpha treated attempts refused_by_peer)" = "3 3" ]
	expect "nothing answered" \
		[ "$(count alpha treated answered established)" = "0 0" ]
	on_outside nft delete table inet refuse
}

# Old routers quote 8 bytes of what is behind the IP header: no options, no checksum
short_quotes_refuse() {
	local patience=2

	renew_alpha rewrite
	drop_syns outside "tcp dport 12"
	in_background outside "$selftests/lib/prohibit.py" out0 12 >"$scratch/prohibit"
	until_true grep -q ready "$scratch/prohibit"
	refused $alpha4 12
	expect "counted, once" \
		[ "$(count alpha treated attempts refused_by_peer answered)" = "1 1 0" ]
	take_syns outside
}

# The outage's signature. A client asks again, and refuses that answer as well.
we_refuse() {
	local patience=2 answers

	renew_alpha bug
	refused $alpha4 7
	answers=$(count alpha treated answered)
	expect "answered" [ "$answers" -ge 1 ]
	expect "each answer refused by us, and no connection" \
		[ "$(count alpha treated attempts established refused_by_us)" = \
			"1 0 $answers" ]
	expect "an impossible echo" \
		[ "$(count alpha treated echo_impossible)" -ge 1 ]
	expect "the rest is well" echoes inside $outside4 7 100
}

nobody_answers() {
	local patience=3

	renew_alpha rewrite
	config timeout-embryonic 1s
	drop_syns outside "ip daddr $alpha4 tcp dport 11"
	refused $alpha4 11
	expect "an attempt without an answer" until_true counts_timeout
	expect "nothing else" \
		[ "$(count alpha treated answered established refused_by_peer)" = "0 0 0" ]
	take_syns outside
	config timeout-embryonic 130s
}

# Each SYN that comes after the flow is gone begins another one
counts_timeout() {
	[ "$(count alpha treated timed_out)" -ge 1 ] &&
		[ "$(count alpha treated attempts)" = "$(count alpha treated timed_out)" ]
}

from_outside() {
	renew_alpha rewrite
	expect "a connection from alpha" inbound_echoes
	expect "an attempt, an answer, a connection" \
		[ "$(inbound_outcome alpha treated)" = "1 0 1 1 0 0 0" ]
	expect "none from inside" has_outcome alpha treated "0 0 0 0 0 0 0"
	expect "echoes verified" \
		[ "$(count alpha treated inbound_echo_verified)" -ge 1 ]
}

inbound_echoes() {
	[ "$(on_outside timeout 60 socat -t 30 - \
		"TCP4:$inside4:7,bind=$alpha4" <<<"hello" 2>/dev/null)" = hello ]
}

# begin COUNT: connections, one after the other
begin() {
	local i

	for ((i = 0; i < $1; i++)); do
		on_inside timeout 60 socat -t 30 - "TCP4:$alpha4:7" \
			</dev/null >/dev/null 2>&1 || return
	done
}

canaries() {
	local treated control

	renew_alpha rewrite
	set_group alpha canary 0
	expect "canary 0: connections" begin 4
	expect "none treated" has_outcome alpha treated "0 0 0 0 0 0 0"
	expect "each observed" has_outcome alpha control "4 0 4 4 0 0 0"
	expect "and verified" [ "$(count alpha control echo_verified)" -ge 4 ]
	set_group alpha canary 50
	expect "canary 50: connections" begin 24
	treated=$(count alpha treated established)
	control=$(($(count alpha control established) - 4))
	expect "all of them counted" [ $((treated + control)) = 24 ]
	expect "some treated, some not: $treated and $control" \
		[ "$treated" -gt 0 -a "$control" -gt 0 ]
	set_group alpha mode off
	expect "off: connections" begin 2
	expect "off is off for the canary and for its control" \
		[ $(($(count alpha treated attempts) +
			$(count alpha control attempts))) = 28 ]
}

# Of established connections: the inside ports of those that are listed
ports_of() { # FILTER...
	tsr -j flows state established "$@" |
		jq -r 'map(.inside_port) | sort | map(tostring) | join(" ")'
}

listed_and_flushed_by_group() {
	renew_alpha rewrite
	mode rewrite
	hold ours inside $alpha4 7 sourceport=4021
	hold ours6 inside $alpha6 7 sourceport=4022
	hold theirs inside $outside4 7 sourceport=4023
	for name in ours ours6 theirs; do
		expect "$name talks" still_talks $name
	done
	expect "alpha's" [ "$(ports_of group alpha)" = "4021 4022" ]
	expect "and by another word" [ "$(ports_of group alpha outside $alpha4)" = 4021 ]
	expect "the default group's" [ "$(ports_of port 4023 group default)" = 4023 ]
	expect "none of beta's" [ "$(ports_of group beta)" = "" ]
	expect "its name in a table" [ "$(tsr flows group alpha state established |
		awk '$5 == "alpha"' | wc -l)" = 2 ]
	expect "and in JSON" [ "$(tsr -j flows port 4021 | jq -c 'map([.group, .group_name])')" = \
		"[[$(tsr -j group show alpha | jq .id),\"alpha\"]]" ]
	expect_refusal 1 "flows: group nobody: no such group" tsr flows group nobody
	# Linux 6.1 does not tell of which word
	expect_refusal 1 "no such group" tsr flush group nobody --force
	expect_refusal 2 "flush: group \"$(printf 'n%.0s' {1..32})\" is not the name" \
		tsr flush group "$(printf 'n%.0s' {1..32})"
	expect_refusal 2 "flows: group is given twice" tsr flows group alpha group beta
	expect "none of beta's to flush" [ "$(tsr flush group beta)" = "flushed 0 flows" ]
	expect_refusal 1 "2 rewritten connections would break (--force breaks them)" \
		tsr flush state established group alpha
	expect "all are there" [ "$(ports_of)" = "4021 4022 4023" ]
	expect "flushed" [ "$(tsr flush state established group alpha --force)" = \
		"flushed 2 flows: 2 rewritten connections break" ]
	expect "the other one is there" [ "$(ports_of)" = 4023 ]
	expect "and goes on" still_talks theirs
	for name in ours ours6 theirs; do
		let_go $name
	done
}

group_goes() {
	renew_alpha rewrite
	hold gone inside $alpha4 7 sourceport=4010
	expect "a connection of alpha's" still_talks gone
	expect "alpha goes" tsr group del alpha
	expect "listed as the default group's" [ "$(ports_of port 4010 group default)" = 4010 ]
	expect_refusal 1 "no such group" tsr flush group alpha
	expect "its connection is the default group's" \
		[ "$(tsr -j flows port 4010 | jq -c 'map([.group, .mode])')" = \
			'[[0,"rewrite"]]' ]
	expect "and goes on" still_talks gone
	mode off
	hold next inside $alpha4 7 sourceport=4011
	expect "a new connection" still_talks next
	expect "begins in the default group, which is off" has_gone 4011
	expect "another group" tsr group add gamma
	expect "and none of its connections" \
		[ "$(tsr -j flows port 4010 | jq '.[].group')" = 0 ]
	expect "to flush, either" [ "$(tsr flush group gamma)" = "flushed 0 flows" ]
	let_go gone
	let_go next
}

are_shown() {
	renew_alpha bug
	patience=2 refused $alpha4 7
	expect "status counts groups by their modes" tells "groups: *1 off, 1 bug" status
	expect "and alarms by name" tells "ALARM: mode of group alpha is bug" status
	expect "a table of those that were counted" \
		tells "^alpha *bug *100% *treated *1 " group
	expect "and of those that were not" tells "^beta *off *100% *none *0 " group
	set_group alpha mode off
	expect_not "no alarm without a reason" \
		tells "mode of group" status
}

tells() { # TEXT COMMAND
	tsr "$2" | grep -q -- "$1"
}

marks_elsewhere() {
	tsr group del gamma >/dev/null
	tsr group del beta >/dev/null
	expect_refusal 1 "in one piece" tsr config set mark-mask 0xff0f
	expect_refusal 2 "is not a mask" tsr config set mark-mask 255
	expect "another place, and room for two" tsr config set mark-mask 0x3000
	for name in one two three; do
		expect "group $name" tsr group add $name mode rewrite
	done
	expect_refusal 1 "no more groups" tsr group add four
	expect "by bits 12 and 13 of 0x5678: group one" echoes inside $alpha4 7 100
	expect "counted there" has_outcome one treated "1 0 1 1 0 0 0"
}

require_module
setup_hosts
setup_carriers
count_marks
serve outside 7 cat
serve inside 7 cat
tsr attach fw1 >/dev/null

run_cases \
	are_made "added, changed and removed, or refused with a reason" \
	have_modes "each group has its mode" \
	marks_are_given_back "the group's part of the mark is cleared, and nothing else" \
	are_counted "connections are counted for their group" \
	peers_refuse "refused by the peer: RST, ICMP, ICMPv6" \
	short_quotes_refuse "refused by an ICMP error that quotes 8 bytes" \
	we_refuse "refused by us: the outage's signature" \
	nobody_answers "no answer" \
	from_outside "from outside to an inside server" \
	canaries "a canary, and its control" \
	are_shown "status and tables" \
	listed_and_flushed_by_group "flows are listed and flushed by group" \
	group_goes "a group goes, and its connections go on" \
	marks_elsewhere "the mark's mask"
