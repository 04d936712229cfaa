#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What goes past the attached device, or cannot be read there. Connections that are
# rewritten would break, as their answers are not restored. What can be known is refused;
# what comes later is told, and breaks nothing.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/plug.sh
. "$selftests/lib/plug.sh"
# shellcheck source=selftests/lib/watch.sh
. "$selftests/lib/watch.sh"
trap cleanup EXIT

alarms() { tsr -j status | jq -r '.alarms[]'; }

expect_no_alarm() { expect "no alarm, not '$(alarms)'" [ -z "$(alarms)" ]; }

expect_alarm() { # TEXT
	expect "the alarm '$1', not '$(alarms)'" grep -qF -- "$1" <(alarms)
}

is_attached() { # DEVICE
	tsr -j status | jq -e --arg dev "$1" \
		'.devices | any(.name == $dev)' >/dev/null
}

# Kinds of devices that do not see both directions

refused() { # DEVICE REASON
	expect_refusal 1 "$2" tsr attach "$1"
	expect_not "an attachment" is_attached "$1"
}

# A device waits by its name; one of that name and kind does not wake it
not_awakened() { # KIND [OPTION...]
	ip -n "$firewall" link add late type dummy
	attach late
	ip -n "$firewall" link del late
	ip -n "$firewall" link add late "$@"
	expect "late still waits" is_waiting late
	ip -n "$firewall" link del late
	detach late
}

vrf_device() {
	if ! modprobe -q vrf; then
		skip "this kernel has no VRFs"
		return
	fi
	ip -n "$firewall" link add red type vrf table 10
	refused red "it is a VRF device: packets arrive on its ports"
	ip -n "$firewall" link del red
	not_awakened type vrf table 10
}

ipvlan_device() {
	local mode

	if ! modprobe -q ipvlan; then
		skip "this kernel has no ipvlan devices"
		return
	fi
	for mode in l2 l3 l3s; do
		ip -n "$firewall" link add slave link fw1 type ipvlan mode $mode
		refused slave "it is an ipvlan device: answers arrive below it"
		ip -n "$firewall" link del slave
	done
	not_awakened link fw1 type ipvlan mode l2
}

ifb_device() {
	ip -n "$firewall" link add shaper type ifb
	refused shaper "it is an ifb device: what leaves through it has arrived elsewhere"
	ip -n "$firewall" link del shaper
}

# Redirects of tc

ingress() { tc -n "$firewall" qdisc add dev "${1:-fw1}" "${2:-ingress}"; }
no_ingress() { tc -n "$firewall" qdisc del dev "${1:-fw1}" "${2:-ingress}"; }

# As traffic shapers do
redirect_to_ifb() { # DEVICE PROTOCOL FILTER...
	expect "a filter" tc -n "$firewall" filter add dev "$1" ingress protocol "$2" \
		"${@:3}" action mirred egress redirect dev ifb
}

refused_while_redirected() { # PROTOCOL FILTER...
	ingress
	redirect_to_ifb fw1 "$@"
	refused fw1 "a tc filter ($2) redirects what arrives on fw1"
	no_ingress
}

redirects() {
	refused_while_redirected all u32 match u32 0 0
	refused_while_redirected ip matchall
	refused_while_redirected ipv6 flower ip_proto tcp
	refused_while_redirected all basic
	ingress fw1 clsact
	tc -n "$firewall" filter add dev fw1 ingress chain 3 matchall \
		action mirred ingress redirect dev ifb
	refused fw1 "a tc filter (matchall) redirects what arrives on fw1"
	no_ingress fw1 clsact
	tc -n "$firewall" qdisc add dev fw1 ingress_block 4 ingress
	tc -n "$firewall" filter add block 4 flower action pass pipe \
		action mirred egress redirect dev ifb
	refused fw1 "a tc filter (flower) redirects what arrives on fw1"
	no_ingress
}

below_a_vlan() {
	ip -n "$firewall" link add link fw1 name fw1.7 type vlan id 7
	ingress
	redirect_to_ifb fw1 802.1q matchall
	refused fw1.7 "a tc filter (matchall) redirects what arrives on fw1"
	no_ingress
	ip -n "$firewall" link del fw1.7
}

no_matter() {
	ingress fw1 clsact
	redirect_to_ifb fw1 arp matchall
	redirect_to_ifb fw1 ip flower ip_proto udp
	expect "a mirror" tc -n "$firewall" filter add dev fw1 ingress matchall \
		action mirred egress mirror dev ifb
	expect "a redirect of what leaves" tc -n "$firewall" filter add dev fw1 egress \
		protocol arp matchall action mirred egress redirect dev ifb
	ingress fw0
	redirect_to_ifb fw0 all matchall
	attach fw1
	expect_no_alarm
	detach fw1
	no_ingress fw0
	no_ingress fw1 clsact
}

told_when_it_comes_later() {
	attach fw1
	ingress
	redirect_to_ifb fw1 all u32 match u32 0 0
	expect_alarm "a tc filter (u32) redirects what arrives on fw1 before tsrewrite sees it"
	no_ingress
	expect_no_alarm
	detach fw1
}

# Connections whose answers are redirected

unanswered() { tsr -j status | jq -c '.devices[] | select(.name == "fw1").unanswered'; }
is_unanswered() { [ "$(unanswered)" = "$1" ]; } # JSON

unseen() { # HOW MANY answers of IPv4 and IPv6 were refused that did not pass
	tsr -j group | jq '.[0].treated.answers_unseen'
}

redirect_all() { # PROTOCOL
	ingress
	redirect_to_ifb fw1 "$1" matchall
}

works_rewritten() { # NAME ADDRESS
	capture "$1"
	expect "$1: a transfer" echoes inside "$2" 7
	end_capture "$1"
	expect "$1: rewritten and restored" compare_wires "$1" rewrite --flows 1
}

# What is said without a TSopt is neither rewritten nor restored
works_and_hides() { # NAME ADDRESS
	capture "$1"
	expect "$1: a transfer" echoes inside "$2" 7
	end_capture "$1"
	expect "$1: no TSopt outside" compare_wires "$1" strip --flows 1
}

attempt() { # ADDRESS
	on_inside timeout 1 socat -u OPEN:/dev/null "$(address_for_socat "$1" 7)" 2>/dev/null
}

attempts_go_on() { # ADDRESS JSON
	attempt "$1"
	is_unanswered "$2"
}

# comes_up VERSION PROTOCOL ADDRESS: by itself, after answers went another way
comes_up() {
	local before start
	local alarm="no answer by IP${1#ip} is seen on fw1: new connections lose their TSopt"

	works_rewritten "$1-before" "$3"
	before=$(unseen)
	redirect_all "$2"
	start=$SECONDS
	expect "$1: the first, when its SYN is sent again" echoes inside "$3" 7
	expect "$1: within 5 s, not $((SECONDS - start))" [ $((SECONDS - start)) -le 5 ]
	expect "$1: an answer that did not pass" [ "$(unseen)" -gt "$before" ]
	expect "$1: no answer is seen" until_true attempts_go_on "$3" "[\"$1\"]"
	expect_alarm "$alarm"
	expect "$1: health says so" has_health 1 "$alarm"
	works_and_hides "$1-redirected" "$3"
	no_ingress
	works_and_hides "$1-after" "$3"
	expect "$1: an answer is seen" is_unanswered '[]'
	works_rewritten "$1-again" "$3"
	expect_not "$1: an alarm that no answer is seen" grep -q 'no answer by' <(alarms)
}

comes_up_by_itself() {
	attach fw1
	tsr on >/dev/null
	comes_up ipv4 all $outside4
	comes_up ipv6 all $outside6
}

# The snippet that everybody copies redirects IPv4 alone
one_version_alone() {
	redirect_all ip
	expect "no answer by IPv4" until_true attempts_go_on $outside4 '["ipv4"]'
	works_rewritten still-ipv6 $outside6
	expect "no answer by IPv4, still" is_unanswered '["ipv4"]'
	no_ingress
	expect "IPv4" echoes inside $outside4 7
	expect "an answer is seen" is_unanswered '[]'
}

load() { # connections all the time
	while :; do
		attempt $outside4 &
		attempt $outside6 &
		pause 200
	done
}

# An inside host sends SYNs that nobody answers, and an RST behind each
resets_its_syn() { # PORT
	on_inside env PYTHONPATH="$selftests/lib" python3 - $inside4 $outside4 "$1" <<-'END'
		import ipaddress, sys
		from forge import End, build, send
		source, target = map(ipaddress.ip_address, sys.argv[1:3])
		ports = int(sys.argv[3]), 4020
		for what in ({"flags": "S"}, {"flags": "R", "seq": "1", "tsval": "none"}):
		    send(source, target, build(End(), ports, what))
	END
}

has_unseen() { [ "$(unseen)" = "$1" ]; } # COUNT

lonely_resets() {
	local before port

	before=$(unseen)
	drop_syns outside "tcp dport 4020"
	load &
	children+=($!)
	for port in 4021 4022 4023; do
		resets_its_syn $port
		expect "it counts" until_true has_unseen $((before + port - 4020))
		expect "not taken for missing answers" is_unanswered '[]'
	done
	kill "${children[-1]}"
	take_syns outside
}

# An inside host that does not refuse what it takes for wrong
silent_inside() {
	on_inside nft add table inet silent
	on_inside nft add chain inet silent out '{ type filter hook output priority 0; }'
	on_inside nft add rule inet silent out tcp flags rst drop
}

never_any_answer() {
	local before

	detach fw1
	silent_inside
	attach fw1
	redirect_all all
	expect "it follows from many attempts" until_true attempts_go_on $outside4 '["ipv4"]'
	before=$(counter egress_stripped)
	expect "a connection" echoes inside $outside4 7
	expect "without TSopt" has_risen egress_stripped "$before"
	on_inside nft delete table inet silent
	no_ingress
	expect "a connection" echoes inside $outside4 7
	expect "an answer is seen" is_unanswered '[]'
}

# Nobody outside can make it so: an answer was seen before
nobody_answers() {
	local before i

	expect "an answer by IPv4" echoes inside $outside4 7
	expect "an answer by IPv6" echoes inside $outside6 7
	before=$(unseen)
	drop_syns outside ""
	for ((i = 0; i < 5; i++)); do # a second each
		attempt $outside4 &
		attempt $outside4 &
		attempt $outside6 &
		attempt $outside6
	done
	expect "no answer that did not pass" [ "$(unseen)" = "$before" ]
	expect "not taken for missing answers" is_unanswered '[]'
	take_syns outside
	before=$(counter ingress_restored)
	expect "a connection" echoes inside $outside4 7
	expect "restored" has_risen ingress_restored "$before"
}

# Answers come in by another attached device
setup_second_way() {
	setup_link "$firewall" fw2 "$outside" out2
	ip -n "$firewall" addr add 203.0.113.1/24 dev fw2
	ip -n "$outside" addr add 203.0.113.2/24 dev out2
	ip -n "$outside" route add $inside4 via 203.0.113.1 dev out2
	on_firewall sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.fw2.rp_filter=0
}

two_ways() {
	local before i start=$SECONDS

	detach fw1
	setup_second_way
	attach fw1
	attach fw2
	before=$(unseen)
	for ((i = 0; i < 12 || SECONDS - start < 6; i++)); do
		expect "a connection" echoes inside $outside4 7 100
	done
	expect "not taken for missing answers" is_unanswered '[]'
	expect "none that did not pass" has_unseen "$before"
	ip -n "$firewall" link del fw2
	detach fw2
	expect "the answers to go back" ip -n "$outside" route get $inside4 >/dev/null
}

# Of the group in which answers are refused, within 5 s
told_as_ours() {
	local redirected told

	start_watch 'trip = observe' 'quiet = 1s'
	load &
	children+=($!)
	expect "connections as usual" until_true has_seen_attempts 40
	forget_what_was_told
	redirected=$(date +%s%6N)
	redirect_all all
	expect "told: ours" until_true has_told '
		any(.incident.kind == "success" and .incident.verdict == "ours")'
	told=$(told 'map(select(.incident.verdict == "ours"))[0].time | microseconds')
	echo "# from the redirect to the alarm: $(((told - redirected) / 1000)) ms"
	expect "within 5 s" [ $((told - redirected)) -le 5000000 ]
	expect "what it is about" has_told \
		'any(.incident.figures | contains("answers that did not pass here refused"))'
	expect "tripped" until_true has_told 'any(.what == "tripped")'
	expect "the redirect is told as well" until_true has_told 'any(.incident.kind == "bypass"
		and (.incident.figures | contains("redirects what arrives on fw1")))'
	no_ingress
	kill "${children[-1]}"
	stop_watch
	tsr on >/dev/null
}

has_seen_attempts() { # COUNT
	[ "$(tsr -j group | jq '.[0].treated.attempts')" -ge "$1" ]
}

# Packets in frames that are not read

# send_frames TYPE...: each begins with these 16-bit numbers, and leaves through fw1
send_frames() {
	on_firewall python3 - "$@" <<-'END'
		import socket, sys
		with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire:
		    wire.bind(("fw1", 0))
		    for frame in sys.argv[1:]:
		        wire.send(b"\2\0\0\0\0\1\2\0\0\0\0\2" +
		                  bytes.fromhex(frame) + bytes(46))
	END
}

says_unread() { # KIND
	expect_alarm "$1 frames leave through fw1: tsrewrite does not read the packets in them"
	expect "health says so" has_health 1 "$1 frames leave through fw1"
}

unread() { tsr -j status | jq -c '.devices[] | select(.name == "fw1").unread'; }

unread_frames() {
	detach fw1
	attach fw1
	send_frames 88cc 8863 88f7 0806 88b5 # LLDP, PPPoE's discovery, PTP, ARP, experiments
	expect_not "an alarm of frames" grep -q 'frames leave' <(alarms)
	expect "no such frames" [ "$(unread)" = null ]
	send_frames 8864110000010000
	says_unread PPPoE
	expect "their type" [ "$(unread)" = 34916 ]
	expect "a metric" grep -q '^tsrewrite_device_unread{device="fw1",zone="0"} 1$' \
		<(tsr metrics)
	send_frames 884700001140
	says_unread MPLS
	send_frames 810000078864110000010000
	says_unread PPPoE
	send_frames 9100000708004500
	says_unread "EtherType 0x9100"
	detach fw1
	attach fw1
	expect_not "an alarm of frames" grep -q 'frames leave' <(alarms)
}

for part in ifb dummy 8021q sch_ingress act_mirred act_gact cls_u32 cls_flower \
	cls_matchall cls_basic; do
	modprobe -q $part
done
require_module
setup_hosts
without_offloads
if ! ip -n "$firewall" link add ifb type ifb; then
	ktap_skip_all "this kernel has no ifb devices"
	exit "$KSFT_SKIP"
fi
ip -n "$firewall" link set ifb up
serve outside 7 cat

run_cases \
	vrf_device "a VRF device: refused" \
	ipvlan_device "an ipvlan device: refused in each of its modes" \
	ifb_device "an ifb device: refused" \
	redirects "a redirect on the device: refused, whatever finds the packets" \
	below_a_vlan "a redirect on a device below: refused" \
	no_matter "what redirects no segments that arrive here: no matter" \
	told_when_it_comes_later "a redirect that comes later: an alarm" \
	comes_up_by_itself "answers go another way: connections come up without TSopt" \
	one_version_alone "IPv4 and IPv6 are told apart" \
	lonely_resets "RSTs without answers, where others are answered: no matter" \
	never_any_answer "an inside host that refuses nothing: after many attempts" \
	nobody_answers "nobody answers where answers were seen: no matter" \
	two_ways "answers come in by another attached device: no matter" \
	told_as_ours "the service tells it as ours within 5 s, and trips" \
	unread_frames "packets that leave in frames which are not read: told"
