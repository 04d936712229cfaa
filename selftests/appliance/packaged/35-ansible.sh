#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The example role of Ansible: it makes the state what it ought to be, changes nothing when it
# is, and tells what it would change. Needs 30-rebuilt.sh

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

# The role is where packages have it
play() { # OPTION...
	(cd /usr/share/tsrewrite/ansible && ANSIBLE_ROLES_PATH=. ANSIBLE_NOCOLOR=1 \
		ansible-playbook -i localhost, -c local "$@" example.yml) >"$scratch/played" 2>&1
	ended=$?
	tail -n 4 "$scratch/played" | comment
	return $ended
}

recap() { grep -qE "localhost .*$1" "$scratch/played"; } # WORDS

changes_nothing_by_a_look() {
	cp /etc/tsrewrite/state "$scratch/before"
	tsrewrite save >"$scratch/state-before"
	expect "a look to succeed" play --check
	expect "something to change" recap 'changed=[1-9]'
	expect "the file to be as it was" cmp "$scratch/before" /etc/tsrewrite/state
	expect "the state as well" cmp "$scratch/state-before" <(tsrewrite save)
}

makes_the_state() {
	expect "it to succeed" play
	expect "something to be changed" recap 'changed=[1-9]'
	expect "the group" [ "$(tsrewrite -j group | jq -r \
		'.[] | select(.name == "carrier-a").mode')" = rewrite ]
	expect "the service to run" is_active tsrewrite-watch
}

repeats_without_change() {
	expect "it to succeed again" play
	expect "nothing to be changed" recap 'changed=0 '
}

run_cases changes_nothing_by_a_look "with --check nothing is changed" \
	makes_the_state "the role makes the state what it ought to be" \
	repeats_without_change "played again it changes nothing"
