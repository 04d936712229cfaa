#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Guests: network namespaces of users without privileges. Each can attach, and begin
# flows; none gets more than the machine has, nor changes what that is, and nobody's
# connections fail by it.
#
#	guest 1..3, of user nobody          the machine's own firewall
#	+--------+     +---------+          +--------+     +-----+     +---------+
#	|     wan|-----|isp      |          | inside |-----|  fw1|-----| outside |
#	+--------+     +---------+          +--------+     +-----+     +---------+

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap end EXIT

guests=(1 2 3)
declare -A host isp

end() {
	cleanup
	rm -rf "$guest_files"
	[ -z "$cgroup" ] || rmdir "$cgroup"
}

# Users and namespaces of theirs

nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --)
enter=(nsenter -U -n --preserve-credentials -t)

within() { # PID COMMAND...: in the namespaces of that process, as their root
	"${nobody[@]}" "${enter[@]}" "$1" -- "${@:2}"
}

as_guest() { within "${host[$1]}" "${@:2}"; }
at_isp() { within "${isp[$1]}" "${@:2}"; }
guest_tsr() { as_guest "$1" "$guest_files/tsrewrite" "${@:2}"; }

# run_within PID COMMAND...: in the background; $! is its pid
run_within() {
	"${nobody[@]}" "${enter[@]}" "$1" -- "${@:2}" </dev/null &
	children+=($!)
}

is_asleep() { [ "$(cat "/proc/$1/comm")" = sleep ]; } 2>/dev/null

setup_guest() { # NUMBER
	"${nobody[@]}" unshare -U -r -n sleep 3600 </dev/null &
	children+=($!)
	host[$1]=$!
	until_true is_asleep "${host[$1]}"
	run_within "${host[$1]}" unshare -n sleep 3600
	isp[$1]=$!
	until_true is_asleep "${isp[$1]}"
	as_guest "$1" ip link add wan type veth peer name isp netns "${isp[$1]}" &&
		as_guest "$1" ip addr add 198.51.100.1/24 dev wan &&
		as_guest "$1" ip link set wan up &&
		at_isp "$1" ip addr add 198.51.100.2/24 dev isp &&
		at_isp "$1" ip link set isp up
}

# What nobody may read
copy_files() {
	guest_files=$(mktemp -d)
	chmod 755 "$guest_files"
	cp "$TSREWRITE" "$guest_files/tsrewrite"
	cat >"$guest_files/serve.py" <<-'END'
		import selectors, socket

		def accept(listener):
		    poll.register(listener.accept()[0], selectors.EVENT_READ, answer)

		def answer(client):
		    try:
		        data = client.recv(100)
		        client.send(data)
		    except ConnectionError:
		        data = None
		    if not data:
		        poll.unregister(client)
		        client.close()

		poll = selectors.DefaultSelector()
		listener = socket.create_server(("198.51.100.2", 7), backlog=128)
		poll.register(listener, selectors.EVENT_READ, accept)
		while True:
		    for key, _ in poll.select():
		        key.data(key.fileobj)
	END
	cat >"$guest_files/connect.py" <<-'END'
		import socket, sys, time

		held = []
		for number in range(int(sys.argv[1])):
		    held.append(socket.create_connection(("198.51.100.2", 7), 20))
		    held[-1].send(b"%d" % number)
		    if int(held[-1].recv(100)) != number:
		        sys.exit("wrong answer")
		print(len(held), flush=True)
		while True:
		    time.sleep(10)
		    for sock in held:
		        sock.send(b"0")
	END
	chmod 644 "$guest_files"/*.py
}

isp_is_listening() { at_isp "$1" ss -Hltn 'sport = :7' | grep -q .; }

serve_guest() { # NUMBER
	run_within "${isp[$1]}" python3 "$guest_files/serve.py"
	until_true isp_is_listening "$1"
}

# begin NUMBER COUNT: connections that stay
begin() {
	run_within "${host[$1]}" python3 "$guest_files/connect.py" "$2" \
		>"$scratch/begun.$1" 2>"$scratch/begun.$1.err"
	client[$1]=$!
}
declare -A client

have_begun() { # NUMBER COUNT
	[ "$(cat "$scratch/begun.$1")" = "$2" ]
}

machine() { tsr -j config | jq ".machine_$1"; } # flows, limit
guest_counter() { guest_tsr "$1" -j stats | jq ".$2"; } # NUMBER NAME
guest_limit() { guest_tsr "$1" -j config | jq ".$2"; } # NUMBER NAME
set_machine_limit() { tsr config set machine-limit "$1" >/dev/null; }

may_attach() {
	local guest

	for guest in "${guests[@]}"; do
		expect "guest $guest to attach" guest_tsr "$guest" attach wan
		expect "guest $guest to turn it on" guest_tsr "$guest" on
	done >/dev/null
	expect "16,384 flows for a guest" [ "$(guest_limit 1 limit)" = 16384 ]
	expect "4,096 of them embryonic and begun from outside" \
		[ "$(guest_limit 1 inbound_limit)" = 4096 ]
	expect "more for the machine's own" [ "$(tsr -j config | jq .limit)" = 262144 ]
	expect "a guest to see no attachment of another" [ "$(guest_tsr 1 -j status |
		jq -c '[.devices[].name]')" = '["wan"]' ]
}

reason="the machine's limit can change only in the initial user namespace"

machine_limit_is_not_theirs() {
	local before

	before=$(machine limit)
	for limit in $((before * 2)) 1; do
		expect_refusal 1 "$reason" \
			guest_tsr 1 config set machine-limit $limit
	done
	expect_refusal 1 "$reason" \
		guest_tsr 1 config set limit 99 machine-limit 99
	expect "nothing of that to have happened" \
		[ "$(guest_limit 1 limit).$(machine limit)" = "16384.$before" ]
	expect "its own limit to be its own" guest_tsr 1 config set limit 100000 \
		>/dev/null
	expect "that, and only that, to change" [ "$(guest_limit 1 limit
		)-$(guest_limit 2 limit)-$(machine limit)" = "100000-16384-$before" ]
}

sum() { # COUNTER: of all guests
	local guest total=0

	for guest in "${guests[@]}"; do
		total=$((total + $(guest_counter "$guest" "$1")))
	done
	echo $total
}

each_begins() { # COUNT
	local guest

	for guest in "${guests[@]}"; do
		begin "$guest" "$1"
	done
	for guest in "${guests[@]}"; do
		expect "$1 connections of guest $guest that work" \
			until_true have_begun "$guest" "$1"
	done
}

# 90 connections, 40 of them rewritten, whoever came first
together_they_stop_at_it() {
	capture quota
	hold early inside $outside4 7 sourceport=4001
	expect "a connection through the firewall" still_talks early
	full=$(($(machine flows) + 40))
	set_machine_limit $full
	each_begins 30
	expect "as many flows as the machine may hold" [ "$(machine flows)" = $full ]
	expect "40 of them the guests'" [ "$(sum flow_created)" = 40 ]
	expect "the other 50 counted" [ "$(sum egress_stripped_no_room)" -ge 50 ]
	expect "nobody near a limit of his own" \
		[ "$(guest_limit 2 flows)" -lt "$(guest_limit 2 limit)" ]
}

full_for_others_too() {
	local before

	before=$(counter egress_stripped_no_room)
	hold late inside $outside4 7 sourceport=4002
	expect "a connection through the firewall nevertheless" still_talks late
	expect "without its TSopt, and counted" \
		[ "$(counter egress_stripped_no_room)" -gt "$before" ]
	expect "the one before to go on" still_talks early
	set_machine_limit 1048576
	hold again inside $outside4 7 sourceport=4003
	expect "one more, with room again" still_talks again
	expect "the one without TSopt to go on" still_talks late
	end_capture quota
	expect "each as it began" compare_wires quota mixed --segments 5 \
		--flow 4001=rewrite --flow 4002=strip --flow 4003=rewrite
}

is_back_to() { [ "$(machine flows)" = "$1" ]; }

what_they_held_comes_back() {
	local guest own

	own=$(tsr -j config | jq .flows)
	expect "flows of guests" [ "$(machine flows)" -gt "$own" ]
	for guest in "${guests[@]}"; do
		kill "${client[$guest]}" "${host[$guest]}"
	done
	expect "none when their namespaces have gone" until_true is_back_to "$own"
}

# memory.stat NAME, in bytes
charged() { awk -v name="$1" '$1 == name { print $2 }' "$cgroup/memory.stat"; }

setup_cgroup() {
	local root=/sys/fs/cgroup

	grep -qw memory $root/cgroup.controllers 2>/dev/null || return
	if ! grep -qw memory $root/cgroup.subtree_control; then
		# Not ours to change but in a guest
		[ "${VM_OUT:-}" ] && echo +memory >$root/cgroup.subtree_control ||
			return
	fi
	cgroup=$(mktemp -d $root/tsrewrite.XXXXXX)
}
cgroup=

# enter_cgroup COMMAND...
enter_cgroup() {
	# shellcheck disable=SC2016 # the inner shell expands it
	sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$cgroup" "$@"
}

# guest_tsr, whose memory counts
charged_tsr() {
	enter_cgroup "${nobody[@]}" "${enter[@]}" "${host[4]}" -- \
		"$guest_files/tsrewrite" "$@"
}

# A chain takes 8 bytes
chains_are_charged() {
	if ! setup_cgroup; then
		skip "no memory controller in cgroup2 to use"
		return
	fi
	setup_guest 4
	echo 64M >"$cgroup/memory.max"
	expect "a limit to be its own" \
		charged_tsr config set limit 67108864 >/dev/null
	expect_refusal 1 "no memory for the flow table" charged_tsr attach wan
	expect "nobody killed for it" [ "$(awk '$1 == "oom_kill" { print $2 }' \
		"$cgroup/memory.events")" = 0 ]
	expect "a smaller limit" charged_tsr config set limit 1048576 >/dev/null
	expect "attaching" charged_tsr attach wan >/dev/null
	expect "8 MB charged" [ "$(charged kernel)" -ge $((8 << 20)) ]
}

require_module
if ! "${nobody[@]}" unshare -U -r -n true 2>/dev/null; then
	ktap_skip_all "users cannot make namespaces here"
	rm -rf "$scratch"
	exit "$KSFT_SKIP"
fi
copy_files
setup_hosts
without_offloads
serve outside 7 cat
tsr attach fw1
tsr on >/dev/null
for guest in "${guests[@]}"; do
	setup_guest "$guest" || ktap_exit_fail_msg "cannot set guest $guest up"
	serve_guest "$guest"
done

run_cases \
	may_attach "a user without privileges attaches, with a limit for guests" \
	machine_limit_is_not_theirs "the machine's limit is not theirs to change" \
	together_they_stop_at_it "together they stop at the machine's limit" \
	full_for_others_too "others' connections do without TSopt then, and work" \
	what_they_held_comes_back "what they held comes back with their namespaces" \
	chains_are_charged "a guest's table is charged to its user"
