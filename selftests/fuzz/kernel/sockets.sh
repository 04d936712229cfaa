#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Random sequences of segments to a real socket behind the module, and to one without it:
# what works without the module works with it, and what leaves is hidden. COUNT sequences,
# by numbers that SEED tells; with NUMBER, that one alone. See sockets.c.
#
#	inside ---- fw0  firewall  fw1 ---- out0  outside	lib.sh's: the socket is
#			 the socket		  its peer	the firewall's own
#			 plain     fw1 ---- out0  beyond	the same, without the module

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/../../lib/lib.sh"
# shellcheck source=selftests/fuzz/kernel/beside.sh
. "$(dirname "$0")/beside.sh"
trap 'rm -f "$go"; cleanup' EXIT

plain='' beyond=''

# Both answer by what has come, and by nothing else
setup_host() { # NAMESPACE
	ip -n "$1" neigh replace 198.51.100.66 lladdr 02:66:00:00:00:00 dev fw1 nud permanent
	ip -n "$1" neigh replace 2001:db8::66 lladdr 02:66:00:00:00:00 dev fw1 nud permanent
	ip netns exec "$1" sysctl -qw net.ipv4.tcp_timestamps=2 \
		net.ipv4.tcp_invalid_ratelimit=0 \
		net.ipv4.tcp_challenge_ack_limit=2147483647 \
		net.ipv4.tcp_comp_sack_nr=0 net.ipv4.tcp_synack_retries=1 net.ipv4.tcp_syncookies=0 \
		net.core.somaxconn=65535 net.ipv4.tcp_max_syn_backlog=65535
}

setup_both() {
	setup_ns plain beyond || return
	setup_link "$plain" fw1 "$beyond" out0
	setup_address "$plain" fw1 $firewall4/24 $firewall6/64
	ip -n "$firewall" link set fw1 address 02:00:00:00:00:01
	ip -n "$plain" link set fw1 address 02:00:00:00:00:01
	without_offloads
	ip netns exec "$plain" ethtool -K fw1 tx off tso off gso off gro off >/dev/null
	setup_host "$firewall"
	setup_host "$plain"
}

scripts() {
	honest_begin
	expect "both sockets to do alike" fuzz sockets "/run/netns/$firewall" \
		"/run/netns/$outside" "/run/netns/$plain" "/run/netns/$beyond" \
		${NUMBER:+"$NUMBER"}
	grep '^#' "$scratch/sockets.told"
	[ ! "$NUMBER" ] || return
	echo "# $(told sockets played) scripts in $fuzz_seconds s," \
		"$(told sockets connected) connected at the end;" \
		"$(told sockets false-answers) false answers," \
		"$(told sockets again) played again"
	expect "all of them played" [ "$(told sockets played)" = "$COUNT" ]
	expect "a fifth of them connected" [ "$(told sockets connected)" -ge $((COUNT / 8)) ]
	expect "data" [ "$(told sockets delivered)" -gt "$COUNT" ]
	expect "few of them to differ once" [ "$(told sockets again)" -le $((COUNT / 10)) ]
}

# The same look at what leaves finds the clock where nothing hides it
hidden() {
	echo "# $(told sockets stamps) TSvals, without the module $(told sockets plain-stamps)"
	expect "no TSval of the inside clock" [ "$(told sockets leaks)" = 0 ]
	# There is no flow that would tell which these are
	echo "# $(told sockets bare-leaks) of connections whose SYN had no TSopt"
	expect "many looked at" [ "$(told sockets stamps)" -gt "$COUNT" ]
	expect "each of them without the module" \
		[ "$(told sockets plain-strange)" -le $((COUNT / 100)) ]
}

: "${NUMBER:=}"
require_module
setup_hosts
setup_both
tsr attach fw1 && tsr on >/dev/null
run_cases \
	scripts "a socket behind the module does what one without it does" \
	hidden "what leaves shows no inside clock" \
	none_lost "not one honest connection beside is lost"
