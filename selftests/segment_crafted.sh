#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Crafted segments, which no TCP stack of today sends. They go over real wires, through a
# firewall that is a bridge: lib/segments.py plays both ends and prints the cases; with
# --only WORDS those that say so.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/bridge.sh
. "$(dirname "$0")/lib/bridge.sh"
trap cleanup EXIT

require_module
if ! python3 -c 'import scapy' 2>/dev/null; then
	ktap_skip_all "no scapy: install python3-scapy"
	exit "$KSFT_SKIP"
fi
setup_bridge
until_forwarding
tsr attach fw1
tsr on >/dev/null
python3 "$selftests/lib/segments.py" --command "$TSREWRITE" --deadline $deadline \
	${CASE:+--only "$CASE"} "$@" "$inside" "$firewall" "$outside"
