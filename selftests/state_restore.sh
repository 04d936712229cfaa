#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The whole state, saved as commands and made again: all of it or nothing, and without
# touching what is equal, so that no connection breaks.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"

state=$scratch/state
module=nf_tsrewrite
: "${TSREWRITE_KO:=$(modinfo -n $module 2>/dev/null)}"
odd=$'odd"#\\\x01'	# a name that a device may have

forget_saved() {
	rm -rf "/etc/netns/$firewall"
	cleanup
}
trap forget_saved EXIT

tail_of() { tail -n +2 "$1" | head -n -1; } # FILE: the commands

is_saved_as() { # FILE
	tsr save >"$scratch/now" && cmp "$scratch/now" "$1"
}

# Nothing is changed by COMMAND, which is refused with TEXT
refuses() { # TEXT COMMAND...
	tsr save "$scratch/before"
	expect_refusal 1 "$1" "${@:2}"
	expect "nothing to be changed" is_saved_as "$scratch/before"
}

restores_text() { printf '%s\n' "$@" | tsr restore -; } # LINE...

set_up_state() {
	ip -n "$firewall" link add "$odd" type dummy
	tsr attach --absent later zone 3
	tsr attach --absent "$odd"
	tsr config set limit 5000 inbound-limit 600 timeout-closed 90s mark-mask 0x0000ff00 \
		when-full pass
	tsr group add alpha mode observe to $outside4/32,2001:db8::2 port 7,80 canary 50
	tsr group add gone
	tsr group add marked id 77
	tsr group add beta mode strip to 203.0.113.0/24 count on
	tsr group del gone
	tsr group set default canary 90
	tsr on >/dev/null
}

saves_all() {
	set_up_state
	expect "saving" tsr save "$state"
	expect "the lines" cmp - <(tail_of "$state" | grep -v timeout) <<-'END'
		config set limit 5000
		config set inbound-limit 600
		config set mark-mask 0x0000ff00
		config set when-full pass
		config set label-bit none
		attach --absent fw1
		attach --absent later zone 3
		attach --absent "odd\"#\\\x01"
		group add alpha mode observe canary 50 port 7,80 to 198.51.100.2/32,2001:db8::2/128
		group add beta mode strip count on to 203.0.113.0/24
		group add marked id 77 mode off
		group set default canary 90
		mode rewrite
	END
	expect "the same in stdout" is_saved_as "$state"
	expect "a timeout" grep -qx 'config set timeout-closed 90s' "$state"
	expect "what is saved to be as it is" grep -q 'already' <(tsr restore "$state")
	expect_not "other files" compgen -G "$state.*"
	chown 1:2 "$state"
	chmod 640 "$state"
	tsr save "$state"
	expect "owner and permissions to stay" [ "$(stat -c %u:%g:%a "$state")" = 1:2:640 ]
	expect "the same for -" cmp <(tsr save -) "$state"
	expect_refusal 1 "save: $scratch/no/state: No such file" tsr save "$scratch/no/state"
}

# Nothing that was equal is touched: no event tells of a change
equal_is_not_touched() {
	in_background firewall "$TSREWRITE" -j monitor >"$scratch/events"
	until_true monitor_hears
	tsr restore "$state" >/dev/null
	tsr config set limit 4999
	expect "the event behind it" until_true grep -q '"limit":4999' "$scratch/events"
	expect "none between" [ "$(tail -n 2 "$scratch/events" | jq .config.limit | xargs)" \
		= "5000 4999" ]
	tsr config set limit 5000
}

monitor_hears() {
	tsr config set limit 4998
	tsr config set limit 5000
	grep -q '"limit":5000' "$scratch/events"
}

restores_all() {
	is_rewritten "a connection" still_talks kept
	tsr off >/dev/null
	tsr detach later
	tsr detach "$odd"
	tsr attach --absent another zone 9
	tsr group del alpha marked
	tsr group add more mode bug to 192.0.2.0/24
	tsr group set beta mode off canary 1 count off to 203.0.113.0/25 port 25
	tsr group set default canary 100
	tsr config set limit 7000 when-full strip timeout-closed 2m
	tsr restore --check "$state" >"$scratch/check"
	expect "an exit status of its own" [ $? = 3 ]
	expect "each difference" cmp - "$scratch/check" <<-'END'
		limit: 7000 -> 5000
		timeout-closed: 2m -> 90s
		when-full: strip -> pass
		device another: - zone 9
		device later: + zone 3
		device odd"#\\x01: + zone 0
		group default mode: off -> rewrite
		group default canary: 100 -> 90
		group more: - mode bug, canary 100, 1 prefix
		group beta mode: off -> strip
		group beta canary: 1 -> 100
		group beta count: off -> on
		group beta to: - 203.0.113.0/25
		group beta to: + 203.0.113.0/24
		group beta port: 25 -> any
		group alpha: + mode observe, canary 50, 2 prefixes, port 7,80
		group marked: + mode off, canary 100, 0 prefixes
	END
	expect "restoring" tsr restore "$state" >"$scratch/restored"
	expect "the same differences" cmp "$scratch/check" "$scratch/restored"
	expect "the state" same_groups
	expect "no alarm" [ "$(tsr -j status | jq '.alarms | length')" = 0 ]
	is_rewritten "the connection after that" still_talks kept
	let_go kept
}

# A group that was removed has another id, and so another line
same_groups() {
	tsr save | sort >"$scratch/now" && cmp "$scratch/now" <(sort "$state")
}

wrong_line_changes_nothing() {
	tsr save "$state"
	sed 's/canary 50/canary 500/' "$state" >"$scratch/wrong"
	refuses "wrong:$(grep -n 'canary 500' "$scratch/wrong" | cut -d: -f1): group add: canary" \
		tsr restore "$scratch/wrong"
	head -c -5 "$state" >"$scratch/short"
	refuses "cut short" tsr restore "$scratch/short"
	head -n 3 "$state" >"$scratch/short"
	refuses "cut short" tsr restore "$scratch/short"
	printf 'on\0\n' >"$scratch/nul"
	refuses "NUL" tsr restore "$scratch/nul"
	refuses "is empty" tsr restore /dev/null
	refuses "no device nowhere" restores_text "attach nowhere" "on"
	refuses "group marked has id 77, which cannot change" restores_text "group add marked id 3"
	refuses "group new: id 77 is that of group marked (" \
		restores_text "attach fw1" "group add new id 77"
	refuses "stdin:1: timeout-closing 11d is not in 1 to 10d" \
		restores_text "config set timeout-closing 11d" "on"
	ip -n "$firewall" link property add dev fw1 altname front
	refuses "front is another name of fw1, which line 1 attaches" \
		restores_text "attach fw1" "attach front"
	ip -n "$firewall" link property del dev fw1 altname front
	refuses "mark-mask cannot change" restores_text "config set mark-mask 0xff" "on"
}

# The kernel refuses the last device, after limits, modes and the first device were changed
refused_step_is_undone() {
	ip -n "$firewall" link add port type dummy
	ip -n "$firewall" link add link port name port.5 type vlan id 5
	refuses "undone: nothing is changed" restores_text "config set limit 300" \
		"attach --absent fw1" "attach port" "attach port.5" "group add new" "off"
	refuses "limit 0 is not in 1 to 67108864" restores_text "config set limit 0" "off"
	ip -n "$firewall" link del port
}

# The default group turns off, and its prefixes come into a group: between, they are hidden
nothing_passes_between() {
	tsr save "$state" 2>/dev/null
	in_background firewall "$TSREWRITE" -j monitor >"$scratch/moves"
	until_true moves_are_heard
	restores_text "attach --absent fw1" "group add all mode rewrite to any" \
		"config set limit 4997" off >/dev/null
	expect "all events" until_true grep -q '"limit":4997' "$scratch/moves"
	expect "default to strip before it is off" \
		[ "$(modes_of default)" = "strip off" ]
	expect "limits to come behind all modes" [ "$(jq -r .type "$scratch/moves" |
		grep -xE 'config|group_changed' | tail -n 1)" = config ]
	tsr restore "$state" >/dev/null
	expect "the state" same_groups
}

moves_are_heard() {
	tsr config set limit 4996
	tsr config set limit 5000
	grep -q '"limit":5000' "$scratch/moves"
}

modes_of() { # GROUP
	jq -r --arg name "$1" 'select(.group.name == $name and .group.mode).group.mode' \
		"$scratch/moves" | uniq | xargs
}

breaks_nothing() {
	hold observed inside $outside4 80 sourceport=4002
	expect "a connection" still_talks observed
	tsr group set alpha mode rewrite canary 100
	hold treated inside $outside4 7 sourceport=4003
	expect "a rewritten one" still_talks treated
	refuses "device fw1 would be detached: " restores_text "off"
	refuses "to change its zone" restores_text "attach fw1 zone 1" "off"
	expect "it" still_talks treated
	tsr restore --check "$state" >/dev/null
	expect "a look not to be refused" [ $? = 3 ]
	expect "restoring by force" tsr restore --force - <<<"off" >"$scratch/forced" \
		2>"$scratch/warning"
	expect "the number of those that broke" grep -qE '[1-9][0-9]* rewritten connections? ha' \
		"$scratch/warning"
	expect "nothing left" [ "$(tsr -j status | jq '[.devices, .groups[1:]] |
		map(length)')" = "$(jq -n '[0, 0]')" ]
	let_go observed
	let_go treated
	expect "all of it again" tsr restore "$state" >/dev/null
	expect "the same state" same_groups
}

lost_rules_come_back() {
	on_firewall nft delete table netdev tsrewrite
	refuses_save
	expect "restoring" tsr restore "$state" >"$scratch/restored"
	expect "the prefixes" grep -q 'group beta to: + 203.0.113.0/24' "$scratch/restored"
	expect "no alarm" [ "$(tsr -j status | jq '.alarms | length')" = 0 ]
	expect "the same state" same_groups
}

alarms_of_rules() {
	tsr -j status | jq '[.alarms[] | select(test("not confirmed|was modified|its rules"))] |
		length'
}

# The prefixes are there, but nothing leads to them; or the device is not confirmed
ineffective_rules_come_back() {
	local chain

	tsr save "$state" 2>/dev/null
	on_firewall nft flush chain netdev tsrewrite classify
	expect_refusal 1 "rules of groups were modified: chain classify was modified" \
		tsr save "$scratch/lost"
	expect_not "a file" [ -e "$scratch/lost" ]
	expect "the difference" grep -q '^rules of groups: modified: chain classify' \
		<(tsr restore "$state")
	expect "the rules" [ "$(alarms_of_rules)" = 0 ]

	chain=device-$(ip netns exec "$firewall" cat /sys/class/net/fw1/ifindex)
	on_firewall nft delete chain netdev tsrewrite "$chain"
	expect "a warning of the device" grep -q 'rules for groups of device fw1' \
		<(tsr save "$scratch/warned" 2>&1)
	expect "the difference of the device" \
		grep -qx 'device fw1 rules: missing or modified -> confirmed' \
		<(tsr restore "$state")
	expect "its chain" on_firewall nft list chain netdev tsrewrite "$chain" >/dev/null

	tsr attach --absent comes
	tsr save "$state" 2>/dev/null
	ip -n "$firewall" link add comes type dummy
	expect "what comes to be a difference" \
		grep -qx 'device comes rules: unconfirmed -> confirmed' <(tsr restore "$state")
	expect "no alarm" [ "$(alarms_of_rules)" = 0 ]
	expect "nothing to change" grep -q already <(tsr restore "$state")
	ip -n "$firewall" link del comes
	tsr detach comes
	tsr save "$state" 2>/dev/null
}

refuses_save() {
	expect_refusal 1 "rules of group alpha are missing or modified" tsr save "$scratch/lost"
	expect_not "a file" [ -e "$scratch/lost" ]
}

many_prefixes() {
	seq 0 999 | awk '{ printf "10.%d.%d.0/24\n", $1 / 256, $1 % 256 }' >"$scratch/many"
	tsr group add many mode rewrite to "@$scratch/many"
	expect "saving them" tsr save "$scratch/saved"
	tsr group del many
	expect "restoring them" tsr restore "$scratch/saved" >/dev/null
	expect "all of them" [ "$(tsr -j group | jq '.[] | select(.name == "many").prefix_count')" \
		= 1000 ]
	expect "the same state" is_saved_as "$scratch/saved"
	expect "nothing to change" grep -q already <(tsr restore "$scratch/saved")
	tsr group del many
}

trip_is_told() {
	local saved=$scratch/tripped

	tsr save "$saved"
	trip beta
	expect "the trip" grep -q 'group beta mode: off (tripped) -> strip' \
		<(tsr restore --check "$saved")
	tsr save >"$scratch/now" 2>"$scratch/warning"
	expect "a warning" grep -q 'group beta was tripped' "$scratch/warning"
	expect "a comment" grep -q '^# Group beta was tripped' "$scratch/now"
	expect "the end of the trip" tsr restore "$saved" >/dev/null
	expect "the state" is_saved_as "$saved"
}

# As tsrewrite watch does it
trip() { # GROUP
	on_firewall env KSELFTEST="$KSELFTEST" "$selftests/lib/spec_client.py" \
		"$selftests/../Documentation/netlink/specs/tsrewrite.yaml" \
		<<<"group-set {\"name\": \"$1\", \"mode\": \"off\", \"tripped\": 1}" >/dev/null
}

saved() { tsr -j status | jq -c .saved; }

status_compares() {
	local directory=/etc/netns/$firewall/tsrewrite

	expect "nothing saved" [ "$(saved)" = null ]
	mkdir -p "$directory"
	tsr save "$directory/state"
	expect "the same" [ "$(saved)" = "{\"path\":\"$directory/state\",\"same\":true}" ]
	expect "that in words" grep -q '^saved:    as it is now' <(tsr status)
	ip -n "$firewall" link property add dev fw1 altname front
	sed -i 's/^attach --absent fw1$/attach front/' "$directory/state"
	expect "the same by an alternative name" [ "$(saved | jq .same)" = true ]
	ip -n "$firewall" link property del dev fw1 altname front
	tsr save "$directory/state"
	tsr group set alpha to 192.0.2.0/24
	expect "another" [ "$(saved | jq .same)" = false ]
	expect "what to do" grep -qF "saved:    the running state differs from $directory/state (tsrewrite -n $firewall save" \
		<(tsr status)
	tsr restore "$directory/state" >/dev/null
	expect "the same again" [ "$(saved | jq .same)" = true ]
	echo wrong >>"$directory/state"
	expect "why it cannot be read" grep -q 'cannot be read: .*state:.*cut short' <(tsr status)
	rm "$directory/state"
}

# Each namespace has a state of its own, and none restores the limit of the machine
namespaces() {
	tsr save "$state"
	expect_not "the limit of the machine" grep -q machine-limit "$state"
	expect "it where there is no namespace" grep -q '^config set machine-limit' \
		<("$TSREWRITE" save)
	expect_refusal 1 "stdin:2: group high: mark-mask has no room for id 200" \
		"$TSREWRITE" -n "$outside" restore --check - <<-'END'
		config set mark-mask 0xf
		group add high id 200
	END
	expect "the state elsewhere" "$TSREWRITE" -n "$outside" restore - >/dev/null <<-'END'
		attach --absent out0 zone 7
		group add only
		mode observe
	END
	expect "it" [ "$("$TSREWRITE" -n "$outside" -j status | jq -c \
		'[.mode, (.devices | map(.zone)), (.groups | length)]')" = '["observe",[7],2]' ]
	expect "this one as it was" is_saved_as "$state"
	expect "everything off elsewhere" "$TSREWRITE" -n "$outside" restore - <<<off >/dev/null
}

unprivileged() {
	expect_refusal 1 "needs CAP_NET_ADMIN" on_firewall setpriv --reuid 65534 \
		--clear-groups "$TSREWRITE" save
	refuses "needs CAP_NET_ADMIN" on_firewall setpriv --reuid 65534 --clear-groups \
		"$TSREWRITE" restore - <<<off
}

users_of_module() { cat /sys/module/$module/refcnt; }

was_on_is_off() {
	local directory=/etc/netns/$firewall/tsrewrite told

	tsr restore --force - <<<off >/dev/null
	if [ ! -e "$TSREWRITE_KO" ] || [ "$(users_of_module)" != 0 ]; then
		skip "no file to load the module from, or the module is in use elsewhere, too"
		return
	fi
	told="the module is not loaded: it was on by $directory/state (group default rewrite, group beta strip on fw1, later)"
	mkdir -p "$directory"
	printf '%s\n' "attach fw1" "attach --absent later" on "group add beta mode strip" \
		>"$directory/state"
	until_true rmmod $module
	expect_refusal 1 "$told" tsr status
	expect_refusal 1 "all connections pass untouched" tsr restore "$directory/state"
	expect "health to say so" grep -qF "$told" <(tsr health 2>/dev/null)
	echo off >"$directory/state"
	expect_not "what was not on" grep -q "was on" <(tsr status 2>&1)
	insmod "$TSREWRITE_KO"
	expect "no word of it any more" tsr status >/dev/null
}

require_module
setup_hosts
serve outside 7 cat
serve outside 80 cat
serve outside 700 cat
tsr attach fw1
tsr on >/dev/null
hold kept inside $outside4 700 sourceport=4001
still_talks kept

run_cases \
	saves_all "save writes the whole state as commands" \
	equal_is_not_touched "restore does not touch what is equal" \
	restores_all "restore makes the state that of the file, and tells each difference" \
	wrong_line_changes_nothing "a wrong line is named, and nothing is changed" \
	refused_step_is_undone "when a step is refused, those before it are undone" \
	nothing_passes_between "what both states hide is hidden all the time" \
	breaks_nothing "connections that would break are a reason to refuse" \
	lost_rules_come_back "rules that were lost are not saved, and come back" \
	ineffective_rules_come_back "rules without effect come back, and devices are confirmed" \
	many_prefixes "a thousand prefixes" \
	trip_is_told "a trip is told, and is not saved in silence" \
	status_compares "status says whether the running state is the saved one" \
	namespaces "each namespace has its own state" \
	unprivileged "who may" \
	was_on_is_off "without the module: status and health say what was on"
