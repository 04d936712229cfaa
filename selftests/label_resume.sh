#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Offsets in the labels of conntrack, on a NAT gateway: a connection whose flow is gone, as on a
# gateway that takes over from another one, goes on by its label.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

setup_gateway() {
	on_firewall nft -f - <<-END
		table inet gateway {
			chain post {
				type nat hook postrouting priority srcnat;
				ip saddr 10.0.0.0/16 oifname fw1 masquerade;
			}
			chain pre {
				type nat hook prerouting priority dstnat;
				iifname fw1 ip daddr $firewall4 tcp dport 8080 dnat ip to $inside4:7;
			}
			chain track {
				type filter hook prerouting priority raw;
				tcp dport 9 notrack;
				tcp sport 9 notrack;
			}
			chain other {
				type filter hook forward priority filter;
				tcp dport 10 ct label set 70;
			}
		}
	END
}

is_refused_without_the_module() {
	if modinfo -n nf_tsrewrite_ct >/dev/null 2>&1; then
		skip "the module is installed, so that the kernel loads it"
		return
	fi
	expect_refusal 1 "nf_tsrewrite_ct is not loaded" tsr config set label-bit 64
	expect "nothing is set" [ "$(tsr -j config | jq .label_bit)" = 0 ]
	expect_refusal 1 "nf_tsrewrite_ct is not loaded" \
		tsr config set mark-mask 0xf label-bit 64
	expect "nothing else either" [ "$(tsr -j config | jq .mark_mask)" = 4278190080 ]
}

is_set_with_the_module() {
	expect "the module loads" load_label_module
	expect_refusal 2 "is neither 32, nor 64, nor none" tsr config set label-bit 16
	expect "it is set" tsr config set label-bit 64
	expect "and is shown" [ "$(tsr -j config | jq .label_bit)" = 64 ]
	expect "again, which changes nothing" tsr config set label-bit 64
}

all=(out in out6 in6)

hold_all() {
	hold out inside $outside4 7 sourceport=4001
	hold in outside $firewall4 8080 sourceport=4002
	hold out6 inside $outside6 7 sourceport=4003
	hold in6 outside $inside6 7 sourceport=4004
	for name in "${all[@]}"; do
		expect "$name: a connection" still_talks "$name"
	done
}

offsets() { tsr -j flows | jq -c 'map([.outside_port, .inside_port, .offset]) | sort'; }

flush_all() { tsr flush --force >/dev/null; }

goes_on_by_its_label() {
	local before resumed

	hold_all
	before=$(offsets)
	resumed=$(counter flow_resumed)
	flush_all
	expect "no flow is left" [ "$(tsr -j flows | jq length)" = 0 ]
	for name in "${all[@]}"; do
		expect "$name: it goes on" say "$name" 30000
		expect "$name: and all comes back" until_true has_heard "$name"
	done
	expect "with the same offsets" [ "$(offsets)" = "$before" ]
	expect "each was resumed once" [ $(($(counter flow_resumed) - resumed)) = 4 ]
	expect "in the default group, in mode rewrite" [ "$(tsr -j flows |
		jq -c '[.[] | [.group, .mode]] | unique')" = '[[0,"rewrite"]]' ]
	expect "no impossible echo" [ "$(counter echo_impossible)" = 0 ]
}

again_and_again() {
	for _ in 1 2 3 4 5; do
		flush_all
		for name in "${all[@]}"; do
			expect "$name: it still talks" still_talks "$name"
		done
	done
	expect "no impossible echo" [ "$(counter echo_impossible)" = 0 ]
}

# Where a flow finds no room, its segments are translated nevertheless
without_room() {
	flush_all
	config limit 1
	for name in "${all[@]}"; do
		expect "$name: it talks without a flow" still_talks "$name"
	done
	# Those that were flushed take room for a while
	expect "there is one flow at most" [ "$(tsr -j flows | jq length)" -le 1 ]
	config limit 262144
	expect "no impossible echo" [ "$(counter echo_impossible)" = 0 ]
}

# forge WHAT: in the name of the server of "out6". With NAT, conntrack would not let most of it in
forge() {
	echo "$outside6 7 $inside6 4003 $1" |
		on_outside python3 "$selftests/lib/forge.py" "$scratch/labels.outside"
}

# The inside host answers some of them, and its answer takes the connection up
forged_segments_change_nothing() {
	local before what

	for name in "${all[@]}"; do
		expect "$name: it talks" still_talks "$name"
	done
	before=$(offsets)
	for what in "${forged[@]}"; do
		flush_all
		expect "to forge $what" [ "$(forge "$what")" = sent ]
		for name in "${all[@]}"; do
			expect "$name: it still talks" still_talks "$name"
		done
		expect "with the same offsets" [ "$(offsets)" = "$before" ]
	done
	expect "no impossible echo" [ "$(counter echo_impossible)" = 0 ]
}

# Echoes that cannot be, on what is next and on what is not
forged=("flags=A tsecr=0x60000000" "flags=A tsecr=-0x60000000" "flags=A tsecr=0x80000000"
	"flags=A seq=0x60000000 tsval=0x60000000 tsecr=0x60000000"
	"flags=R seq=0x60000000 tsecr=0x60000000"
	"flags=FA seq=0x60000000 ack=0x60000000 tsecr=0x60000000")

wires_agree() {
	end_capture labels
	expect "what each host gets is what it sent" compare_wires labels rewrite \
		--flow 4001=rewrite --flow 4002=rewrite --flow 4003=rewrite --flow 4004=rewrite \
		--forged 2 --forgeries ${#forged[@]} --impossible $((${#forged[@]} - 1))
	for name in "${all[@]}"; do
		let_go "$name"
	done
}

stays_untouched() { # NAME PORT SOURCEPORT
	local resumed

	mode off
	resumed=$(counter flow_resumed)
	hold "$1" inside $outside4 "$2" sourceport="$3"
	expect "a connection in mode off" still_talks "$1"
	flush_all
	expect "goes on" still_talks "$1"
	expect "and has no flow" has_gone "$3"
	expect "nothing was resumed" [ "$(counter flow_resumed)" = "$resumed" ]
	let_go "$1"
	mode rewrite
}

untouched_has_none() { stays_untouched off 7 4005; }
bits_of_others_are_no_offset() { stays_untouched other 10 4006; }

# has_none_of COUNTER PORT: what is not kept is counted, and works
has_none_of() {
	local before

	before=$(counter "$1")
	expect "a connection works" echoes inside $outside4 "$2"
	expect "it is counted" has_risen "$1" "$before"
}

cannot_be_kept() {
	has_none_of flow_without_label 9
	expect "no alarm" [ "$(tsr -j status | jq '.alarms | length')" = 0 ]
	has_none_of flow_label_taken 10
	expect "an alarm: somebody else has set bits 64 to 127" [ "$(tsr -j status |
		jq '.alarms | map(select(test("set its bits 64 to 127"))) | length')" = 1 ]
}

is_given_up() {
	local passed resumed

	hold kept inside $outside4 7 sourceport=4007
	expect "a connection" still_talks kept
	expect "it is given up" tsr config set label-bit none
	flush_all
	resumed=$(counter flow_resumed) passed=$(counter egress_no_flow)
	say kept
	expect "what leaves is untouched" until_true has_risen egress_no_flow "$passed"
	expect "nothing was resumed" [ "$(counter flow_resumed)" = "$resumed" ]
	expect "no alarm is left" [ "$(tsr -j status | jq '.alarms | length')" = 0 ]
	let_go kept
	expect "it is used again" tsr config set label-bit 64
}

module_stays_while_it_is_used() {
	expect_refusal 1 "is in use" rmmod nf_tsrewrite_ct
	setup_ns guest
	# shellcheck disable=SC2154 # setup_ns assigns it
	"$TSREWRITE" -n "$guest" config set label-bit 32 >/dev/null
	config label-bit none
	expect_refusal 1 "is in use" rmmod nf_tsrewrite_ct
	ip netns del "$guest"
	expect "it goes when the last namespace has gone" until_true rmmod nf_tsrewrite_ct
}

require_module
setup_hosts
without_offloads
setup_gateway
serve outside 7 cat
serve inside 7 cat
serve outside 9 cat
serve outside 10 cat
tsr attach fw1 >/dev/null
tsr on >/dev/null
capture labels

run_cases \
	is_refused_without_the_module "labels need nf_tsrewrite_ct" \
	is_set_with_the_module "and with it they are used" \
	goes_on_by_its_label "a connection whose flow is gone goes on by its label, NAT and IPv6" \
	again_and_again "as often as that happens, whichever end speaks first" \
	without_room "without room for flows as well" \
	forged_segments_change_nothing "a forged segment that comes before changes nothing" \
	wires_agree "both wires: each TSecr is the one echoed" \
	untouched_has_none "a connection that passes untouched has none" \
	bits_of_others_are_no_offset "nor one whose label somebody else uses" \
	cannot_be_kept "an offset that cannot be kept is counted" \
	is_given_up "what is kept is asked only while it is set" \
	module_stays_while_it_is_used "the module stays while a namespace uses it"
