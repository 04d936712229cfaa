#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Paths that pass an attached device more than once. They lead through two of them, in and
# out by the same, or over lo.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/plug.sh
. "$selftests/lib/plug.sh"
trap cleanup EXIT

# Every segment that passes belongs to two flows, of opposite ends
mirrored_flows() { # JQ_CONDITION: how many pairs
	tsr -j flows | jq "[.[] | select($1)] | [.[] |
		[.inside_addr, .inside_port, .outside_addr, .outside_port]] as \$flows |
		[\$flows[] | select([.[2], .[3], .[0], .[1]] | IN(\$flows[]))] |
		length / 2"
}

# twice NAME FLOWS OPTION...: of what was captured each segment was rewritten and
# restored, in one flow by its TSval and in another by its TSecr
twice() {
	expect "$1: both wires, both ways" compare_wires "$1" rewrite --transit \
		--flows "$2" --segments 20 "${@:3}"
	expect "$1: no impossible echo" [ "$(counter echo_impossible)" = 0 ]
}

transit() {
	local before

	attach fw1
	attach fw0
	before=$(counter egress_rewritten)
	capture transit
	four_ways transit
	end_capture transit
	twice transit 4
	expect "four pairs of flows" [ "$(mirrored_flows true)" = 4 ]
	expect "each segment rewritten once" \
		[ $(($(counter egress_rewritten) - before)) = \
		"$(count_segments transit.outside tcp)" ]
	detach fw0
	detach fw1
}

# Hairpins: client and server are both behind fw1

near_host() { # NAMESPACE PORT IPV4/LEN IPV6/LEN GATEWAY4 GATEWAY6
	setup_link "$1" near "$outside" "$2"
	ip -n "$outside" link set "$2" master switch
	ip netns exec "$1" ethtool -K near tx off tso off gso off gro off >/dev/null
	ip netns exec "$1" sysctl -qw net.ipv4.conf.all.accept_redirects=0 \
		net.ipv6.conf.near.accept_redirects=0
	setup_address "$1" near "$3" "$4"
	setup_address "$firewall" fw1 "$5/24" "$6/64"
	ip -n "$1" route add default via "$5"
	ip -n "$1" route add default via "$6"
}

setup_hairpin() {
	on_firewall sysctl -qw net.ipv4.conf.all.send_redirects=0 \
		net.ipv4.conf.fw1.send_redirects=0
	ip -n "$outside" link add switch up type bridge mcast_snooping 0
	ip -n "$outside" link set out0 master switch
	near_host "$inside2" port1 192.0.2.2/24 2001:db8:1::2/64 \
		192.0.2.1 2001:db8:1::1
	near_host "$outside2" port2 203.0.113.2/24 2001:db8:2::2/64 \
		203.0.113.1 2001:db8:2::1
	for port in out0 port1 port2; do
		expect "$port forwards" until_true is_forwarding $port
	done
}

is_forwarding() { # PORT of the switch
	bridge -n "$outside" link show dev "$1" | grep -q 'state forwarding'
}

hairpin() {
	setup_hairpin
	attach fw1
	reflected hairpin 203.0.113.2 7
	reflected hairpin6 2001:db8:2::2 7
}

# shellcheck disable=SC2034 # lib.sh reads them
reflected() { # NAME ADDRESS PORT
	local capture_inside=(inside2:near) capture_outside=outside2:near
	local outside4=203.0.113.2

	capture "$1"
	expect "$1: a transfer" echoes inside2 "$2" "$3" 8000
	end_capture "$1"
	twice "$1" 1 --outside "$2" --outside 203.0.113.2
}

# Neither end sees the other's address
hairpin_nat() {
	on_firewall nft -f - <<-END
		table ip reflect {
			chain pre {
				type nat hook prerouting priority dstnat;
				tcp dport 8080 dnat to 203.0.113.2:7;
			}
			chain post {
				type nat hook postrouting priority srcnat;
				ct status dnat masquerade;
			}
		}
	END
	reflected reflection 198.51.100.80 8080
	expect "a flow as the server sees it" \
		[ "$(flows_where '.inside_addr == "203.0.113.1"')" = 1 ]
	expect "a flow as the client sees it" \
		[ "$(flows_where '.inside_addr == "198.51.100.80"')" = 1 ]
	on_firewall nft delete table ip reflect
	detach fw1
}

# lo: what leaves arrives at once

loopback() {
	local sent before after numbers='"\(.egress_rewritten) \(.ingress_restored) " +
		"\(.ingress_no_flow) \(.echo_impossible)"'

	serve firewall 7 cat
	attach lo
	read -ra before <<<"$(tsr -j stats | jq -r "$numbers")"
	start_tcpdump firewall lo lo
	expect "a transfer, IPv4" echoes firewall 127.0.0.1 7 8000
	expect "a transfer, IPv6" echoes firewall ::1 7 8000
	echo end | on_firewall socat -u - UDP4:127.0.0.1:9
	until_true has_sentinels lo 1
	read -ra after <<<"$(tsr -j stats | jq -r "$numbers")"
	sent=$(count_segments lo tcp)
	expect "two connections from SYN to FIN" [ "$sent" -ge 14 ]
	expect "each of $sent rewritten" [ $((after[0] - before[0])) = "$sent" ]
	expect "all restored but two SYNs" [ $((after[1] - before[1])) = $((sent - 2)) ]
	expect "those two without a flow" [ $((after[2] - before[2])) = 2 ]
	expect "no impossible echo" [ "${after[3]}" = "${before[3]}" ]
	expect "two pairs of flows" [ "$(mirrored_flows \
		'.inside_addr == "127.0.0.1" or .inside_addr == "::1"')" = 2 ]
	detach lo
}

modprobe -qa bridge
require_module
setup_hosts
setup_ns inside2 outside2
without_offloads
serve outside 7 cat
serve inside 7 cat
serve outside2 7 cat
tsr on >/dev/null 2>&1

run_cases \
	transit "from one attached device to another" \
	hairpin "out by the device that it came in by" \
	hairpin_nat "the same with both ends' addresses translated" \
	loopback "lo: a connection to the firewall itself"
