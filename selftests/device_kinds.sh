#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each kind of device, attached. Connections from inside and from outside come up, and are
# rewritten and restored; or the device is refused. What the kernel, or this machine, does
# not have is skipped.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/plug.sh
. "$selftests/lib/plug.sh"
# shellcheck source=selftests/lib/ipsec.sh
. "$selftests/lib/ipsec.sh"
trap cleanup EXIT

counted=(egress_rewritten ingress_restored egress_stripped flow_asymmetric echo_impossible)

counts() {
	local name filter=

	for name in "${counted[@]}"; do
		filter+=" \\(.$name)"
	done
	tsr -j stats | jq -r "\"${filter# }\""
}

# both_ways KIND [IP]...: connections from either side, by each version of IP, in which
# each segment that is counted was rewritten or restored, and none was refused or stripped
both_ways() {
	local kind=$1 ip before after
	local -A in=([4]=$inside4 [6]=$inside6) out=([4]=$outside4 [6]=$outside6)

	shift
	read -ra before <<<"$(counts)"
	for ip in "${@:-4 6}"; do
		expect "$kind: IPv$ip from inside" echoes inside "${out[$ip]}" 7
		expect "$kind: IPv$ip from outside" echoes outside "${in[$ip]}" 7
	done
	read -ra after <<<"$(counts)"
	expect "$kind: rewritten" [ $((after[0] - before[0])) -ge $(($# * 10)) ]
	expect "$kind: restored" [ $((after[1] - before[1])) -ge $(($# * 10)) ]
	expect "$kind: nothing else" [ "${after[*]:2}" = "${before[*]:2}" ]
}

# restored DEVICE [IP]...
restored() {
	attach "$1"
	both_ways "$@"
	detach "$1"
}

# has KIND [MODULE]: whether the kernel has such devices; else the case is skipped
has() {
	modprobe -q "${2:-$1}" && return
	skip "this kernel has no $1 devices"
	return 1
}

has_command() { # COMMAND
	command -v "$1" >/dev/null && return
	skip "this machine has no command $1"
	return 1
}

underlay() {
	mtu=1400
	ip -n "$firewall" addr add $here4/30 dev port
	ip -n "$outside" addr add $there4/30 dev far
}

# Tunnels

plug_tunnel() { # TYPE [OPTION...]
	underlay
	ip -n "$firewall" link add fw1 type "$1" local $here4 remote $there4 "${@:2}"
	ip -n "$outside" link add out0 type "$1" local $there4 remote $here4 "${@:2}"
}

gre() {
	has gre ip_gre || return
	plug tunnel gre ttl 64
	restored fw1 4 6
}

gretap() {
	has gretap ip_gre || return
	plug tunnel gretap
	restored fw1 4 6
}

ipip() {
	has ipip || return
	plug tunnel ipip ttl 64
	restored fw1 4
}

sit() {
	has sit || return
	plug tunnel sit ttl 64
	restored fw1 6
}

vxlan() {
	has vxlan || return
	plug tunnel vxlan id 7 dstport 4789
	restored fw1 4 6
}

plug_geneve() {
	underlay
	ip -n "$firewall" link add fw1 type geneve id 7 remote $there4
	ip -n "$outside" link add out0 type geneve id 7 remote $here4
}

geneve() {
	has geneve || return
	plug geneve
	restored fw1 4 6
}

l2tp_over() { # NAMESPACE NAME HERE THERE
	ip -n "$1" l2tp add tunnel tunnel_id 1 peer_tunnel_id 1 encap udp local "$3" \
		remote "$4" udp_sport 1701 udp_dport 1701
	ip -n "$1" l2tp add session name "$2" tunnel_id 1 session_id 1 peer_session_id 1
}

plug_l2tp() {
	underlay
	l2tp_over "$firewall" fw1 $here4 $there4
	l2tp_over "$outside" out0 $there4 $here4
}

l2tp() {
	has l2tp l2tp_eth && modprobe -q l2tp_netlink || return
	plug l2tp
	restored fw1 4 6
	ip -n "$firewall" l2tp del tunnel tunnel_id 1
	ip -n "$outside" l2tp del tunnel tunnel_id 1
}

xfrm() {
	has xfrm xfrm_interface || return
	plug xfrm
	restored fw1 4 6
	forget_keys
}

plug_vti() {
	underlay
	ip -n "$firewall" link add fw1 type vti local $here4 remote $there4 key 7
	ip -n "$outside" link add out0 type vti local $there4 remote $here4 key 7
	keys $here4 $there4
	policies "$firewall" $here4 $there4 0.0.0.0/0 0.0.0.0/0 mark 7
	policies "$outside" $there4 $here4 0.0.0.0/0 0.0.0.0/0 mark 7
}

vti() {
	has vti ip_vti || return
	plug vti
	restored fw1 4
	forget_keys
}

wireguard_over() { # NAMESPACE NAME KEY PEER ENDPOINT
	ip -n "$1" link add "$2" type wireguard
	ip netns exec "$1" wg set "$2" listen-port 51820 private-key "$3" \
		peer "$(wg pubkey <"$4")" endpoint "$5:51820" allowed-ips 0.0.0.0/0,::/0
}

plug_wireguard() {
	underlay
	(umask 077; wg genkey >"$scratch/here.key"; wg genkey >"$scratch/there.key")
	wireguard_over "$firewall" fw1 "$scratch/here.key" "$scratch/there.key" $there4
	wireguard_over "$outside" out0 "$scratch/there.key" "$scratch/here.key" $here4
}

wireguard() {
	has wireguard && has_command wg || return
	plug wireguard
	restored fw1 4 6
}

# A program at each end carries what leaves to the other end
tun_over() { # HOST NAME TYPE HERE THERE
	in_background "$1" socat \
		"TUN,tun-name=$2,tun-type=$3,iff-no-pi" \
		"UDP4-DATAGRAM:$5:5555,bind=$4:5555"
	until_true ip -n "${!1}" link show "$2" 2>/dev/null
}

plug_tun() { # TYPE
	underlay
	tun_over firewall fw1 "$1" $here4 $there4
	tun_over outside out0 "$1" $there4 $here4
}

unplug_tun() {
	kill "${children[@]: -2}"
	wait "${children[@]: -2}" 2>/dev/null
}

tun() {
	has tun || return
	plug tun tun
	restored fw1 4 6
	unplug_tun
}

tap() {
	has tun || return
	plug tun tap
	restored fw1 4 6
	unplug_tun
}

# What is above others, or below

plug_veth() {
	setup_link "$firewall" fw1 "$outside" out0
}

veth() {
	plug veth
	restored fw1 4 6
}

veth_with_xdp() {
	local program

	plug veth
	in_background firewall python3 "$selftests/lib/xdp_pass.py" fw1 \
		>"$scratch/xdp" 2>"$scratch/xdp.err"
	program=$!
	if ! until_true grep -q . "$scratch/xdp" "$scratch/xdp.err" ||
		[ ! -s "$scratch/xdp" ]; then
		skip "no XDP: $(tail -n 1 "$scratch/xdp.err")"
		return
	fi
	tsr attach fw1 2>"$scratch/warned"
	expect "a warning of XDP" grep -q 'an XDP program runs on fw1' "$scratch/warned"
	both_ways veth_with_xdp 4 6
	detach fw1
	kill $program
	wait $program 2>/dev/null
}

plug_netkit() {
	ip -n "$firewall" link add fw1 type netkit || return
	ip -n "$firewall" link set "$(peer_of fw1)" netns "$outside" name out0
}

peer_of() { # DEVICE
	ip -n "$firewall" -j link show "$1" | jq -r '.[].link'
}

netkit() {
	if ! ip -n "$firewall" link add try type netkit 2>/dev/null; then
		skip "this kernel has no netkit devices"
		return
	fi
	ip -n "$firewall" link del try
	plug netkit
	restored fw1 4 6
}

vlan() {
	plug vlan 7
	restored fw1 4 6
	restored port 4 6
}

macvlan() {
	plug macvlan
	restored fw1 4 6
	restored port 4 6
}

macsec_over() { # NAMESPACE NAME LOWER KEY PEER_ADDRESS PEER_KEY
	ip -n "$1" link add link "$3" name "$2" type macsec port 1 encrypt on
	ip -n "$1" macsec add "$2" tx sa 0 pn 1 on key 00 "$4"
	ip -n "$1" macsec add "$2" rx port 1 address "$5"
	ip -n "$1" macsec add "$2" rx port 1 address "$5" sa 0 pn 1 on key 01 "$6"
}

address_of() { # NAMESPACE DEVICE
	ip -n "$1" -j link show "$2" | jq -r '.[].address'
}

plug_macsec() {
	local here=000102030405060708090a0b0c0d0e0f there=0f0e0d0c0b0a09080706050403020100

	mtu=1400
	macsec_over "$firewall" fw1 port $here "$(address_of "$outside" far)" $there
	macsec_over "$outside" out0 far $there "$(address_of "$firewall" port)" $here
}

# What it sends is not read by the device below
macsec() {
	has macsec || return
	plug macsec
	restored fw1 4 6
	attach port
	expect "through it" echoes inside $outside4 7
	expect "the alarm of MACsec" grep -q 'MACsec frames leave through port' \
		<(tsr -j status | jq -r '.alarms[]')
	detach port
}

bond() {
	plug bond
	restored fw1 4 6
}

team_over() { # NAMESPACE NAME LOWER
	ip -n "$1" link add "$2" type team
	ip netns exec "$1" teamnl "$2" setoption mode roundrobin
	enslave "$1" "$3" "$2"
}

plug_team() {
	both_ends team_over
}

team() {
	has team && has team team_mode_roundrobin && has_command teamnl || return
	plug team
	restored fw1 4 6
}

is_forwarding() { # DEVICE
	command bridge -n "$firewall" link show dev "$1" | grep -q 'state forwarding'
}

bridge() {
	has bridge || return
	plug bridge
	expect "the port forwards" until_true is_forwarding port
	restored fw1 4 6
	restored port 4 6
}

vrf_port() {
	has VRF vrf || return
	plug veth
	ip -n "$firewall" link add red type vrf table 10
	ip -n "$firewall" link set red up
	ip -n "$firewall" link set fw0 master red
	ip -n "$firewall" link set fw1 master red
	ip -n "$firewall" addr add fd00:1::1/64 dev fw0 nodad
	ip -n "$firewall" addr add $firewall6/64 dev fw1 nodad
	restored fw1 4 6
	ip -n "$firewall" link del red
	ip -n "$firewall" addr add fd00:1::1/64 dev fw0 nodad
}

ppp() {
	has PPP ppp_generic || return
	skip "nobody sets a PPP device up here yet"
}

# Refused

vrf_master() {
	has VRF vrf || return
	ip -n "$firewall" link add odd type vrf table 10
	expect_refusal 1 "it is a VRF device" tsr attach odd
	ip -n "$firewall" link del odd
	expect "attaching one that is to come" tsr attach --absent odd
	ip -n "$firewall" link add odd type vrf table 10
	expect_refusal 1 "attach odd: it is attached, but its kind, its stack" tsr attach odd
	expect "an alarm" grep -q 'ALARM: device odd is attached and exists, but' <(tsr status)
	expect "health to say so" grep -q 'odd is there, but could not be attached to' \
		<(tsr -j health)
	expect "detaching it" tsr detach odd
	expect_refusal 1 "it is a VRF device" tsr attach odd
	ip -n "$firewall" link del odd
}

ipvlan() {
	local type

	has ipvlan || return
	plug veth
	for type in ipvlan ipvtap; do
		modprobe -q $type || continue
		ip -n "$firewall" link add link fw1 name odd type $type mode l2
		expect_refusal 1 "it is an ipvlan device" tsr attach odd
		ip -n "$firewall" link del odd
	done
}

ifb() {
	has ifb || return
	ip -n "$firewall" link add odd type ifb
	expect_refusal 1 "it is an ifb device" tsr attach odd
	ip -n "$firewall" link del odd
}

modprobe -qa 8021q bridge bonding macvlan dummy
require_module
setup_hosts
without_offloads
serve outside 7 cat
serve inside 7 cat
tsr on >/dev/null 2>&1

run_cases \
	veth "veth" \
	veth_with_xdp "veth with a program of XDP" \
	netkit "netkit" \
	vlan "a VLAN, or the device below it" \
	macvlan "macvlan, or the device below it" \
	macsec "MACsec" \
	bond "a bond" \
	team "a team" \
	bridge "a bridge, or its port" \
	vrf_port "a VRF's port" \
	gre "GRE" \
	gretap "GRE with Ethernet" \
	ipip "IPv4 in IPv4" \
	sit "IPv6 in IPv4" \
	vxlan "VXLAN" \
	geneve "Geneve" \
	l2tp "L2TP" \
	xfrm "an xfrm interface" \
	vti "VTI" \
	wireguard "WireGuard" \
	tun "tun" \
	tap "tap" \
	ppp "PPP" \
	vrf_master "a VRF: refused" \
	ipvlan "ipvlan and ipvtap: refused" \
	ifb "ifb: refused"
