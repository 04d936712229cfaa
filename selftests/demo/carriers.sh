# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# The two carriers: their networks behind the outside host, which here is the
# exchange between operators, and their DNS servers.
#
#                                              +-----------+
#       +---------+     +---------+       .----| carrier_a | 192.0.2.2
#   ----| out0 exchange           |------<     +-----------+
#       +---------+-----+---------+       `----| carrier_b | 203.0.113.2
#                                              +-----------+
#
# Needs lib.sh, its hosts, and dns.sh.

carrier_a4=192.0.2.2	carrier_b4=203.0.113.2
zone_a=epc.mnc001.mcc208.3gppnetwork.org
zone_b=epc.mnc001.mcc999.3gppnetwork.org

on_carrier_a() { ip netns exec "$carrier_a" "$@"; }
on_carrier_b() { ip netns exec "$carrier_b" "$@"; }

setup_carrier() { # NAMESPACE DEVICE NETWORK, of which .1 is the exchange, .2 the server
	setup_link "$outside" "$2" "$1" net0
	ip -n "$outside" addr add "$3.1/24" dev "$2"
	ip -n "$1" addr add "$3.2/24" dev net0
	ip -n "$1" route add default via "$3.1"
	ip -n "$firewall" route add "$3.0/24" via "$outside4"
}

setup_carrier_networks() {
	setup_ns carrier_a carrier_b || return
	setup_carrier "$carrier_a" to_a "${carrier_a4%.*}"
	setup_carrier "$carrier_b" to_b "${carrier_b4%.*}"
	on_outside sysctl -qw net.ipv4.ip_forward=1
}

start_servers() {
	serve_zone carrier_a $zone_a carrier-a.zone $carrier_a4 &&
		serve_zone carrier_b $zone_b carrier-b.zone $carrier_b4
}

# The size of a carrier's largest answer, as asked for in its own network
answer_size() { # CARRIER ADDRESS ZONE
	# shellcheck disable=SC2046 # names and types
	"on_carrier_$1" dig +noedns +tcp @"$2" $(questions "$3") |
		awk '/MSG SIZE/ && $NF > most { most = $NF } END { print most + 0 }'
}

# What a resolver asks for to find the gateways of a carrier
questions() { # ZONE
	echo "internet.apn.$1 NAPTR"
	echo "ims.apn.$1 NAPTR"
	echo "_x-s8-gtp._udp.iot.apn.$1 SRV"
}
