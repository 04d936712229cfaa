# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# Who reads metrics: promtool, node_exporter and Prometheus, as Debian has them, on the
# firewall. Wants lib.sh.

for command in promtool prometheus prometheus-node-exporter; do
	if ! command -v $command >/dev/null; then
		echo "1..0 # SKIP no command $command: 'make check' installs it with Debian's prometheus and prometheus-node-exporter"
		exit 4
	fi
done
if ! python3 -c 'import prometheus_client.parser' 2>/dev/null; then
	echo "1..0 # SKIP no python3-prometheus-client: 'make run_tests' in the top directory installs it"
	exit 4
fi

collector=$scratch/collector
mkdir "$collector"

# samples_of FILE: a line of JSON each, into FILE.samples
samples_of() { "$selftests/lib/exposition.py" <"$1" >"$1.samples"; }

# is_clean FILE: promtool has nothing to say of it, not even a warning
is_clean() {
	local said

	if ! said=$(promtool check metrics <"$1" 2>&1) || [ "$said" ]; then
		echo "# ${said//$'\n'/$'\n'# }"
		return 1
	fi
}

# write_metrics [NETNS...]: what the units would write, for the firewall itself and for others.
# node_exporter ends if a file's name is not UTF-8, so that these are numbered
write_metrics() {
	local name number=0

	on_firewall "$TSREWRITE" metrics >"$collector/new" &&
		mv "$collector/new" "$collector/tsrewrite.prom" || return
	for name; do
		"$TSREWRITE" -n "$name" metrics >"$collector/new" &&
			mv "$collector/new" "$collector/tsrewrite-$((number += 1)).prom" || return
	done
}

start_node_exporter() {
	in_background firewall prometheus-node-exporter --web.listen-address=127.0.0.1:9100 \
		--collector.disable-defaults --collector.textfile \
		--collector.textfile.directory="$collector" 2>"$scratch/node_exporter.log"
	until_true is_listening firewall 9100
}

# scrape FILE: what node_exporter says now
scrape() {
	on_firewall python3 -c '
import sys, urllib.request
sys.stdout.buffer.write(urllib.request.urlopen("http://127.0.0.1:9100/metrics").read())' >"$1"
}

# start_prometheus [RULES]: it scrapes node_exporter, and looks at the alerts, each second
start_prometheus() {
	cat >"$scratch/prometheus.yml" <<-END
		global: {scrape_interval: 1s, evaluation_interval: 1s}
		rule_files: ['$scratch/rules.yml']
		scrape_configs:
		  - job_name: node
		    static_configs: [{targets: ['127.0.0.1:9100']}]
	END
	sed 's/^    interval: 15s$/    interval: 1s/' \
		"$selftests/../tools/prometheus/tsrewrite.rules.yml" >"$scratch/rules.yml"
	in_background firewall prometheus --config.file="$scratch/prometheus.yml" \
		--storage.tsdb.path="$scratch/tsdb" --web.listen-address=127.0.0.1:9090 \
		2>"$scratch/prometheus.log"
	until_true is_listening firewall 9090
}

# prometheus_says WORD...: see prometheus.py
prometheus_says() {
	on_firewall "$selftests/lib/prometheus.py" "${prometheus_options[@]}" \
		http://127.0.0.1:9090 "$@"
}
prometheus_options=()

# begin_writing: the metrics are written each second, as by an eager timer
begin_writing() {
	while :; do
		write_metrics
		pause 900
	done &
	children+=("$!")
}
