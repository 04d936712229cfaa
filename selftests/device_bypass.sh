#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What arrives past the attached device. Connections that are rewritten would break:
# their answers are not restored. What can be known is refused; what comes later is told.

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

# The answer to the SYN that is sent again, without TSopt, needs no restoring
comes_up() { # NAME ADDRESS
	local before start

	works_rewritten "$1-before" "$2"
	before=$(unseen)
	redirect_all all
	start=$SECONDS
	expect "$1: when its SYN is sent again" echoes inside "$2" 7
	expect "$1: within 5 s, not $((SECONDS - start))" [ $((SECONDS - start)) -le 5 ]
	expect "$1: an answer that did not pass" [ "$(unseen)" -gt "$before" ]
	no_ingress
	works_rewritten "$1-after" "$2"
}

comes_up_when_sent_again() {
	attach fw1
	tsr on >/dev/null
	comes_up ipv4 $outside4
	comes_up ipv6 $outside6
}

attempt() { # ADDRESS
	on_inside timeout 1 socat -u OPEN:/dev/null "$(address_for_socat "$1" 7)" 2>/dev/null
}

# Nobody answers, which is no answer that did not pass
nobody_answers() {
	local before i

	before=$(unseen)
	drop_syns outside ""
	for ((i = 0; i < 3; i++)); do # a second each
		attempt $outside4 &
		attempt $outside6
	done
	expect "no answer that did not pass" [ "$(unseen)" = "$before" ]
	take_syns outside
}

load() { # connections all the time
	while :; do
		attempt $outside4 &
		attempt $outside6 &
		pause 200
	done
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
	comes_up_when_sent_again "answers go another way: the SYN that is sent again has no TSopt" \
	nobody_answers "nobody answers: no matter" \
	told_as_ours "the service tells it as ours within 5 s, and trips"
