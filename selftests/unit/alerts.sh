#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The alerts for Prometheus, by promtool: they are valid, ask for metrics that there are, and
# fire and are resolved where the outage and other faults are replayed (alerts.yml).

# shellcheck disable=SC2317 # check calls the functions

selftests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=selftests/unit/cases.sh
. "$selftests/unit/cases.sh"
rules=$selftests/../tools/prometheus/tsrewrite.rules.yml

if ! command -v promtool >/dev/null; then
	echo "1..0 # SKIP no promtool: 'make check' installs it with Debian's prometheus"
	exit 4
fi

# in_silence COMMAND...: what it says shows only if it fails
in_silence() {
	local said

	if ! said=$("$@" 2>&1); then
		echo "# ${said//$'\n'/$'\n'# }"
		return 1
	fi
}

are_valid() { in_silence promtool check rules --lint=all --lint-fatal "$rules"; }

# What an operator reads at night
say_what_to_do() {
	local line alerts

	alerts=$(grep -c '^ *- alert: ' "$rules")
	for line in 'severity: \(critical\|warning\)' 'summary: .' 'description: .' 'runbook: .'; do
		[ "$(grep -c "^ *$line" "$rules")" = "$alerts" ] || return
	done
}

are_all_tried() {
	local there tried

	there=$(sed -n 's/^ *- alert: //p' "$rules" | sort -u)
	tried=$(grep -o 'Tsrewrite[A-Za-z]*' "$selftests/unit/alerts.yml" | sort -u)
	if [ ! "$there" ] || [ "$there" != "$tried" ]; then
		comm -3 <(echo "$there") <(echo "$tried") | sed 's/^/# /'
		return 1
	fi
}

fire_and_are_resolved() { in_silence promtool test rules "$selftests/unit/alerts.yml"; }

echo "TAP version 13"
echo "1..4"
check "the alerts are valid" are_valid
check "each has a severity, a summary, a description and what to do" say_what_to_do
check "each is tried" are_all_tried
check "they fire within a minute, and are resolved" fire_and_are_resolved
echo "# Totals: pass:$((cases - failed)) fail:$failed xfail:0 xpass:0 skip:0 error:0"
exit $((failed > 0))
