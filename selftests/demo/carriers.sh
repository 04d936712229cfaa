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
# Wants lib.sh and its hosts.

carrier_a4=192.0.2.2	carrier_b4=203.0.113.2
zone_a=epc.mnc001.mcc208.3gppnetwork.org
zone_b=epc.mnc001.mcc999.3gppnetwork.org
nsd_dir=$selftests/../build/nsd

on_carrier_a() { ip netns exec "$carrier_a" "$@"; }
on_carrier_b() { ip netns exec "$carrier_b" "$@"; }

# NSD as ./nsd fetched it, or as it is installed
if [ -x "$nsd_dir/usr/sbin/nsd" ]; then
	nsd=(env LD_LIBRARY_PATH="$nsd_dir/libraries" "$nsd_dir/usr/sbin/nsd")
else
	nsd=(nsd)
fi

nsd_version() { "${nsd[@]}" -v 2>&1 | sed -n 's/^NSD version //p'; }

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

write_nsd_config() { # CARRIER ADDRESS ZONE
	cat >"$scratch/nsd-$1.conf" <<END
server:
	ip-address: $2
	username: ""
	zonesdir: "$selftests/demo/zones"
	database: ""
	pidfile: ""
	xfrdfile: ""
	zonelistfile: ""
	logfile: "$scratch/nsd-$1.log"
	rrl-ratelimit: 0
remote-control:
	control-enable: no
zone:
	name: $3
	zonefile: carrier-$1.zone
END
}

start_server() { # CARRIER ADDRESS ZONE
	write_nsd_config "$@"
	in_background "carrier_$1" "${nsd[@]}" -d -c "$scratch/nsd-$1.conf"
}

start_servers() {
	start_server a $carrier_a4 $zone_a
	start_server b $carrier_b4 $zone_b
	slowwait 30 is_listening carrier_a 53 && slowwait 30 is_listening carrier_b 53
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
