#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Forged segments of live connections change nothing. Their numbers are wrong: they end no
# flow and shift no mapping, whoever sends them, an outsider in the peer's name or another
# inside host in the inside host's.
#
#	+--------+          +----------------------------+
#	|    in0 |----------| fw0                        |
#	+--------+          |                            |     +----------------+
#	+--------+          |                        fw1 |-----| out0           |
#	|    in2 |----------| fw2                        |     | says it is,    |
#	+--------+          +----------------------------+     | and is, itself |
#	says it is in0's                                       +----------------+

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

# shellcheck disable=SC2154 # setup_ns assigns it
on_intruder() { ip netns exec "$intruder" "$@"; }

setup_intruder() {
	setup_second_inside intruder || return
	on_intruder ethtool -K in2 tx off tso off gso off gro off >/dev/null
	on_firewall ethtool -K fw2 tx off tso off gso off gro off >/dev/null
	capture_inside+=(intruder:in2)
}

# Forging: forge.py waits on each side for what to send

declare -A forger_fd sent=([outside]=0 [intruder]=0)
forgeries=0	impossible=0

start_forger() { # HOST WIRE: where he has learned what the ends say
	local fd fifo=$scratch/forger.$1

	mkfifo "$fifo"
	exec {fd}<>"$fifo"
	forger_fd[$1]=$fd
	: >"$scratch/forged.$1"
	in_background "$1" python3 "$selftests/lib/forge.py" "$scratch/spoof.$2" \
		<"$fifo" >"$scratch/forged.$1"
}

has_sent() { # HOST
	[ "$(wc -l <"$scratch/forged.$1")" = "${sent[$1]}" ]
}

# The connections: outbound, outbound over IPv6, inbound
ends() { # NAME: inside and outside
	case $1 in
	out4) echo "$inside4 4001 $outside4 7" ;;
	out6) echo "$inside6 4002 $outside6 7" ;;
	in4) echo "$inside4 7 $outside4 4003" ;;
	reset4) echo "$inside4 4004 $outside4 7" ;;
	reset6) echo "$inside6 4005 $outside6 7" ;;
	esac
}

forge() { # HOST NAME WHAT
	local inner inner_port outer outer_port

	read -r inner inner_port outer outer_port <<<"$(ends "$2")"
	if [ "$1" = outside ]; then
		echo "$outer $outer_port $inner $inner_port $3"
	else
		echo "$inner $inner_port $outer $outer_port $3"
	fi >&"${forger_fd[$1]}"
	((++sent[$1], ++forgeries))
	expect "to forge $3 of $2" until_true has_sent "$1"
	expect_not "a reason not to" grep -v '^sent$' "$scratch/forged.$1"
}

mappings() {
	tsr -j flows | jq -c 'map(select(.outside_port == 4003 or
		.inside_port == 4001 or .inside_port == 4002) |
		[.inside_port, .outside_port, .state, .mode, .offset]) | sort'
}

lives() { # what counts beginnings and ends
	tsr -j stats | jq -c '[.flow_established, .flow_closed, .flow_refused,
		.flow_no_tsopt, .flow_expired]'
}

# each HOST WHAT...: forged in each connection; all of them remain as they were
each() {
	local host=$1 mapped lived impossible_before what name

	shift
	mapped=$(mappings)	lived=$(lives)
	impossible_before=$(counter echo_impossible)
	for what; do
		for name in out4 out6 in4; do
			forge "$host" "$name" "$what"
		done
		expect "the same flows after $what" [ "$(mappings)" = "$mapped" ]
	done
	for name in out4 out6 in4; do
		expect "$name: data both ways" still_talks "$name"
	done
	expect "the same flows" [ "$(mappings)" = "$mapped" ]
	expect "none begun or ended" [ "$(lives)" = "$lived" ]
	[ "$host" = outside ] || expect "each echo is of what was sent" \
		[ "$(counter echo_impossible)" = "$impossible_before" ]
}

# What real ends would say next, and this more: on the other side of the circle, just
# ahead, just behind; last what the live connections' numbers run into
far=0x60000000
syns=("flags=S seq=$far" "flags=S seq=$far tsval=none" "flags=S seq=1000"
	"flags=S seq=-1000")
syn_acks=("flags=SA seq=$far ack=0" "flags=SA seq=0 ack=1"
	"flags=SA seq=$far ack=$far" "flags=SA seq=$far ack=0 tsval=none"
	"flags=SA seq=-1000 ack=$far")
rsts=("flags=R seq=$far" "flags=R seq=1000" "flags=R seq=1000 tsval=none"
	"flags=RA seq=-1 ack=0" "flags=RA seq=1 ack=1")
fins=("flags=FA seq=$far ack=$far" "flags=FA seq=$far ack=0"
	"flags=FA seq=1000 ack=$far" "flags=F seq=$far")
acks=("flags=A seq=$far ack=$far" "flags=A seq=$far ack=1"
	"flags=PA seq=$far ack=0")

# The TSecr of each of these arrives, and cannot be
wrong_echoes=("flags=A tsecr=$far" "flags=A seq=$far tsecr=$far"
	"flags=SA seq=$far ack=0 tsecr=$far" "flags=FA seq=$far ack=$far tsecr=$far"
	"flags=R seq=$far tsecr=$far")

syns_outside() { each outside "${syns[@]}"; }
syn_acks_outside() { each outside "${syn_acks[@]}"; }
rsts_outside() { each outside "${rsts[@]}"; }
fins_outside() { each outside "${fins[@]}"; }
acks_outside() { each outside "${acks[@]}" "flags=PA seq=$far ack=0 tsval=$far"; }

echoes_outside() {
	local before

	before=$(counter echo_impossible)
	each outside "${wrong_echoes[@]}"
	# Without ACK, an RST's means nothing
	impossible=$((3 * (${#wrong_echoes[@]} - 1)))
	expect "each counted" \
		[ $(($(counter echo_impossible) - before)) = $impossible ]
}

# The SYN's number is that of far: an ack of far misses it by one
answers_outside() {
	each intruder "flags=S seq=$far"
	each outside "${syn_acks[@]}"
}

syns_inside() { each intruder "${syns[@]}"; }
syn_acks_inside() { each intruder "${syn_acks[@]}"; }
rsts_inside() { each intruder "${rsts[@]}"; }
fins_inside() { each intruder "${fins[@]}"; }
acks_inside() { each intruder "${acks[@]}"; }

syns_while_off() {
	mode off
	each intruder "${syns[@]}"
	each outside "${syns[@]}"
	mode rewrite
}

# FINs from both sides, each with an ack that is wrong
fins_both_ways() {
	each outside "flags=FA seq=$far ack=$far"
	each intruder "flags=FA seq=$far ack=0x10000000"
	each outside "flags=A seq=$far ack=0x10000001"
}

wires_agree() {
	end_capture spoof
	expect "every forged segment on both wires, every real one translated" \
		compare_wires spoof rewrite --flows 3 --echoes 20 --impossible $impossible \
		--forged 2 --forgeries $forgeries
}

# By chance the very number: the end that is told believes it, too

is_closed() { # PORT
	[ "$(tsr -j flows port "$1" | jq -r '.[].state')" = closed ]
}

is_up() { # HOST PORT
	"on_$1" ss -Htn state established "( sport = :$2 or dport = :$2 )" |
		grep -q .
}

is_down() { ! is_up "$@"; }

exact_reset() { # NAME ADDRESS PORT FORGER VICTIM
	hold "$1" inside "$2" 7 "sourceport=$3"
	expect "a connection" still_talks "$1"
	expect "established" is_up "$5" "$3"
	forge "$4" "$1" "flags=R"
	expect "the end that is told to believe it" until_true is_down "$5" "$3"
	expect "the flow closed" until_true is_closed "$3"
	let_go "$1"
	rm "$scratch/$1.say"
}

again() { # NAME ADDRESS PORT
	hold "$1" inside "$2" 7 "sourceport=$3"
	expect "a new connection on the same ports" still_talks "$1"
}

exact_resets() {
	expect_not "a flow closed before" [ "$(counter flow_closed)" -gt 0 ]
	capture spoof
	exact_reset reset4 $outside4 4004 outside inside
	exact_reset reset6 $outside6 4005 intruder outside
	expect "both counted" [ "$(counter flow_closed)" = 2 ]
	again reset4 $outside4 4004
	end_capture spoof
}

require_module
setup_hosts
setup_intruder
without_offloads
serve outside 7 cat
serve inside 7 cat
tsr attach fw1
mode rewrite
capture spoof
start_forger outside outside
start_forger intruder inside
hold out4 inside $outside4 7 sourceport=4001
hold out6 inside $outside6 7 sourceport=4002
hold in4 outside $inside4 7 sourceport=4003
for name in out4 out6 in4; do
	still_talks $name
done

run_cases \
	syns_outside "SYNs from outside" \
	syn_acks_outside "SYN-ACKs from outside" \
	rsts_outside "RSTs from outside" \
	fins_outside "FINs from outside" \
	acks_outside "other segments from outside" \
	echoes_outside "echoes of what never left" \
	fins_both_ways "FINs from both sides" \
	answers_outside "a SYN from inside, SYN-ACKs from outside" \
	syns_inside "SYNs from inside" \
	syn_acks_inside "SYN-ACKs from inside" \
	rsts_inside "RSTs from inside" \
	fins_inside "FINs from inside" \
	acks_inside "other segments from inside" \
	syns_while_off "SYNs while the mode is off" \
	wires_agree "every segment between was translated by its flow" \
	exact_resets "an RST with the very number is believed, as the end does"
