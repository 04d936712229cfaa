#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# No memory where packets pass: a new connection from inside does without TSopt; of one
# from outside, the SYN-ACK is dropped; what belongs to a rewritten one and cannot be
# rewritten is dropped as well, and TCP sends it again. Nothing passes half, and each is
# counted.
#
# Needs CONFIG_FAILSLAB, CONFIG_FAIL_PAGE_ALLOC and
# CONFIG_FAULT_INJECTION_STACKTRACE_FILTER: see ../runner/check-debug.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
# shellcheck source=selftests/lib/test_skb.sh
. "$selftests/lib/test_skb.sh"
trap 'allocations_work; unload_test_module; cleanup' EXIT

faults=/sys/kernel/debug
module=/sys/module/nf_tsrewrite
kind=failslab # or fail_page_alloc: more than 8 KB come in pages

set_fault() { echo "$2" >"$faults/$kind/$1"; } # ATTRIBUTE VALUE

allocations_work() { set_fault probability 0; } 2>/dev/null

# allocations_fail TIMES: the next that our hooks make or have made, -1: each
allocations_fail() {
	local text size

	text=$(cat $module/sections/.text) size=$(cat $module/coresize)
	set_fault verbose 0
	set_fault task-filter N
	set_fault ignore-gfp-wait N
	set_fault interval 1
	set_fault space 0
	set_fault stacktrace-depth 32
	set_fault require-start "$text"
	set_fault require-end "$(printf '%#x' $((text + size)))"
	set_fault times "$1"
	set_fault probability 100
}

failures_left() { cat "$faults/$kind/times"; }
have_failed() { [ "$(failures_left)" = 0 ]; }

flows() { tsr -j flows port "$1" | jq length; } # PORT

# begins_without_memory NAME HOST ADDRESS PORT COUNTER FLOWS: what leaves first finds none
begins_without_memory() {
	local before

	before=$(counter "$5")
	allocations_fail 1
	hold "$1" "$2" "$3" 7 "sourceport=$4"
	expect "$1: an allocation that fails" until_true have_failed
	allocations_work
	expect "$1: a connection" still_talks "$1"
	expect "$1: counted" \
		[ "$(counter "$5")" = $((before + 1)) ]
	expect "$1: flows: $6" [ "$(flows "$4")" = "$6" ]
	let_go "$1"
}

new_flows() {
	capture none
	begins_without_memory new-in4 inside $outside4 4001 egress_stripped_no_room 0
	begins_without_memory new-in6 inside $outside6 4002 egress_stripped_no_room 0
	expect "nothing reserved for them" [ "$(tsr -j config | jq .flows)" = 0 ]
	begins_without_memory new-out4 outside $inside4 4003 egress_dropped_no_room 1
	begins_without_memory new-out6 outside $inside6 4004 egress_dropped_no_room 1
	hold later inside $outside4 7 sourceport=4005
	expect "a connection when there is memory" still_talks later
	expect "its flow" [ "$(flows 4005)" = 1 ]
	end_capture none
	expect "the five as they are" compare_wires none mixed --segments 4 --dropped 2 \
		--flow 4001=strip --flow 4002=strip --flow 4003=rewrite \
		--flow 4004=rewrite --flow 4005=rewrite
}

# Copies that are kept for a while: whoever writes must make his own first. What is
# forwarded is the kernel's own copy until something between there and us shares
# it: tc before our ingress hook, a chain before our egress hook
share() { # DIRECTION
	ip -n "$firewall" link add away type dummy
	ip -n "$firewall" link set away up
	tc -n "$firewall" qdisc add dev away root netem delay 20s limit 10000
	"share_$1"
}

share_ingress() {
	tc -n "$firewall" qdisc add dev fw1 clsact
	tc -n "$firewall" filter add dev fw1 ingress matchall \
		action mirred egress mirror dev away
}

share_egress() {
	on_firewall nft -f - <<-END
		table netdev share {
			chain leaving {
				type filter hook egress device fw1 priority 0;
				dup to away;
			}
		}
	END
}

share_no_more() { # DIRECTION
	case $1 in
	ingress) tc -n "$firewall" qdisc del dev fw1 clsact ;;
	egress) on_firewall nft delete table netdev share ;;
	esac
	ip -n "$firewall" link del away
}

# drops DIRECTION PORT TIMES: so many segments of a connection, while others hold
# what it sends
drops() {
	local before counter=$1_dropped_no_memory

	capture "$1"
	hold "$1" inside $outside4 7 "sourceport=$2"
	expect "a connection" still_talks "$1"
	share "$1"
	before=$(counter "$counter")
	allocations_fail "$3"
	expect "bytes to send" say "$1" 30000
	expect "allocations that fail" until_true have_failed
	allocations_work
	expect "all that was said, in the end" until_true has_heard "$1"
	expect "it goes on" still_talks "$1"
	expect "each counted" [ "$(counter "$counter")" = $((before + $3)) ]
	end_capture "$1"
	share_no_more "$1"
	expect "the others right, and none through that was not" \
		compare_wires "$1" rewrite --dropped "$3"
}

leaving() { drops egress 4011 3; }
arriving() { drops ingress 4012 3; }

met() { on_firewall sed -n "s/^$1 //p" $test_skb; } # NAME: by the test module

# GRO gathers what it will, so the test module makes lists of what is sent large
begin_lists() { # NAME PORT
	if ! load_test_module; then
		skip "no tsrw_test_skb.ko for this kernel"
		return 1
	fi
	# The last one that takes hold looks first
	tsr detach fw1 --force >/dev/null
	tell watch fw1
	tsr attach fw1
	on_inside ethtool -K in0 tx on tso on gso on >/dev/null
	on_inside sysctl -qw net.ipv4.tcp_min_tso_segs=120
	hold "$1" inside $outside4 7 "sourceport=$2"
	expect "a connection" still_talks "$1"
}

end_lists() { # NAME
	tell off
	let_go "$1"
	without_offloads
	expect "no impossible echo" [ "$(counter echo_impossible)" = 0 ]
}

# Each member is rewritten where it is: no piece of memory is larger than two pages
gathered() {
	local before kind=fail_page_alloc

	begin_lists gathered 4013 || return
	tell force fraglist
	before=$(counter egress_dropped_no_memory)
	set_fault min-order 2
	allocations_fail -1
	expect "bytes to send" say gathered 200000
	expect "all that was said" until_true has_heard gathered
	allocations_work
	set_fault min-order 1
	expect "none dropped" [ "$(counter egress_dropped_no_memory)" = "$before" ]
	expect "no segment wrong" [ "$(met egress_wrong)" = 0 ]
	expect "lists, longer than two pages" [ "$(met egress_kept)" -gt 0 ]
	end_lists gathered
}

# Members whom a clone has as well are copied before they are written
gathered_and_cloned() {
	local before

	begin_lists cloned 4014 || return
	tell force fraglist clone
	before=$(counter egress_dropped_no_memory)
	allocations_fail 8
	expect "bytes to send" say cloned 200000
	expect "allocations that fail" until_true have_failed
	allocations_work
	expect "lists that found no memory" has_risen egress_dropped_no_memory "$before"
	expect "all that was said, in the end" until_true has_heard cloned
	expect "no other segment wrong" [ "$(met egress_wrong)" = 0 ]
	expect "lists among them" [ "$(met egress_kept)" -gt 0 ]
	end_lists cloned
}

each_fails() {
	local before port

	before=$(counter egress_stripped_no_room)
	allocations_fail -1
	for port in {4021..4030}; do
		expect "a connection" echoes inside $outside4 "7,sourceport=$port" 2000
	done
	allocations_work
	expect "each counted" \
		[ "$(counter egress_stripped_no_room)" -ge $((before + 10)) ]
	expect "no flow" [ "$(flows 4025)" = 0 ]
}

require_module
if [ ! -e "$faults/$kind/require-start" ]; then
	ktap_skip_all "no fault injection in this kernel: see selftests/runner/check-debug"
	exit "$KSFT_SKIP"
fi
setup_hosts
without_offloads
serve outside 7 cat
serve inside 7 cat
tsr attach fw1
tsr on >/dev/null

run_cases \
	new_flows "connections that find no memory for a flow show nothing" \
	leaving "segments that leave and cannot be rewritten: dropped" \
	arriving "those that arrive and cannot be restored: dropped" \
	gathered "lists need no large piece of memory" \
	gathered_and_cloned "lists that cannot be copied: dropped" \
	each_fails "no memory for any: all pass, and work"
