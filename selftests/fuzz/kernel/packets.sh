#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Packets of any kind through the hooks, both ways: segments of connections whose both ends
# are played, and such segments with something odd or wrong in them. COUNT of them, by
# numbers that SEED tells. See packets.c.
#
#	inside ---- fw0  firewall  fw1 ---- out0  outside
#	                  catch1 -- catch0
#
# A rule behind the module's ingress hook has what arrives for nobody go to catch0. The
# connections beside are of a group of their own, which is always rewritten.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/../../lib/lib.sh"
# shellcheck source=selftests/fuzz/kernel/beside.sh
. "$(dirname "$0")/beside.sh"
trap 'rm -f "$go"; cleanup' EXIT

# What is sent there stays for a while
setup_away() {
	ip -n "$firewall" link add away type dummy
	ip -n "$firewall" link set away up
	tc -n "$firewall" qdisc add dev away root netem delay 2s limit 10000
}

setup_catch() {
	setup_link "$firewall" catch0 "$firewall" catch1
	on_firewall ip link set fw1 mtu 9000
	on_firewall ip link set catch0 mtu 9000
	on_firewall ip link set catch1 mtu 9000
	ip -n "$outside" link set out0 mtu 9000
	on_firewall nft -f - <<-END
		table netdev catch {
			chain arriving {
				type filter hook ingress device fw1 priority 0;
				ether daddr 02:66:00:00:00:00/40 fwd to catch0
			}
		}
	END
}

honest_group() {
	tsr group add honest to $outside4/32,$outside6/128 mode rewrite
}

# What cannot move: see why
cannot_move() {
	# No labels are used, and no flows are loaded
	echo flow_resumed flow_without_label flow_label_taken flow_loaded flow_confirmed
	# Both need allocations that fail
	[ "$(told packets faults)" = 1 ] || echo egress_no_memory \
		egress_dropped_no_memory ingress_dropped_no_memory
}

segments() {
	honest_begin
	expect "nothing to complain of" fuzz packets "/run/netns/$firewall" \
		"/run/netns/$outside"
	grep '^#' "$scratch/packets.told"
	echo "# $(told packets sent) frames, of which $(told packets bent) bent," \
		"in $fuzz_seconds s; $(told packets checked) TSopts checked," \
		"$(told packets hidden) connections hidden"
	expect "all of them sent" [ "$(told packets sent)" -ge "$COUNT" ]
	expect "half of them bent" [ "$(told packets bent)" -ge $((COUNT * 4 / 10)) ]
	expect "all that came to be received" [ "$(told packets losses)" = 0 ]
	expect "many connections hidden" [ "$(told packets hidden)" -ge $((COUNT / 100)) ]
	expect "many TSopts checked" [ "$(told packets checked)" -ge $((COUNT / 10)) ]
}

counters() {
	local name still=()

	for name in $(tsr -j stats | jq -r 'to_entries[] | select(.value == 0) | .key'); do
		[[ " $(cannot_move | xargs) " = *" $name "* ]] || still+=("$name")
	done
	[ ${#still[@]} = 0 ] || echo "# did not move: ${still[*]}"
	# Some are moved by one frame in many thousands
	expect "each counter to move" [ ${#still[@]} = 0 -o "$COUNT" -lt 100000 ]
}

require_module
setup_hosts
# Whatever ran before in this guest may have set it
config machine-limit 1048576
setup_catch
setup_away
tsr attach fw1
honest_group
tsr on >/dev/null
run_cases \
	segments "connections are hidden and restored, whatever passes beside" \
	counters "each counter of packets and flows moves" \
	none_lost "not one honest connection beside is lost"
