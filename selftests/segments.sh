#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Crafted segments: what no TCP stack of today sends, on real wires, through a
# firewall that is a bridge, so that whatever it does not rewrite it leaves as it
# is, malformed headers and VLAN tags too.  No host has an address: segments.py
# plays both ends and prints the cases; with --only WORDS those that say so.
#
#	+--------+     +--------------------------------+     +--------+
#	|    in0 |-----| fw0         bridge         fw1 |-----| out0   |
#	+--------+     +--------------------------------+     +--------+

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/lib.sh"
trap cleanup EXIT

# Nobody may say anything on his own: every packet is accounted for
silence() { # HOST
	"on_$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
		net.ipv6.conf.default.disable_ipv6=1
}

setup_bridge() {
	# shellcheck disable=SC2154 # setup_ns assigns them
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

require_module
if ! python3 -c 'import scapy' 2>/dev/null; then
	ktap_skip_all "no scapy: install python3-scapy"
	exit "$KSFT_SKIP"
fi
setup_bridge
until_true is_forwarding fw0
until_true is_forwarding fw1
tsr attach fw1
tsr on >/dev/null
python3 "$selftests/segments.py" --command "$TSREWRITE" --deadline $deadline \
	${CASE:+--only "$CASE"} "$@" "$inside" "$firewall" "$outside"
