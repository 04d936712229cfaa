#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The metrics timer writes what Debian's node_exporter takes. Needs 20-install.sh; and
# 30-watch.sh, if the service is to have metrics of its own

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

collector=/var/lib/prometheus/node-exporter/tsrewrite.prom

exported() { curl -s http://localhost:9100/metrics; }
exports() { exported | grep -q -- "$1"; } # PATTERN

writes() {
	modprobe nf_tsrewrite
	expect "the timer to start" systemctl enable --now tsrewrite-metrics.timer
	expect "a file within the timer's time" until_true [ -s $collector ]
	expect "promtool to have nothing against it" promtool check metrics <$collector
}

is_taken() {
	expect "node_exporter to start" systemctl start prometheus-node-exporter
	expect "it to answer" until_true exports '^node_textfile_scrape_error'
	expect "it to take the file" exports '^node_textfile_scrape_error 0$'
	expect "it to export what the file has" exports '^tsrewrite_'
	exported | sed -n '/^node_textfile_scrape_error/s/^/# /p'
	journalctl -b -u prometheus-node-exporter -o cat --no-pager | grep -i textfile |
		tail -n 3 | comment
}

# Old values must not pass for current ones
says_when_there_are_none() {
	systemctl stop tsrewrite-watch
	expect "the module to be removed" rmmod nf_tsrewrite
	expect "that to be written" until_true grep -qx 'tsrewrite_up 0' $collector
	expect_not "old values" grep -q '^tsrewrite_packets_total' $collector
	expect "no failed unit" no_unit_has_failed
	modprobe nf_tsrewrite
	expect "values to come back" until_true grep -q '^tsrewrite_packets_total' $collector
}

run_cases writes "the timer writes metrics, and promtool takes them" \
	is_taken "node_exporter takes them" \
	says_when_there_are_none "without the module they say so, and have no old values"
