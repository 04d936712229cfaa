#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What settings leave behind in every place that remembers, while connections of each
# kind are there: established and half-open, begun on either side, IPv4 and IPv6, of two
# groups. A mode, a group or a limit changes nothing of them, nor of one another.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/books.sh
. "$selftests/lib/books.sh"
trap cleanup EXIT

alpha4=198.51.100.3 alpha6=2001:db8::3

# Of alpha, inside begins two and outside one; of no group, one and two. Of the half-open,
# one and two, and two and three.
begin_all() {
	local name

	hold a1 inside $alpha4 7 sourceport=4001
	hold a2 inside $alpha6 7 sourceport=4002
	hold a3 outside $inside6 7 "bind=[$alpha6]:4003"
	hold d1 inside $outside6 7 sourceport=4004
	hold d2 outside $inside4 7 sourceport=4005
	hold d3 outside $inside4 7 sourceport=4006
	for name in a1 a2 a3 d1 d2 d3; do
		expect "connection $name" still_talks $name
	done
	begin_half_open first 402
	cut
}

# begin_half_open NAME PORT: from ports that begin so
begin_half_open() {
	silence outside 9 "${2}5-${2}9"
	hold "$1-aw1" inside $alpha4 9 "sourceport=${2}1"
	hold "$1-ah1" outside $inside4 7 "bind=$alpha4:${2}5"
	hold "$1-ah2" outside $inside6 7 "bind=[$alpha6]:${2}6"
	hold "$1-dw1" inside $outside4 9 "sourceport=${2}2"
	hold "$1-dw2" inside $outside6 9 "sourceport=${2}3"
	hold "$1-dh1" outside $inside4 7 "sourceport=${2}7"
	hold "$1-dh2" outside $inside6 7 "bind=[$outside6]:${2}8"
	hold "$1-dh3" outside $inside6 7 "bind=[$outside6]:${2}9"
	expect "eight half-open" until_true are_embryonic 8
	expect "five of them from outside" config_is inbound_flows 5
}

are_embryonic() { [ "$(tsr -j flows state embryonic | jq length)" = "$1" ]; } # NUMBER

config_is() { [ "$(tsr -j config | jq ".$1")" = "$2" ]; } # KEY NUMBER

# changes WORDS...: the command, and standard input has what changes
changes() {
	open_books
	expect "'$*' to be done" tsr "$@" >/dev/null
	expect_entries "what '$*' changes"
}

changes_nothing() { changes "$@" </dev/null; }

modes() {
	begin_all
	changes_nothing on
	changes mode observe <<-END
		group.default.mode rewrite > observe
		- saved.mode rewrite
		+ saved.mode observe
		event.1 group_changed default: mode rewrite
	END
	changes off <<-END
		group.default.mode observe > off
		- saved.mode observe
		+ saved.mode off
		event.1 group_changed default: mode observe
	END
	changes_nothing off
	changes mode bug <<-END
		group.default.mode off > bug
		- saved.mode off
		+ saved.mode bug
		+ alarm.mode is bug: new connections are broken on purpose (tsrewrite on or tsrewrite off ends this)
		event.1 group_changed default: mode off
	END
	changes mode strip <<-END
		group.default.mode bug > strip
		- saved.mode bug
		+ saved.mode strip
		- alarm.mode is bug: new connections are broken on purpose (tsrewrite on or tsrewrite off ends this)
		event.1 group_changed default: mode bug
	END
	changes on <<-END
		group.default.mode strip > rewrite
		- saved.mode strip
		+ saved.mode rewrite
		event.1 group_changed default: mode strip
	END
}

# The settings of one group are in nobody's way, and its events tell of nobody else
groups() {
	changes group set alpha canary 37 <<-END
		group.alpha.canary 100 > 37
		- saved.group add alpha mode rewrite to $alpha4/32,$alpha6/128
		+ saved.group add alpha mode rewrite canary 37 to $alpha4/32,$alpha6/128
		event.1 group_changed alpha: canary 100
	END
	changes_nothing group set alpha canary 37
	changes group set alpha mode observe canary 100 count on <<-END
		group.alpha.canary 37 > 100
		group.alpha.mode rewrite > observe
		group.alpha.count no > yes
		- saved.group add alpha mode rewrite canary 37 to $alpha4/32,$alpha6/128
		+ saved.group add alpha mode observe count on to $alpha4/32,$alpha6/128
		event.1 group_changed alpha: canary 37, count false, mode rewrite
	END
	changes group set alpha mode rewrite count off <<-END
		group.alpha.mode observe > rewrite
		group.alpha.count yes > no
		- saved.group add alpha mode observe count on to $alpha4/32,$alpha6/128
		+ saved.group add alpha mode rewrite to $alpha4/32,$alpha6/128
		event.1 group_changed alpha: count true, mode observe
	END
}

limits() {
	changes config set limit 20 <<-END
		config.limit 262144 > 20
		- saved.config set limit 262144
		+ saved.config set limit 20
		event.1 config: limit 262144
	END
	changes config set limit 13 <<-END
		config.limit 20 > 13
		- saved.config set limit 20
		+ saved.config set limit 13
		+ alarm.table full: new connections lose their TSopt (tsrewrite config shows the limits)
		event.1 config: limit 20
	END
	changes config set when-full pass <<-END
		config.when_full strip > pass
		- saved.config set when-full strip
		+ saved.config set when-full pass
		- alarm.table full: new connections lose their TSopt (tsrewrite config shows the limits)
		+ alarm.table full: new connections pass untouched (tsrewrite config shows the limits)
		event.1 config: when_full strip
	END
	changes config set when-full strip limit 262144 <<-END
		config.limit 13 > 262144
		config.when_full pass > strip
		- saved.config set limit 13
		- saved.config set when-full pass
		+ saved.config set limit 262144
		+ saved.config set when-full strip
		- alarm.table full: new connections pass untouched (tsrewrite config shows the limits)
		event.1 config: limit 13, when_full pass
	END
	changes config set inbound-limit 4 <<-END
		config.inbound_limit 65536 > 4
		- saved.config set inbound-limit 65536
		+ saved.config set inbound-limit 4
		+ alarm.too many flows: new connections from outside lose their TSopt (tsrewrite config shows the limits)
		event.1 config: inbound_limit 65536
	END
	changes config set inbound-limit 6 <<-END
		config.inbound_limit 4 > 6
		- saved.config set inbound-limit 4
		+ saved.config set inbound-limit 6
		- alarm.too many flows: new connections from outside lose their TSopt (tsrewrite config shows the limits)
		event.1 config: inbound_limit 4
	END
	changes_nothing config set inbound-limit 6 limit 262144
	changes config set timeout-embryonic 123 timeout-established 4567 \
		timeout-half-closed 345 timeout-closing 678 timeout-closed 91 <<-END
		config.timeout_embryonic 3600 > 123
		config.timeout_established 432000 > 4567
		config.timeout_half_closed 43200 > 345
		config.timeout_closing 900 > 678
		config.timeout_closed 120 > 91
		- saved.config set timeout-embryonic 1h
		- saved.config set timeout-established 5d
		- saved.config set timeout-half-closed 12h
		- saved.config set timeout-closing 15m
		- saved.config set timeout-closed 2m
		+ saved.config set timeout-embryonic 123s
		+ saved.config set timeout-established 4567s
		+ saved.config set timeout-half-closed 345s
		+ saved.config set timeout-closing 678s
		+ saved.config set timeout-closed 91s
		event.1 config: timeout_closed 120, timeout_closing 900, timeout_embryonic 3600, timeout_established 432000, timeout_half_closed 43200
	END
	tsr config set inbound-limit 65536 timeout-embryonic 1h timeout-established 5d \
		timeout-half-closed 12h timeout-closing 15m timeout-closed 2m >/dev/null
}

# What leaves room says so, from the first connection on
room_is_what_is_left() {
	local before

	mend
	config limit 14
	before=$(counter egress_stripped_no_room)
	hold beyond inside $outside4 7 sourceport=4041
	expect "a connection without room" still_talks beyond
	expect "to have lost its TSopt" has_risen egress_stripped_no_room "$before"
	expect "to have no flow" has_gone 4041
	config limit 262144
	hold room inside $outside4 7 sourceport=4042
	expect "one with room again" still_talks room
	expect "to be hidden" has_flow 4042
	config inbound-limit 5
	before=$(counter ingress_stripped_no_room)
	hold beyond2 outside $inside6 7 sourceport=4043
	expect "one from outside without room" still_talks beyond2
	expect "to have lost its TSopt" has_risen ingress_stripped_no_room "$before"
	config inbound-limit 6
	hold room2 outside $inside6 7 sourceport=4044
	expect "one from outside with room again" still_talks room2
	expect "to be hidden" has_flow 4044
	for name in beyond beyond2 room room2; do
		let_go $name
	done
	expect "their end" until_true is_in_state 4042 closed
	expect "the other's end" until_true is_in_state 4044 closed
	tsr flush state closed >/dev/null
	config inbound-limit 65536
	forget_half_open first-{aw1,ah1,ah2,dw1,dw2,dh1,dh2,dh3}
}

# The mode is that of the SYN, also of what is answered when another one is set
answered_in_another_mode() {
	begin_half_open second 407
	mode off
	tsr group set alpha mode strip >/dev/null
	open_books
	end_silence outside
	serve outside 9 cat
	expect_entries "each to go on as it began, for its own group, and to be half-open no more" <<-END
		config.inbound_flows 5 > 0
		flow.$inside4:4071-$alpha4:9 rewrite embryonic alpha > rewrite established alpha
		flow.$inside4:7-$alpha4:4075 rewrite embryonic alpha from outside > rewrite established alpha from outside
		flow.$inside6:7-$alpha6:4076 rewrite embryonic alpha from outside > rewrite established alpha from outside
		flow.$inside4:4072-$outside4:9 rewrite embryonic default > rewrite established default
		flow.$inside6:4073-$outside6:9 rewrite embryonic default > rewrite established default
		flow.$inside4:7-$outside4:4077 rewrite embryonic default from outside > rewrite established default from outside
		flow.$inside6:7-$outside6:4078 rewrite embryonic default from outside > rewrite established default from outside
		flow.$inside6:7-$outside6:4079 rewrite embryonic default from outside > rewrite established default from outside
		group.alpha.treated.answered +1
		group.alpha.treated.established +1
		group.alpha.treated.inbound_answered +2
		group.alpha.treated.inbound_established +2
		group.default.treated.answered +2
		group.default.treated.established +2
		group.default.treated.inbound_answered +3
		group.default.treated.inbound_established +3
		stats.flow_established +8
	END
	for name in aw1 ah1 ah2 dw1 dw2 dh1 dh2 dh3; do
		expect "$name to work" still_talks second-$name
	done
	mode rewrite
	tsr group set alpha mode rewrite >/dev/null
}

# What is of a group that goes is of none then, and of no other that gets its id
id_is_used_again() {
	local id name

	id=$(tsr -j group show alpha | jq .id)
	silence outside 9
	hold late inside $alpha6 9 sourceport=4051
	expect "one that waits" until_true is_in_state 4051 embryonic
	tsr group del alpha >/dev/null
	expect "the id for another" until_true tsr group add gamma id "$id" mode rewrite >/dev/null
	open_books
	end_silence outside
	expect_entries "what is answered then to count for none" <<-END
		flow.$inside6:4051-$alpha6:9 rewrite embryonic default > rewrite established default
		group.default.treated.answered +1
		group.default.treated.established +1
		stats.flow_established +1
	END
	expect "it to work" still_talks late
	tsr flush state closed >/dev/null
	open_books
	for name in late a1 a2 a3 second-{aw1,ah1,ah2}; do
		expect "$name to go on" still_talks "$name"
		let_go "$name"
	done
	expect "their ends" until_true are_closed 7
	expect "nothing to count for the other" [ "$(tsr -j group show gamma |
		jq '[.treated, .control, .untouched | .[]] | add')" = 0 ]
	expect "no flow of it" [ "$(tsr -j flows group gamma | jq length)" = 0 ]
	hold theirs inside $alpha4 7 sourceport=4061
	expect "a connection to where that group led" still_talks theirs
	expect "to be of none" [ "$(tsr -j flows port 4061 | jq -r '.[].group_name')" = default ]
	let_go theirs
}

are_closed() { [ "$(tsr -j flows state closed | jq length)" = "$1" ]; } # COUNT

# Also with an id of the operator's choice, and however it is added
groups_come() {
	tsr group del gamma >/dev/null
	tsr group add alpha mode rewrite to $alpha4,$alpha6 port 80 >/dev/null
	cut
	changes group add beta id 9 mode observe canary 25 to 198.51.100.9 <<-END
		group.beta.canary none > 25
		group.beta.count none > no
		group.beta.id none > 9
		group.beta.mode none > observe
		group.beta.prefix_count none > 1
		group.beta.tripped none > no
		+ saved.group add beta mode observe canary 25 to 198.51.100.9/32
		+ rule.chain group-9
		+ rule.elements = { 198.51.100.9 : goto group-9
		+ rule.meta mark set meta mark & 0x09ffffff | 0x09000000 accept comment "port-0: 1 prefixes"
		event.1 group_added beta
		event.2 group_changed beta: fingerprint 0, prefix_count 0
	END
	echo "delta id 7 mode strip count on to 2001:db8::9" >"$scratch/groups"
	changes group load "$scratch/groups" <<-END
		group.delta.canary none > 100
		group.delta.count none > yes
		group.delta.id none > 7
		group.delta.mode none > strip
		group.delta.prefix_count none > 1
		group.delta.tripped none > no
		+ saved.group add delta mode strip count on to 2001:db8::9/128
		+ rule.chain group-7
		+ rule.elements = { 2001:db8::9 : goto group-7
		+ rule.meta mark set meta mark & 0x07ffffff | 0x07000000 accept comment "port-0: 1 prefixes"
		event.1 group_added delta
		event.2 group_changed delta: fingerprint 0, prefix_count 0
	END
}

# The others keep rules, counters and settings
groups_go() {
	changes group del beta <<-END
		group.beta.canary 25 > none
		group.beta.count no > none
		group.beta.id 9 > none
		group.beta.mode observe > none
		group.beta.prefix_count 1 > none
		group.beta.tripped no > none
		- saved.group add beta mode observe canary 25 to 198.51.100.9/32
		- rule.chain group-9
		- rule.elements = { 198.51.100.9 : goto group-9
		- rule.meta mark set meta mark & 0x09ffffff | 0x09000000 accept comment "port-0: 1 prefixes"
		event.1 group_removed beta
	END
	changes group del delta <<-END
		group.delta.canary 100 > none
		group.delta.count yes > none
		group.delta.id 7 > none
		group.delta.mode strip > none
		group.delta.prefix_count 1 > none
		group.delta.tripped no > none
		- saved.group add delta mode strip count on to 2001:db8::9/128
		- rule.chain group-7
		- rule.elements = { 2001:db8::9 : goto group-7
		- rule.meta mark set meta mark & 0x07ffffff | 0x07000000 accept comment "port-0: 1 prefixes"
		event.1 group_removed delta
	END
	mend
}

require_module
setup_hosts
add_outside $alpha4 $alpha6
serve outside 7 cat
serve inside 7 cat
tsr attach fw1 >/dev/null
# Those that wait have time when room gets short
config timeout-embryonic 1h
tsr on >/dev/null
tsr group add alpha mode rewrite to $alpha4,$alpha6 >/dev/null
# Neighbours are known before anything is counted
for address in $outside4 $outside6 $alpha4 $alpha6; do
	echoes inside "$address" 7 100
done
tsr flush --force >/dev/null
start_books

run_cases \
	modes "modes change what begins, and nothing else" \
	groups "settings of a group, and of no other" \
	limits "limits below what is in use, and above it again" \
	room_is_what_is_left "there is room for as many as the limits leave" \
	answered_in_another_mode "what is answered in another mode counts as it began" \
	id_is_used_again "a group that gets the id of another begins with nothing" \
	groups_come "groups come, and the others stay as they are" \
	groups_go "groups go: the same"
