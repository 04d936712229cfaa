#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Metrics, as Prometheus reads them. They are OpenMetrics, and say what the other commands
# say.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

if ! python3 -c 'import prometheus_client.openmetrics.parser' 2>/dev/null; then
	echo "1..0 # SKIP no python3-prometheus-client: 'make run_tests' in the top directory installs it"
	exit 4
fi

# A name that a label can only hold in disguise
hostile=$'a"\\b\xff'

read_metrics() { tsr metrics >"$scratch/text" && "$selftests/lib/openmetrics.py" \
	<"$scratch/text" >"$scratch/samples"; }

# samples JQ_FILTER: of all samples, as an array
samples() { jq -e -s "$1" "$scratch/samples" >/dev/null; }

# same WHAT JQ_FILTER COMMAND...: what the filter makes of the samples is what the
# command says, in JSON
same() {
	local what=$1 filter=$2

	shift 2
	expect "$what" [ "$(jq -S -c -s "$filter" "$scratch/samples")" = \
		"$("$@" | jq -S -c .)" ]
}

make_traffic() {
	tsr on >/dev/null
	tsr group add other mode observe canary 25 >/dev/null
	expect "a connection from inside" echoes inside $outside4 7
	expect "a connection from outside" echoes outside $inside6 7
	ip -n "$firewall" link add "$hostile" type dummy
	expect "another device" tsr attach "$hostile" zone 7
	ip -n "$firewall" link del "$hostile"
}

is_open_metrics() {
	expect "OpenMetrics" read_metrics
	expect "samples" samples 'length > 100'
	expect "its end is told" [ "$(tail -n 1 "$scratch/text")" = "# EOF" ]
	expect "every name is ours" samples 'all(.name | startswith("tsrewrite_"))'
}

counters_are_the_same() {
	read_metrics
	# The others go on: neighbours are looked for at any time
	same "packets by outcome" '
		map(select(.name == "tsrewrite_packets_total" and
				(.labels.outcome | test("^not_") | not)) |
			{key: "\(.labels.direction)_\(.labels.outcome)", value}) |
		from_entries' only '^(egress|ingress)_(?!not_)'
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

# only REGEX: the counters of such names
only() {
	tsr -j stats | jq "with_entries(select(.key | test(\"$1\")) | .value += 0.0)"
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
	tsr -j group | jq '[.[] | .name as $name | ("treated", "control") as $arm |
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

samples_of_json() {
	tsr -j metrics | jq '[.[] | . as $family | .samples[] |
		select(.labels.outcome // "" | test("^not_") | not) |
		{name: ($family.name + {counter: "_total", info: "_info", gauge: ""}[$family.type]),
		 labels, value: (.value + 0.0), type: $family.type}]'
}

# A panel that asks for what is not there looks like good news
dashboard_asks_for_what_there_is() {
	local dashboard=$selftests/../tools/grafana/tsrewrite.json

	read_metrics
	jq -r '[.. | .expr? // empty] | .[]' "$dashboard" >"$scratch/asked"
	expect "questions" [ "$(wc -l <"$scratch/asked")" -ge 10 ]
	grep -o 'tsrewrite_[a-z_]*' "$scratch/asked" | sort -u >"$scratch/names"
	expect "names that there are" [ -z "$(comm -23 "$scratch/names" \
		<(jq -r .name "$scratch/samples" | sort -u))" ]
	grep -oE '(arm|event|origin|outcome|result|scope)=~?"[^"]*"' "$scratch/asked" |
		sed 's/=~*/ /; s/"//g; s/|/ /g' |
		awk '{ for (i = 2; i <= NF; i++) print $1, $i }' | sort -u >"$scratch/wanted"
	expect "labels" [ -s "$scratch/wanted" ]
	expect "with values that there are" [ -z "$(comm -23 "$scratch/wanted" \
		<(jq -r '.labels | to_entries[] | "\(.key) \(.value)"' \
			"$scratch/samples" | sort -u))" ]
}

nothing_by_halves() {
	expect_refusal 2 'unexpected word "now"' tsr metrics now
	expect_refusal 1 "" "$TSREWRITE" -n "$inside-gone" metrics
	expect "nothing is printed then" \
		[ -z "$("$TSREWRITE" -n "$inside-gone" metrics 2>/dev/null)" ]
}

# The unit's command, as systemd would run it
unit_writes_whole_files() {
	local command unit=$selftests/../tools/systemd/tsrewrite-metrics.service

	command=$(sed -n "s/^ExecStart=\/bin\/sh -c '\(.*\)'$/\1/p" "$unit")
	expect "a command" [ "$command" ]
	mkdir "$scratch/collector"
	expect "it writes" in_collector "$command"
	expect "one file" [ "$(ls "$scratch/collector")" = tsrewrite.prom ]
	expect "OpenMetrics" holds_metrics "$scratch/collector/tsrewrite.prom"
	expect_not "it fails where the command does" \
		in_collector "${command/metrics/metrics now}" 2>/dev/null
	expect "what was does not look like what is" \
		[ ! -e "$scratch/collector/tsrewrite.prom" ]
}

holds_metrics() { "$selftests/lib/openmetrics.py" <"$1" >/dev/null; } # FILE

in_collector() { # COMMAND
	DIRECTORY=$scratch/collector PATH=$(dirname "$TSREWRITE"):$PATH \
		on_firewall sh -c "$1"
}

require_module
setup_hosts
serve outside 7 cat
serve inside 7 cat
tsr attach fw1 >/dev/null
make_traffic

run_cases \
	is_open_metrics "OpenMetrics, by a parser of Prometheus's" \
	counters_are_the_same "counters are those of stats" \
	groups_are_the_same "groups are those of group" \
	devices_are_there "devices, whatever their names" \
	json_is_the_same "in JSON the same" \
	dashboard_asks_for_what_there_is "the dashboard asks for what there is" \
	nothing_by_halves "what goes wrong prints nothing" \
	unit_writes_whole_files "the unit leaves whole files"
