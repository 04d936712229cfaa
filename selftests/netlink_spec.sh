#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The netlink spec is true. The kernel's own client, YNL, drives every operation by it,
# and it has the policies of the running kernel.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/plug.sh
. "$selftests/lib/plug.sh"
trap cleanup EXIT

spec=$selftests/../Documentation/netlink/specs/tsrewrite.yaml

# The client, which lives on the firewall; see lib/spec_client.py

start_client() {
	mkfifo "$scratch/client.asked" "$scratch/client.told"
	exec {client_asked}<>"$scratch/client.asked" {client_told}<>"$scratch/client.told"
	# shellcheck disable=SC2016 # that shell expands it
	KSELFTEST=$KSELFTEST in_background firewall bash -c '
		echo 1234 >/proc/self/loginuid; exec "$@"' - "$selftests/lib/spec_client.py" "$spec" \
		<&"$client_asked" >&"$client_told"
	client=$!
}

# Into $answer, as long as there can be one
has_answer() {
	local tries=60 part

	answer=
	until read -rt 1 -u "$client_told" part; do
		answer+=$part # when the second was over, a part may have come
		kill -0 "$client" 2>/dev/null && ((tries-- > 0)) || return
	done
	answer+=$part
}

is_answer() { jq -e "$1" <<<"$answer" >/dev/null; } # CONDITION

# ask_client [dump] OPERATION [ATTRIBUTES], ask_client events|policies|missing: false if
# that shows the spec to be wrong
ask_client() {
	local request=$*

	echo "${request//$'\n'/ }" >&"$client_asked"
	if ! has_answer; then
		echo "# no answer to: $*"
		return 1
	fi
	jq -r '.problems[] | "# " + .' <<<"$answer"
	is_answer '.problems == []'
}

# gets_reply CONDITION [dump] OPERATION [ATTRIBUTES]: the reply is so
gets_reply() {
	ask_client "${@:2}" || return
	is_answer ".error == null and (.reply | $1)" && return
	echo "# $answer"
	return 1
}

# of_dump ATTRIBUTE: what a refusal names. Linux 6.1 cannot tell which attribute of a dump's
# request was wrong, unless its policy says so
of_dump() {
	[ "$(printf '%s\n' 6.12 "$(uname -r)" | sort -V | head -n 1)" != 6.12 ] || echo "$1"
}

# gets_refusal ERROR MESSAGE ATTRIBUTE [dump] OPERATION [ATTRIBUTES]
gets_refusal() {
	ask_client "${@:4}" || return
	is_answer "[.error, .message, .attribute // \"\"] == [\"$1\", \"$2\", \"$3\"]" && return
	echo "# $answer"
	return 1
}

has_event() { ask_client events && is_answer ".reply | any($1)"; } # CONDITION

expect_event() { # TYPE CONDITION
	expect "the event $1 with $2" until_true has_event ".type == \"$1\" and ($2)"
}

# dump_shows CONDITION OPERATION: some of what is dumped is so
dump_shows() { gets_reply "any($1)" dump "$2"; }

ifindex() { ip -n "$firewall" -j link show "$1" | jq '.[].ifindex'; }

has_policies_of_kernel() { expect "no difference" ask_client policies; }

# What this says of the machine stays as it is
drives_config() {
	local machine='."machine-limit" >= 1 and ."machine-flows" >= 0' limit new

	expect "the limits" gets_reply "$machine and .flows == 0 and .\"inbound-flows\" == 0 and
		.\"timeout-established\" == 432000 and
		(has(\"user-limit\") or has(\"user-flows\") | not)" config-get
	expect "the version" is_answer ".reply.version == \"$(module_version)\""
	limit=$(jq '.reply."machine-limit"' <<<"$answer")
	new='"limit": 5000, "inbound-limit": 600, "timeout-embryonic": 170,
		"timeout-established": 4000, "timeout-closed": 110, "timeout-half-closed": 90,
		"timeout-closing": 80, "mark-mask": 65280, "when-full": "pass", "label-bit": 0'
	expect "a change" gets_reply '. == null' config-set "{\"machine-limit\": $limit, $new}"
	expect "what was set" gets_reply "[to_entries[] | select(.key == ({$new} | keys[]))] |
		from_entries == {$new}" config-get
	expect_event config ".config.limit == 5000 and .config.\"mark-mask\" == 65280 and
		.config.\"when-full\" == \"pass\""
	expect "who it was" has_event ".type == \"config\" and .uid == 0 and
		.pid == $client and .comm == \"python3\" and .time > 1600000000000000000"
	expect "what was before" has_event '.type == "config" and ."config-before".limit != 5000 and
		."config-before"."timeout-closed" == 120 and
		(."config-before" | has("machine-limit") | not)'
	expect "who had logged in" has_event '.type == "config" and .loginuid == 1234'
	expect "a refusal" gets_refusal ERANGE "integer out of range" .limit \
		config-set '{"limit": 0}'
	expect "a bit where no labels may begin" gets_refusal EINVAL \
		"the 64 bits of labels begin with bit 32 or 64, or with 0 for none" .label-bit \
		config-set '{"label-bit": 40}'
	expect "the other choice" gets_reply '. == null' config-set '{"when-full": "strip"}'
	expect "that is chosen" gets_reply '."when-full" == "strip"' config-get
	expect "a guest's share" gets_reply \
		"(.\"user-limit\" == $((limit / 16))) and .\"user-flows\" == 0" guest config-get
	expect "a change by a guest" gets_reply '. == null' guest config-set '{"limit": 77}'
}

module_version() { "$TSREWRITE" -V | sed 's/.* //'; }

drives_devices() {
	expect "a refusal" gets_refusal ENODEV "no device of that name" .name \
		device-attach '{"name": "nodev"}'
	expect "attaching what is absent" gets_reply '. == null' device-attach \
		'{"name": "nodev", "absent": true}'
	expect_event device-attached '.device.name == "nodev" and (.device | has("ifindex") | not)'
	expect "a device that is absent" dump_shows \
		'.name == "nodev" and (has("ifindex") | not)' device-get
	expect "detaching it" gets_reply '.flows == 0' device-detach '{"name": "nodev"}'
	expect "attaching" gets_reply '. == null' device-attach '{"name": "fw1", "zone": 3}'
	expect_event device-attached '.device.name == "fw1"'
	expect "the device" gets_reply ". == [{name: \"fw1\", ifindex: $(ifindex fw1), zone: 3,
		flows: 0, drain: 0, confirmed: 1, unanswered: 0, id: 1}]" dump device-get
	send_frames 8864110000010000
	expect "a PPPoE frame" dump_shows '.unread == 34916' device-get
	expect "draining" gets_reply '. == null' device-set '{"name": "fw1", "drain": 1}'
	expect "it drains" dump_shows '.drain == 1' device-get
	expect_event device-drain '.device.drain == 1 and .device.unread == 34916'
	expect "no more draining" gets_reply '. == null' device-set '{"name": "fw1", "drain": 0}'
	expect "it does not drain" dump_shows '.drain == 0' device-get
}

drives_groups() {
	local new='"name": "known", "mode": "observe", "canary": 40, "prefix-count": 7,
		"fingerprint": 3735928559, "tripped": 0, "count": 1' mode

	expect "a group" gets_reply ". == {id: 1, $new}" group-add "{$new}"
	expect_event group-added ".group == {id: 1, $new}"
	expect "a group by its id" gets_reply '.id == 9' group-add '{"name": "ninth", "id": 9}'
	expect "a refusal" gets_refusal ENOSPC "another group has that id" .name \
		group-add '{"name": "other", "id": 9}'
	expect "its removal" gets_reply '. == null' group-del '{"name": "ninth"}'
	for mode in bug strip off rewrite; do
		expect "a change" gets_reply '. == null' group-set \
			"{\"name\": \"known\", \"mode\": \"$mode\"}"
		expect "mode $mode" dump_shows ".name == \"known\" and .mode == \"$mode\"" group-get
	done
	expect_event group-changed '.before == {mode: "observe"} and .group.mode == "bug"'
	expect "a change of all" gets_reply '. == null' group-set '{"name": "known",
		"mode": "bug", "canary": 41, "prefix-count": 8, "fingerprint": 9}'
	expect_event group-changed '.before == {mode: "rewrite", canary: 40,
		"prefix-count": 7, fingerprint: 3735928559}'
	expect "a trip" gets_reply '. == null' group-set '{"name": "known", "mode": "off",
		"tripped": 1, "count": 0}'
	expect_event group-changed '.before == {mode: "bug", tripped: 0, count: 1} and
		.group.tripped == 1'
	expect "a refusal" gets_refusal EINVAL "a trip sets a mode: no mode is given" .tripped \
		group-set '{"name": "known", "tripped": 1}'
	expect "the same mode" gets_reply '. == null' group-set '{"name": "known", "mode": "off"}'
	expect_event group-changed '.before == {tripped: 1} and .group.mode == "off"'
	expect "mode rewrite" gets_reply '. == null' group-set '{"name": "known", "mode": "rewrite"}'
	expect "counters" dump_shows '.name == "known" and .treated.attempts == 0 and
		.control."inbound-timed-out" == 0' group-get
}

# The group makes the device wait to be confirmed
devices_come_and_go() {
	ip -n "$firewall" link del fw1
	expect_event device-gone '.device | has("ifindex") | not'
	setup_link "$firewall" fw1 "$outside" out0
	setup_address "$firewall" fw1 $firewall4/24 $firewall6/64
	setup_address "$outside" out0 $outside4/24 $outside6/64
	ip -n "$outside" route add default via $firewall4
	ip -n "$outside" route add default via $firewall6
	expect_event device-back '.device.name == "fw1" and .device.confirmed == 0'
	expect "confirming" gets_reply '. == null' device-set '{"name": "fw1", "confirmed": 1}'
	expect_event device-confirmed '.device.confirmed == 1'
	ip -n "$firewall" link add early type dummy
	expect "attaching" gets_reply '. == null' device-attach '{"name": "early"}'
	ip -n "$firewall" link set early name late
	expect_event device-renamed '.device.name == "late" and ."old-name" == "early"'
	expect "detaching" gets_reply '. == {name: "late", flows: 0}' \
		device-detach '{"name": "late"}'
	expect_event device-detached '.device.name == "late"'
}

removes_group() {
	expect "removing" gets_reply '. == null' group-del '{"name": "known"}'
	expect_event group-removed '.group.name == "known"'
	expect "the default one alone" gets_reply 'map(.id) == [0]' dump group-get
	expect "a refusal" gets_refusal ENOENT "no such group" .name group-del '{"name": "known"}'
}

hex_address() { python3 -c 'import ipaddress, sys
print(ipaddress.ip_address(sys.argv[1]).packed.hex())' "$1"; }

# has_flow_with PORT CONDITION: the flow with that port outside, or inside
has_flow_with() {
	dump_shows "(.\"inside-port\" == $1 or .\"outside-port\" == $1) and $2" flow-get
}

drives_flows() {
	expect "mode rewrite" gets_reply '. == null' \
		group-set '{"name": "default", "mode": "rewrite"}'
	hold outwards inside $outside4 7 sourceport=4001
	hold inwards outside $inside6 7 sourceport=4002
	expect "a connection" still_talks outwards
	expect "another one, from outside" still_talks inwards
	expect "its flow" has_flow_with 4001 ".\"inside-addr\" == \"$(hex_address $inside4)\" and
		.\"outside-addr\" == \"$(hex_address $outside4)\" and .\"outside-port\" == 7 and
		.zone == 3 and .group == 0 and .mode == \"rewrite\" and .idle < 60 and
		.state == \"established\" and .expires > 3900 and .expires <= 4000 and
		.offset == $(offset 4001) and .last > 0 and (has(\"inbound\") | not)"
	expect "the other one's" has_flow_with 4002 ".inbound and .\"inside-port\" == 7 and
		.\"inside-addr\" == \"$(hex_address $inside6)\""
	drop_syns outside "tcp dport 9"
	hold unanswered inside $outside4 9 sourceport=4003
	expect "an embryonic one" until_true has_flow_with 4003 '.state == "embryonic"'
	let_go unanswered
	hold brief inside $outside4 7 sourceport=4004
	expect "one more" still_talks brief
	let_go brief
	expect "a closed one" until_true has_flow_with 4004 '.state == "closed"'
	ends_deaf 4005 outside sport
	expect "a half-closed one" until_true has_flow_with 4005 '.state == "half-closed"'
	ends_deaf 4006 inside dport
	expect "a closing one" until_true has_flow_with 4006 '.state == "closing"'
	tsr flush --force port 4005 >/dev/null
	tsr flush --force port 4006 >/dev/null
	expect "their number" dump_shows '.flows >= 2' device-get
}

# A flow that there is not, with all that one may be
drives_load() {
	local all end

	ask_client dump flow-save
	expect "what is saved" is_answer '.reply | map(.flow[0]) | any(."outside-port" == 4002 and
		.state == "established" and (.flags | index("committed", "inbound")) and
		."egress-device" == 1 and ."ingress-device" == 1 and .mode == 1 and .zone == 3 and
		.span.last > 0)'
	all='"committed", "candidate", "candidate-inbound", "inbound", "fin-egress", "fin-ingress",
		"fin-egress-acked", "fin-ingress-acked", "from-zero", "candidate-from-zero",
		"answered-twice", "reset", "reset-ingress", "awaits-third", "asymmetric", "slept"'
	end='"inside-addr": "0a000102", "outside-addr": "c6336402", "inside-port": 5001,
		"outside-port": 80, "zone": 3, "vlan": 7, "vlan-inner": 8, "group": 0'
	expect "what is loaded" gets_reply '. == {loaded: 1, existing: 0, expired: 0, "no-room": 0}' \
		flow-load "{\"elapsed\": 1, \"flow\": [{$end, \"state\": \"closed\",
		\"flags\": [$all], \"mode\": 1, \"candidate-mode\": 255, \"answer\": 3,
		\"egress-device\": 1, \"ingress-device\": 1, \"idle\": 1, \"isn\": 1,
		\"candidate-isn\": 2, \"egress-ack\": 3, \"ingress-ack\": 4, \"egress-end\": 5,
		\"ingress-end\": 6, \"span\": {\"offset\": 1, \"first\": 2, \"last\": 3},
		\"candidate-span\": {\"offset\": 4, \"first\": 5, \"last\": 6}}]}"
	expect "its end" gets_reply '.loaded == 1' flow-load '{}'
	expect_event flow-load '.loaded == {loaded: 1, existing: 0, expired: 0, "no-room": 0}'
	expect "it is there" has_flow_with 5001 '.vlan == 7 and ."vlan-inner" == 8 and .zone == 3'
	expect "a state that no flow has" gets_refusal EINVAL \
		"no flow has this state with these flags and modes" .flow.state \
		flow-load "{\"flow\": [{$end, \"state\": \"closed\", \"mode\": 1}]}"
	expect "no address" gets_refusal EINVAL "an address is missing" "" \
		flow-load '{"flow": [{"inside-port": 5001}]}'
	tsr flush --force port 5001 >/dev/null
}

# ends_deaf PORT HOST sport|dport: a connection ends, and that host hears nothing of it
ends_deaf() {
	hold "deaf$1" inside $outside4 7 sourceport="$1"
	expect "one more" still_talks "deaf$1"
	"on_$2" nft -f - <<-END
		table inet deaf$1 {
			chain input {
				type filter hook input priority 0;
				tcp $3 $1 drop;
			}
		}
	END
	let_go "deaf$1"
}

drives_stats() {
	expect "the counters" gets_reply ".\"egress-rewritten\" > 0 and .\"ingress-restored\" > 0 and
		.\"flow-created\" == $(counter flow_created)" stats-get
	expect "a group's" dump_shows '.name == "default" and .treated.established >= 2 and
		.treated."inbound-established" == 1 and .control.attempts == 0 and
		.untouched.attempts == 0' group-get
}

# flushes FLOWS|refused ATTRIBUTES: so many are flushed, or connections would break
flushes() {
	if [ "$1" = refused ]; then
		ask_client dump flow-flush "$2" && is_answer '.error == "EBUSY"'
	else
		gets_reply ".[-1].flushed.flows == $1" dump flow-flush "$2"
	fi
}

drives_flush() {
	local to from

	to="\"outside-addr\": \"$(hex_address $outside4)\""
	from="\"inside-addr\": \"$(hex_address $inside4)\""
	expect "port 4001, inside" flushes refused '{"inside-port": 4001}'
	expect "port 4001, not outside" flushes 0 '{"outside-port": 4001}'
	expect "port 4001, at either end" flushes refused '{"port": 4001}'
	expect "its bytes in their order" flushes 0 '{"port": 41231}'
	expect "the inside end" flushes 0 "{$from, \"inside-port\": 4005}"
	expect "its prefix" flushes refused "{$from, \"inside-prefix-len\": 24}"
	expect "the prefixes of both" flushes 0 "{$from, \"inside-prefix-len\": 24, $to,
		\"outside-prefix-len\": 0, \"state\": \"established\", \"mode\": \"bug\"}"
	expect "another zone" flushes 0 '{"zone": 4}'
	expect "the group" flushes refused '{"group": "default"}'
	expect "no group" gets_refusal ENOENT "no such group" "$(of_dump .group)" \
		dump flow-flush '{"group": "nobody"}'
	expect "a short address" gets_refusal EINVAL "the address does not have 4 or 16 bytes" \
		.inside-addr dump flow-flush '{"inside-addr": "0a0001"}'
	expect "a broken connection" gets_reply '.[-1].flushed == {flows: 1, broken: 1}' \
		dump flow-flush '{"inside-port": 4001, "group": "default", "force": true}'
	expect_event flow-flush '.flushed == {flows: 1, broken: 1}'
}

drives_key() {
	local secret=000102030405060708090a0b0c0d0e0f

	expect "the key, drawn" gets_reply '.loaded == 0 and .time > 0' key-get
	expect "another one" gets_reply '. == null' key-set "{\"secret\": \"$secret\"}"
	expect "that it is loaded, and the one before" \
		gets_reply '.loaded == 1 and has("before")' key-get
	expect_event key '.key.loaded == 1 and (.key.fingerprint > 0)'
	expect "a refusal" ask_client key-set '{}'
	expect "its reason" is_answer '.error == "EINVAL"'
	expect "a refusal" ask_client key-set '{"secret": "00"}'
	expect "its reason" is_answer '.error == "ERANGE" and .attribute == ".secret"'
}

detaches_device() {
	local flows

	ask_client dump device-get
	flows=$(jq '.reply[0].flows' <<<"$answer")
	ask_client device-detach '{"name": "fw1"}'
	expect "a refusal" is_answer '.error == "EBUSY" and .attribute == ".name"'
	expect "detaching" gets_reply ". == {name: \"fw1\", flows: $flows}" \
		device-detach '{"name": "fw1", "force": true}'
	expect_event device-detached ".device.flows == $flows"
	let_go outwards
	let_go inwards
}

# What leaves by fw1 is answered by way of fw2
has_asymmetric_flow() {
	setup_link "$firewall" fw2 "$outside" out2
	ip -n "$firewall" addr add 198.18.0.1/24 dev fw2
	ip -n "$outside" addr add 198.18.0.2/24 dev out2
	ip -n "$outside" route add 10.0.1.0/24 via 198.18.0.1 src $outside4
	expect "attaching" gets_reply '. == null' device-attach '{"name": "fw1"}'
	expect "mode observe" gets_reply '. == null' \
		group-set '{"name": "default", "mode": "observe"}'
	hold round inside $outside4 7 sourceport=4011
	expect "a connection" still_talks round
	expect "its flow" has_flow_with 4011 '.asymmetric and .mode == "observe"'
	let_go round
	expect "detaching" gets_reply '.name == "fw1"' device-detach '{"name": "fw1"}'
	ip -n "$firewall" link del fw2
}

has_flow_with_tags() {
	plug qinq 100 9
	expect "attaching" gets_reply '. == null' device-attach '{"name": "port"}'
	hold tagged inside $outside4 7 sourceport=4021
	expect "a connection" still_talks tagged
	expect "its flow" has_flow_with 4021 '.vlan == 100 and ."vlan-inner" == 9'
	let_go tagged
}

# An operation, attribute or value that is new needs something above
has_shown_all() { expect "all that the spec has" ask_client missing; }

require_module
if ! python3 -c 'import yaml' 2>/dev/null; then
	ktap_skip_all "no yaml: install python3-yaml"
	exit "$KSFT_SKIP"
fi
if [ ! -e "$KSELFTEST/../../net/ynl/lib/ynl.py" ]; then
	ktap_skip_all "no YNL beside KSELFTEST=$KSELFTEST: run 'make source' in the top directory"
	exit "$KSFT_SKIP"
fi
modprobe -q 8021q
setup_hosts
serve outside 7 cat
serve inside 7 cat
start_client

run_cases \
	has_policies_of_kernel "operations and policies are those of the running kernel" \
	drives_config "config: get and set, and the event" \
	drives_devices "device: attach, get, set" \
	drives_groups "group: add, set, get, and what events tell of it" \
	devices_come_and_go "devices that go, come back, are renamed and detached" \
	removes_group "group: del" \
	drives_flows "flow: get, in each state, in IPv4 and IPv6" \
	drives_load "flow: save and load, and the event" \
	drives_stats "stats: get; the counters of a group" \
	drives_flush "flow: flush, by each attribute" \
	drives_key "key: get and set, and the event" \
	detaches_device "device: detach, refused and forced" \
	has_asymmetric_flow "a flow that is asymmetric" \
	has_flow_with_tags "a flow in two VLANs" \
	has_shown_all "all operations, attributes and enum entries of the spec came by"
