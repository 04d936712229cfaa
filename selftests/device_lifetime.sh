#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Devices, namespaces and the module come and go. Attachments follow, and nothing is left
# behind.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

module=nf_tsrewrite
mark="tsrewrite lifetime $$"
: "${TSREWRITE_KO:=$(modinfo -n $module 2>/dev/null)}"

is_attached() { # DEVICE
	tsr -j status | jq -e --arg dev "$1" \
		'.devices | any(.name == $dev)' >/dev/null
}

has_event() { # TYPE DEVICE
	jq -se --arg type "$1" --arg dev "$2" \
		'any(.type == $type and .device.name == $dev)' \
		"$scratch/events" >/dev/null
}

expect_event() {
	expect "the event $1 of $2" until_true has_event "$1" "$2"
}

plug_in() {
	setup_link "$firewall" fw1 "$outside" out0
	setup_address "$firewall" fw1 $firewall4/24 $firewall6/64
	setup_address "$outside" out0 $outside4/24 $outside6/64
	ip -n "$outside" route add default via $firewall4
	ip -n "$outside" route add default via $firewall6
}

device_returns() {
	hold old inside $outside4 7 sourceport=4001
	is_rewritten "a connection" still_talks old
	ip -n "$firewall" link del fw1
	expect_event device_gone fw1
	expect "the attachment to stay" is_attached fw1
	plug_in
	expect_event device_back fw1
	is_rewritten "the connection after the device's return" still_talks old
	is_rewritten "a new one" echoes inside $outside4 7 500
}

is_absent() { # DEVICE
	tsr -j status | jq -e --arg dev "$1" \
		'.devices | any(.name == $dev and .ifindex == null and .zone == 4)' >/dev/null
}

attaches_absent_device() {
	expect_refusal 1 "no device of that name" tsr attach later zone 4
	expect "attaching what is absent" tsr attach --absent later zone 4
	expect_event device_attached later
	expect "an absent device" is_absent later
	ip -n "$firewall" link add later type dummy
	expect_event device_back later
	expect_not "an absent device any more" is_absent later
	expect "detaching it" tsr detach later
	expect "attaching what is there, though it may be absent" tsr attach --absent later
	expect_not "an absent device then" is_absent later
	expect "detaching that" tsr detach later
	ip -n "$firewall" link del later
}

# As udev does at boot: the first device of a name may not be the one that keeps it
early_rename_is_not_followed() {
	ip -n "$firewall" link add early type dummy
	expect "attaching what may be absent" tsr attach --absent early zone 4
	ip -n "$firewall" link set early name other
	expect "the attachment to wait for its name" is_absent early
	expect_event device_gone early
	expect_not "the other name" is_attached other
	ip -n "$firewall" link add late type dummy
	ip -n "$firewall" link set late name early
	expect_event device_back early
	expect_not "an absent device any more" is_absent early
	ip -n "$firewall" link set early name third
	ip -n "$firewall" link set third name early
	expect_not "an absent device after its return" is_absent early
	ip -n "$firewall" link set early up
	ip -n "$firewall" link set early down
	ip -n "$firewall" link set early name third
	expect_event device_renamed third
	expect "one that was up to be followed" is_attached third
	expect "detaching it" tsr detach third
	ip -n "$firewall" link del third
	ip -n "$firewall" link del other
}

# What attach refuses is not attached when it comes, either
absent_device_is_refused() {
	ip -n "$firewall" link add link fw1 name fw1.6 type vlan id 6
	expect_refusal 1 "device fw1.6 is above fw1, which is attached" \
		tsr attach --absent fw1.6
	ip -n "$firewall" link del fw1.6
	expect "attaching what is absent" tsr attach --absent fw1.6 zone 4
	expect_refusal 2 "tsrewrite is attached to both fw1 and fw1.6" \
		ip -n "$firewall" link add link fw1 name fw1.6 type vlan id 6
	expect "it to stay absent" is_absent fw1.6
	expect "detaching it" tsr detach fw1.6
}

rename_is_followed() {
	ip -n "$firewall" link set fw1 down
	ip -n "$firewall" link set fw1 name wan
	ip -n "$firewall" link set wan up
	expect_event device_renamed wan
	expect_refusal 1 "not attached" tsr detach fw1
	expect "the new name" is_attached wan
	is_rewritten "the connection after the renaming" still_talks old
	ip -n "$firewall" link set wan down
	ip -n "$firewall" link set wan name fw1
	ip -n "$firewall" link set fw1 up
	expect_event device_renamed fw1
	is_rewritten "the connection after the second one" still_talks old
}

alternative_name() {
	ip -n "$firewall" link add known type dummy
	ip -n "$firewall" link property add dev known altname alternative
	expect "attaching" tsr attach alternative
	expect_event device_attached known
	expect "the name that it has" is_attached known
	expect "attached already" [ "$(tsr attach known)" = "known is attached already" ]
	ip -n "$firewall" link del known
	expect_event device_gone known
	expect "detaching" tsr detach known
}

move_detaches() {
	ip -n "$firewall" link add moves type dummy
	expect "attaching" tsr attach moves
	expect_event device_attached moves
	ip -n "$firewall" link set moves netns "$outside"
	expect_event device_detached moves
	expect_not "an attachment left behind" is_attached moves
}

detach_counts_flows() {
	local flows

	hold other inside $outside4 7 sourceport=4002
	expect "another connection" still_talks other
	flows=$(tsr -j flows | jq '[.[] | select(.state != "closed")] | length')
	expect "two flows at least" [ "$flows" -ge 2 ]
	expect_refusal 1 "$flows rewritten connections cross the device" tsr detach fw1
	is_rewritten "the connection after the refusal" still_talks other
	tsr detach fw1 --force >"$scratch/detached"
	expect "their number" grep -qF "$flows rewritten connections break" \
		"$scratch/detached"
	expect_event device_detached fw1
	expect_not "an attachment" is_attached fw1
	expect "attaching again" tsr attach fw1
}

stacks_are_refused() {
	ip -n "$firewall" link add link fw1 name fw1.5 type vlan id 5
	expect_refusal 1 "device fw1.5 is above fw1, which is attached" tsr attach fw1.5
	ip -n "$firewall" link add port type dummy
	ip -n "$firewall" link add link port name port.5 type vlan id 5
	expect "attaching a VLAN" tsr attach port.5
	expect_refusal 1 "device port is below port.5, which is attached" tsr attach port
	expect "detaching it" tsr detach port.5
	ip -n "$firewall" link del fw1.5
}

enslaving_is_vetoed() {
	ip -n "$firewall" link add bridge type bridge
	expect "attaching the bridge" tsr attach bridge
	expect "attaching a port to be" tsr attach port
	expect_refusal 2 "tsrewrite is attached to both port and bridge" \
		ip -n "$firewall" link set port master bridge
	expect "detaching it" tsr detach port
	expect "enslaving it then" ip -n "$firewall" link set port master bridge
	expect_refusal 1 "device port is below bridge, which is attached" tsr attach port
	expect "detaching the bridge" tsr detach bridge
}

# fill_hooks DEVICE: as many egress hooks as netfilter allows on one
fill_hooks() {
	local i

	for ((i = 0; i < 1024; i++)); do
		echo "add chain netdev crowd c$i {" \
			"type filter hook egress device $1 priority $i; }"
	done >"$scratch/crowd"
	sed -i '1i add table netdev crowd' "$scratch/crowd"
	on_firewall nft -f "$scratch/crowd"
}

# Segments that take the ingress hook as long as any do, as fast as they come
flood_device() { # HOST DEVICE
	in_background "$1" python3 -c '
import socket, sys
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
wire.bind((sys.argv[1], 0))
frame = bytes.fromhex("ffffffffffff 020000000001 0800"
	"4500005000000000400600000a0909020a090901"
	"000700080000000100000001f010ffff00000000" + 40 * "01")
while True:
	wire.send(frame)
' "$2"
}

# attach_again DEVICE TIMES: as fast as they are refused, prints how often they were not
attach_again() {
	KSELFTEST=$KSELFTEST on_firewall python3 - "$selftests" "$@" <<-'END'
		import errno, sys
		sys.path.insert(0, sys.argv[1] + "/lib")
		import ynl
		spec = sys.argv[1] + "/../Documentation/netlink/specs/tsrewrite.yaml"
		family = ynl.open_family(spec)
		others = 0
		for _ in range(int(sys.argv[3])):
		    try:
		        family.do("device-attach", {"name": sys.argv[2]})
		        others += 1
		    except ynl.NlError as refusal:
		        others += refusal.error != errno.E2BIG
		print(others)
	END
}

users_of_module() { cat /sys/module/$module/refcnt; }

receives_segments() { # DEVICE FROM
	[ "$(count_arrived "$1")" -gt $(($2 + 100)) ]
}

count_arrived() { on_firewall cat "/sys/class/net/$1/statistics/rx_packets"; }

# Its ingress hook is registered, and unregistered again, while segments arrive
full_device_is_refused() {
	local users flood before

	users=$(users_of_module)
	setup_link "$firewall" crowd "$outside" crowd0
	expect "1,024 hooks" fill_hooks crowd
	flood_device outside crowd0
	flood=$!
	expect "segments" until_true receives_segments crowd 0
	expect_refusal 1 "the device has as many hooks as netfilter allows" tsr attach crowd
	expect "to be refused each time" [ "$(attach_again crowd 200)" = 0 ]
	before=$(count_arrived crowd)
	expect "the device to work" until_true receives_segments crowd "$before"
	expect "no use of the module to stay" [ "$(users_of_module)" = "$users" ]
	expect_not "an attachment" is_attached crowd
	is_rewritten "a connection elsewhere" still_talks old
	on_firewall nft delete table netdev crowd
	expect "attaching, with room for a hook" tsr attach crowd
	expect "detaching" tsr detach crowd
	kill $flood
	ip -n "$firewall" link del crowd
}

module_stays_while_used() {
	if [ ! -e "$TSREWRITE_KO" ]; then
		skip "no file to load the module from: set TSREWRITE_KO"
		return
	fi
	if [ "$(users_of_module)" != 1 ]; then
		skip "the module is in use elsewhere, too"
		return
	fi
	expect_refusal 1 "in use" rmmod $module
	tsr on >/dev/null
	hold last inside $outside4 7 sourceport=4003
	is_rewritten "a connection" still_talks last
	tsr detach fw1 --force >/dev/null
	expect "flows in the table" [ "$(tsr -j config | jq .flows)" -gt 0 ]
	kill "$monitor"
	expect "removing it, detached" until_true rmmod $module
	expect "loading it again" insmod "$TSREWRITE_KO"
	expect "nothing left from before" [ "$(tsr -j config | jq .flows)" = 0 ]
	expect "attaching" tsr attach fw1
}

holds_no_flow() {
	[ "$("$TSREWRITE" -n "$outside" -j config | jq .machine_flows)" = \
		"$flows_elsewhere" ]
}

namespace_goes() {
	local talker

	tsr on >/dev/null
	hold final inside $outside4 7 sourceport=4004
	is_rewritten "a connection" still_talks final
	flows_elsewhere=$(tsr -j config | jq '.machine_flows - .flows')
	while say final 500; do sleep 0.05; done &
	talker=$!
	ip netns del "$firewall"
	expect "all flows gone with the namespace" until_true holds_no_flow
	kill $talker
	wait $talker 2>/dev/null
	expect "no attachment holds the module" [ "$(users_of_module)" = 0 ]
}

kernel_is_content() {
	dmesg | sed "1,/$mark/d" >"$scratch/dmesg"
	expect_not "a complaint in the kernel's log" grep -E \
		'WARNING|BUG|Call Trace|waiting for .* to become free|refcount' \
		"$scratch/dmesg"
	expect "that log" grep -q "$mark" <(dmesg)
}

require_module
setup_hosts
serve outside 7 cat
tsr attach fw1
tsr on >/dev/null
echo "$mark" >/dev/kmsg
in_background firewall "$TSREWRITE" -j monitor >"$scratch/events"
monitor=$!
# It listens when it has heard of something
hears() { tsr mode off && tsr on && [ -s "$scratch/events" ]; } >/dev/null
until_true hears

run_cases \
	device_returns "an attachment survives its device's removal and return" \
	rename_is_followed "a renamed device stays attached" \
	attaches_absent_device "--absent: what does not exist is attached when it comes" \
	early_rename_is_not_followed "--absent: a device that was never up does not keep it by another name" \
	absent_device_is_refused "--absent: two devices of a stack are not attached" \
	alternative_name "a device is attached by the name that it has" \
	full_device_is_refused "a device that has no room for hooks is refused, under traffic" \
	move_detaches "a device that moves to another namespace is detached" \
	detach_counts_flows "detach says how many connections break" \
	stacks_are_refused "above and below an attached device: refused" \
	enslaving_is_vetoed "enslaving to an attached device: vetoed" \
	module_stays_while_used "the module goes only when nothing is attached" \
	namespace_goes "a namespace goes, with live flows and traffic" \
	kernel_is_content "no complaint in the kernel's log"
