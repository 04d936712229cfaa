#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Doing again what is done already succeeds, changes nothing, and says "already"; what was
# asked for is not done, or may be a slip of the pen, is refused.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

# again WORDS COMMAND...: it succeeds and says that
again() {
	local got status

	got=$(tsr "${@:2}" 2>&1)
	status=$?
	expect "'${*:2}' to succeed and say '$1', not $status and '$got'" \
		[ "$status:$got" = "0:$1" ]
}

# Sets a limit that none was set to before: the event of that can be told from others
set_limit() { tsr config set limit $((++limit)); }
is_heard() { grep -q " limit [0-9]* -> $limit " "$scratch/events"; }
sets_and_hears() { set_limit && is_heard; }
limit=5000

# no_event COMMAND...: nobody who listens hears of a change
no_event() {
	local before

	set_limit
	before=$limit
	tsr "$@" >/dev/null
	set_limit
	expect "the events" until_true is_heard
	expect "no event of '$*'" [ "$(events_between $before $limit)" = 1 ]
}

# How many events follow that of one limit, up to that of another
events_between() {
	sed -n "/ limit [0-9]* -> $1 /,/ limit [0-9]* -> $2 /p" "$scratch/events" |
		grep -cv " limit [0-9]* -> $1 "
}

devices_are_attached() {
	again "fw1 is attached already" attach fw1
	again "fw1 is attached already" attach fw1 zone 0
	again "fw1 is attached already" attach outer
	expect_refusal 1 "attach fw1: already attached, in zone 0" tsr attach fw1 zone 1
	no_event attach fw1
	ip -n "$firewall" link add gone type veth peer name gone-peer
	tsr attach gone zone 4
	ip -n "$firewall" link del gone
	again "gone is attached already" attach gone zone 4
	expect "the absent one detached" tsr detach gone
}

# Each finds that it is not attached, but only one attaches it
at_once() {
	local i pids=()

	for i in {1..4}; do
		tsr attach fw0 >"$scratch/said.$i" 2>&1 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		expect "an attachment of several at once" wait "$i"
	done
	expect "one to attach it, and three to say already" \
		[ "$(cat "$scratch"/said.*)" = "$(printf 'fw0 is attached already\n%.0s' {1..3})" ]
	expect "detaching" tsr detach fw0
}

devices_are_detached() {
	again "fw0 is not attached already" detach fw0
	expect_refusal 1 "detach fw9: it is not attached, and no device has that name" \
		tsr detach fw9
}

# What an alternative name stands for is attached, and so is not "not attached already"
alternative_names() {
	ip -n "$firewall" link property add dev fw0 altname inner
	tsr attach inner
	again "inner is not draining already: new connections have their mode" drain inner stop
	expect "draining by it" grep -q '^drained fw0: ' <(tsr drain inner)
	expect "the device to drain" [ "$(state_of fw0)" = "fw0 true" ]
	tsr drain inner stop >/dev/null
	again "fw0 is confirmed already" group confirm inner
	again "" detach inner
	expect "it to be detached" [ -z "$(state_of fw0)" ]
	again "inner is not attached already" detach inner
}

state_of() { # DEVICE
	tsr -j status | jq -r --arg dev "$1" \
		'.devices[] | select(.name == $dev) | "\(.name) \(.drain)"'
}

devices_drain() {
	again "fw1 is not draining already: new connections have their mode" drain fw1 stop
	tsr drain fw1 >/dev/null
	expect "draining" grep -qx "fw1 is draining already" <(tsr drain fw1)
	no_event drain fw1
	tsr drain fw1 stop >/dev/null
}

modes_are_set() {
	again "mode is off already: new connections pass untouched" off
	tsr on >/dev/null
	again "mode is rewrite already: rewriting new connections on fw1" on
	again "mode is rewrite already: rewriting new connections on fw1" mode rewrite
	no_event on
	expect_not "a first time to say so" grep already <(tsr mode observe)
	tsr off >/dev/null
}

groups_are_set() {
	tsr group add asia mode observe canary 10 port 53
	again "group asia has these settings already" group set asia mode observe
	again "group asia has these settings already" group set asia canary 10 port 53
	again "" group set asia canary 11
	again "" group set asia port 54
	again "fw1 is confirmed already" group confirm fw1
	expect_refusal 1 "there is a group of that name" tsr group add asia
	tsr group del asia
	expect_refusal 1 "no such group" tsr group del asia
}

settings_are_set() {
	tsr config set timeout-closed 60
	again "these values are set already" config set timeout-closed 1m when-full strip
	again "" config set timeout-closed 61
}

require_module
setup_hosts
ip -n "$firewall" link property add dev fw1 altname outer
tsr attach fw1
in_background firewall "$TSREWRITE" monitor >"$scratch/events"
until_true sets_and_hears
run_cases devices_are_attached "attach" \
	at_once "attach, several at once" \
	devices_are_detached "detach" \
	alternative_names "detach, drain and confirm by an alternative name" \
	devices_drain "drain and drain stop" \
	modes_are_set "on, off and mode" \
	groups_are_set "group set and confirm" \
	settings_are_set "config set"
