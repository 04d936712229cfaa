#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Metrics, as promtool and node_exporter read them. They say what the other commands say.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/watch.sh
. "$(dirname "$0")/lib/watch.sh"
# shellcheck source=selftests/lib/prometheus.sh
. "$(dirname "$0")/lib/prometheus.sh"
trap end_all EXIT

# Names that a label can only hold in disguise
hostile=$'a"\\b\xff'
hostile_netns=$'tsrw-a"\\b\n\xff'

end_all() {
	ip netns del "$hostile_netns" 2>/dev/null
	cleanup
}

read_metrics() {
	on_firewall "$TSREWRITE" metrics >"$scratch/text" && samples_of "$scratch/text"
}

# samples JQ_FILTER: of all samples, as an array
samples() { jq -e -s "$1" "$scratch/text.samples" >/dev/null; }

# same WHAT JQ_FILTER COMMAND...: what the filter makes of the samples is what the
# command says, in JSON
same() {
	local what=$1 ours theirs

	ours=$(jq -s "$2 | $in_order" "$scratch/text.samples")
	theirs=$("${@:3}" | jq "$in_order")
	expect "$what" [ "$ours" = "$theirs" ]
	expect "$what: something" [ "${#ours}" -gt 10 ]
}
in_order='walk(if type == "object" then to_entries | sort_by(.key) | from_entries else . end)'

make_traffic() {
	tsr on >/dev/null
	tsr group add other mode observe canary 25 >/dev/null
	expect "a connection from inside" echoes inside $outside4 7
	expect "a connection from outside" echoes outside $inside6 7
	ip -n "$firewall" link add "$hostile" type dummy
	expect "another device" tsr attach "$hostile" zone 7
	ip -n "$firewall" link del "$hostile"
	ip netns add "$hostile_netns"
}

promtool_has_no_complaint() {
	expect "metrics" read_metrics
	expect "promtool takes them" is_clean "$scratch/text"
	expect "samples" samples 'length > 100'
	expect "every name is ours" samples 'all(.name | startswith("tsrewrite_"))'
	"$TSREWRITE" -n "$hostile_netns" metrics >"$scratch/empty"
	expect "of a namespace without devices as well" is_clean "$scratch/empty"
	sed 's/^tsrewrite_up 1$/tsrewrite_up one/' "$scratch/text" >"$scratch/wrong"
	expect_not "what is wrong is refused" is_clean "$scratch/wrong" >/dev/null
}

# It drops a file that it cannot read to its end
node_exporter_takes_all() {
	expect "metrics" write_metrics "$firewall" "$hostile_netns"
	start_node_exporter
	scrape "$scratch/scraped"
	expect "no error" grep -qx 'node_textfile_scrape_error 0' "$scratch/scraped"
	expect "the times of our files" [ "$(grep -cE \
		'^node_textfile_mtime_seconds\{file="(.*/)?tsrewrite(-[^/]*)?[.]prom"\}' \
		"$scratch/scraped")" = 3 ]
	samples_of "$scratch/scraped"
	cat "$collector"/*.prom >"$scratch/written"
	samples_of "$scratch/written"
	expect "each sample, and no other" [ "$(listed "$scratch/written.samples")" = \
		"$(listed "$scratch/scraped.samples")" ]
	expect "of each namespace" [ "$(jq -r 'select(.name == "tsrewrite_up") |
		.labels.netns // "" | @json' "$scratch/scraped.samples" | sort)" = "$(printf '%s\n' '""' \
		'"tsrw-a\"\\b\\x0a\\xff"' "\"$firewall\"" | sort)" ]
}

# Ours; that a label is empty says that it is not there
listed() { # FILE
	jq -c 'select(.name | startswith("tsrewrite_")) |
		[.name, (.labels | with_entries(select(.value != "")) | to_entries |
			sort_by(.key) | map("\(.key)=\(.value)") | join(",")), .value]' "$1" | sort
}

counters_are_the_same() {
	read_metrics
	# The others go on: neighbours are looked for at any time
	same "packets by outcome" '
		map(select(.name == "tsrewrite_packets_total" and
				(.labels.outcome | test("^not_") | not)) |
			{key: "\(.labels.direction)_\(.labels.outcome)", value}) |
		from_entries' only '^(egress|ingress)_' '_not_'
	same "what happened to flows" '
		map(select(.name == "tsrewrite_flow_events_total") |
			{key: "flow_\(.labels.event)", value}) | from_entries' only ^flow_
	same "echoes" '
		map(select(.name == "tsrewrite_echoes_total") |
			{key: "echo_\(.labels.result)", value}) | from_entries' \
		only '^echo_(verified|future|past)$'
	expect "something was rewritten" samples '
		any(.name == "tsrewrite_packets_total" and .value > 0 and
			.labels.outcome == "rewritten")'
}

# only REGEX [REGEX]: the counters of such names, and not of such
only() {
	tsr -j stats | jq "with_entries(select(.key | test(\"$1\") and
		(test(\"${2:-^$}\") | not)) | .value += 0.0)"
}

groups_are_the_same() {
	read_metrics
	same "how connections fared" '
		map(select(.name == "tsrewrite_group_connections_total" and
			.labels.outcome == "established") |
			[.labels.group, .labels.arm, .labels.origin, .value]) | sort' \
		outcomes_of_groups
	expect "some did" samples '
		any(.labels.outcome == "established" and .labels.origin == "outside" and
			.labels.arm == "treated" and .value == 1)'
	same "modes" 'map(select(.name == "tsrewrite_group_mode") | .labels)' \
		modes_of_groups
	same "canaries" 'map(select(.name == "tsrewrite_group_canary_ratio") |
		[.labels.group, .value])' canaries_of_groups
}

outcomes_of_groups() {
	tsr -j group | jq '[.[] | .name as $name | ("treated", "control", "untouched") as $arm |
		[$name, $arm, "inside", .[$arm].established],
		[$name, $arm, "outside", .[$arm].inbound_established]] | sort'
}

modes_of_groups() { tsr -j group | jq 'map({group: .name, mode})'; }

canaries_of_groups() { tsr -j group | jq 'map([.name, .canary / 100])'; }

devices_are_there() {
	read_metrics
	expect "the one that is there" samples '
		any(.name == "tsrewrite_device_present" and .value == 1 and
			.labels == {device: "fw1", zone: "0"})'
	expect "the one that is not, by its name" samples "
		any(.name == \"tsrewrite_device_present\" and .value == 0 and
			.labels == {device: $(tsr -j status |
				jq '.devices[] | select(.zone == 7).name'), zone: \"7\"})"
	expect "the rules of which are there" samples '
		any(.name == "tsrewrite_device_confirmed" and .value == 1 and
			.labels == {device: "fw1", zone: "0"})'
	expect "limits" samples '
		any(.name == "tsrewrite_flows_limit" and .labels.scope == "namespace" and
			.value > 0)'
}

# Packets that are not ours go on to be counted
json_is_the_same() {
	read_metrics
	same "families, labels and values" 'map(select(.labels.outcome // "" |
		test("^not_") | not) | {name, labels, value, type})' samples_of_json
}

# In the text, an info is a gauge
samples_of_json() {
	on_firewall "$TSREWRITE" -j metrics | jq '[.[] | . as $family | .samples[] |
		select(.labels.outcome // "" | test("^not_") | not) |
		{name: ($family.name + {counter: "_total", info: "_info", gauge: ""}[$family.type]),
		 labels, value: (.value + 0.0), type: ($family.type | sub("info"; "gauge"))}]'
}

# value NAME LABELS: of one sample, or null
value() {
	jq -s "map(select(.name == \"tsrewrite_$1\" and .labels == $2))[0].value" \
		"$scratch/text.samples"
}

incidents() { # JQ_FILTER: of the samples that count open ones
	[ "$(jq -s "map(select(.name == \"tsrewrite_incidents_open\")) | $1" \
		"$scratch/text.samples")" = true ]
}

# What nobody knows is not 0
without_the_service() {
	read_metrics
	expect "it does not answer" [ "$(value watch_up '{}')" = 0 ]
	expect "degraded" [ "$(value health '{state: "degraded"}')" = 1 ]
	expect "no other health" samples 'map(select(.name == "tsrewrite_health").value) |
		sort == [0, 0, 0, 1]'
	expect "nothing of incidents" incidents 'length == 0'
	expect "nor of its last sample" \
		[ "$(value watch_last_sample_timestamp_seconds '{}')" = null ]
}

# Metrics do not wait for long: the timer wants them every 15 seconds
with_one_that_hangs() {
	local begun=$SECONDS

	in_background firewall socat ABSTRACT-LISTEN:tsrewrite-watch,fork 'SYSTEM:cat'
	until_true is_refused_no_more
	expect "metrics" read_metrics
	expect "soon" [ $((SECONDS - begun)) -le 15 ]
	expect "it does not answer" [ "$(value watch_up '{}')" = 0 ]
	expect "what the module says is there" samples \
		'any(.name == "tsrewrite_packets_total" and .value > 0)'
	kill $!
	wait $! 2>/dev/null
}

is_refused_no_more() { tsr health | grep -q "does not answer"; }

with_the_service() {
	tsr group add quiet mode rewrite >/dev/null
	start_watch 'quiet = 1s'
	read_metrics
	expect "it answers" [ "$(value watch_up '{}')" = 1 ]
	expect "and looked a moment ago" [ "$(jq -n "$(date +%s) -
		$(value watch_last_sample_timestamp_seconds '{}') | fabs < 10")" = true ]
	expect "a series for each group, kind and verdict" incidents '
		map(select(.labels.group != "")) | length == 3 * 3 * 3 and all(.value == 0)'
	expect "and for each kind of the machine" incidents '
		map(select(.labels.group == "") | .labels.kind) | sort ==
			["asymmetric", "bypass", "rules", "table"]'
	expect "still clean" is_clean "$scratch/text"
	stop_watch
	tsr group del quiet >/dev/null
}

nothing_by_halves() {
	expect_refusal 2 'unexpected word "now"' tsr metrics now
	expect_refusal 1 "" "$TSREWRITE" -n "$inside-gone" metrics
	expect "nothing is printed then" \
		[ -z "$("$TSREWRITE" -n "$inside-gone" metrics 2>/dev/null)" ]
}

require_module
setup_hosts
serve outside 7 cat
serve inside 7 cat
tsr attach fw1 >/dev/null
make_traffic

run_cases \
	promtool_has_no_complaint "promtool has no complaint" \
	node_exporter_takes_all "node_exporter takes all, whatever the names" \
	counters_are_the_same "counters are those of stats" \
	groups_are_the_same "groups are those of group" \
	devices_are_there "devices, whatever their names" \
	json_is_the_same "in JSON the same" \
	without_the_service "without the service, incidents are not known" \
	with_one_that_hangs "nor with one that hangs" \
	with_the_service "with it: each is 0, and when it looked" \
	nothing_by_halves "what goes wrong prints nothing"
