#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What becomes of the books when routes move between two uplinks, and when devices are
# attached, detached, renamed, removed and moved: connections begun on either side, IPv4
# and IPv6, none as many as another.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/books.sh
. "$selftests/lib/books.sh"
trap cleanup EXIT

setup_second_uplink() {
	setup_link "$firewall" fw2 "$outside" out2
	setup_address "$firewall" fw2 198.18.0.1/24 2001:db8:18::1/64
	setup_address "$outside" out2 198.18.0.2/24 2001:db8:18::2/64
}

# leave VERSION DEVICE, arrive VERSION DEVICE: by which device it does from now on
leave() {
	case $1.$2 in
	4.fw1) ip -n "$firewall" route del $outside4/32 ;;
	4.fw2) ip -n "$firewall" route add $outside4/32 via 198.18.0.2 ;;
	6.fw1) ip -n "$firewall" route del $outside6/128 ;;
	6.fw2) ip -n "$firewall" route add $outside6/128 via 2001:db8:18::2 ;;
	esac
}

arrive() {
	case $1.$2 in
	4.fw1) ip -n "$outside" route del 10.0.1.0/24 ;;
	4.fw2) ip -n "$outside" route add 10.0.1.0/24 via 198.18.0.1 src $outside4 ;;
	6.fw1) ip -n "$outside" route del fd00:1::/64 ;;
	6.fw2) ip -n "$outside" route add fd00:1::/64 via 2001:db8:18::1 src $outside6 ;;
	esac
}

# Four by IPv4, one of them begun inside; three by IPv6, two of them
by_ipv4=(out41 in41 in42 in43)
by_ipv6=(out61 out62 in61)
begin_all() {
	hold out41 inside $outside4 7 sourceport=4001
	hold out61 inside $outside6 7 sourceport=4002
	hold out62 inside $outside6 7 sourceport=4003
	hold in41 outside $inside4 7 sourceport=4011
	hold in42 outside $inside4 7 sourceport=4012
	hold in43 outside $inside4 7 sourceport=4013
	hold in61 outside $inside6 7 sourceport=4014
	all_talk "${by_ipv4[@]}" "${by_ipv6[@]}"
}

all_talk() { # NAME...
	local name

	for name; do
		expect "connection $name to go on" still_talks "$name"
	done
}

# What a segment of an established connection leaves or arrives by
route_moves() {
	begin_all
	open_books
	leave 4 fw2
	all_talk "${by_ipv4[@]}"
	expect_entries "what leaves by fw2 to be noted there" <<-END
		device.fw2.flows 0 > 4
	END
	open_books
	arrive 4 fw2
	all_talk "${by_ipv4[@]}"
	expect_entries "what does not arrive by fw1 either, not to be noted there" <<-END
		device.fw1.flows 7 > 3
	END
	open_books
	arrive 6 fw2
	all_talk "${by_ipv6[@]}"
	expect_entries "what arrives by fw2, by IPv6" <<-END
		device.fw2.flows 4 > 7
	END
	expect_refusal 1 "3 rewritten connections cross the device" tsr detach fw1
	open_books
	leave 6 fw2
	all_talk "${by_ipv6[@]}"
	expect_entries "what has left fw1" <<-END
		device.fw1.flows 3 > 0
	END
}

said_of_drain() { grep -qF "$1" "$scratch/drain"; } # TEXT

# Each says what it would break, of the right device
detach_and_drain_count() {
	local drain

	expect_refusal 1 "7 rewritten connections cross the device" tsr detach fw2
	"$TSREWRITE" -n "$firewall" drain fw2 2>"$scratch/drain" >/dev/null &
	drain=$!
	children+=("$drain")
	expect "drain to say so" until_true said_of_drain "7 rewritten connections still cross it"
	tsr drain fw2 stop >/dev/null
	wait $drain 2>/dev/null
	open_books
	expect "drain to end at once" tsr drain fw1 >/dev/null
	expect_entries "draining" <<-END
		device.fw1.drain no > yes
		event.1 device_drain fw1
	END
	open_books
	expect "detaching" tsr detach fw1 >/dev/null
	expect_entries "what was of fw1, and no more, to go" <<-END
		device.fw1.confirmed yes > none
		device.fw1.drain yes > none
		device.fw1.flows 0 > none
		device.fw1.present yes > none
		device.fw1.zone 0 > none
		- saved.attach --absent fw1
		- rule.chain device-$fw1
		- rule.type filter hook egress device "fw1" priority 2147483646; policy accept;
		event.1 device_detached fw1
	END
	all_talk "${by_ipv4[@]}" "${by_ipv6[@]}"
	open_books
	expect "attaching" tsr attach fw1 >/dev/null
	expect_entries "an attachment without flows" <<-END
		device.fw1.confirmed none > yes
		device.fw1.drain none > no
		device.fw1.flows none > 0
		device.fw1.present none > yes
		device.fw1.zone none > 0
		+ saved.attach --absent fw1
		+ rule.chain device-$fw1
		+ rule.type filter hook egress device "fw1" priority 2147483646; policy accept;
		event.1 device_attached fw1
		event.2 device_confirmed fw1
	END
}

# attach_others COUNT: as many absent devices, so that each id is given; then they go
attach_others() {
	KSELFTEST=$KSELFTEST on_firewall python3 - "$selftests" "$1" <<-'END'
		import errno, sys, time
		sys.path.insert(0, sys.argv[1] + "/lib")
		import ynl
		family = ynl.open_family(sys.argv[1] + "/../Documentation/netlink/specs/tsrewrite.yaml")
		names = [f"other{number}" for number in range(int(sys.argv[2]))]

		def attach(name):
		    for _ in range(600):
		        try:
		            family.do("device-attach", {"name": name, "absent": True})
		            return
		        except ynl.NlError as refusal:
		            if refusal.error != errno.EAGAIN:
		                raise
		            time.sleep(0.05)
		    sys.exit("ids of detached devices do not come back")

		for name in names:
		    attach(name)
		found = {device["name"]: device["flows"] for device in family.dump("device-get", {})}
		for name in names:
		    family.do("device-detach", {"name": name})
		print(sum(found[name] for name in names))
	END
}

# expect_no_heirs ATTACHED: no other attachment has flows, whatever id it gets
expect_no_heirs() {
	local flows

	flows=$(attach_others $((254 - $1)))
	expect "none of $((254 - $1)) others to have flows, not '$flows'" [ "$flows" = 0 ]
}

# What left by fw1 arrives by fw2
egress_device_goes() {
	leave 4 fw1
	leave 6 fw1
	open_books
	all_talk "${by_ipv4[@]}" "${by_ipv6[@]}"
	expect_entries "all to leave by fw1" <<-END
		device.fw1.flows 0 > 7
	END
	forced_off fw1
	expect_no_heirs 1
	expect "those of the other to stay" [ "$(tsr -j status |
		jq -c '[.devices[] | [.name, .flows]]')" = '[["fw2",7]]' ]
	expect "attaching again" tsr attach fw1 >/dev/null
	open_books
	all_talk "${by_ipv4[@]}" "${by_ipv6[@]}"
	expect_entries "each to be noted again, as it goes on" <<-END
		device.fw1.flows 0 > 7
	END
}

# forced_off DEVICE: its 7 connections are told, and stay in the table
forced_off() {
	open_books
	expect "how many break" grep -qF "7 rewritten connections break" <(tsr detach "$1" --force)
	expect_entries "the attachment to go, and the flows to stay" <<-END
		device.$1.confirmed yes > none
		device.$1.drain no > none
		device.$1.flows 7 > none
		device.$1.present yes > none
		device.$1.zone 0 > none
		- saved.attach --absent $1
		- rule.chain device-${!1}
		- rule.type filter hook egress device "$1" priority 2147483646; policy accept;
		event.1 device_detached $1, 7 flows
	END
}

ingress_device_goes() {
	forced_off fw2
	expect_no_heirs 1
	expect "those of the other to stay" [ "$(tsr -j status |
		jq -c '[.devices[] | [.name, .flows]]')" = '[["fw1",7]]' ]
	expect "attaching again" tsr attach fw2 >/dev/null
	open_books
	all_talk "${by_ipv4[@]}" "${by_ipv6[@]}"
	expect_entries "each to be noted again, as it goes on" <<-END
		device.fw2.flows 0 > 7
	END
}

# What is half-open takes the whole route: a SYN, and a SYN-ACK, each sent again
handshake_moves() {
	silence outside 9 4031 4032
	hold wait inside $outside4 9 sourceport=4021
	hold half1 outside $inside4 7 sourceport=4031
	hold half2 outside $inside4 7 sourceport=4032
	expect "flows of the three" until_true flows_of_device fw1 10
	leave 4 fw2
	expect "all that was sent again to be noted there" until_true flows_of_device fw2 10
	expect "and here no more" until_true flows_of_device fw1 7
	leave 4 fw1
	forget_half_open wait half1 half2
}

flows_of_device() { # DEVICE NUMBER
	[ "$(tsr -j status | jq ".devices[] | select(.name == \"$1\").flows")" = "$2" ]
}

# The zone is of the flows, and stays theirs
zone_is_used_again() {
	leave 4 fw2
	leave 6 fw2
	all_talk "${by_ipv4[@]}" "${by_ipv6[@]}"
	forced_off fw2
	expect "attaching in another zone" tsr attach fw2 zone 3 >/dev/null
	expect "none of its flows" flows_of_device fw2 0
	expect "none in its zone" [ "$(tsr -j flows zone 3 | jq length)" = 0 ]
	expect "detaching without force" tsr detach fw2 >/dev/null
	expect "attaching in the zone from before" tsr attach fw2 >/dev/null
	open_books
	all_talk "${by_ipv4[@]}" "${by_ipv6[@]}"
	expect_entries "all to go on with their mapping" <<-END
		device.fw2.flows 0 > 7
	END
}

rename() { # DEVICE NAME
	ip -n "$firewall" link set "$1" down
	ip -n "$firewall" link set "$1" name "$2"
	ip -n "$firewall" link set "$2" up
}

# What becomes of the rules differs with the kernel, and is shown by group_rules.sh
renamed() {
	tsr group del alpha >/dev/null
	cut
	open_books
	rename fw2 wan
	expect "one device less by the old name" \
		[ "$(tsr -j status | jq -c '[.devices[].name]')" = '["fw1","wan"]' ]
	expect_entries "the attachment to go by its new name, with all that it has" <<-END
		device.fw2.confirmed yes > none
		device.fw2.drain no > none
		device.fw2.flows 7 > none
		device.fw2.present yes > none
		device.fw2.zone 0 > none
		device.wan.confirmed none > yes
		device.wan.drain none > no
		device.wan.flows none > 7
		device.wan.present none > yes
		device.wan.zone none > 0
		- saved.attach --absent fw2
		+ saved.attach --absent wan
		event.1 device_renamed wan was fw2
	END
	rename wan fw2
	mend
}

# Another namespace has none of its flows, and this one finds them again
moved_elsewhere() {
	cut
	open_books
	# shellcheck disable=SC2154 # setup_ns sets it
	ip -n "$firewall" link set fw2 netns "$elsewhere"
	expect_entries "the attachment to end, and the flows to stay" <<-END
		device.fw2.confirmed yes > none
		device.fw2.drain no > none
		device.fw2.flows 7 > none
		device.fw2.present yes > none
		device.fw2.zone 0 > none
		- saved.attach --absent fw2
		event.1 device_detached fw2, 7 flows
	END
	expect "attaching it there" "$TSREWRITE" -n "$elsewhere" attach fw2 >/dev/null
	expect "neither flows nor connections there" [ "$("$TSREWRITE" -n "$elsewhere" -j status |
		jq -c '[.config.flows, .config.inbound_flows, .devices[].flows]')" = "[0,0,0]" ]
	ip -n "$elsewhere" link set fw2 netns "$firewall"
	ip -n "$firewall" link set fw2 up
	setup_address "$firewall" fw2 198.18.0.1/24 2001:db8:18::1/64
	leave 4 fw2
	leave 6 fw2
	expect "attaching it here" tsr attach fw2 >/dev/null
	mend
	open_books
	all_talk "${by_ipv4[@]}" "${by_ipv6[@]}"
	expect_entries "all to go on with their mapping" <<-END
		device.fw2.flows 0 > 7
	END
}

# An attachment waits for its device, and another one gets the name
renamed_onto_one_that_waits() {
	ip -n "$firewall" link add spare type dummy
	ip -n "$firewall" link set spare up
	expect "attaching" tsr attach spare zone 5 >/dev/null
	cut
	open_books
	ip -n "$firewall" link del fw2
	expect_entries "the attachment to wait, with its flows" <<-END
		device.fw2.present yes > no
		event.1 device_gone fw2
	END
	open_books
	rename spare fw2
	expect_entries "one attachment of that name, and those of the other to be told" <<-END
		device.fw2.flows 7 > 0
		device.fw2.present no > yes
		device.fw2.zone 0 > 5
		device.spare.confirmed yes > none
		device.spare.drain no > none
		device.spare.flows 0 > none
		device.spare.present yes > none
		device.spare.zone 5 > none
		- saved.attach --absent fw2
		- saved.attach --absent spare zone 5
		+ saved.attach --absent fw2 zone 5
		event.1 device_detached fw2, 7 flows
		event.2 device_renamed fw2 was spare
	END
	expect "one of that name" [ "$(tsr -j status | jq -c '[.devices[].name]')" = \
		'["fw1","fw2"]' ]
	expect "detaching it, without force" tsr detach fw2 >/dev/null
	expect "nothing of that name to be left" [ "$(tsr -j status |
		jq -c '[.devices[].name]')" = '["fw1"]' ]
	ip -n "$firewall" link del fw2
	mend
}

require_module
setup_hosts
setup_ns elsewhere
setup_second_uplink
serve outside 7 cat
serve inside 7 cat
fw1=$(ip -n "$firewall" -j link show fw1 | jq '.[].ifindex')
# shellcheck disable=SC2034 # by its name
fw2=$(ip -n "$firewall" -j link show fw2 | jq '.[].ifindex')
tsr attach fw1 >/dev/null
tsr attach fw2 >/dev/null
tsr group add alpha mode rewrite to 198.51.100.9 >/dev/null
tsr on >/dev/null
# Neighbours are known before anything is counted
for device in fw1 fw2; do
	for version in 4 6; do
		[ $device = fw1 ] || { leave $version fw2 && arrive $version fw2; }
	done
	echoes inside $outside4 7 100
	echoes outside $inside6 7 100
done
for version in 4 6; do
	leave $version fw1 && arrive $version fw1
done
tsr flush --force >/dev/null
start_books

run_cases \
	route_moves "a route moves: connections are noted where they pass now" \
	detach_and_drain_count "detach and drain say what they would break there" \
	egress_device_goes "the device that all leave by is detached: no other inherits them" \
	ingress_device_goes "the device that all arrive by: the same" \
	handshake_moves "a route moves during the handshake" \
	zone_is_used_again "the zone of a device that was detached is used again" \
	renamed "a device is renamed, with its connections" \
	moved_elsewhere "a device moves to another namespace and back" \
	renamed_onto_one_that_waits "a device gets the name of an attachment that waits"
