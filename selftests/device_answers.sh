#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Something carries answers past the attached device, so that they are not restored: it
# is told, SYNs lose their TSopt until an answer is seen, and their connections come up.
# Nothing that looks like it from outside, or from an odd host inside, has that effect.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/plug.sh
. "$selftests/lib/plug.sh"
# shellcheck source=selftests/lib/watch.sh
. "$selftests/lib/watch.sh"
# shellcheck source=selftests/lib/redirect.sh
. "$selftests/lib/redirect.sh"
trap cleanup EXIT

unanswered() { tsr -j status | jq -c '.devices[] | select(.name == "fw1").unanswered'; }
is_unanswered() { [ "$(unanswered)" = "$1" ]; } # JSON

unseen() { # HOW MANY answers of IPv4 and IPv6 were refused that did not pass
	tsr -j group | jq '.[0].treated.answers_unseen'
}

works_rewritten() { # NAME ADDRESS
	capture "$1"
	expect "$1: a transfer" echoes inside "$2" 7
	end_capture "$1"
	expect "$1: rewritten and restored" compare_wires "$1" rewrite --flows 1
}

# What is said without a TSopt is neither rewritten nor restored
works_and_hides() { # NAME ADDRESS
	capture "$1"
	expect "$1: a transfer" echoes inside "$2" 7
	end_capture "$1"
	expect "$1: no TSopt outside" compare_wires "$1" strip --flows 1
}

attempt() { # ADDRESS
	on_inside timeout 1 socat -u OPEN:/dev/null "$(address_for_socat "$1" 7)" 2>/dev/null
}

attempts_go_on() { # ADDRESS JSON
	attempt "$1"
	is_unanswered "$2"
}

# comes_up VERSION PROTOCOL ADDRESS: by itself, after answers went another way
comes_up() {
	local before start
	local alarm="answers by IP${1#ip} do not pass fw1: new connections lose their TSopt"

	works_rewritten "$1-before" "$3"
	before=$(unseen)
	redirect_all "$2"
	start=$SECONDS
	expect "$1: the first, when its SYN is sent again" echoes inside "$3" 7
	expect "$1: within 5 s, not $((SECONDS - start))" [ $((SECONDS - start)) -le 5 ]
	expect "$1: an answer that did not pass" [ "$(unseen)" -gt "$before" ]
	expect "$1: no answer is seen" until_true attempts_go_on "$3" "[\"$1\"]"
	expect_alarm "$alarm"
	expect "$1: health says so" has_health 1 "$alarm"
	works_and_hides "$1-redirected" "$3"
	no_ingress fw1
	works_and_hides "$1-after" "$3"
	expect "$1: an answer is seen" is_unanswered '[]'
	works_rewritten "$1-again" "$3"
	expect_not "$1: an alarm that no answer is seen" grep -q 'answers by' <(alarms)
}

comes_up_by_itself() {
	attach fw1
	tsr on >/dev/null
	comes_up ipv4 all $outside4
	comes_up ipv6 all $outside6
}

# The snippet that everybody copies redirects IPv4 alone
one_version_alone() {
	redirect_all ip
	expect "no answer by IPv4" until_true attempts_go_on $outside4 '["ipv4"]'
	works_rewritten still-ipv6 $outside6
	expect "no answer by IPv4, still" is_unanswered '["ipv4"]'
	no_ingress fw1
	expect "IPv4" echoes inside $outside4 7
	expect "an answer is seen" is_unanswered '[]'
}

load() { # connections all the time
	while :; do
		attempt $outside4 &
		attempt $outside6 &
		pause 200
	done
}

# Behind a connection of its own, an inside host sends a SYN that nobody answers, and an RST
resets_its_syn() { # PORT
	on_inside env PYTHONPATH="$selftests/lib" python3 - $inside4 $outside4 "$1" <<-'END'
		import ipaddress, socket, sys
		from forge import End, build, send
		socket.create_connection((sys.argv[2], 7)).close()
		source, target = map(ipaddress.ip_address, sys.argv[1:3])
		ports = int(sys.argv[3]), 4020
		for what in ({"flags": "S"}, {"flags": "R", "seq": "1", "tsval": "none"}):
		    send(source, target, build(End(), ports, what))
	END
}

has_unseen() { [ "$(unseen)" = "$1" ]; } # COUNT

lonely_resets() {
	local before port stripped

	before=$(unseen)
	stripped=$(counter egress_stripped)
	drop_syns outside "tcp dport 4020"
	for port in 4021 4022 4023; do
		resets_its_syn $port
		expect "it counts" until_true has_unseen $((before + port - 4020))
		expect "not taken for missing answers" is_unanswered '[]'
	done
	take_syns outside
	expect "no SYN without its TSopt" [ "$(counter egress_stripped)" = "$stripped" ]
}

# What begins outside says nothing of answers to what begins inside
begun_outside() {
	ingress fw1
	redirect_to_ifb fw1 ip flower ip_proto tcp src_port 7
	expect "no answer" until_true attempts_go_on $outside4 '["ipv4"]'
	expect "a connection from outside" echoes outside $inside4 7
	expect "no answer, still" is_unanswered '["ipv4"]'
	no_ingress fw1
}

# It is known of connections that are rewritten
modes_begin_anew() {
	redirect_all all
	expect "no answer" until_true attempts_go_on $outside4 '["ipv4"]'
	tsr mode observe >/dev/null
	expect "in mode observe, nothing is known" is_unanswered '[]'
	expect "a connection" echoes inside $outside4 7
	expect "nor later" is_unanswered '[]'
	tsr on >/dev/null
	expect "in mode rewrite, nothing yet" is_unanswered '[]'
	expect "no answer again" until_true attempts_go_on $outside4 '["ipv4"]'
	no_ingress fw1
	expect "a connection" echoes inside $outside4 7
	expect "an answer is seen" is_unanswered '[]'
}

# An inside host that does not refuse what it takes for wrong
silent_inside() {
	on_inside nft add table inet silent
	on_inside nft add chain inet silent out '{ type filter hook output priority 0; }'
	on_inside nft add rule inet silent out tcp flags rst drop
}

never_any_answer() {
	local before

	detach fw1
	silent_inside
	attach fw1
	redirect_all all
	expect "it follows from many attempts" until_true attempts_go_on $outside4 '["ipv4"]'
	before=$(counter egress_stripped)
	expect "a connection" echoes inside $outside4 7
	expect "without TSopt" has_risen egress_stripped "$before"
	on_inside nft delete table inet silent
	no_ingress fw1
	expect "a connection" echoes inside $outside4 7
	expect "an answer is seen" is_unanswered '[]'
}

# Nobody outside can make it so: an answer was seen before
nobody_answers() {
	local before i

	expect "an answer by IPv4" echoes inside $outside4 7
	expect "an answer by IPv6" echoes inside $outside6 7
	before=$(unseen)
	drop_syns outside ""
	for ((i = 0; i < 5; i++)); do # a second each
		attempt $outside4 &
		attempt $outside4 &
		attempt $outside6 &
		attempt $outside6
	done
	expect "no answer that did not pass" [ "$(unseen)" = "$before" ]
	expect "not taken for missing answers" is_unanswered '[]'
	take_syns outside
	before=$(counter ingress_restored)
	expect "a connection" echoes inside $outside4 7
	expect "restored" has_risen ingress_restored "$before"
}

# Answers come in by another attached device
setup_second_way() {
	setup_link "$firewall" fw2 "$outside" out2
	ip -n "$firewall" addr add 203.0.113.1/24 dev fw2
	ip -n "$outside" addr add 203.0.113.2/24 dev out2
	ip -n "$outside" route add $inside4 via 203.0.113.1 dev out2
	on_firewall sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.fw2.rp_filter=0
}

two_ways() {
	local before i start=$SECONDS

	detach fw1
	setup_second_way
	attach fw1
	expect "no answer arrives on fw1" until_true attempts_go_on $outside4 '["ipv4"]'
	attach fw2
	expect_not "a connection to a closed port" echoes inside $outside4 9
	expect "the RST that arrives on fw2 answers for fw1" is_unanswered '[]'
	before=$(counter egress_rewritten)
	expect "a connection" echoes inside $outside4 7 100
	expect "rewritten" has_risen egress_rewritten "$before"
	before=$(unseen)
	for ((i = 0; i < 12 || SECONDS - start < 6; i++)); do
		expect "a connection" echoes inside $outside4 7 100
	done
	expect "not taken for missing answers" is_unanswered '[]'
	expect "none that did not pass" has_unseen "$before"
	ip -n "$firewall" link del fw2
	detach fw2
	expect "the answers to go back" ip -n "$outside" route get $inside4 >/dev/null
}

# Of the group in which answers are refused, within 5 s
told_as_ours() {
	local redirected told

	start_watch 'trip = off' 'quiet = 1s'
	load &
	children+=($!)
	expect "connections as usual" until_true has_seen_attempts 40
	forget_what_was_told
	redirected=$(date +%s%6N)
	redirect_all all
	expect "told: ours" until_true has_told '
		any(.incident.kind == "success" and .incident.verdict == "ours")'
	told=$(told 'map(select(.incident.verdict == "ours"))[0].time | microseconds')
	echo "# from the redirect to the alarm: $(((told - redirected) / 1000)) ms"
	expect "within 5 s" [ $((told - redirected)) -le 5000000 ]
	expect "what it is about" has_told \
		'any(.incident.figures | contains("answers that did not pass here refused"))'
	expect "tripped" until_true has_told 'any(.what == "tripped")'
	expect "to a mode in which clocks do not show" \
		[ "$(tsr -j group | jq -r '.[0].mode')" = strip ]
	expect "the redirect is told as well" until_true has_told 'any(.incident.kind == "bypass"
		and (.incident.figures | contains("redirects what arrives on fw1")))'
	no_ingress fw1
	kill "${children[-1]}"
	stop_watch
	tsr on >/dev/null
}

has_seen_attempts() { # COUNT
	[ "$(tsr -j group | jq '.[0].treated.attempts')" -ge "$1" ]
}

load_redirects
require_module
setup_hosts
setup_redirects
serve outside 7 cat
serve inside 7 cat

run_cases \
	comes_up_by_itself "answers go another way: connections come up without TSopt" \
	one_version_alone "IPv4 and IPv6 are told apart" \
	begun_outside "connections from outside do not make up for answers" \
	modes_begin_anew "another mode: it is learnt anew" \
	lonely_resets "RSTs without answers, where others are answered: no matter" \
	never_any_answer "an inside host that refuses nothing: after many attempts" \
	nobody_answers "nobody answers where answers were seen: no matter" \
	two_ways "answers come in by another attached device: no matter" \
	told_as_ours "the service tells it as ours within 5 s, and trips"
