#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The units that write metrics: hardened, for other network namespaces as well, and quiet,
# whatever is missing. Needs 20-install.sh

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap end_all EXIT

collector=/var/lib/prometheus/node-exporter

end_all() {
	ip netns del blue 2>/dev/null
	cleanup
}

has_line() { grep -qx -- "$2" "$collector/$1"; } # FILE LINE

# How many lines the journal has from the unit, and from systemd about it
lines_of() { journalctl -q -b -u "$1" --no-pager -o cat | wc -l; } # UNIT

writes_as_it_is_hardened() {
	modprobe nf_tsrewrite
	rm -f $collector/tsrewrite.prom
	expect "the timer to start" systemctl enable --now tsrewrite-metrics.timer
	expect "a file" until_true has_line tsrewrite.prom 'tsrewrite_up 1'
	expect "whether the watch service answers" until_true grep -q '^tsrewrite_watch_up ' \
		$collector/tsrewrite.prom
	expect "promtool to have nothing against it" promtool check metrics <$collector/tsrewrite.prom
	expect "no failure" [ "$(property tsrewrite-metrics.service Result)" = success ]
	expect "no line in the journal for each time" [ "$(lines_of tsrewrite-metrics.service)" = 0 ]
}

# To be told of by an alert, and not by a failed unit every 15 seconds
says_that_the_module_is_absent() {
	systemctl stop tsrewrite-watch 2>/dev/null
	expect "the module to be removed" until_true rmmod nf_tsrewrite
	expect "metrics that say so" until_true has_line tsrewrite.prom 'tsrewrite_up 0'
	expect_not "old values" grep -q '^tsrewrite_packets_total' $collector/tsrewrite.prom
	expect "health" has_line tsrewrite.prom 'tsrewrite_health{state="degraded"} 1'
	systemctl start tsrewrite-metrics.service
	expect "no failed unit" no_unit_has_failed
	expect "nothing in the journal" [ "$(lines_of tsrewrite-metrics.service)" = 0 ]
	modprobe nf_tsrewrite
	expect "its return" until_true has_line tsrewrite.prom 'tsrewrite_up 1'
}

writes_those_of_a_namespace() {
	ip netns add blue
	expect "its timer to start" systemctl start tsrewrite-metrics@blue.timer
	expect "its file" until_true has_line tsrewrite-blue.prom 'tsrewrite_up{netns="blue"} 1'
	expect "node_exporter" systemctl restart prometheus-node-exporter
	expect "it to answer" until_true exports '^node_textfile_scrape_error'
	expect "it to take both" exports '^node_textfile_scrape_error 0$'
	expect "the one" exports '^tsrewrite_up 1$'
	expect "the other" exports '^tsrewrite_up{netns="blue"} 1$'
	ip netns del blue
	expect "its file to go with it" until_true [ ! -e $collector/tsrewrite-blue.prom ]
	systemctl start tsrewrite-metrics@blue.service
	expect "no failed unit" no_unit_has_failed
	expect "nothing in the journal" [ "$(lines_of tsrewrite-metrics@blue.service)" = 0 ]
	systemctl stop tsrewrite-metrics@blue.timer
}

exports() { curl -s http://localhost:9100/metrics | grep -q -- "$1"; } # PATTERN

# What nobody can read: the old values go, the unit fails, and the journal says why
fails_when_it_cannot_read() {
	mkdir -p /run/systemd/system/tsrewrite-metrics.service.d
	printf '%s\n' '[Service]' 'RestrictAddressFamilies=' 'RestrictAddressFamilies=AF_UNIX' \
		>/run/systemd/system/tsrewrite-metrics.service.d/deaf.conf
	systemctl daemon-reload
	expect_not "what is not allowed to ask to write" \
		systemctl start tsrewrite-metrics.service 2>/dev/null
	expect "no old values" [ ! -e $collector/tsrewrite.prom ]
	expect "no half of a file" [ ! -e $collector/tsrewrite.new ]
	expect "the reason" until_true has_logged tsrewrite-metrics.service "tsrewrite: metrics"
	rm -r /run/systemd/system/tsrewrite-metrics.service.d
	systemctl daemon-reload
	systemctl reset-failed tsrewrite-metrics.service
	expect "it to write again" systemctl start tsrewrite-metrics.service
	expect "a file" has_line tsrewrite.prom 'tsrewrite_up 1'
}

run_cases \
	writes_as_it_is_hardened "the hardened unit writes metrics, and no line in the journal" \
	says_that_the_module_is_absent "without the module they say so, and nothing fails" \
	writes_those_of_a_namespace "those of a namespace go to a file of their own" \
	fails_when_it_cannot_read "if they cannot be read, the old ones go, and the unit fails"
