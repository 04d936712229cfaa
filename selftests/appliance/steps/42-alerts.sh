#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The outage, as whoever is on call hears of it: Debian's Prometheus, with the delivered
# alerts, scrapes Debian's node_exporter, which reads what the timer has written. All
# intervals are the delivered ones. Needs 20-install.sh

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap end_all EXIT

end_all() {
	tsrewrite group del carrier-a >/dev/null 2>&1
	tsrewrite detach --force fw1 >/dev/null 2>&1
	cleanup
}

# prometheus_says SECONDS WORD...
prometheus_says() {
	"$share/selftests/lib/prometheus.py" -w "$1" http://localhost:9090 "${@:2}"
}

is_watched() {
	cat >/etc/prometheus/prometheus.yml <<-'END'
		global: {scrape_interval: 15s, evaluation_interval: 15s}
		rule_files: [/usr/share/tsrewrite/prometheus.rules.yml]
		scrape_configs:
		  - job_name: node
		    static_configs: [{targets: ['localhost:9100']}]
	END
	modprobe nf_tsrewrite
	expect "the watch service" systemctl restart tsrewrite-watch
	expect "the timer" systemctl enable --now tsrewrite-metrics.timer
	expect "node_exporter" systemctl restart prometheus-node-exporter
	expect "Prometheus" systemctl restart prometheus
	expect "its scrapes to succeed" prometheus_says 120 target node
	expect "what the service says" [ "$(prometheus_says 60 query tsrewrite_watch_up)" = 1 ]
	expect "node_exporter to take the file" \
		[ "$(prometheus_says 60 query node_textfile_scrape_error)" = 0 ]
}

connections_come_up() {
	setup_hosts_around
	serve outside 7 cat
	tsrewrite attach fw1 >/dev/null
	tsrewrite group add carrier-a mode rewrite to "$outside4" >/dev/null
	connect_without_end &
	children+=("$!")
	expect "connections" prometheus_says 60 query 'tsrewrite_group_connections_total{
		group="carrier-a", arm="treated", origin="inside", outcome="established"} > 10'
	expect "no alert of it" prometheus_says 5 resolved TsrewriteConnectionsFail
}

connect_without_end() {
	while :; do
		on_inside timeout 1 socat -u OPEN:/dev/null "TCP4:$outside4:7" 2>/dev/null &
		wait -n
		pause 200
	done
}

an_alert_fires() {
	local begun=$SECONDS

	tsrewrite group set carrier-a mode bug >/dev/null
	expect "an alert" prometheus_says 120 firing TsrewriteConnectionsFail \
		group=carrier-a severity=critical
	echo "# it fires $((SECONDS - begun)) s after the fault"
	expect "within a minute" [ $((SECONDS - begun)) -le 60 ]
	expect "the onset" [ "$(prometheus_says 30 query \
		'count(tsrewrite_incident_estimated_onset_timestamp_seconds{group="carrier-a"})')" = 1 ]
}

# What the alert says is to be done
and_is_resolved() {
	local begun=$SECONDS

	tsrewrite group set carrier-a mode off >/dev/null
	expect "the alert to be resolved" prometheus_says 120 resolved TsrewriteConnectionsFail
	echo "# it is resolved $((SECONDS - begun)) s after the change"
	expect "health to be well" until_true tsrewrite health
}

that_nobody_looks_is_told() {
	systemctl stop tsrewrite-watch
	expect "an alert" prometheus_says 180 firing TsrewriteWatchDown severity=critical
	systemctl start tsrewrite-watch
	expect "the alert to be resolved" prometheus_says 120 resolved TsrewriteWatchDown
}

run_cases \
	is_watched "Prometheus scrapes node_exporter, which has the metrics" \
	connections_come_up "connections come up" \
	an_alert_fires "an outage, and an alert fires within a minute" \
	and_is_resolved "the mode is set to off, and the alert is resolved" \
	that_nobody_looks_is_told "the watch service ends, and an alert fires"
