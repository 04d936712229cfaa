#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What an operator sees and is told: a Prometheus that scrapes a node_exporter answers each
# query of the dashboard, and its alerts fire in an outage and are resolved behind it.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/watch.sh
. "$(dirname "$0")/lib/watch.sh"
# shellcheck source=selftests/lib/prometheus.sh
. "$(dirname "$0")/lib/prometheus.sh"
trap cleanup EXIT

dashboard=$selftests/../tools/grafana/tsrewrite.json
hostile=$'a"\\b\xff'

prometheus_reads_all() {
	ip -n "$firewall" link add "$hostile" type dummy
	expect "a device whose name is hostile" tsr attach "$hostile" zone 7
	write_metrics "$inside"
	expect "node_exporter" start_node_exporter
	expect "Prometheus" start_prometheus
	expect "it takes what it is told" prometheus_says target node
	expect "node_exporter as well" [ "$(prometheus_says query node_textfile_scrape_error)" = 0 ]
	expect "a namespace beside this one" [ "$(prometheus_says query \
		'count(tsrewrite_up)')" = 2 ]
	expect "the device, by its name" [ "$(prometheus_says query \
		'tsrewrite_device_present{device="a\"\\b\\xff"}')" = 1 ]
	expect "the alerts" [ "$(prometheus_says query 'count(ALERTS) or vector(0)')" ]
	tsr detach "$hostile" >/dev/null
	ip -n "$firewall" link del "$hostile"
	begin_writing
}

outage_is_shown_and_told() {
	local begun

	prometheus_options=(-w 90)
	connect_without_end &
	children+=("$!")
	expect "connections come up" until_true has_established alpha
	begun=$SECONDS
	# The service trips the group, which ends the outage
	tsr group set alpha mode bug >/dev/null
	expect "an alert that fires" prometheus_says firing TsrewriteConnectionsFail \
		group=alpha severity=critical >"$scratch/told"
	echo "# it fires $((SECONDS - begun)) s after the fault"
	expect "within a minute" [ $((SECONDS - begun)) -le 60 ]
	expect "what to do" grep -q 'tsrewrite group set alpha mode off' "$scratch/told"
	# It may have been resolved by now, since the service trips the group
	expect "for no other group" [ "$(prometheus_says query \
		'count(ALERTS{alertname="TsrewriteConnectionsFail",group!="alpha"}) or vector(0)'
	)" = 0 ]
	expect "that it was tripped" prometheus_says firing TsrewriteGroupTripped group=alpha
	expect "each query of the dashboard is answered" prometheus_says dashboard "$dashboard"
}

# Without end, all at once
connect_without_end() {
	while :; do
		connect_some alpha 3
		connect_some beta 2
		pause 300
	done
}

has_established() { # GROUP
	[ "$(tsr -j group | jq ".[] | select(.name == \"$1\").treated.established")" -gt 0 ]
}

its_end_as_well() {
	local begun=$SECONDS

	tsr group set alpha mode rewrite >/dev/null
	expect "the alert is resolved" prometheus_says resolved TsrewriteConnectionsFail
	expect "the trip as well" prometheus_says resolved TsrewriteGroupTripped
	echo "# they are resolved $((SECONDS - begun)) s after the change"
	expect "within a minute" [ $((SECONDS - begun)) -le 60 ]
}

require_module
setup_hosts
tsr attach fw1 >/dev/null
setup_carriers rewrite
serve outside 7 cat
start_watch 'quiet = 15s' '[group alpha]' 'trip = observe'

run_cases \
	prometheus_reads_all "Prometheus reads all, whatever the names" \
	outage_is_shown_and_told "an outage is shown, and told within a minute" \
	its_end_as_well "and its end"
