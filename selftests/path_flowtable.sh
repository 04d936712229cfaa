#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Software flowtables, on the attached device or below it. They carry a connection's
# segments from device to device, past the routing and nft's chains. On the attached
# device the segments still pass our hooks; on a device below it they would not:
# attaching is refused, and a flowtable that comes later is told.
#
# Later on, the outside is in a VLAN:
#
#	| fw0    firewall    fw1 |------| out0
#	|                  fw1.7 |------| out0.7    the same addresses

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/watch.sh
. "$(dirname "$0")/lib/watch.sh"
trap cleanup EXIT

# flowtable DEVICE...: established connections take it; what does not is counted
flowtable() {
	local devices=$*

	on_firewall nft -f - <<-END
		table inet fast {
			flowtable ft {
				hook ingress priority 0;
				devices = { ${devices// /, } };
			}
			chain forward {
				type filter hook forward priority 0;
				ct state established meta l4proto tcp flow add @ft
				meta l4proto tcp counter
			}
		}
	END
}

no_flowtable() { on_firewall nft delete table inet fast; }

forwarded() {
	on_firewall nft -j list chain inet fast forward |
		jq '[.. | .counter? | select(.) | .packets] | add'
}

is_offloaded() { # PORT, inside's
	on_firewall conntrack -L -p tcp --orig-port-src "$1" 2>/dev/null |
		grep -qF '[OFFLOAD]'
}

masquerade() {
	on_firewall nft -f - <<-END
		table inet nat {
			chain post {
				type nat hook postrouting priority srcnat;
				oifname "fw1*" masquerade;
			}
		}
	END
}

# carried NAME PORT [EXPECTATION...]: a connection from inside, by IPv4, and one
# by IPv6, on the fast path; what both wires saw of it
carried() {
	local name=$1 port=$2

	shift 2
	capture "$name"
	hold "$name-4" inside $outside4 7 "sourceport=$port"
	hold "$name-6" inside $outside6 7 "sourceport=$((port + 1))"
	for flow in "$name-4" "$name-6"; do
		expect "$flow: a connection" still_talks "$flow"
		say "$flow" 150000
		expect "$flow: all that was said" until_true has_heard "$flow"
	done
	expect "the fast path" is_offloaded "$port"
	expect "the fast path for IPv6" is_offloaded $((port + 1))
	end_capture "$name"
	expect "few segments on the slow path" \
		[ "$(forwarded)" -lt $(($(count_segments "$name.outside" tcp) / 4)) ]
	expect "both wires to agree" compare_wires "$name" rewrite --flows 2 \
		--segments 100 "$@"
	let_go "$name-4"
	let_go "$name-6"
}

routed() {
	flowtable fw0 fw1
	expect "attaching a device that is in a flowtable itself" tsr attach fw1
	tsr on >/dev/null
	carried routed 4001
	expect_no_alarm
}

behind_nat() {
	masquerade
	carried nat 4011
	expect "no inside address outside" \
		[ "$(count_segments nat.outside 'tcp and net 10.0.0.0/8')" = 0 ]
	on_firewall nft delete table inet nat
}

move_into_vlan() { # HOST DEVICE IPV4/LEN IPV6/LEN
	ip -n "${!1}" addr flush dev "$2" scope global
	ip -n "${!1}" link add link "$2" name "$2.7" type vlan id 7
	ip -n "${!1}" link set "$2.7" up
	setup_address "${!1}" "$2.7" "$3" "$4"
	"on_$1" ethtool -K "$2.7" tx off tso off gso off gro off >/dev/null
}

outside_into_vlan() {
	move_into_vlan firewall fw1 $firewall4/24 $firewall6/64
	move_into_vlan outside out0 $outside4/24 $outside6/64
	ip -n "$outside" route replace default via $firewall4
	ip -n "$outside" route replace default via $firewall6
	capture_outside=outside:out0.7
}

below_a_vlan() {
	outside_into_vlan
	carried vlan 4021
	expect "flows of the VLAN" [ "$(tsr -j flows port 4021 |
		jq '.[0].vlan')" = 7 ]
	expect_no_alarm
	masquerade
	carried vlan-nat 4031
	on_firewall nft delete table inet nat
}

# Judgements

alarms() { tsr -j status | jq -r '.alarms[]'; }

expect_no_alarm() { expect "no alarm" [ -z "$(alarms)" ]; }

expect_alarm() { # TEXT
	expect "the alarm '$1', not '$(alarms)'" grep -qF -- "$1" <(alarms)
	expect "the same as text" grep -qF -- "ALARM: $1" <(tsr status)
}

is_attached() {
	tsr -j status | jq -e --arg dev "$1" \
		'.devices | any(.name == $dev)' >/dev/null
}

refused_above() {
	tsr detach fw1 --force >/dev/null
	expect_refusal 1 \
		"which is in flowtable inet fast/ft: what the flowtable carries would bypass fw1.7 (attach fw1 instead)" \
		tsr attach fw1.7
	expect_not "an attachment" is_attached fw1.7
}

refused_far_above() {
	ip -n "$firewall" link add bridge type bridge
	ip -n "$firewall" link set fw1.7 master bridge
	ip -n "$firewall" link add link bridge name bridge.9 type vlan id 9
	expect_refusal 1 \
		"which is in flowtable inet fast/ft: what the flowtable carries would bypass bridge.9 (attach fw1 instead)" \
		tsr attach bridge.9
	ip -n "$firewall" link del bridge
}

beside_is_fine() {
	ip -n "$firewall" link add one type veth peer name other
	ip -n "$firewall" link add beside type dummy
	no_flowtable
	flowtable other
	expect "attaching a peer" tsr attach one
	expect "attaching another device" tsr attach beside
	expect_no_alarm
	expect "detaching it" tsr detach one
	expect "detaching it" tsr detach beside
	ip -n "$firewall" link del one
	no_flowtable
}

told_when_it_comes_later() {
	expect "attaching the VLAN while there is no flowtable" tsr attach fw1.7
	expect_no_alarm
	flowtable fw0 fw1
	expect_alarm "fw1.7 is above fw1, which is in flowtable inet fast/ft"
	no_flowtable
	expect_no_alarm
}

# In the same situation, by the service
service_tells_when_it_comes_later() {
	start_watch
	flowtable fw0 fw1
	expect "told" until_true has_told "$opened |
		.kind == \"bypass\" and (.figures | contains(\"inet fast/ft\"))"
	expect "health: degraded" has_health 1 "bypasses the attached devices"
	no_flowtable
	expect "and that it is over" until_true has_closed
	stop_watch
}

# An nft chain at PRIORITY of the netdev HOOK of fw1.7
chain() { # NAME HOOK PRIORITY
	on_firewall nft -f - <<-END
		table netdev outer {
			chain $1 {
				type filter hook $2 device fw1.7 priority $3;
			}
		}
	END
}

hooks_outside() {
	if ! modprobe -q nfnetlink_hook; then
		skip "this kernel does not list hooks"
		return
	fi
	expect "detaching" tsr detach fw1.7 --force
	chain out egress 2147483647
	expect "attaching" tsr attach fw1.7
	chain in ingress -2147483648
	expect_alarm "nft's chain netdev outer/in runs before tsrewrite on what arrives on fw1.7"
	expect_alarm "nft's chain netdev outer/out runs after tsrewrite on what leaves through fw1.7"
	on_firewall nft delete table netdev outer
	chain in ingress 0
	chain out egress 0
	expect_no_alarm
	on_firewall nft delete table netdev outer
}

has_asymmetric() { [ "$(counter flow_asymmetric)" -gt 0 ]; }

shows_asymmetric() { # PORT
	tsr -j flows port "$1" | jq -e 'any(.asymmetric)' >/dev/null
}

goes_on_and_is_counted() {
	say bypassed 3000
	has_asymmetric
}

# What arrives in the VLAN for the inside host goes from fw1 straight to it
redirect_inwards() {
	local mac

	mac=$(ip -n "$inside" -j link show in0 | jq -r '.[0].address')
	tc -n "$firewall" qdisc add dev fw1 clsact
	tc -n "$firewall" filter add dev fw1 ingress protocol 802.1q flower \
		vlan_id 7 vlan_ethtype ipv4 ip_proto tcp dst_ip $inside4 \
		action vlan pop \
		action pedit ex munge eth dst set "$mac" \
		action mirred egress redirect dev fw0
}

no_redirect() { tc -n "$firewall" qdisc del dev fw1 clsact; }

bypass_is_counted() {
	start_watch 'asymmetric = 1'
	tsr on >/dev/null
	expect "none yet" [ "$(counter flow_asymmetric)" = 0 ]
	hold bypassed inside $outside4 7 sourceport=4041
	expect "a connection" still_talks bypassed
	expect "what arrives redirected" redirect_inwards
	expect "asymmetric" until_true goes_on_and_is_counted
	expect "the flow itself" shows_asymmetric 4041
	expect_alarm "1 connection went on in one direction only"
	expect "asymmetric in text" grep -q ':4041 .* asymmetric ' <(tsr flows)
	expect "told by the service" until_true has_told '
		any(.what == "opened" and .incident.kind == "asymmetric")'
	stop_watch
	no_redirect
	let_go bypassed
}

sent() { # DEVICE: how many packets it has been given to send
	ip -n "$firewall" -s -j link show "$1" | jq '.[0].stats64.tx.packets'
}

# Said again and again, for a connection that is broken sends little
goes_on_by() { # DEVICE FROM: some segments have left through it since
	say either-way 3000
	[ "$(sent "$1")" -ge $(($2 + 5)) ]
}

goes_on_and_is_asymmetric() { # PORT
	say either-way 3000
	shows_asymmetric "$1"
}

# Since 6.19, c653d5a78f34 ("netfilter: flowtable: inline vlan encapsulation in xmit
# path"), what leaves is carried past the VLAN's device as well as what arrives.
puts_on_tags_itself() {
	[ "$(printf '%s\n' 6.19 "$(uname -r)" | sort -V | head -n 1)" = 6.19 ]
}

shows_symmetric() { # PORT
	tsr -j flows port "$1" | jq -e 'length == 1 and all(.asymmetric | not)' >/dev/null
}

bypassed_either_way() {
	local above below

	flowtable fw0 fw1
	hold either-way inside $outside4 7 sourceport=4051
	expect "a connection" still_talks either-way
	expect "the fast path" until_true is_offloaded 4051
	above=$(sent fw1.7) below=$(sent fw1)
	expect "segments that leave" until_true goes_on_by fw1 "$below"
	if puts_on_tags_itself; then
		expect "both directions past fw1.7" [ "$(sent fw1.7)" = "$above" ]
		expect "two sides, as far as we see" shows_symmetric 4051
	else
		expect "what leaves by fw1.7" [ "$(sent fw1.7)" -gt "$above" ]
		expect "asymmetric" until_true goes_on_and_is_asymmetric 4051
		expect "counted" [ "$(counter flow_asymmetric)" = 2 ]
	fi
	expect_alarm "fw1.7 is above fw1, which is in flowtable inet fast/ft"
}

require_module
for needed in nf_flow_table nf_flow_table_inet nft_flow_offload 8021q; do
	modprobe -q $needed
done
setup_hosts
without_offloads
if ! flowtable fw0 fw1 2>"$scratch/why"; then
	ktap_skip_all "no flowtable: $(head -n 1 "$scratch/why")"
	exit "$KSFT_SKIP"
fi
no_flowtable
serve outside 7 cat

run_cases \
	routed "a flowtable on the attached device: restored on the fast path" \
	behind_nat "behind NAT as well" \
	below_a_vlan "the outside in a VLAN: its parent attached, and in the flowtable" \
	refused_above "attaching above a device in a flowtable: refused" \
	refused_far_above "the same over a bridge" \
	beside_is_fine "a flowtable on other devices: no matter" \
	told_when_it_comes_later "a flowtable that comes later: an alarm" \
	service_tells_when_it_comes_later "the same by the service, until it is over" \
	hooks_outside "a hook between us and the wire: an alarm" \
	bypass_is_counted "what bypasses us one way is counted" \
	bypassed_either_way "what a flowtable's two devices carry is told, or counted"
