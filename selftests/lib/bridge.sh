# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# A firewall that is a bridge, so that whatever it does not rewrite it leaves as it is,
# malformed headers and VLAN tags too. No host has an address: packet sockets play both
# ends. For scripts that have lib.sh.
#
#	+--------+     +--------------------------------+     +--------+
#	|    in0 |-----| fw0         bridge         fw1 |-----| out0   |
#	+--------+     +--------------------------------+     +--------+

# Nobody may say anything on his own: every packet is accounted for
silence() { # HOST
	"on_$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
		net.ipv6.conf.default.disable_ipv6=1
}

setup_bridge() {
	setup_ns inside firewall outside || return
	silence inside
	silence firewall
	silence outside
	ip -n "$firewall" link add br0 up type bridge mcast_snooping 0
	setup_link "$inside" in0 "$firewall" fw0
	setup_link "$firewall" fw1 "$outside" out0
	ip -n "$firewall" link set fw0 master br0
	ip -n "$firewall" link set fw1 master br0
}

is_forwarding() { # DEVICE
	bridge -n "$firewall" link show dev "$1" | grep -q 'state forwarding'
}

until_forwarding() {
	until_true is_forwarding fw0 && until_true is_forwarding fw1
}
