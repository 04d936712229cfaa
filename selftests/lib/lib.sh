# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# What the test scripts share: three hosts, captures, expectations, TAP.
#
#       inside                  firewall                    outside
#     +--------+     +--------------------------------+     +--------+
#     |    in0 |-----| fw0         routes         fw1 |-----| out0   |
#     +--------+     +--------------------------------+     +--------+
#      10.0.1.2       10.0.1.1              198.51.100.1     198.51.100.2
#      fd00:1::2      fd00:1::1             2001:db8::1      2001:db8::2
#
# fw1 is the device to attach.  The inside host has tcp_timestamps=2, so that
# its clock, and not a random number, shows where nobody hides it.
#
# A script defines functions, each a case, and ends with
#
#	run_cases  case_function "what it shows"  ...
#
# With CASE in the environment, the first that is called so, or shows that, is judged
# alone: those before it run as well, since it may go on from where they end.

selftests=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
: "${KSELFTEST:=$selftests/../build/linux-source-6.12/tools/testing/selftests}"
: "${TSREWRITE:=$(command -v tsrewrite || echo "$selftests/../build/tools/tsrewrite")}"

for command in ip ss nstat sysctl ethtool nft conntrack tcpdump socat jq python3; do
	if ! command -v $command >/dev/null; then
		echo "1..0 # SKIP no command $command: 'make run_tests' in the top directory installs it"
		exit 4
	fi
done

for part in net/lib.sh kselftest/ktap_helpers.sh; do
	if [ ! -e "$KSELFTEST/$part" ]; then
		echo "1..0 # SKIP no $part in KSELFTEST=$KSELFTEST: run 'make source' in the top directory"
		exit 4
	fi
	# shellcheck source=/dev/null
	. "$KSELFTEST/$part"
done

inside4=10.0.1.2	outside4=198.51.100.2	firewall4=198.51.100.1
inside6=fd00:1::2	outside6=2001:db8::2
# shellcheck disable=SC2034 # for the scripts
firewall6=2001:db8::1
scratch=$(mktemp -d)
# Milliseconds: guests are emulated, and nothing is right because it was fast
deadline=30000
children=()
# What nobody writes to: to read from it is to wait, without a program to start
mkfifo "$scratch/never"
exec {never}<>"$scratch/never"

on_inside() { ip netns exec "$inside" "$@"; }
on_firewall() { ip netns exec "$firewall" "$@"; }
on_outside() { ip netns exec "$outside" "$@"; }
tsr() { "$TSREWRITE" -n "$firewall" "$@"; }

# jq 1.6 compiles its library each time it starts: 140 ms in a guest, gojq 20
jq_command=$(command -v gojq || command -v jq)
jq() { "$jq_command" "$@"; }

# in_background HOST COMMAND...: it ends with the script; $! is its pid
in_background() {
	ip netns exec "${!1}" "${@:2}" <&0 &
	children+=($!)
}

cleanup() {
	local pid

	for pid in "${children[@]}"; do
		kill "$pid" 2>/dev/null
	done
	wait
	cleanup_all_ns
	rm -rf "$scratch"
}

require_module() {
	if ! "$TSREWRITE" status >/dev/null 2>"$scratch/why"; then
		ktap_skip_all "$(cat "$scratch/why")"
		rm -rf "$scratch"
		exit "$KSFT_SKIP"
	fi
}

# The module that keeps offsets in conntrack's labels, from where the other one was loaded
load_label_module() {
	if [ "${TSREWRITE_KO:-}" ]; then
		insmod "${TSREWRITE_KO%/*}/nf_tsrewrite_ct.ko"
	else
		modprobe nf_tsrewrite_ct
	fi
}

# Hosts

setup_link() { # NAMESPACE DEVICE NAMESPACE DEVICE
	ip link add "$2" netns "$1" type veth peer name "$4" netns "$3"
	ip -n "$1" link set "$2" up
	ip -n "$3" link set "$4" up
}

setup_address() { # NAMESPACE DEVICE IPV4/LEN IPV6/LEN
	ip -n "$1" addr add "$3" dev "$2"
	ip -n "$1" addr add "$4" dev "$2" nodad
}

setup_hosts() {
	setup_ns inside firewall outside || return
	connect_hosts
}

# Once $inside, $firewall and $outside name their namespaces
connect_hosts() {
	setup_link "$inside" in0 "$firewall" fw0
	setup_link "$firewall" fw1 "$outside" out0
	setup_address "$inside" in0 $inside4/24 $inside6/64
	setup_address "$firewall" fw0 10.0.1.1/24 fd00:1::1/64
	setup_address "$firewall" fw1 $firewall4/24 $firewall6/64
	setup_address "$outside" out0 $outside4/24 $outside6/64
	ip -n "$inside" route add default via 10.0.1.1
	ip -n "$inside" route add default via fd00:1::1
	ip -n "$outside" route add default via $firewall4
	ip -n "$outside" route add default via $firewall6
	if ! on_firewall sysctl -qw net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1 ||
		! on_inside sysctl -qw net.ipv4.tcp_timestamps=2; then
		ktap_exit_fail_msg "cannot set the hosts up"
	fi
}

# setup_second_inside NAMESPACE: another inside host, 10.0.2.2 behind fw2
setup_second_inside() {
	setup_ns "$1" || return
	setup_link "${!1}" in2 "$firewall" fw2
	setup_address "${!1}" in2 10.0.2.2/24 fd00:2::2/64
	setup_address "$firewall" fw2 10.0.2.1/24 fd00:2::1/64
	ip -n "${!1}" route add default via 10.0.2.1
	ip -n "${!1}" route add default via fd00:2::1
}

# add_outside ADDRESS...: the outside host has these as well
add_outside() {
	local address

	for address; do
		case $address in
		*:*) ip -n "$outside" addr add "$address/64" dev out0 nodad ;;
		*) ip -n "$outside" addr add "$address/24" dev out0 ;;
		esac
	done
}

# Packets on the wire as they are on copper: whole, with their checksums
without_offloads() {
	on_inside ethtool -K in0 tx off tso off gso off gro off >/dev/null
	on_firewall ethtool -K fw0 tx off tso off gso off gro off >/dev/null
	on_firewall ethtool -K fw1 tx off tso off gso off gro off >/dev/null
	on_outside ethtool -K out0 tx off tso off gso off gro off >/dev/null
}

# Traffic

# pause MILLISECONDS: up to 999
pause() {
	local seconds

	printf -v seconds '0.%03d' "$1"
	read -rt "$seconds" -u "$never"
}

# until_true COMMAND...: it succeeds before the deadline. busywait of net/lib.sh starts
# two programs at each try to know the time, which a guest feels; and what asks
# without a pause takes the CPU from what it waits for.
until_true() {
	local end=$((SECONDS + deadline / 1000)) between=10

	until "$@" >/dev/null; do
		[ $SECONDS -le $end ] || return
		pause $between
		[ $between -ge 160 ] || ((between *= 2))
	done
}

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

is_listening() { # HOST PORT
	"on_$1" ss -Hltn "sport = :$2" | grep -q .
}

# serve HOST PORT COMMAND: a TCP server, IPv4 and IPv6, a COMMAND a connection
serve() {
	in_background "$1" socat -t 30 \
		"TCP6-LISTEN:$2,ipv6only=0,fork,reuseaddr,backlog=64" "SYSTEM:$3"
	until_true is_listening "$1" "$2"
}

address_for_socat() {
	case $1 in
	*:*) echo "TCP6:[$1]:$2" ;;
	*) echo "TCP4:$1:$2" ;;
	esac
}

# How long a connection may take to come up, in seconds
patience=20

# exchange HOST ADDRESS PORT: send standard input, print what comes back
exchange() {
	"on_$1" timeout 60 socat -t 30 - \
		"$(address_for_socat "$2" "$3"),connect-timeout=$patience" 2>/dev/null
}

# echoes HOST ADDRESS PORT [BYTES]: what is sent to an echo server comes back
echoes() {
	local sent got

	sent=$(mktemp -p "$scratch") got=$(mktemp -p "$scratch")
	head -c "${4:-20000}" /dev/urandom >"$sent"
	exchange "$1" "$2" "$3" <"$sent" >"$got" && cmp -s "$sent" "$got"
}

# hold NAME HOST ADDRESS PORT [SOCAT_OPTION]: a connection to an echo server
# that stays until let_go NAME
hold() {
	local fd fifo=$scratch/$1.say

	mkfifo "$fifo"
	# Both ways, so that opening does not wait, nor writing end the script
	exec {fd}<>"$fifo"
	held_fd[$1]=$fd
	: >"$scratch/$1.said"
	in_background "$2" socat - "$(address_for_socat "$3" "$4")${5:+,$5}" \
		<"$fifo" >"$scratch/$1.heard" 2>/dev/null
	held_pid[$1]=$!
}
declare -A held_pid held_fd

say() { # NAME [BYTES]
	head -c "${2:-100}" /dev/urandom | tee -a "$scratch/$1.said" \
		>&"${held_fd[$1]}"
}

has_heard() { # NAME: all that was said came back
	[ -s "$scratch/$1.said" ] && cmp -s "$scratch/$1.said" "$scratch/$1.heard"
}

still_talks() { # NAME
	say "$1" && until_true has_heard "$1"
}

let_go() { # NAME: closes the connection
	kill "${held_pid[$1]}" 2>/dev/null
	wait "${held_pid[$1]}" 2>/dev/null
	eval "exec ${held_fd[$1]}>&-"
}

# drop_syns HOST MATCH: SYNs that match, in nft's words, find no answer
drop_syns() {
	"on_$1" nft -f - <<-END
		table inet dropped_syns {
			chain input {
				type filter hook input priority 0;
				$2 tcp flags syn drop;
			}
		}
	END
}

take_syns() { "on_$1" nft delete table inet dropped_syns; } # HOST: they do again

# Captures: capture NAME; traffic; end_capture; then $scratch/NAME.inside and
# NAME.outside. A script with more hosts inside adds to capture_inside; one with
# more traffic than it wants to compare narrows capture_filter; one that needs
# more than headers takes more capture_bytes of each packet. A device "any" takes
# all of the host's.

capture_inside=(inside:in0)
capture_outside=outside:out0
capture_filter=tcp
capture_bytes=200

capture() {
	local host

	for host in "${capture_inside[@]}"; do
		start_tcpdump "${host%:*}" "${host#*:}" "$1.${host%:*}"
	done
	start_tcpdump "${capture_outside%:*}" "${capture_outside#*:}" "$1.outside"
}

start_tcpdump() { # HOST DEVICE FILE
	in_background "$1" tcpdump -i "$2" -s $capture_bytes -B 16384 \
		--immediate-mode -U -w "$scratch/$3" \
		"$capture_filter or udp port 9" 2>"$scratch/$3.log"
	capturing+=($!)
	until_true grep -q 'listening on' "$scratch/$3.log"
}

has_sentinels() { # FILE COUNT
	[ "$(count_segments "$1" 'udp port 9')" = "$2" ]
}

# Behind the last packet of interest goes one that shows when all are there
seal_capture() { # NAME
	local host

	for host in "${capture_inside[@]}"; do
		echo end | "on_${host%:*}" socat -u - UDP4:$outside4:9
		until_true has_sentinels "$1.${host%:*}" 1
	done
	until_true has_sentinels "$1.outside" ${#capture_inside[@]}
}

end_capture() { # NAME: and all others that are being made
	seal_capture "$1"
	kill "${capturing[@]}"
	wait "${capturing[@]}" 2>/dev/null
	capturing=()
	tell_losses "$1"
}
capturing=()

# What the kernel had no room for explains a difference between the wires
tell_losses() { # NAME
	sed -n "s/^\([1-9][0-9]*\) packets* dropped by kernel/# a capture of $1 lost \1/p" \
		"$scratch/$1".*.log
}

# count_segments NAME.WIRE FILTER: how many packets match
count_segments() {
	tcpdump -r "$scratch/$1" "$2" 2>/dev/null | wc -l
}

# compare_wires NAME EXPECTATION [OPTION...]: compare both wires, see wire.py
compare_wires() {
	local name=$1 host line options=()

	shift
	for host in "${capture_inside[@]}"; do
		options+=(--inside-wire "$scratch/$name.${host%:*}")
	done
	[ "$wire_pid" ] || start_wire
	printf '%q ' "${options[@]}" --outside-wire "$scratch/$name.outside" \
		--expect "$@" >&"$wire_asked"
	echo >&"$wire_asked"
	while has_line_of_wire; do
		[[ $line != "status "* ]] || return "${line#status }"
		echo "# $line"
	done
	echo "# wire.py does not answer"
	stop_wire
	return 1
}

# Into $line, as long as there can be one
has_line_of_wire() {
	local tries=300

	until read -rt 1 -u "$wire_told" line; do
		kill -0 "$wire_pid" 2>/dev/null && ((tries-- > 0)) || return
	done
}

# What it may say yet is no answer to the next question
stop_wire() {
	kill -KILL "$wire_pid" 2>/dev/null
	exec {wire_asked}>&- {wire_told}>&-
	rm "$scratch/wire.asked" "$scratch/wire.told"
	wire_pid=
}
wire_pid=

# One for all comparisons of a script: half of the time of one is Python's to start
start_wire() {
	mkfifo "$scratch/wire.asked" "$scratch/wire.told"
	exec {wire_asked}<>"$scratch/wire.asked" {wire_told}<>"$scratch/wire.told"
	python3 "$selftests/lib/wire.py" --serve <&"$wire_asked" >&"$wire_told" &
	wire_pid=$!
	children+=($!)
}

# Numbers

counter() { tsr -j stats | jq -e ".$1"; }

kernel_counter() { # HOST NAME
	"on_$1" nstat -asz --json | jq -e ".kernel.$2"
}

has_risen() { [ "$(counter "$1")" -gt "$2" ]; } # COUNTER FROM

# count_marked PREFERENCE: packets that fw1's egress filter of that preference has counted
count_marked() {
	tc -n "$firewall" -s -j filter show dev fw1 egress pref "$1" |
		jq '[.[].options.actions // [] | .[].stats.packets] | add // 0'
}

# Flows, and what becomes of them

mode() { tsr mode "$1" >/dev/null; }
config() { tsr config set "$@" >/dev/null; }
has_flow() { tsr -j flows port "$1" | jq -e 'length == 1' >/dev/null; } # PORT
has_gone() { tsr -j flows port "$1" | jq -e 'length == 0' >/dev/null; }
offset() { tsr -j flows port "$1" | jq '.[].offset'; } # PORT

is_in_state() { # PORT STATE
	[ "$(tsr -j flows port "$1" | jq -r '.[].state')" = "$2" ]
}

# Expectations: a case fails where one fails, and says where

expect() { # WHAT COMMAND...
	local what=$1

	shift
	if ! "$@"; then
		echo "# expected: $what"
		case_failed=1
	fi
}

# is_rewritten WHAT COMMAND...: it works, and TSecrs are restored meanwhile
is_rewritten() {
	local before

	before=$(counter ingress_restored)
	expect "$1" "${@:2}"
	expect "$1, restored" [ "$(counter ingress_restored)" -gt "$before" ]
}

expect_not() { # WHAT COMMAND...
	local what=$1

	shift
	if "$@"; then
		echo "# expected: $what"
		case_failed=1
	fi
}

expect_refusal() { # STATUS TEXT COMMAND...: it fails with that, and says that
	local status=$1 text=$2 got

	shift 2
	"$@" >/dev/null 2>"$scratch/refusal"
	got=$?
	if [ $got != "$status" ] || ! grep -qF -- "$text" "$scratch/refusal"; then
		echo "# expected: '$*' to exit with $status and '$text', not" \
			"$got and '$(cat "$scratch/refusal")'"
		case_failed=1
	fi
}

run_cases() { # FUNCTION DESCRIPTION...
	if [ "${CASE:-}" ]; then
		run_case "$@"
		return
	fi
	ktap_print_header
	ktap_set_plan $(($# / 2))
	while [ $# -gt 0 ]; do
		judge_case "$1" "$2"
		shift 2
	done
	ktap_finished
}

judge_case() { # FUNCTION DESCRIPTION
	case_failed=
	$1
	if [ "$case_failed" = skip ]; then
		ktap_test_skip "$2"
	elif [ "$case_failed" ]; then
		ktap_test_fail "$2"
	else
		ktap_test_pass "$2"
	fi
}

run_case() { # FUNCTION DESCRIPTION...: that which is meant by $CASE
	ktap_print_header
	ktap_set_plan 1
	while [ $# -gt 0 ]; do
		if [[ $1 = "$CASE" || $2 = *"$CASE"* ]]; then
			judge_case "$1" "$2"
			ktap_finished
			return
		fi
		echo "# before it: $2"
		$1
		shift 2
	done
	ktap_test_fail "no case is called '$CASE', or shows that"
	ktap_finished
}

# skip WHY: the case cannot be tried here
skip() {
	echo "# skipped: $*"
	case_failed=skip
}
