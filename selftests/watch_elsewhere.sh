#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A watchman over somebody else's firewall: a hop in mode observe changes nothing, and tells
# within seconds that the firewall behind it breaks connections, and that it is not the hop.
#
#	inside ------- fw0  hop  fw1 ------- near  firewall of others  far ------- outside
#	                 observe                     rewrite, or bug

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/watch.sh
. "$(dirname "$0")/lib/watch.sh"
trap cleanup EXIT

# shellcheck disable=SC2154 # setup_ns names it
others() { "$TSREWRITE" -n "$others" "$@"; }

# lib.sh's firewall is the hop
setup_others() {
	setup_ns others || return
	ip -n "$firewall" link del fw1
	setup_link "$firewall" fw1 "$others" near
	setup_link "$others" far "$outside" out0
	setup_address "$firewall" fw1 192.0.2.1/24 2001:db8:2::1/64
	setup_address "$others" near 192.0.2.2/24 2001:db8:2::2/64
	setup_address "$others" far $firewall4/24 $firewall6/64
	setup_address "$outside" out0 $outside4/24 $outside6/64
	setup_routes
}

setup_routes() {
	ip -n "$firewall" route add default via 192.0.2.2
	ip -n "$firewall" route add default via 2001:db8:2::2
	ip -n "$others" route add 10.0.1.0/24 via 192.0.2.1
	ip -n "$others" route add fd00:1::/64 via 2001:db8:2::1
	ip -n "$outside" route replace default via $firewall4
	ip -n "$outside" route replace default via $firewall6
	ip netns exec "$others" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

connects_and() { # COMMAND...: goes on to connect until that succeeds
	connect_some alpha 3
	connect_some beta 1
	"${@}"
}

usual_is_known() {
	tsr -j group | jq -e '.[] | select(.name == "alpha") |
		.control.attempts >= 60 and .control.established >= 60' >/dev/null
}

sees_what_passes() {
	hold held inside "${address[alpha]}" 7
	expect "a connection through both" still_talks held
	expect "many" until_true connects_and usual_is_known
	expect "each echo to be right" [ "$(counter echo_impossible)" = 0 ]
	expect "nothing to be changed here" \
		[ "$(counter egress_rewritten).$(counter ingress_restored)" = 0.0 ]
	expect "but there" \
		[ "$(others -j stats | jq '.egress_rewritten > 0 and .ingress_restored > 0')" = true ]
	expect "nothing to be told" [ ! -s "$scratch/watch.out" ]
}

tells_whose_fault_it_is() {
	local began

	began=$(date +%s%6N)
	others group set alpha mode bug >/dev/null
	expect "an alarm" until_true connects_and has_opened
	echo "# from the fault to the alarm: $(jq -n "($(told '.[0].time | microseconds') -
		$began) / 1000000") s"
	expect "that says: beyond this hop" until_true connects_and has_told '
		any(.incident.kind == "success" and .incident.verdict == "far_end")'
	expect "never ours" has_told 'all(.incident.verdict != "ours")'
	expect "of the right group, and no other" \
		has_told 'map(.incident.group) | unique == ["alpha"]'
	expect "with the echoes that show it" [ "$(counter echo_impossible)" -gt 0 ]
	expect "health: degraded, not failing" until_true has_health 1 "far end"
	expect_not "nothing to be tripped, though it may be" has_told 'any(.what == "tripped")'
	expect "its mode to be what it was" has_mode alpha observe
	expect "the old connection to go on" still_talks held
}

is_over() {
	others group set alpha mode rewrite >/dev/null
	expect "closed" until_true connects_and has_closed
	expect "health: well" until_true has_health 0 well
	let_go held
}

require_module
setup_hosts
setup_others
tsr attach fw1 >/dev/null
setup_carriers observe
others attach far >/dev/null
others mode rewrite >/dev/null
others group add alpha mode rewrite to "${address[alpha]}" >/dev/null
serve outside 7 cat
start_watch 'quiet = 5s' 'trip = off'

run_cases \
	sees_what_passes "a hop in mode observe checks each echo, and changes nothing" \
	tells_whose_fault_it_is "another firewall's outage is told, as one beyond the hop" \
	is_over "its end as well"
