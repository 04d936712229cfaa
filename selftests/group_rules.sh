#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Groups by prefixes and ports, which become rules of nft. The command writes these into a
# table of its own, and others may take them away.
#
# Two carriers outside, each a group:
#
#	alpha	198.51.100.3	2001:db8::3
#	beta	198.51.100.4	2001:db8::4

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

alpha4=198.51.100.3 alpha6=2001:db8::3
beta4=198.51.100.4 beta6=2001:db8::4

# What leaves fw1, behind our hook
count_marks() {
	tc -n "$firewall" qdisc add dev fw1 clsact
	tc -n "$firewall" filter add dev fw1 egress pref 1 u32 \
		match mark 0x00005678 0xffffffff action pass
	tc -n "$firewall" filter add dev fw1 egress pref 2 u32 \
		match mark 0x00000000 0xff000000 action pass
	tc -n "$firewall" filter add dev fw1 egress pref 3 u32 \
		match mark 0x00000000 0x00000000 action pass
}

# The connections that each group has begun, either way
begun() {
	tsr -j group | jq -c 'map({key: .name, value: (.treated.attempts +
		.treated.inbound_attempts)}) | from_entries'
}

# begins GROUP... -- COMMAND...: connections that are these groups', and no others
begins() {
	local groups='' before

	for ((; ; )); do
		[ "$1" = -- ] && break
		groups+=" $1"
		shift
	done
	shift
	before=$(begun)
	"$@" || return
	risen "$before" "$(begun)" >"$scratch/risen"
	[ "$(cat "$scratch/risen")" = "${groups# }" ] ||
		{ echo "# '$*' is a connection of '$(cat "$scratch/risen")'"; false; }
}

risen() { # BEFORE AFTER
	jq -nr --argjson before "$1" --argjson after "$2" '$after | to_entries |
		map(.key as $name | (.value - ($before[$name] // 0)) as $count |
			select($count > 0) | range($count) | $name) | join(" ")'
}

# reaches GROUP ADDRESS PORT: from inside
reaches() {
	expect "a connection to $2 port $3 to be $1's" \
		begins "$1" -- echoes inside "$2" "$3" 100
}

is_reached() { # GROUP FROM TO PORT: from outside
	expect "a connection from $2 to port $4 to be $1's" \
		begins "$1" -- answers "$2" "$3" "$4"
}

answers() { # FROM TO PORT
	local from=$1

	[[ $from == *:* ]] && from="[$from]"
	[ "$(on_outside timeout 60 socat -t 30 - \
		"$(address_for_socat "$2" "$3"),bind=$from" <<<"hello" 2>/dev/null)" = hello ]
}

add_group() { tsr group add "$@" >/dev/null; }
set_group() { tsr group set "$@" >/dev/null; }
table() { on_firewall nft -s list table netdev tsrewrite 2>/dev/null; }
alarms() { tsr -j status | jq -r '.alarms[]'; }
alarm() { alarms | grep -qF -- "$1"; }
rules() { tsr -j group show "$1" | jq -c '[.prefixes, .ports]'; } # GROUP
names() { tsr -j group | jq -r 'map(.name) | join(" ")'; }

without_rules_no_table() {
	expect "a group" add_group alpha mode rewrite
	expect "another one, changed" set_group alpha canary 100
	expect_not "a table" table
	reaches default $alpha4 7
	expect "no alarm" [ -z "$(alarms)" ]
	on_firewall nft add table netdev tsrewrite
	on_firewall nft add chain netdev tsrewrite out
	expect_refusal 1 "table netdev tsrewrite was not created by tsrewrite" \
		tsr group set alpha to $alpha4
	expect_refusal 1 "table netdev tsrewrite was not created by tsrewrite" \
		tsr group add beta to $beta4
	on_firewall nft delete chain netdev tsrewrite out
	on_firewall nft add set netdev tsrewrite theirs '{ type ipv4_addr; }'
	expect_refusal 1 "table netdev tsrewrite was not created by tsrewrite" \
		tsr group set alpha to $alpha4
	expect "a set alone stays, too" grep -q "set theirs" <(table)
	on_firewall nft add chain netdev tsrewrite out
	expect "no group by halves" [ "$(names)" = "default alpha" ]
	expect "nor an alarm" [ -z "$(alarms)" ]
	expect "it goes" tsr group del alpha
	expect "the table stays" grep -q "chain out" <(table)
	on_firewall nft delete table netdev tsrewrite
}

by_prefix() {
	expect "alpha" add_group alpha mode rewrite to $alpha4,$alpha6
	expect "beta, with what lies around" add_group beta mode rewrite \
		to 198.51.100.4/30,2001:db8::4/126
	reaches alpha $alpha4 7
	reaches alpha $alpha6 7
	reaches beta $beta4 7
	reaches beta $beta6 7
	reaches default $outside4 7
	reaches default $outside6 7
	on_inside sysctl -qw net.ipv4.tcp_ecn=1
	reaches alpha $alpha4 7
	on_inside sysctl -qw net.ipv4.tcp_ecn=2
	expect "what is shown" [ "$(rules beta)" = \
		'[["198.51.100.4/30","2001:db8::4/126"],[]]' ]
	expect "the same in words" [ "$(tsr group show beta | grep -c ^to)" = 2 ]
	expect "their number" \
		[ "$(tsr -j group | jq -c 'map(.prefix_count)')" = '[null,2,2]' ]
	expect "no alarm" [ -z "$(alarms)" ]
}

by_port() {
	expect "web" add_group web mode rewrite port 8,80
	reaches web $outside4 8
	reaches web $outside6 8
	reaches web $alpha4 8
	reaches alpha $alpha4 7
	reaches default $outside4 7
	expect "what is shown" [ "$(rules web)" = '[["0.0.0.0/0","::/0"],[8,80]]' ]
}

# At both ends of a range, and just outside
by_range_of_ports() {
	local port

	for port in 4999 5000 5100 5101 65535; do
		serve outside $port cat
		serve inside $port cat
	done
	expect "range" add_group range mode rewrite port 53,5000-5100
	reaches default $outside4 4999
	reaches range $outside4 5000
	reaches range $outside6 5100
	reaches default $outside6 5101
	is_reached default $outside6 $inside6 4999
	is_reached range $outside4 $inside4 5000
	is_reached range $outside6 $inside6 5100
	is_reached default $outside4 $inside4 5101
	expect "what is shown" [ "$(rules range)" = '[["0.0.0.0/0","::/0"],[53,"5000-5100"]]' ]
	expect "the same in words" grep -qx "port 53,5000-5100" <(tsr group show range)
	expect_refusal 1 "port 5100 is one of group range, whose other ports differ" \
		tsr group add gamma port 5100-5200
	expect "more at one end, less at the other" set_group range port 53,5001-5100,5101
	reaches default $outside4 5000
	reaches range $outside4 5101
	expect "the last of all ports" set_group range port 5101-65535,5100-5200
	reaches default $outside4 5000
	reaches range $outside4 65535
	expect "what is shown" [ "$(rules range)" = '[["0.0.0.0/0","::/0"],["5100-65535"]]' ]
	expect "web still" begins web -- echoes inside $outside4 8 100
	expect "no alarm" [ -z "$(alarms)" ]
	expect "it goes" tsr group del range
}

by_both() {
	expect "both" add_group both mode rewrite port 7 to $beta4
	reaches both $beta4 7
	reaches web $beta4 8
	reaches beta $beta6 7
	reaches default $outside4 7
	expect "another port" set_group both port 9
	expect "the prefix is as it was" \
		[ "$(rules both)" = "[[\"$beta4/32\"],[9]]" ]
	reaches beta $beta4 7
	reaches both $beta4 9
	expect "another prefix" set_group both to $alpha6
	expect "the port is as it was" \
		[ "$(rules both)" = "[[\"$alpha6/128\"],[9]]" ]
	reaches default $outside4 9
	reaches both $alpha6 9
}

# change_prefixes GROUP add|del PREFIX,...
change_prefixes() { set_group "$1" to "$2" "$3"; }

has_prefixes() { # GROUP [PREFIX...]
	expect "the prefixes of $1" [ "$(tsr -j group show "$1" | jq -r '.prefixes | join(" ")')" = \
		"${*:2}" ]
	expect "no alarm" [ -z "$(alarms)" ]
}

# Waits until changes of elements are told
monitor_elements() {
	in_background firewall nft monitor elements >>"$scratch/elements"
	until_true told_element
}

told_element() {
	change_prefixes alpha add 192.0.2.0/24 && change_prefixes alpha del 192.0.2.0/24 &&
		[ -s "$scratch/elements" ]
}

has_told() { # LINE: and nothing else
	[ "$(grep -v "^#" "$scratch/elements")" = "$1" ]
}

one_prefix_more_or_less() {
	local id

	id=$(tsr -j group show alpha | jq .id)
	expect "what the chain notes" grep -q 'comment "port-0: 2 prefixes, sum [0-9a-f]\{8\}"' \
		<(table)
	monitor_elements
	expect "both are told" until_true grep -q "^delete" "$scratch/elements"
	expect "one more" change_prefixes alpha add 203.0.113.0/24
	has_prefixes alpha $alpha4/32 203.0.113.0/24 $alpha6/128
	reaches alpha $alpha6 7
	expect "it is told" until_true grep -qF "203.0.113.0/24" "$scratch/elements"
	: >"$scratch/elements"
	expect "one less" change_prefixes alpha del $alpha4
	has_prefixes alpha 203.0.113.0/24 $alpha6/128
	expect "no other element is written" until_true has_told \
		"delete element netdev tsrewrite ip-0 { $alpha4 : goto group-$id }"
	reaches default $alpha4 7
	reaches alpha $alpha6 7
	expect "two more, and a port" set_group alpha to add $alpha4,2001:db8:7::/48 port 10
	expect "what is shown" [ "$(rules alpha)" = \
		"[[\"$alpha4/32\",\"203.0.113.0/24\",\"$alpha6/128\",\"2001:db8:7::/48\"],[10]]" ]
	expect "every port, and two less" \
		set_group alpha port any to del 203.0.113.0/24,2001:db8:7::/48
	has_prefixes alpha $alpha4/32 $alpha6/128
	printf '%s\n' "192.0.2.0/24 # one" 192.0.3.0/24 >"$scratch/some"
	expect "out of a file" change_prefixes alpha add "@$scratch/some"
	has_prefixes alpha 192.0.2.0/24 192.0.3.0/24 $alpha4/32 $alpha6/128
	expect "and again less" change_prefixes alpha del "@$scratch/some"
	has_prefixes alpha $alpha4/32 $alpha6/128
	reaches alpha $alpha4 7
}

# One that is there, or that lies within one, or that holds some
prefixes_that_overlap() {
	local before

	before=$(tsr -j group show alpha)
	expect "already" [ "$(tsr group set alpha to add $alpha4)" = \
		"group alpha already has this prefix" ]
	expect "all of them" [ "$(tsr group set alpha to add $alpha4,$alpha6)" = \
		"group alpha already has all of these prefixes" ]
	expect "in JSON" [ "$(tsr -j group set alpha to add $alpha4 | jq .changed)" = false ]
	expect "nothing was changed" [ "$(tsr -j group show alpha)" = "$before" ]
	expect "some of them: the others are added" change_prefixes alpha add $alpha4,192.0.2.0/24
	expect "within one: already" [ "$(tsr group set alpha to add 192.0.2.128/25)" = \
		"group alpha already has this prefix" ]
	has_prefixes alpha 192.0.2.0/24 $alpha4/32 $alpha6/128
	expect_refusal 1 "192.0.2.128/25 is a part of its prefix 192.0.2.0/24" \
		tsr group set alpha to del 192.0.2.128/25
	expect "one that holds another: it takes its place" change_prefixes alpha add 192.0.0.0/16
	has_prefixes alpha 192.0.0.0/16 $alpha4/32 $alpha6/128
	expect_refusal 1 "192.0.2.0/24 is a part of its prefix 192.0.0.0/16" \
		tsr group set alpha to del $alpha4,192.0.2.0/24
	expect_refusal 1 "192.0.0.0/15 is not one of its prefixes" \
		tsr group set alpha to del 192.0.0.0/15,$alpha4
	expect_refusal 1 "0.0.0.0/0 overlaps 198.51.100.4/30 of group beta" \
		tsr group set alpha to add 0.0.0.0/0
	has_prefixes alpha 192.0.0.0/16 $alpha4/32 $alpha6/128
	expect "it goes" change_prefixes alpha del 192.0.0.0/16
	expect_refusal 1 "it would keep its ports, but no prefixes" \
		tsr group set both to del $alpha6
	expect "a group without prefixes" add_group bare
	expect_refusal 1 "192.0.2.0/24 is not one of its prefixes" \
		tsr group set bare to del 192.0.2.0/24
	expect "its first" change_prefixes bare add 192.0.2.0/24
	has_prefixes bare 192.0.2.0/24
	expect "and its last goes" change_prefixes bare del 192.0.2.0/24
	has_prefixes bare
	expect "it goes" tsr group del bare
	has_prefixes alpha $alpha4/32 $alpha6/128
}

# Several at once, each of which has to see what the others have done
prefixes_added_at_once() {
	local number pids=()

	for number in {1..6}; do
		"$TSREWRITE" -n "$firewall" group set alpha to add "192.0.2.$number" &
		pids+=($!)
	done
	for number in {1..6}; do
		expect "the $number. of them" wait "${pids[number - 1]}"
	done
	has_prefixes alpha 192.0.2.{1..6}/32 $alpha4/32 $alpha6/128
	expect "they go" change_prefixes alpha del "$(printf ',192.0.2.%s' {1..6} | cut -c 2-)"
	has_prefixes alpha $alpha4/32 $alpha6/128
}

from_outside() {
	is_reached web $outside4 $inside4 8
	is_reached web $outside6 $inside6 8
	is_reached alpha $alpha4 $inside4 7
	is_reached beta $beta6 $inside6 7
	is_reached default $outside4 $inside4 7
	expect "a client's own port says nothing" begins default -- \
		client_from_port_80
}

client_from_port_80() {
	[ "$(on_inside timeout 60 socat -t 30 - \
		"TCP4:$outside4:7,sourceport=80" <<<"hello" 2>/dev/null)" = hello ]
}

# What leaves through a VLAN on the attached device
# plug_tagged LOWER [OPTION...]: a network behind VLAN 5 of fw1, or of a VLAN of it
plug_tagged() {
	ip -n "$firewall" link add link "fw1$1" name fw1.5 type vlan id 5 "${@:2}"
	ip -n "$outside" link add link "out0$1" name out0.5 type vlan id 5
	ip -n "$firewall" addr add 203.0.113.1/24 dev fw1.5
	ip -n "$outside" addr add 203.0.113.2/24 dev out0.5
	ip -n "$firewall" link set fw1.5 up
	ip -n "$outside" link set out0.5 up
	ip -n "$outside" route add $inside4 via 203.0.113.1
}

unplug_tagged() {
	ip -n "$outside" link del out0.5
	ip -n "$firewall" link del fw1.5
}

behind_a_tag() {
	expect "tagged" add_group tagged mode rewrite to 203.0.113.0/24
	plug_tagged ""
	reaches tagged 203.0.113.2 7
	reaches web 203.0.113.2 8
	is_reached tagged 203.0.113.2 $inside4 7
	expect "no offload of tags" on_firewall ethtool -K fw1 tx-vlan-offload off
	reaches tagged 203.0.113.2 7
	unplug_tagged
	plug_tagged ""
	reaches tagged 203.0.113.2 7
	unplug_tagged
}

# As the manual says, it is the default one's
tag_in_the_packet() {
	plug_tagged "" reorder_hdr off
	reaches default 203.0.113.2 7
	unplug_tagged
	on_firewall ethtool -K fw1 tx-vlan-offload on
	ip -n "$firewall" link add link fw1 name fw1.7 up type vlan id 7 protocol 802.1ad
	ip -n "$outside" link add link out0 name out0.7 up type vlan id 7 protocol 802.1ad
	plug_tagged .7
	reaches default 203.0.113.2 7
	unplug_tagged
	ip -n "$outside" link del out0.7
	ip -n "$firewall" link del fw1.7
	expect "it goes" tsr group del tagged
}

users_mark() {
	on_firewall nft -f - <<-END
		table netdev theirs {
			chain out {
				type filter hook egress device fw1 priority 0;
				meta l4proto tcp meta mark set $1
			}
		}
	END
}

marks_of_users() {
	local before

	users_mark 0x00005678
	before=$(count_marked 1)
	reaches alpha $alpha4 7
	expect "its packets have the user's mark, the SYN as well" \
		[ $(($(count_marked 1) - before)) -ge 4 ]
	expect "and none has bits in the mask" [ "$(count_marked 3)" = 0 ]
	expect "no alarm" [ -z "$(alarms)" ]
	on_firewall nft delete table netdev theirs

	users_mark 0x02005678
	reaches alpha $alpha4 7
	reaches default $outside4 7
	expect "an alarm: two SYNs of others' marks" \
		alarm "2 packets had bits of mark-mask set in their marks"
}

others_clean_up() {
	on_firewall nft flush table netdev theirs
	on_firewall nft delete table netdev theirs
	on_firewall nft add table inet theirs
	on_firewall nft flush table inet theirs
	on_firewall nft delete table inet theirs
	on_firewall nft -f - <<-END
		table inet tsrewrite { chain classify { accept; }; set ip-0 { type ipv4_addr; }; }
		table ip tsrewrite { map ports { type inet_service : verdict; }; }
	END
	expect "tables of that name, of other families" [ "$(alarms | grep -vc "mark-mask")" = 0 ]
	expect "they stay" set_group alpha to add 192.0.2.0/24
	expect "and again" set_group alpha to del 192.0.2.0/24
	expect "one" on_firewall nft delete table inet tsrewrite
	expect "the other" on_firewall nft delete table ip tsrewrite
	reaches alpha $alpha4 7
	reaches web $outside4 8
	expect "no alarm of rules" [ "$(alarms | grep -vc "mark-mask")" = 0 ]
}

table_is_deleted() {
	on_firewall nft delete table netdev tsrewrite
	for group in alpha beta web both; do
		expect "an alarm for $group" alarm "group $group has lost its rules"
	done
	reaches default $alpha4 7
	expect_refusal 1 "rules of group alpha are missing" tsr group confirm fw1
	expect_refusal 1 "group set alpha: its rules are missing or were modified" \
		tsr group set alpha to add 192.0.2.0/24
	expect_refusal 1 "set all of its prefixes" tsr group set alpha to del $alpha4
	expect "alpha again" set_group alpha to $alpha4,$alpha6
	reaches alpha $alpha4 7
	reaches default $beta4 7
	expect_not "no alarm for alpha" alarm "group alpha"
	expect "an alarm for beta still" alarm "group beta has lost its rules"
	on_firewall nft flush ruleset
	expect "and one for alpha again" alarm "group alpha has lost its rules"
	expect "alpha again" set_group alpha to $alpha4,$alpha6
	expect "beta again" set_group beta to 198.51.100.4/30,2001:db8::4/126
	expect "web again" set_group web port 8,80
	expect "both again" set_group both port 9 to $alpha6
	expect "no alarm" [ -z "$(alarms)" ]
	reaches both $alpha6 9
}

chain_of_device() {
	echo "device-$(tsr -j status | jq ".devices[] | select(.name == \"$1\").ifindex")"
}

# repaired WHAT: by writing all anew
repaired() {
	expect "$1: an alarm of it" alarm "$2"
	expect "$1: confirmed" tsr group confirm fw1
	expect "$1: no alarm" [ -z "$(alarms)" ]
	reaches alpha $alpha4 7
	reaches web $outside6 8
}

# write_table SED: as nft itself writes it, after a change
write_table() {
	table >"$scratch/table"
	{ echo "delete table netdev tsrewrite" && sed "$1" "$scratch/table"; } |
		on_firewall nft -f -
}

# In place: Debian 12's nft may crash when it reads the whole table with such a note
note_another_map() { # ID
	local rule

	rule=$(on_firewall nft -a list chain netdev tsrewrite "group-$1" | grep 'comment "port-0:')
	on_firewall nft replace rule netdev tsrewrite "group-$1" handle "${rule##*# handle }" \
		"$(sed 's/ # handle.*//; s/comment "port-0:/comment "port-8:/' <<<"$rule")"
}

has_ranges_of_ports() { table | grep -A 2 "map ports {" | grep -q "flags interval"; }

# Which had neither ranges of ports nor notes
written_by_an_earlier_version() {
	expect "ports without ranges" write_table \
		'/map ports {/,/}/ { /flags interval/d }; s/ comment "[^"]*"//'
	expect_not "a map of ranges" has_ranges_of_ports
	expect "no alarm" [ -z "$(alarms)" ]
	reaches web $outside4 8
	expect "one prefix more" change_prefixes alpha add 192.0.2.0/24
	expect "a map of ranges" has_ranges_of_ports
	has_prefixes alpha 192.0.2.0/24 $alpha4/32 $alpha6/128
	expect "what is shown of ports" [ "$(rules web)" = '[["0.0.0.0/0","::/0"],[8,80]]' ]
	expect "one less" change_prefixes alpha del 192.0.2.0/24
	has_prefixes alpha $alpha4/32 $alpha6/128
	expect "web has no note yet: a prefix less" change_prefixes web del ::/0
	has_prefixes web 0.0.0.0/0
	expect "and as before" set_group web port 8,80 to any
	reaches web $outside6 8
}

rules_are_changed() {
	local id

	id=$(tsr -j group show alpha | jq .id)
	on_firewall nft add rule netdev tsrewrite classify accept
	repaired "a rule more" "chain classify was modified"
	on_firewall nft flush chain netdev tsrewrite "group-$id"
	repaired "a rule less" "chain group-$id was modified"
	on_firewall nft insert rule netdev tsrewrite port-8 ip daddr $alpha4 accept
	repaired "another rule" "chain port-8 was modified"
	on_firewall nft add chain netdev tsrewrite theirs
	repaired "a chain more" "unknown chain theirs"
	on_firewall nft delete chain netdev tsrewrite "$(chain_of_device fw1)"
	repaired "the device's chain" "device fw1 has lost its rules for groups"
	on_firewall nft add table netdev tsrewrite '{ flags dormant; }'
	repaired "a table that is dormant" "it is dormant, so that no rule applies"
	expect "an element for all others" \
		write_table "/map ip-0 {/,/}/ s/elements = {/& * : goto group-$id,/"
	repaired "an element for all others" "invalid element in map ip-0"
	expect "elements that time out" \
		write_table '/map ip-0 {/,/}/ s/flags interval$/&,timeout/'
	repaired "elements that time out" "map ip-0 was modified"
	expect "alpha with less, and so with a note" set_group alpha to $alpha4
	expect "and as before" set_group alpha to $alpha4,$alpha6
	expect "another map in the note" note_another_map "$id"
	repaired "another map in the note" "chain group-$id was modified"
	on_firewall nft add element netdev tsrewrite ports "{ 81 : jump port-8 }"
	expect "a port beside another: an alarm" alarm "invalid element in map ports"
	expect "it goes" set_group web port 8,80
	expect "no alarm" [ -z "$(alarms)" ]
	on_firewall nft delete element netdev tsrewrite ip-0 "{ $alpha4 }"
	expect "an element less: an alarm" \
		alarm "the rules of group alpha were modified: it was given 2 prefixes and has 1"
	expect "it cannot be known again" set_group alpha to $alpha4,$alpha6
	on_firewall nft -f - <<-END
		delete element netdev tsrewrite ip-0 { $alpha4 }
		add element netdev tsrewrite ip-0 { 203.0.113.7 : goto group-$id }
	END
	expect "as many, but others: an alarm" \
		alarm "the rules of group alpha were modified: its prefixes or ports are not those"
	expect_refusal 1 "rules of group alpha are missing or were modified" \
		tsr group confirm fw1
	expect "nor this" set_group alpha to $alpha4,$alpha6
	on_firewall nft delete element netdev tsrewrite ports '{ 80 }'
	expect "a port less: an alarm" \
		alarm "the rules of group web were modified: its prefixes or ports are not those"
	expect "nor can this" set_group web port 8,80
	expect "no alarm any more" [ -z "$(alarms)" ]
	on_firewall nft -f - <<-END
		add chain netdev tsrewrite group-77
		add element netdev tsrewrite ip-0 { 203.0.113.0/24 : goto group-77 }
	END
	expect "rules of no group: an alarm" \
		alarm "rules for groups that do not exist"
	expect "they go with the next change" set_group alpha to $alpha4,$alpha6
	expect "no alarm" [ -z "$(alarms)" ]
}

refused_words() {
	expect_refusal "$1" "$2" tsr group "${@:3}"
}

is_refused() {
	local before groups

	before=$(table) groups=$(names)
	printf '%s\n' "192.0.2.0/24" "192.0.3.0/24 # two" "192.0.2/24" >"$scratch/bad"
	: >"$scratch/empty"
	refused_words 1 "198.51.100.0/24 overlaps $alpha4/32 of group alpha" \
		add gamma to 192.0.2.0/24,198.51.100.0/24
	refused_words 1 "$beta6/128 overlaps 2001:db8::4/126 of group beta" \
		set alpha to $beta6
	refused_words 1 "port 80 is one of group web, whose other ports differ" \
		add gamma port 80,443
	refused_words 1 "0.0.0.0/0 overlaps 0.0.0.0/0 of group web" \
		add gamma port 8,80
	refused_words 1 "it has the connections of no other" \
		set default to 192.0.2.0/24
	refused_words 1 "no such group" set gamma to 192.0.2.0/24
	refused_words 1 "there is a group of that name" add alpha to 192.0.2.0/24
	refused_words 2 '"198.51.100.1/24" has bits set beyond its prefix length' \
		add gamma to 198.51.100.1/24
	refused_words 2 '"" is not an address or prefix' add gamma to 192.0.2.0/24,
	refused_words 2 '"eth0" is not an address or prefix' add gamma to eth0
	refused_words 1 "$scratch/bad:3: \"192.0.2/24\" is not" \
		add gamma to "@$scratch/bad"
	refused_words 1 "$scratch/empty: the file has no prefixes" \
		add gamma to "@$scratch/empty"
	refused_words 1 "$scratch/none: No such file" add gamma to "@$scratch/none"
	refused_words 2 'port "0" is not a list of ports' add gamma port 0
	refused_words 2 'port "0-80" is not a list of ports' add gamma port 0-80
	refused_words 2 'port "80-65536" is not a list of ports' add gamma port 80-65536
	refused_words 2 'port "80,5100-5000" has a range that ends before it begins' \
		add gamma port 80,5100-5000
	refused_words 1 "port 80 is one of group web, whose other ports differ" \
		add gamma port 70-90
	refused_words 1 "$beta4/32 overlaps 198.51.100.4/30 of group beta" \
		set alpha to add 192.0.2.0/24,$beta4
	refused_words 1 "192.0.2.0/24 is not one of its prefixes" \
		set alpha to del 192.0.2.0/24,$alpha4
	refused_words 2 "to add needs prefixes" set alpha to add
	refused_words 2 "to del needs prefixes" set alpha to del
	refused_words 2 'to add takes prefixes, and not any' set alpha to add any
	refused_words 2 'to del takes prefixes, and not none' set alpha to del none
	refused_words 2 "to is given twice" set alpha to add $beta4 to $beta4
	refused_words 2 "to is given twice" set alpha to $beta4 to del $beta4
	refused_words 2 "to add is for group set" \
		add gamma to add 192.0.2.0/24
	refused_words 1 "$scratch/none: No such file" set alpha to add "@$scratch/none"
	refused_words 1 "it has the connections of no other" set default to add 192.0.2.0/24
	refused_words 1 "no such group" set gamma to add 192.0.2.0/24
	refused_words 2 'port "80,"' add gamma port 80,
	refused_words 2 "port needs a value" add gamma port
	refused_words 2 "to is given twice" add gamma to $beta4 to $beta4
	refused_words 2 'group add: unknown word "from"' add gamma from $beta4
	refused_words 2 "say what to set: mode, to, port, canary or count" set alpha
	refused_words 1 "fw0: device is not attached" confirm fw0
	refused_words 2 "name a device" confirm
	refused_words 2 'unexpected word "fw1"' confirm fw1 fw1
	refused_words 1 "no such group" show gamma
	expect "no group more" [ "$(names)" = "$groups" ]
	expect "no rule changed" [ "$(table)" = "$before" ]
}

write_prefixes() { # COUNT
	python3 - "$1" <<-'END'
		import sys
		for i in range(int(sys.argv[1])):
		    print(f"{20 + (i >> 16)}.{i >> 8 & 255}.{i & 255}.128/25")
	END
}

# A socket of a guest's may not send as much at once as it would like to: twice
# wmem_max, of which a prefix takes 68 bytes.  6.18, a6d4f25888b8 ("net: set
# net.core.rmem_max and net.core.wmem_max to 4 MB"), lets it send 20 times as much.
undone_in_a_guest() {
	local wmem_max

	wmem_max=$(cat /proc/sys/net/core/wmem_max)
	if [ "$wmem_max" -gt 8388608 ]; then
		skip "$((wmem_max / 30)) prefixes would have to be refused here"
		return
	fi
	write_prefixes $((wmem_max / 30)) >"$scratch/long"
	cat >"$scratch/guest" <<-'END'
		ip link set lo up
		"$0" attach lo
		"$0" group add few to 192.0.2.0/24 || exit 3
		"$0" group add many to "@$1" 2>"$1.why" && exit 4
		[ "$("$0" -j group | jq -r 'map(.name) | join(" ")')" = "default few" ] || exit 5
		[ "$("$0" -j status | jq '.alarms | length')" = 0 ] || exit 6
		"$0" group del few && "$0" detach lo || exit 7
	END
	expect "few prefixes taken, and many refused" \
		unshare -Urn bash -c "$(cat "$scratch/guest")" "$TSREWRITE" "$scratch/long"
	expect "why: $(cat "$scratch/long.why")" \
		grep -q "wmem_max" "$scratch/long.why"
}

# load_file GROUPS PREFIXES: so many groups of so many each
load_file() {
	echo "# name and settings, as behind group add"
	write_prefixes $(($1 * $2)) | xargs -n "$2" | tr ' ' , |
		awk '{ print "many-" NR " mode rewrite to " $0 }'
}

many_groups() {
	local before start end names

	before=$(tsr -j group show)
	load_file 200 100 >"$scratch/load"
	{
		cat "$scratch/load"
		echo "another mode rewrite canary 100 count off to $beta4 port any # and one more"
	} >"$scratch/loaded"
	start=$EPOCHREALTIME
	expect "loaded" tsr group load "$scratch/loaded"
	end=$EPOCHREALTIME
	echo "# 200 groups of 100 prefixes in $(((${end/./} - ${start/./}) / 1000)) ms"
	expect "all of them" [ "$(tsr -j group show | jq '
		map(select(.name | startswith("many-")) |
			[.mode, .prefix_count]) | [length, unique]' |
		jq -c .)" = '[200,[["rewrite",100]]]' ]
	reaches another $beta4 7
	mapfile -t names < <(tsr -j group | jq -r '.[].name | select(test("many-|another"))')
	removal_refused 1 "group del nobody: no such group" "${names[@]}" nobody
	removal_refused 1 "the default group cannot be removed" "${names[@]}" default
	removal_refused 2 "given twice" "${names[@]}" another
	removal_refused 2 "longer than 31" "${names[@]}" "$(printf 'n%.0s' {1..32})"
	expect "they go, all at once" tsr group del "${names[@]}"
	expect "and no others" [ "$(tsr -j group show)" = "$before" ]
}

# removal_refused STATUS TEXT NAME...: none of them goes, and no rule of theirs
removal_refused() {
	expect_refusal "$1" "$2" tsr group del "${@:3}"
	expect "all are there" [ "$(tsr -j group | jq length)" = \
		"$(("$(jq length <<<"$before")" + 201))" ]
	expect "their rules too: no alarm" [ "$(tsr -j status | jq '.alarms | length')" = 0 ]
}

loaded_by_halves() {
	local before

	before=$(tsr -j group show)
	load_file 3 2 >"$scratch/load"
	load_refused 1 "load:5: there is a group of that name" "many-2 mode off"
	load_refused 1 "overlaps" "other to $(tail -n 1 "$scratch/load" |
		sed 's/.*,//')"
	load_refused 1 "load:5: unknown word \"moed\"" "other moed off"
	load_refused 1 "needs a value" "other mode"
	load_refused 1 "load:5: to add is for group set" "other to add 192.0.2.0/24"
	load_refused 1 "needs a value" "other mode off to $beta4 port 1 canary 2 count on mode"
	load_refused 1 "longer than 31" "$(printf 'n%.0s' {1..32}) mode off"
	expect_refusal 1 "No such file" tsr group load "$scratch/nothing"
	expect_refusal 1 "the file has a NUL character" tsr group load <(printf 'a\0b')
	expect_refusal 2 "name a file" tsr group load
	expect_refusal 2 'unexpected word "now"' tsr group load "$scratch/load" now
	expect "nothing was changed" [ "$(tsr -j group show)" = "$before" ]
}

load_refused() { # STATUS TEXT LINE
	{ cat "$scratch/load" && echo "$3"; } >"$scratch/refused.load"
	expect_refusal "$1" "$2" tsr group load "$scratch/refused.load"
}

# one_more_is_quick GROUP PREFIX: quicker than reading all the others
one_more_is_quick() {
	local start=$EPOCHREALTIME between end

	expect "one more" change_prefixes "$1" add "$2"
	between=$EPOCHREALTIME
	expect "all of them" tsr group show "$1" >/dev/null
	end=$EPOCHREALTIME
	echo "# one more in $(((${between/./} - ${start/./}) / 1000)) ms," \
		"all read in $(((${end/./} - ${between/./}) / 1000)) ms"
	expect "the first to take less than half of the second" \
		[ $((2 * (${between/./} - ${start/./}))) -lt $((${end/./} - ${between/./})) ]
}

long_list() {
	local start=$EPOCHREALTIME end

	{
		echo "# twenty thousand"
		write_prefixes 20000
		echo "$beta4/32 # and one more"
	} >"$scratch/list"
	expect "beta has others" set_group beta to $beta6
	expect "a long list" add_group long mode rewrite to "@$scratch/list"
	end=$EPOCHREALTIME
	echo "# 20001 prefixes in $(((${end/./} - ${start/./}) / 1000)) ms"
	expect "their number" \
		[ "$(tsr -j group show long | jq '[.prefix_count, (.prefixes | length)] | unique[]')" = 20001 ]
	expect "each as it was given" cmp -s \
		<(sed 's/ *#.*//; /^$/d' "$scratch/list" | sort) \
		<(tsr -j group show long | jq -r '.prefixes[]' | sort)
	one_more_is_quick long 192.0.2.0/24
	expect "their number" [ "$(tsr -j group show long | jq .prefix_count)" = 20002 ]
	expect "no alarm" [ -z "$(alarms)" ]
	expect "one less" change_prefixes long del 192.0.2.0/24
	reaches long $beta4 7
	reaches alpha $alpha4 7
	expect "one less" set_group long to $beta4
	expect "now one" [ "$(rules long)" = "[[\"$beta4/32\"],[]]" ]
	reaches long $beta4 7
	expect "it goes" tsr group del long
	reaches default $beta4 7
}

# As drivers are loaded anew
device_is_gone() { ip -n "$firewall" link del fw1; }

device_is_back() {
	setup_link "$firewall" fw1 "$outside" out0
	setup_address "$firewall" fw1 $firewall4/24 $firewall6/64
	setup_address "$outside" out0 $outside4/24 $outside6/64
	add_outside $alpha4 $beta4 $alpha6 $beta6
	ip -n "$outside" route add default via $firewall4
	ip -n "$outside" route add default via $firewall6
}

is_confirmed() { # DEVICE
	tsr -j status | jq -e ".devices[] | select(.name == \"$1\") | .confirmed" >/dev/null
}

has_event() { # FILTER
	jq -es "any($1)" "$scratch/events" >/dev/null
}

device_returns() {
	local before

	expect "confirmed" is_confirmed fw1
	device_is_gone
	expect_refusal 1 "device is attached, but absent" tsr group confirm fw1
	device_is_back
	expect_not "confirmed" is_confirmed fw1
	expect "an event that says so" until_true has_event \
		'.[]; .type == "device_back" and .device.confirmed == false'
	expect "an alarm that says what to do" alarm "tsrewrite group confirm fw1"
	expect "its state" grep -q "^fw1 .*unconfirmed" <(tsr status)
	before=$(counter egress_stripped)
	expect "connections of nobody" begins -- echoes inside $alpha4 7 100
	expect "nor of the default group" begins -- echoes inside $outside4 7 100
	expect "both without TSopt" [ $(($(counter egress_stripped) - before)) = 2 ]
	expect "confirmed by command" tsr group confirm fw1
	expect "confirmed" is_confirmed fw1
	expect "an event" until_true has_event '.[]; .type == "device_confirmed"'
	expect "no alarm" [ -z "$(alarms)" ]
	reaches alpha $alpha4 7
	reaches web $outside6 8
	reaches default $outside4 7
	is_reached web $outside4 $inside4 8
}

# begin_each_way PORT: four connections, the first from that port
begin_each_way() {
	hold "$1" inside $alpha4 7 "sourceport=$1"
	hold "$(($1 + 1))" inside $outside6 7 "sourceport=$(($1 + 1))"
	hold "$(($1 + 2))" outside $inside4 7 "sourceport=$(($1 + 2))"
	hold "$(($1 + 3))" outside $inside6 7 "sourceport=$(($1 + 3))"
}

end_each_way() { # PORT
	local port

	for port in "$1" $(($1 + 1)) $(($1 + 2)) $(($1 + 3)); do
		expect "connection $port to work" still_talks "$port"
		let_go "$port"
	done
}

set_modes() { # MODE OF_ALPHA OF_THE_OTHERS
	expect "mode $2" mode "$2"
	for group in beta web both; do
		expect "$group in mode $2" set_group $group mode "$2"
	done
	expect "alpha in mode $1" set_group alpha mode "$1"
}

# What they were confirmed with is of no use, where they may not see the device
hidden_without_rules() {
	local alpha before port=4101

	for alpha in rewrite strip; do
		set_modes $alpha off
		device_is_gone
		device_is_back
		without_offloads
		expect_not "confirmed" is_confirmed fw1
		capture without
		begin_each_way $port
		end_each_way $port
		end_capture without
		port=$((port + 10))
		expect "each without TSopt, alpha in mode $alpha" compare_wires without strip \
			--outside $alpha4
	done
	set_modes off off
	before=$(counter egress_mode_off)
	capture off
	begin_each_way $port
	end_each_way $port
	end_capture off
	expect "each untouched, no group in a mode that hides" compare_wires off off \
		--outside $alpha4
	expect "counted as that" [ $(($(counter egress_mode_off) - before)) = 4 ]
	set_modes rewrite rewrite
	expect "confirmed by command" tsr group confirm fw1
	reaches alpha $alpha4 7
}

# Since 6.16, 7b4856493d78 ("netfilter: nf_tables: Handle NETDEV_CHANGENAME events")
renamed_leaves_its_chain() {
	[ "$(printf '%s\n' 6.16 "$(uname -r)" | sort -V | head -n 1)" = 6.16 ]
}

confirmed_under_its_new_name() {
	expect_not "confirmed" is_confirmed tame
	expect "an event that says so" until_true has_event \
		'.[]; .type == "device_renamed" and .device.confirmed == false'
	expect "an alarm that says what to do" alarm "tsrewrite group confirm tame"
	expect "confirmed by command" tsr group confirm tame
	expect "confirmed" is_confirmed tame
}

# As nobody would call it, and as the kernel lets them
strange_device() {
	local name=$'a"};\xff$(x)'

	ip -n "$firewall" link add "$name" type dummy
	expect "attached" tsr attach "$name"
	expect "its rules are there" [ -z "$(alarms)" ]
	expect "confirmed at once" \
		[ "$(tsr -j status | jq -c '[.devices[].confirmed]')" = "[true,true]" ]
	expect "a chain for each" [ "$(table | grep -c "chain device-")" = 2 ]
	expect "renamed" ip -n "$firewall" link set "$name" name tame
	renamed_leaves_its_chain && confirmed_under_its_new_name
	expect "no alarm" [ -z "$(alarms)" ]
	expect "detached" tsr detach tame
	expect "a chain less" [ "$(table | grep -c "chain device-")" = 1 ]
	expect "attached by another name of its" alternative_name
	expect "the table is whole" [ -z "$(alarms)" ]
	ip -n "$firewall" link del tame
	tsr detach tame
}

alternative_name() {
	ip -n "$firewall" link property add dev tame altname other &&
		tsr attach other >/dev/null && is_confirmed tame
}

own_rules_wait_as_well() {
	expect "confirmed before" is_confirmed fw1
	for group in alpha beta web both; do
		expect "$group goes" tsr group del $group
	done
	expect_not "a table without rules" table
	expect "a group of somebody's own rules" add_group own mode rewrite
	device_is_gone
	device_is_back
	expect_not "confirmed" is_confirmed fw1
	expect "confirmed by command" tsr group confirm fw1
	expect "confirmed" is_confirmed fw1
	expect_not "a table for that" table
	device_is_gone
	device_is_back
	expect_not "confirmed" is_confirmed fw1
	expect "the last group goes" tsr group del own
	expect "nothing to be waited for" is_confirmed fw1
	reaches default $outside4 7
}

rules_go_with_groups() {
	local id

	id=$(tsr -j group show both | jq .id)
	expect "a chain" grep -q "chain group-$id " <(table)
	expect "a map" grep -q "map ip-9 " <(table)
	expect "both goes" tsr group del both
	expect_not "its chain" grep -q "group-$id" <(table)
	expect_not "its maps" grep -q "ip6*-9" <(table)
	expect_not "its port" grep -q "9 : jump" <(table)
	reaches default $outside4 9
	expect "beta without rules" set_group beta to none
	expect "what is shown" [ "$(rules beta)" = "[[],[]]" ]
	reaches default $beta6 7
	expect "no alarm" [ -z "$(alarms)" ]
	expect "both again" add_group both mode rewrite port 9 to $alpha6
}

require_module
setup_hosts
add_outside $alpha4 $beta4 $alpha6 $beta6
count_marks
for port in 7 8 9; do
	serve outside $port cat
	serve inside $port cat
done
tsr attach fw1 >/dev/null
mode rewrite
in_background firewall "$TSREWRITE" -j monitor >"$scratch/events"
# It listens when it has heard of something
hears() { mode off && mode rewrite && [ -s "$scratch/events" ]; }
until_true hears

run_cases \
	without_rules_no_table "a group without rules makes no table" \
	by_prefix "by prefix" \
	by_port "by port" \
	by_range_of_ports "by ranges of ports" \
	by_both "by both, and the one without the other changed" \
	one_prefix_more_or_less "one prefix more, or one less" \
	prefixes_that_overlap "prefixes that are there already, or in part" \
	prefixes_added_at_once "prefixes that are added at the same time" \
	from_outside "from outside to an inside server" \
	behind_a_tag "behind a VLAN tag" \
	tag_in_the_packet "a VLAN tag within the packet is out of their reach" \
	marks_of_users "marks of users stay, and those in the mask are counted" \
	others_clean_up "what others flush and delete is not ours" \
	table_is_deleted "a table that is gone is told, and comes again" \
	written_by_an_earlier_version "rules of an earlier version stay, until they change" \
	rules_are_changed "rules that others changed are told, and written anew" \
	is_refused "words that are refused change nothing" \
	undone_in_a_guest "what the kernel refuses is undone" \
	long_list "a long list" \
	many_groups "many groups out of a file" \
	loaded_by_halves "or none" \
	rules_go_with_groups "rules go with their groups" \
	device_returns "a device that returns waits to be confirmed" \
	hidden_without_rules "what any group hides is hidden there without rules" \
	strange_device "devices with names that nobody should have" \
	own_rules_wait_as_well "the same without rules of ours"
