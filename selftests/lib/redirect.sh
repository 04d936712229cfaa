# shellcheck shell=bash disable=SC2154,SC2120
# SPDX-License-Identifier: GPL-2.0-only
#
# Redirects of tc on the firewall, and the alarms that tell of them:
#
#	load_redirects			the modules, before setup_hosts
#	setup_redirects			the ifb device that they lead to, or skips all
#	ingress [DEVICE [QDISC]]	a qdisc for filters; no_ingress: takes it away
#	redirect_to_ifb DEVICE PROTOCOL FILTER...	of what arrives, as traffic shapers do
#	redirect_all PROTOCOL		of what arrives on fw1
#	expect_alarm TEXT		of `tsrewrite status`; expect_no_alarm: not any
#
# Wants lib.sh.

load_redirects() {
	local part

	for part in ifb dummy 8021q sch_ingress act_mirred act_gact cls_u32 cls_flower \
		cls_matchall cls_basic; do
		modprobe -q $part
	done
}

setup_redirects() {
	without_offloads
	if ! ip -n "$firewall" link add ifb type ifb; then
		ktap_skip_all "this kernel has no ifb devices"
		exit "$KSFT_SKIP"
	fi
	ip -n "$firewall" link set ifb up
}

ingress() { tc -n "$firewall" qdisc add dev "${1:-fw1}" "${2:-ingress}"; }
no_ingress() { tc -n "$firewall" qdisc del dev "${1:-fw1}" "${2:-ingress}"; }

redirect_to_ifb() { # DEVICE PROTOCOL FILTER...
	expect "a filter" tc -n "$firewall" filter add dev "$1" ingress protocol "$2" \
		"${@:3}" action mirred egress redirect dev ifb
}

redirect_all() { # PROTOCOL
	ingress fw1
	redirect_to_ifb fw1 "$1" matchall
}

alarms() { tsr -j status | jq -r '.alarms[]'; }

expect_no_alarm() { expect "no alarm, not '$(alarms)'" [ -z "$(alarms)" ]; }

expect_alarm() { # TEXT
	expect "the alarm '$1', not '$(alarms)'" grep -qF -- "$1" <(alarms)
}
