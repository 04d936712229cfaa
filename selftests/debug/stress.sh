#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Traffic of many flows against all that may change, at once. That is every command, and
# devices, namespaces and the module, which come and go. Two labs:
#
# lib.sh's three hosts, where no command that breaks connections is given: not
# one may be lost, neither those held all the time nor the many short ones
#
#	left ------ rough ------ right
#	    l0   rl       wan  r0
#
# where everything is done that may break some, to a firewall which itself is
# deleted and built again with traffic in it
#
# Finds little on a kernel that does not check itself: see ../runner/check-debug.
# STRESS_SECONDS says how long all that goes on.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/../lib/lib.sh"
trap 'end_all; cleanup' EXIT

: "${STRESS_SECONDS:=180}"
: "${TSREWRITE_KO:=$(modinfo -n nf_tsrewrite 2>/dev/null)}"
talk=$(dirname "$0")/talk.py
left='' right=''
go=$scratch/go
rough=rough-$$
loops=()

# What the command knows: a new one joins by its help
help=$("$TSREWRITE" help)
mapfile -t modes < <(sed -n 's/^ *tsrewrite mode //p' <<<"$help" | tr '|' '\n')
knows() { grep -q "^ *tsrewrite $1" <<<"$help"; } # COMMAND

# In these every connection works
harmless=()
for mode in "${modes[@]}"; do
	[ "$mode" = bug ] || harmless+=("$mode")
done

rsr() { "$TSREWRITE" -n "$rough" "$@"; }
one_of() { echo "${@:RANDOM % $# + 1:1}"; }

# Refusals that are right, as somebody else was first
expected='not attached|already attached|is (above|below) .*, which is attached'
expected+='|rewritten connections cross the device|no device of that name'
expected+='|attached to both|Cannot find device|[Nn]o such device'
expected+='|File exists|[Nn]o such file|Cannot open network namespace'
expected+='|Invalid "netns" value|Device or resource busy|Nexthop has invalid gateway'
expected+='|netns "rough-[0-9]+" does not exist'
expected+='|Network is (down|unreachable)|No route to host'

# may COMMAND...: what it does or does not is right, unless it complains of
# something else. The end comes in the middle of things.
may() {
	local said

	[ -e "$go" ] || return
	said=$("$@" 2>&1 >/dev/null) || grep -vE "$expected" <<<"$said" |
		sed "s|^|$*: |" >>"$scratch/surprises"
}

# again NAME COMMAND...: over and over while $go is there, counted
again() {
	local name=$1 rounds=0

	shift
	while [ -e "$go" ]; do
		"$@"
		echo $((++rounds)) >"$scratch/rounds.$name"
	done </dev/null &
	loops+=($!)
}

# Traffic

talk_to() { # NAME HOST ADDRESS [OPTION...]
	"on_$2" python3 "$talk" talk "$3" 8 --go "$go" \
		--report "$scratch/talk.$1" "${@:4}" &
	loops+=($!)
}

on_left() { ip netns exec "$left" "$@"; }
on_right() { ip netns exec "$right" "$@"; }

listen_everywhere() {
	local host

	for host in inside outside left right; do
		in_background $host python3 "$talk" serve 8
	done
	# For the floods
	in_background inside python3 "$talk" serve 6
	until_true is_listening inside 6
	for host in inside outside left right; do
		until_true is_listening $host 8
	done
}

talk_everywhere() {
	talk_to in4 inside $outside4
	talk_to in6 inside $outside6
	talk_to out4 outside $inside4
	talk_to out6 outside $inside6
	talk_to left4 left 198.18.0.2 --patience 5
	talk_to left6 left 2001:db8:1::2 --patience 5
	talk_to right4 right 10.1.1.2 --patience 5
	talk_to right6 right fd01:1::2 --patience 5
}

floods() {
	on_outside python3 "$talk" flood $inside4 6 --count 300
	sleep 2
}

# To the firewall that must lose nothing

quiet_modes() {
	local mode

	for mode in "${harmless[@]}"; do
		may tsr mode "$mode"
		sleep 0.3
	done
}

# An embryonic flow keeps its time: a guest may take long to answer a SYN
quiet_limits() {
	may tsr config set limit 20 inbound-limit 3 timeout-closed 1
	sleep 2
	may tsr config set limit 262144 inbound-limit 1000 timeout-closed 120
	may tsr config set timeout-embryonic "$(one_of 60 130)"
	sleep 2
}

dump() { # NAMESPACE
	may "$TSREWRITE" -n "$1" -j flows
	may "$TSREWRITE" -n "$1" flows state established
	may "$TSREWRITE" -n "$1" status
	may "$TSREWRITE" -n "$1" -j stats
}

dumps() {
	dump "$firewall"
	dump "$rough"
}

listeners() {
	timeout 10 "$TSREWRITE" -n "$firewall" -j monitor >>"$scratch/events"
	timeout 1 "$TSREWRITE" -n "$rough" monitor >/dev/null 2>&1
}

quiet_devices() {
	may ip -n "$firewall" link add more type dummy
	may tsr attach more zone 7
	may ip -n "$firewall" link set more up
	may ip -n "$firewall" link add link more name more.5 type vlan id 5
	may tsr attach more.5
	may ip -n "$firewall" link set more name less
	may ip -n "$firewall" link add bridge type bridge
	may tsr attach bridge
	may ip -n "$firewall" link set less master bridge
	may tsr detach less
	may ip -n "$firewall" link set less master bridge
	may tsr detach bridge
	may tsr attach less
	may ip -n "$firewall" link set less netns "$outside"
	may ip -n "$outside" link del less
	may ip -n "$firewall" link del bridge
	may tsr detach bridge
}

quiet_groups() {
	local mode

	mode=$(one_of "${harmless[@]}")
	may tsr group add some to $outside4,$outside6 port 8 mode "$mode" canary 50
	may tsr -j group
	may tsr group set some to $outside4
	may tsr group set some mode "$(one_of "${harmless[@]}")"
	may tsr group confirm fw1
	may tsr group del some
	sleep 1
}

namespaces() {
	local name=brief-$$

	may ip netns add $name
	may ip -n $name link set lo up
	may ip -n $name link add tail type dummy
	may "$TSREWRITE" -n $name attach lo
	may "$TSREWRITE" -n $name attach tail
	may "$TSREWRITE" -n $name on
	may "$TSREWRITE" -n $name config set limit 2000
	may ip netns del $name
}

# To the firewall that may break

plug_left() {
	setup_link "$left" l0 "$rough" rl
	setup_address "$left" l0 10.1.1.2/24 fd01:1::2/64
	setup_address "$rough" rl 10.1.1.1/24 fd01:1::1/64
	ip -n "$left" route add default via 10.1.1.1
	ip -n "$left" route add default via fd01:1::1
}

plug_right() {
	setup_link "$rough" wan "$right" r0
	setup_address "$rough" wan 198.18.0.1/24 2001:db8:1::1/64
	setup_address "$right" r0 198.18.0.2/24 2001:db8:1::2/64
	ip -n "$right" route add default via 198.18.0.1
	ip -n "$right" route add default via 2001:db8:1::1
}

rough_attaching() {
	may rsr detach wan --force
	may rsr attach wan zone "$(one_of 0 1 255)"
}

rough_mode() { may rsr mode "$(one_of "${modes[@]}")"; }

rough_limits() {
	may rsr config set limit "$(one_of 1 5 100000)" \
		inbound-limit "$(one_of 1 1000)"
	may rsr config set timeout-established "$(one_of 1 3600)" \
		timeout-embryonic 1 timeout-closed 1
}

rough_renaming() {
	may ip -n "$rough" link set wan name lan
	may rsr detach wan
	may ip -n "$rough" link set lan name wan
}

rough_unplugging() {
	may ip -n "$rough" link del wan
	may plug_right
}

rough_stacking() {
	may ip -n "$rough" link add link wan name wan.5 type vlan id 5
	may rsr attach wan.5
	may ip -n "$rough" link add bridge type bridge
	may rsr attach bridge
	may ip -n "$rough" link set wan master bridge
	may ip -n "$rough" link set wan nomaster
	may ip -n "$rough" link del wan.5
	may ip -n "$rough" link del bridge
}

rough_ending() {
	if knows drain; then
		may rsr drain wan
	fi
	if knows flush; then
		may rsr flush --force
	fi
}

rough_groups() {
	may rsr group add some to 198.18.0.0/16 mode "$(one_of "${modes[@]}")"
	may rsr group confirm wan
	may rsr group del some
}

rough_life() {
	may ip netns add "$rough"
	may ip netns exec "$rough" sysctl -qw net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1
	may plug_left
	may plug_right
	may rsr attach wan
	may rsr on
	for _ in {1..8}; do
		"$(one_of rough_attaching rough_mode rough_limits rough_mode \
			rough_renaming rough_unplugging rough_stacking \
			rough_ending rough_groups)"
		sleep "0.$((RANDOM % 10))"
	done
	may ip netns del "$rough"
}

# Cases

declare -A port=(
	[off-in4]=4011 [off-in6]=4012 [off-out4]=4013 [off-out6]=4014
	[rewrite-in4]=4021 [rewrite-in6]=4022 [rewrite-out4]=4023 [rewrite-out6]=4024
)

hold_all() { # MODE
	tsr mode "$1" >/dev/null
	hold "$1-in4" inside $outside4 7 "sourceport=${port[$1-in4]}"
	hold "$1-in6" inside $outside6 7 "sourceport=${port[$1-in6]}"
	hold "$1-out4" outside $inside4 7 "sourceport=${port[$1-out4]}"
	hold "$1-out6" outside $inside6 7 "sourceport=${port[$1-out6]}"
}

each_held() { # COMMAND [BYTES]
	local name

	for name in "${!port[@]}"; do
		expect "$name: $1" "$1" "$name" "${@:2}"
	done
}

hears() { until_true has_heard "$1"; }

connections_begin() {
	hold_all off
	each_held_of off still_talks
	hold_all rewrite
	each_held_of rewrite still_talks
}

each_held_of() { # MODE COMMAND
	local flow

	for flow in in4 in6 out4 out6; do
		expect "$1-$flow: $2" "$2" "$1-$flow"
	done
}

kinds=(floods modes limits dumps listeners devices groups namespaces rough)

rounds_of() { cat "$scratch/rounds.$1" 2>/dev/null || echo 0; } # KIND

have_all_gone_round() { # TIMES
	local kind

	for kind in "${kinds[@]}"; do
		[ "$(rounds_of "$kind")" -ge "$1" ] || return
	done
}

tell_rounds() {
	local kind

	printf '# after %d s, rounds:' $SECONDS
	for kind in "${kinds[@]}"; do
		printf ' %s %s' "$kind" "$(rounds_of "$kind")"
	done
	echo
}

begin_all() {
	touch "$go"
	: >"$scratch/surprises"
	talk_everywhere
	again floods floods
	again modes quiet_modes
	again limits quiet_limits
	again dumps dumps
	again listeners listeners
	again devices quiet_devices
	again groups quiet_groups
	again namespaces namespaces
	again rough rough_life
}

end_all() {
	rm -f "$go"
	# Without a name it would wait for the servers, too
	[ ${#loops[@]} = 0 ] || wait "${loops[@]}"
	loops=()
	ip netns del "$rough" 2>/dev/null
	ip netns del brief-$$ 2>/dev/null
}

all_at_once() {
	local end=$((SECONDS + STRESS_SECONDS)) told=$SECONDS

	begin_all
	while [ $SECONDS -lt $end ] || ! have_all_gone_round 3; do
		sleep 5
		each_held say 500
		if [ $((SECONDS - told)) -ge 60 ]; then
			tell_rounds
			told=$SECONDS
		fi
	done
	each_held hears
	end_all
	tell_rounds
	expect "no command to fail for a reason of its own" \
		not_one_in "$scratch/surprises"
	expect "events heard" [ -s "$scratch/events" ]
}

not_one_in() { # FILE
	! sed 's/^/# /' "$1" | sort | uniq -c | sort -rn | head -20 | grep .
}

short_ones_worked() {
	local name

	for name in in4 in6 out4 out6; do
		echo "# $name: $(cat "$scratch/talk.$name")"
		expect "fifty short connections, $name" \
			[ "$(jq .worked "$scratch/talk.$name")" -ge 50 ]
		expect "none lost, $name" [ "$(jq .failed "$scratch/talk.$name")" = 0 ]
	done
}

some_worked_in_the_rough() {
	local name

	for name in left4 left6 right4 right6; do
		echo "# $name: $(cat "$scratch/talk.$name")"
		expect "some short connections, $name" \
			[ "$(jq .worked "$scratch/talk.$name")" -ge 5 ]
	done
}

held_ones_live() {
	local before

	before=$(counter ingress_restored)
	each_held still_talks
	expect "TSecrs restored" [ "$(counter ingress_restored)" -gt "$before" ]
	expect "each of them in time" [ "$(counter echo_impossible)" = 0 ]
	expect "none dropped" \
		[ "$(tsr -j stats | jq '[to_entries[] | select(.key |
			test("dropped")) | .value] | add')" = 0 ]
}

wires_agree() {
	local flow flows=()

	end_capture held
	for flow in "${!port[@]}"; do
		flows+=(--flow "${port[$flow]}=${flow%-*}")
	done
	expect "each segment as its flow began" \
		compare_wires held mixed --flows 8 "${flows[@]}"
}

# What the last round was in the middle of as well
detach_all() {
	local device

	for device in $(tsr -j status | jq -r '.devices[].name'); do
		tsr detach "$device" --force >/dev/null
	done
}

may_remove_module() { rmmod nf_tsrewrite 2>/dev/null; }

module_life() {
	insmod "$TSREWRITE_KO" || return
	tsr attach fw1 && tsr on >/dev/null
	tsr -j monitor >/dev/null &
	sleep 1
	kill $!
	wait $! 2>/dev/null
	tsr detach fw1 --force >/dev/null
	until_true may_remove_module
}

any_answer() {
	"$TSREWRITE" -n "$firewall" status
	"$TSREWRITE" -n "$firewall" -j flows
	"$TSREWRITE" -n "$firewall" attach fw0
	"$TSREWRITE" -n "$firewall" detach fw0 --force
	ip -n "$firewall" link add more type dummy
	ip -n "$firewall" link set more name less
	ip -n "$firewall" link del less
} >/dev/null 2>&1

module_rounds() {
	local name

	for name in "${!port[@]}"; do
		let_go "$name"
	done
	detach_all
	expect "the module to go" until_true may_remove_module
	touch "$go"
	talk_to reload-in inside $outside4 --patience 5
	talk_to reload-out outside $inside6 --patience 5
	again answers any_answer
	again namespaces namespaces_only
	for _ in {1..8}; do
		expect "a life of the module" module_life
	done
	end_all
	echo "# $(cat "$scratch/rounds.answers") questions meanwhile," \
		"$(cat "$scratch/rounds.namespaces") namespaces"
	expect "the module again" insmod "$TSREWRITE_KO"
}

namespaces_only() {
	ip netns add brief-$$
	ip netns del brief-$$
} 2>/dev/null

no_namespace() { unshare --net true 2>/dev/null; }

nothing_stays() {
	local limit=/proc/sys/user/max_net_namespaces before

	cleanup
	children=()
	read -r before <$limit
	echo 1 >$limit
	# What a server has forked lives on for a while, as socat -t says
	expect "each namespace to be gone" busywait $((4 * deadline)) no_namespace
	echo "$before" >$limit
	expect "no flow in all the machine" \
		[ "$("$TSREWRITE" -j config | jq .machine_flows)" = 0 ]
	expect "the module to go" may_remove_module
	insmod "$TSREWRITE_KO"
}

require_module
setup_hosts
setup_ns left right
without_offloads
ip -n "$firewall" route add 203.0.113.0/24 via $outside4
serve outside 7 cat
serve inside 7 cat
listen_everywhere
tsr attach fw1
# shellcheck disable=SC2034 # for lib.sh
capture_filter='tcp portrange 4011-4024'
capture held

run_cases \
	connections_begin "connections begin, rewritten and not" \
	all_at_once "$STRESS_SECONDS seconds of everything at once" \
	held_ones_live "connections held all the time live" \
	wires_agree "their segments are the same on both wires" \
	short_ones_worked "not one of the short connections was lost" \
	some_worked_in_the_rough "some worked where everything breaks" \
	module_rounds "the module comes and goes in the middle of it" \
	nothing_stays "no namespace, flow or reference stays behind"
