#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Checksums are right, whatever state a packet was in. However drivers, GRO and offloads
# leave it, it is rewritten and restored, and its checksums are right afterwards.
#
# tsrw_test_skb.ko makes states that devices of namespaces do not make, looks at
# each packet before and behind nf_tsrewrite, and counts.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/test_skb.sh
. "$selftests/lib/test_skb.sh"
trap 'unload_test_module; cleanup' EXIT

complaints='hw csum failure|skb_warn_bad_offload|caps=\(|>= skb_headlen'

# numbers: what the test module met, and our own counters
numbers() {
	on_firewall cat $test_skb
	tsr -j stats | jq -r 'to_entries[] | "\(.key) \(.value)"'
}

# settle: reads the numbers at a moment when no packet came between
settle() {
	local name value now before=

	until now=$(numbers); [ "$now" = "$before" ]; do
		before=$now
	done
	while read -r name value; do
		number[$name]=$value
	done <<<"$now"
}
declare -A number

begin() { # WORDS...: as for force
	settle
	restored_before=$(count_written ingress restored)
	rewritten_before=$(count_written egress rewritten)
	complaints_before=$(complained)
	expect "the test module to take '$*'" tell force "$@"
}

# count_written DIR COUNTER: segments that we have written to, in mode strip as well
count_written() { echo $((number[$1_$2] + number[$1_stripped])); }

complained() { dmesg | grep -cE "$complaints"; }

is_right() { # INGRESS|EGRESS CHANGED
	local name seen=0

	for name in none unnecessary complete partial; do
		((seen += number[$1_$name]))
	done
	expect "$seen $1 segments, all right, not ${number[$1_right]}" \
		[ "${number[$1_right]}" = $seen ]
	expect "no $1 segment wrong, not ${number[$1_wrong]}" \
		[ "${number[$1_wrong]}" = 0 ]
	expect "each $1 segment as asked for" [ "${number[$1_unforced]}" = 0 ]
	expect "$2 $1 segments changed, not ${number[$1_changed]}" \
		[ "${number[$1_changed]}" = "$2" ]
	expect "enough of them" [ "$2" -gt 4 ]
}

# After begin and traffic: every packet that was met is right, and those that we
# counted, no others, have changed
all_is_right() {
	settle
	is_right ingress $(($(count_written ingress restored) - restored_before))
	is_right egress $(($(count_written egress rewritten) - rewritten_before))
	expect "the kernel to be content" [ "$(complained)" = "$complaints_before" ]
}

# each_was KIND DIR...
each_was() {
	local kind=$1 dir

	shift
	for dir; do
		expect "${number[${dir}_right]} $dir segments $kind, not ${number[${dir}_$kind]}" \
			[ "${number[${dir}_$kind]}" = "${number[${dir}_right]}" ]
	done
}

have_been() { # DIR_KIND...: are there some of each?
	local kind

	settle
	for kind; do
		[ "${number[$kind]}" -gt 0 ] || return
	done
}

was() { # DIR_KIND...: there were some
	local kind

	for kind; do
		expect "some $kind" [ "${number[$kind]}" -gt 0 ]
	done
}

# in_state INSIDE OUTSIDE SUMMED SHAPE...: with that server inside, and outside
in_state() {
	local inner=$1 outer=$2 kind

	shift 2
	begin "$@"
	expect "client inside, to $outer" echoes inside "$outer" 7 6000
	expect "server inside, at $inner" echoes outside "$inner" 7 6000
	all_is_right
	for kind; do
		each_was "$kind" ingress egress
	done
}

# Headers in the head and in pages, cloned or not
in_each_shape() { # SUMMED
	capture "$1"
	in_state $inside4 $outside6 "$1"
	in_state $inside6 $outside4 "$1" frags
	in_state $inside6 $outside4 "$1" clone
	in_state $inside4 $outside6 "$1" frags clone
	end_capture "$1"
	expect "the wires as they must be" compare_wires "$1" rewrite --flows 8
}

checksum_none() { in_each_shape none; }
checksum_unnecessary() { in_each_shape unnecessary; }
checksum_complete() { in_each_shape complete; }
checksum_partial() { in_each_shape partial; }

# What is forwarded loses its COMPLETE; a host's own TCP relies on it
received_here() {
	local errors shape

	errors=$(kernel_counter firewall TcpInCsumErrors)
	for shape in "" "frags clone"; do
		# shellcheck disable=SC2086 # words
		begin complete $shape
		expect "IPv4, to the firewall" echoes outside $firewall4 7 6000
		expect "IPv6, to the firewall" echoes outside $firewall6 7 6000
		expect "IPv4, from the firewall" echoes firewall $outside4 7 6000
		expect "IPv6, from the firewall" echoes firewall $outside6 7 6000
		all_is_right
		each_was complete ingress
		# TCP makes GSO packets itself, whatever the device can
		was egress_complete egress_gso
	done
	expect "its TCP to find no wrong checksum" \
		[ "$(kernel_counter firewall TcpInCsumErrors)" = "$errors" ]
}

set_offloads() { # HOST:DEVICE WORDS...
	"on_${1%:*}" ethtool -K "${1#*:}" "${@:2}" >/dev/null
}

# offloads ENDPOINTS FIREWALL: each a list of words for ethtool, or nothing
offloads() {
	local end none='tx off tso off gso off gro off rx-gro-list off'

	none+=' rx-udp-gro-forwarding off'
	# shellcheck disable=SC2086 # words
	for end in inside:in0 outside:out0; do
		set_offloads $end $none $1
	done
	# shellcheck disable=SC2086 # words
	for end in firewall:fw0 firewall:fw1; do
		set_offloads $end $none $2
	done
}

large_transfers() {
	expect "IPv4, client inside" echoes inside $outside4 7 300000
	expect "IPv6, server inside" echoes outside $inside6 7 300000
}

# with_offloads NAME ENDPOINTS FIREWALL KIND...: which there must be
with_offloads() {
	local name=$1 flows=2

	offloads "$2" "$3"
	capture "$name"
	begin
	large_transfers
	# What comes slowly is not merged
	until have_been "${@:4}" || [ $flows = 10 ]; do
		large_transfers
		((flows += 2))
	done
	end_capture "$name"
	all_is_right
	was "${@:4}"
	expect "the wires as they must be" \
		compare_wires "$name" rewrite --flows $flows --offloads --cut 1500
	offloads "" ""
}

all='tx on tso on gso on gro on'
nothing_on() {
	with_offloads plain "" "" ingress_none egress_none
	each_was none ingress egress
}
checksums_on() {
	with_offloads tx "tx on" "tx on" ingress_partial egress_partial
	each_was partial ingress egress
}
segmented_early() {
	with_offloads gso "tx on gso on gro on" "tx on gso on" \
		ingress_partial egress_partial
	each_was partial ingress egress
}
endpoints_send_large() {
	with_offloads tso "tx on tso on gso on" "tx on tso on gso on" \
		ingress_gso egress_gso
}
firewall_cuts_up() { with_offloads cut "$all" "" ingress_gso egress_gso; }
firewall_merges() { with_offloads gro "" "gro on" ingress_gso egress_gso; }
firewall_sends_large() { with_offloads large "" "$all" ingress_gso egress_gso; }
all_on() { with_offloads all "$all" "$all" ingress_gso egress_gso; }

can_make_fraglists() {
	[ "$(printf '%s\n' 6.10 "$(uname -r)" | sort -V | head -n 1)" = 6.10 ]
}

firewall_lists() {
	local kinds=(ingress_gso egress_gso)

	! can_make_fraglists || kinds=(ingress_fraglist egress_fraglist)
	with_offloads list "" "gro on rx-gro-list on" "${kinds[@]}"
	with_offloads listall "$all" \
		"$all rx-gro-list on rx-udp-gro-forwarding on" ingress_gso egress_gso
}

# Of what GRO has merged, where the kernel itself makes none (before 6.10) too. Those whose
# members' headers are known stay lists: each member is rewritten where it is.
forced_fraglists() {
	local shape

	offloads "" "gro on"
	for shape in "" clone odd; do
		capture "fraglist$shape"
		# shellcheck disable=SC2086 # words
		begin fraglist $shape
		large_transfers
		end_capture "fraglist$shape"
		all_is_right
		was ingress_fraglist egress_fraglist
		expect "fraglist $shape: which stay lists" stay_lists "$shape"
		expect "the wires as they must be" \
			compare_wires "fraglist$shape" rewrite --flows 2 --offloads
	done
	offloads "" ""
}

stay_lists() { # SHAPE
	local dir kept

	for dir in ingress egress; do
		kept=${number[${dir}_fraglist]}
		[ "$1" != odd ] || kept=0
		[ "${number[${dir}_kept]}" = "$kept" ] || return
	done
}

# What is taken out of a SYN counts in its checksum, unless the device computes that

# strips NAME HOW FIREWALL: HOW as for force, FIREWALL as for offloads. Five connections
# begin on each side, and only SYNs have a TSopt.
strips() {
	local name=$1 address

	offloads "tx on" "$3"
	mode strip
	capture "$name"
	# shellcheck disable=SC2086 # words
	begin $2
	for address in $outside4 $outside6 $outside4 $outside6 $outside4; do
		expect "client inside, to $address" echoes inside "$address" 7 2000
	done
	for address in $inside6 $inside4 $inside6 $inside4 $inside6; do
		expect "server inside, at $address" echoes outside "$address" 7 2000
	done
	end_capture "$name"
	all_is_right
	was ingress_partial egress_partial
	expect "no TSopt comes through" compare_wires "$name" strip --flows 10 --offloads
	mode rewrite
	offloads "" ""
}

# The peer's TCP refuses what the firewall's device has filled in wrongly
strip_partial() {
	strips strips "" "tx on"
	strips fills "" ""
	strips forced "partial frags clone" ""
}

# Larger than any IP header can say

# one_way CLIENT SERVER ADDRESS
one_way() {
	local sent=$scratch/sent got=$scratch/got

	head -c 2000000 /dev/urandom >"$sent"
	in_background "$2" socat -u -b 1000000 TCP6-LISTEN:9000,ipv6only=0 "CREATE:$got"
	until_true is_listening "$2" 9000
	"on_$1" timeout 60 socat -u -b 1000000 "OPEN:$sent" \
		"$(address_for_socat "$3" 9000)"
	wait "${children[-1]}"
	cmp -s "$sent" "$got"
}

# Bursts whose size is not the speed's: a window for them, and no pacing
large_bursts() { # HOST
	"on_$1" sysctl -qw net.ipv4.tcp_rmem='4096 4000000 8000000' \
		net.ipv4.tcp_wmem='4096 4000000 8000000' \
		net.ipv4.tcp_min_tso_segs=120
}

met_big() { [ "${number[egress_big]}" -gt 0 ] && [ "${number[ingress_big]}" -gt 0 ]; }

# big NAME OUTSIDE INSIDE: addresses
big() {
	offloads "$all" "$all"
	large_bursts inside
	large_bursts outside
	capture "$1"
	begin
	for _ in {1..3}; do
		expect "from inside" one_way inside outside "$2"
		expect "from outside" one_way outside inside "$3"
		settle
		met_big && break
	done
	end_capture "$1"
	all_is_right
	met_big || skip "no packet over 65536 bytes came up each way"
	expect "the wires as they must be" \
		compare_wires "$1" rewrite --flows 2 --offloads --cut 1500
	offloads "" ""
}

each_device() { # COMMAND... with HOST and DEVICE behind it
	"$@" inside in0 && "$@" firewall fw0 && "$@" firewall fw1 && "$@" outside out0
}

size6() { "on_$2" ip link set "$3" gso_max_size "$1" gro_max_size "$1" 2>/dev/null; }
size4() { "on_$2" "$selftests/lib/link_ipv4_size.py" "$1" "$3" >/dev/null 2>&1; }

big_ipv6() {
	if ! each_device size6 200000; then
		skip "no gso_max_size over 65536 here"
		return
	fi
	big big6 $outside6 $inside6
	each_device size6 65536
}

big_ipv4() {
	if ! each_device size4 200000; then
		skip "no gso_ipv4_max_size here: Linux 6.3 has it"
		return
	fi
	big big4 $outside4 $inside4
	each_device size4 65536
}

# Odd places: no host sends such, see segment_crafted.sh for the lab

is_forwarding() { # DEVICE
	bridge -n "$firewall" link show dev "$1" | grep -q 'state forwarding'
}

become_bridge() {
	local host

	for host in inside firewall outside; do
		"on_$host" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1
	done
	ip -n "$inside" addr flush dev in0
	ip -n "$outside" addr flush dev out0
	ip -n "$firewall" addr flush dev fw0
	ip -n "$firewall" addr flush dev fw1
	ip -n "$firewall" link add br0 up type bridge mcast_snooping 0
	ip -n "$firewall" link set fw0 master br0
	ip -n "$firewall" link set fw1 master br0
	until_true is_forwarding fw0
	until_true is_forwarding fw1
}

crafted() { # PORT OPTION...: see segments.py
	python3 "$selftests/lib/segments.py" --command "$TSREWRITE" --deadline $deadline \
		--port "$@" "$inside" "$firewall" "$outside" \
		>"$scratch/crafted" 2>&1 && return
	sed 's/^[^#]/# &/' "$scratch/crafted"
	return 1
}

at_odd_places() {
	local how port=1024 zero=()

	if ! python3 -c 'import scapy' 2>/dev/null; then
		skip "no scapy: install python3-scapy"
		return
	fi
	become_bridge
	for how in "none frags" "unnecessary clone" complete "partial frags clone"; do
		# shellcheck disable=SC2086 # words
		begin $how
		# The kernel fills in what was left to the device, as it does for UDP
		[ "${how%% *}" = partial ] && zero=(--mangled-zero)
		expect "$how: what segments.py expects" crafted $((port += 200)) \
			--only alignment --only "checksum that becomes 0" \
			--only "strip: TSopts wherever they are" "${zero[@]}"
		all_is_right
		each_was "${how%% *}" ingress egress
	done
}

require_module
if ! load_test_module; then
	ktap_skip_all "no tsrw_test_skb.ko for this kernel: set TSREWRITE_TEST_KO"
	exit "$KSFT_SKIP"
fi
setup_hosts
without_offloads
serve outside 7 cat
serve inside 7 cat
serve firewall 7 cat
tell watch fw1
tsr attach fw1
tsr on >/dev/null

run_cases \
	checksum_none "CHECKSUM_NONE: heads, pages, clones" \
	checksum_unnecessary "CHECKSUM_UNNECESSARY: heads, pages, clones" \
	checksum_complete "CHECKSUM_COMPLETE: heads, pages, clones" \
	checksum_partial "CHECKSUM_PARTIAL: heads, pages, clones" \
	received_here "CHECKSUM_COMPLETE: the firewall's own TCP relies on it" \
	forced_fraglists "fraglists, plain, cloned and of others than GRO" \
	nothing_on "offloads: none" \
	checksums_on "offloads: checksums" \
	segmented_early "offloads: GSO without TSO, GRO at both ends" \
	endpoints_send_large "offloads: TSO" \
	firewall_cuts_up "offloads: TSO at both ends, not between" \
	firewall_merges "offloads: GRO between" \
	firewall_sends_large "offloads: GRO and TSO between" \
	all_on "offloads: all" \
	firewall_lists "offloads: GRO with fraglists, with and without TSO" \
	strip_partial "strip: what is left to devices, which fill it in, or not" \
	big_ipv6 "BIG TCP, IPv6" \
	big_ipv4 "BIG TCP, IPv4" \
	at_odd_places "TSopt at odd places, in each state"
