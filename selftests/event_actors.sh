#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who did it, as events tell: by the numbers that a host has for its processes, or a
# container for its own. What is not of the container has no number there.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap 'end_container; cleanup' EXIT

# The container: a user namespace with a pid and a network namespace, whose first process
# sleeps
setup_container() {
	unshare -U -r -n -p -f sleep 3600 </dev/null &
	children+=($!)
	until_true has_first_process $!
	first=$(pgrep -P $!)
}

# The first process of a pid namespace takes no other signal
end_container() { [ -z "$first" ] || kill -KILL "$first"; }
first=

has_first_process() {
	[ "$(cat "/proc/$(pgrep -P "$1")/comm")" = sleep ]
} 2>/dev/null

in_container() { nsenter -U -n -p --preserve-credentials -t "$first" -- "$@"; }
in_its_network() { nsenter -n -t "$first" -- "$@"; }

# monitor NAME COMMAND...: events as COMMAND's namespaces hear them, to $scratch/NAME
monitor() {
	"${@:2}" "$TSREWRITE" -j monitor >"$scratch/$1" </dev/null &
	children+=($!)
	until_true hears_anything "$1" "${@:2}"
}

hears_anything() { # NAME COMMAND...
	"${@:2}" "$TSREWRITE" mode off && "${@:2}" "$TSREWRITE" mode observe &&
		[ -s "$scratch/$1" ]
} 2>/dev/null

# sets_limit LIMIT COMMAND...: by a process that tells its number, in $pid
sets_limit() {
	# shellcheck disable=SC2016 # the inner shell expands it
	pid=$("${@:2}" sh -c 'echo $$; exec "$0" config set limit "$1" >&2' "$TSREWRITE" "$1" \
		2>/dev/null)
}

# told NAME LIMIT FIELD: what the event of that limit says
told() {
	jq -r "select(.type == \"config\" and .config.limit == $2).$3" "$scratch/$1"
}

has_told() { [ "$(told "$1" "$2" type)" = config ]; }

of_the_host() {
	sets_limit 4001 on_firewall
	expect "told" until_true has_told host 4001
	expect "the number $pid" [ "$(told host 4001 pid)" = "$pid" ]
	expect "root" [ "$(told host 4001 uid)" = 0 ]
}

of_the_container() {
	sets_limit 4002 in_container
	expect "told" until_true has_told container 4002
	expect "a number of the container's" [ "$pid" -lt 1000 ]
	expect "the number $pid" [ "$(told container 4002 pid)" = "$pid" ]
	expect "its root" [ "$(told container 4002 uid)" = 0 ]
}

# It may do so, and is nobody whom the container could know
of_neither() {
	sets_limit 4003 in_its_network
	expect "told" until_true has_told container 4003
	expect "no number" [ "$(told container 4003 pid)" = null ]
}

require_module
if ! unshare -U -r -n -p -f true 2>/dev/null; then
	ktap_skip_all "no user or pid namespaces here"
	rm -rf "$scratch"
	exit "$KSFT_SKIP"
fi
setup_ns firewall
setup_container
monitor host on_firewall
monitor container in_container

run_cases \
	of_the_host "a process of the host, in its own namespace" \
	of_the_container "a process of the container, in its own" \
	of_neither "a process of the host, in the container's"
