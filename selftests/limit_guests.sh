#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Guests: network namespaces of users without privileges. Each can attach, and begin
# flows. All of a user together hold at most a sixteenth of what the machine may; beyond
# that, their own connections do without TSopt, and nobody else's.
#
#	guest 1..2, of user nobody; 3, of another		the machine's own firewall
#	+--------+     +---------+          +--------+     +-----+     +---------+
#	|     wan|-----|isp      |          | inside |-----|  fw1|-----| outside |
#	+--------+     +---------+          +--------+     +-----+     +---------+
#
# Guests 4 and 5 are nested in a user namespace of nobody, the latter with a subordinate uid.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap end EXIT

guests=(1 2 3)
declare -A host isp
declare -A user=([1]=65534 [2]=65534 [3]=65533)
subordinate=165534 # a uid that only user namespaces of nobody have

end() {
	cleanup
	rm -rf "$guest_files"
	[ -z "$cgroup" ] || rmdir "$cgroup"
}

# Users and namespaces of theirs

# as_user UID COMMAND...
as_user() { setpriv --reuid "$1" --regid 65534 --clear-groups -- "${@:2}"; }

# within UID PID COMMAND...: in the namespaces of that process, as their root
within() {
	as_user "$1" nsenter -U -n --preserve-credentials -t "$2" -- "${@:3}"
}

uid() { echo "${user[$1]:-65534}"; } # GUEST

as_guest() { within "$(uid "$1")" "${host[$1]}" "${@:2}"; }
at_isp() { within "$(uid "$1")" "${isp[$1]}" "${@:2}"; }
guest_tsr() { as_guest "$1" "$guest_files/tsrewrite" "${@:2}"; }

# In the background; $! is the pid of COMMAND, as each before it executes the next
run_as_user() { # UID COMMAND...
	setpriv --reuid "$1" --regid 65534 --clear-groups -- "${@:2}" </dev/null &
	children+=($!)
}

run_within() { # UID PID COMMAND...
	run_as_user "$1" nsenter -U -n --preserve-credentials -t "$2" -- "${@:3}"
}

is_asleep() { [ "$(cat "/proc/$1/comm")" = sleep ]; } 2>/dev/null

# make_namespace GUEST COMMAND...: a user namespace with a network namespace of its own
make_namespace() {
	run_as_user "$(uid "$1")" "${@:2}" unshare -U -r -n sleep 3600
	host[$1]=$!
	until_true is_asleep "${host[$1]}"
}

# A connection that breaks leaves a socket that nobody owns, and that keeps its namespace, flows
# and chains included, until it gives up: after one retransmission instead of eight
give_up_soon() { "$@" sysctl -qw net.ipv4.tcp_orphan_retries=1; }

setup_guest() { # NUMBER
	make_namespace "$1" || return
	run_within "$(uid "$1")" "${host[$1]}" unshare -n sleep 3600
	isp[$1]=$!
	until_true is_asleep "${isp[$1]}"
	as_guest "$1" ip link add wan type veth peer name isp netns "${isp[$1]}" &&
		as_guest "$1" ip addr add 198.51.100.1/24 dev wan &&
		as_guest "$1" ip link set wan up &&
		at_isp "$1" ip addr add 198.51.100.2/24 dev isp &&
		at_isp "$1" ip link set isp up &&
		give_up_soon as_guest "$1" &&
		give_up_soon at_isp "$1"
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
	cat >"$guest_files/loop.py" <<-'END'
		import socket, sys, time

		listener = socket.create_server(("127.0.0.1", 7), backlog=128)
		held = []
		for number in range(int(sys.argv[1])):
		    held.append(socket.create_connection(listener.getsockname(), 20))
		    held.append(listener.accept()[0])
		    held[-2].send(b"%d" % number)
		    if int(held[-1].recv(100)) != number:
		        sys.exit("wrong data")
		print(len(held) // 2, flush=True)
		time.sleep(3600)
	END
	chmod 644 "$guest_files"/*.py
}

isp_is_listening() { at_isp "$1" ss -Hltn 'sport = :7' | grep -q .; }

serve_guest() { # NUMBER
	run_within "$(uid "$1")" "${isp[$1]}" python3 "$guest_files/serve.py"
	until_true isp_is_listening "$1"
}

# begin NUMBER COUNT [PROGRAM]: connections that stay
begin() {
	run_within "$(uid "$1")" "${host[$1]}" python3 "$guest_files/${3:-connect.py}" "$2" \
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
	for guest in "${guests[@]}"; do
		expect "guest $guest to see the share of his user" \
			[ "$(guest_limit "$guest" user_limit).$(guest_limit "$guest" user_flows)" = 65536.0 ]
	done
	expect "the machine's own to have none" [ "$(tsr -j config | jq .user_limit)" = null ]
	expect "nothing of it to be saved" is_saved_without_share
}

is_saved_without_share() {
	guest_tsr 1 save >"$scratch/saved" && ! grep -q user "$scratch/saved"
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
	expect "its own limit to be its own" guest_tsr 1 config set limit 50000 \
		>/dev/null
	expect "that, and only that, to change" [ "$(guest_limit 1 limit
		)-$(guest_limit 2 limit)-$(machine limit)" = "50000-16384-$before" ]
	for limit in 65537 67108864; do
		expect_refusal 1 "above this user's share of the machine's limit, which is 65536 flows" \
			guest_tsr 1 config set limit $limit
	done
	expect "all of the share" guest_tsr 1 config set limit 65536 >/dev/null
	expect "nobody's share to depend on it" \
		[ "$(guest_limit 2 user_limit)-$(guest_limit 3 user_limit)" = 65536-65536 ]
	expect "a limit for whoever needs none" tsr config set limit 67108864 >/dev/null
	tsr config set limit 262144 >/dev/null
}

sum() { # COUNTER GUEST...
	local guest total=0

	for guest in "${@:2}"; do
		total=$((total + $(guest_counter "$guest" "$1")))
	done
	echo $total
}

each_begins() { # COUNT GUEST...
	local guest

	for guest in "${@:2}"; do
		begin "$guest" "$1"
	done
	for guest in "${@:2}"; do
		expect "$1 connections of guest $guest that work" \
			until_true have_begun "$guest" "$1"
	done
}

# 60 connections, 40 of them rewritten, whoever came first
user_stops_at_his_share() {
	set_machine_limit $((16 * 40))
	each_begins 30 1 2
	expect "as many flows as the user may hold" [ "$(guest_limit 1 user_flows
		)-$(guest_limit 2 user_flows)" = 40-40 ]
	expect "as many as were begun" [ "$(sum flow_created 1 2)" = 40 ]
	expect "the other 20 counted" [ "$(sum egress_stripped_no_room 1 2)" -ge 20 ]
	expect "an alarm, once, for the guest who shows it" [ "$(guest_tsr 1 -j status |
		jq '[.alarms[] | select(startswith("table full"))] | length')" = 1 ]
	expect "nobody near a limit of his own" \
		[ "$(guest_limit 2 flows)" -lt "$(guest_limit 2 limit)" ]
}

# The other user has 30 of 40, the machine's own as many as they like
others_do_not_notice() {
	local before

	capture quota
	before=$(counter egress_stripped_no_room)
	hold early inside $outside4 7 sourceport=4001
	expect "a connection through the firewall" still_talks early
	each_begins 30 3
	expect "each of the other user hidden" [ "$(sum flow_created 3)-$(
		sum egress_stripped_no_room 3)" = 30-0 ]
	hold late inside $outside4 7 sourceport=4002
	expect "another one through the firewall" still_talks late
	expect "no TSopt lost there" [ "$(counter egress_stripped_no_room)" = "$before" ]
	end_capture quota
	expect "each rewritten" compare_wires quota mixed --segments 4 \
		--flow 4001=rewrite --flow 4002=rewrite
}

# A user namespace of nobody, in which there is a second uid
nest() {
	run_as_user 65534 unshare -U sleep 3600
	nest=$!
	until_true is_asleep $nest
	echo "0 65534 1" >/proc/$nest/gid_map &&
		cat >/proc/$nest/uid_map <<<$'0 65534 1\n'"1 $subordinate 1" &&
		make_namespace 4 nsenter -U --preserve-credentials -t $nest -- unshare -U -r &&
		make_namespace 5 nsenter -U -S 1 -t $nest --
}

nested_is_the_same_user() {
	local guest

	expect "nested user namespaces" nest
	expect "one of the subordinate user" \
		[ "$(stat -c %u "/proc/${host[5]}")" = $subordinate ]
	for guest in 4 5; do
		expect "the share of the user in guest $guest" [ "$(guest_limit $guest user_limit
			).$(guest_limit $guest user_flows)" = 40.40 ]
	done
	expect_refusal 1 "above this user's share of the machine's limit, which is 40 flows" \
		guest_tsr 4 config set limit 16385
	expect "what is above it to be set as it is" guest_tsr 4 config set limit 16384 >/dev/null
}

# Their own may expire meanwhile
are_all_own() { tsr -j config | jq -e ".machine_flows == .flows" >/dev/null; }
holds_all_of_user() { guest_tsr "$1" -j config | jq -e ".user_flows == .flows" >/dev/null; }
users_flows_are() { [ "$(guest_limit "$1" user_flows)" = "$2" ]; } # GUEST COUNT

what_they_held_comes_back() {
	local guest held

	held=$(guest_limit 1 flows)
	expect "each of the two to hold some" [ "$held" -gt 0 -a "$held" -lt 40 ]
	expect "guest 2 to flush" guest_tsr 2 flush --force >/dev/null
	expect "less for the user when flows were flushed" until_true users_flows_are 1 "$held"
	expect "guest 1 to detach" guest_tsr 1 detach wan --force >/dev/null
	expect "no less when a device was detached, as its flows stay" users_flows_are 2 "$held"
	kill "${client[1]}" "${host[1]}" "${isp[1]}"
	expect "less for the user when a namespace has gone" until_true holds_all_of_user 2
	expect_not "no flows of guests" are_all_own
	for guest in 2 3 4 5; do
		kill ${client[$guest]:+"${client[$guest]}"} "${host[$guest]}" \
			${isp[$guest]:+"${isp[$guest]}"}
	done
	kill "$nest"
	client=()
	expect "none when all namespaces have gone" until_true are_all_own
	setup_guest 1
	expect "a new one to begin with nothing" \
		[ "$(guest_limit 1 user_limit).$(guest_limit 1 user_flows)" = 40.0 ]
}

mapfile -t many < <(seq 11 30)

# Of 81,920 chains of the machine, a user has 5,120: enough for 20 tables of 256
setup_many() {
	local guest

	for guest in "${many[@]}"; do
		make_namespace "$guest" && as_guest "$guest" ip link set lo up &&
			guest_tsr "$guest" config set limit 256 >/dev/null || return
	done
}

no_chains="the tables of this user's namespaces have all of his 5120 chains"

their_tables_are_bounded() {
	local guest

	set_machine_limit $((16 * 5120))
	expect "20 namespaces of a user" setup_many
	for guest in "${many[@]}"; do
		expect "guest $guest to attach" guest_tsr "$guest" attach lo
		expect "it to rewrite" guest_tsr "$guest" on
	done >/dev/null
	expect_refusal 1 "$no_chains" guest_tsr 1 attach wan
	expect "the other user to have his" setup_guest 3
	expect "a device of his" guest_tsr 3 attach wan >/dev/null
	kill "${host[11]}"
	expect "a table where another one went" until_true guest_tsr 1 attach wan >/dev/null
}

# Each connection is two flows here, which leave and arrive on the same device
their_flows_are_bounded() {
	local guest held others=("${many[@]:1}")

	set_machine_limit $((16 * 80))
	for guest in "${others[@]}"; do
		begin "$guest" 10 loop.py
	done
	for guest in "${others[@]}"; do
		expect "10 connections of guest $guest that work" until_true have_begun "$guest" 10
	done
	held=$(guest_limit 12 user_flows)
	expect "not more than the share" [ "$held" -le 80 ]
	expect "most of it" [ "$held" -ge 60 ]
	expect "the sum of what each holds" until_true is_sum_of "${others[@]}"
	set_machine_limit 1048576
	for guest in 1 3 "${others[@]}"; do
		kill "${host[$guest]}" ${client[$guest]:+"${client[$guest]}"}
	done
}

is_sum_of() { # GUEST...
	local guest total=0

	for guest; do
		total=$((total + $(guest_limit "$guest" flows)))
	done
	[ "$(guest_limit "$1" user_flows)" = $total ]
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
	enter_cgroup setpriv --reuid 65534 --regid 65534 --clear-groups -- \
		nsenter -U -n --preserve-credentials -t "${host[6]}" -- "$guest_files/tsrewrite" "$@"
}

# A chain takes 8 bytes
chains_are_charged() {
	if ! setup_cgroup; then
		skip "no memory controller in cgroup2 to use"
		return
	fi
	setup_guest 6
	set_machine_limit 67108864
	echo 6M >"$cgroup/memory.max"
	expect "all of the share as a limit" \
		charged_tsr config set limit 4194304 >/dev/null
	expect_refusal 1 "no memory for the flow table" charged_tsr attach wan
	expect "nobody killed for it" [ "$(awk '$1 == "oom_kill" { print $2 }' \
		"$cgroup/memory.events")" = 0 ]
	expect "a smaller limit" charged_tsr config set limit 262144 >/dev/null
	expect "attaching" charged_tsr attach wan >/dev/null
	expect "2 MB charged" [ "$(charged kernel)" -ge $((2 << 20)) ]
	set_machine_limit 1048576
}

require_module
if ! as_user 65534 unshare -U -r -n true 2>/dev/null; then
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
	machine_limit_is_not_theirs "no limit above the user's share, nor that of the machine" \
	user_stops_at_his_share "all namespaces of a user stop at his share" \
	others_do_not_notice "others' connections are hidden then" \
	nested_is_the_same_user "nested user namespaces, with subordinate uids, are the same user" \
	what_they_held_comes_back "what they held comes back with their namespaces" \
	their_tables_are_bounded "20 namespaces of a user share his chains" \
	their_flows_are_bounded "20 namespaces of a user share his flows" \
	chains_are_charged "a guest's table is charged to its user"
