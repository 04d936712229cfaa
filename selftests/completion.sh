#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Completion of the names of groups, devices and namespaces in bash and zsh. Devices may be
# called anything without whitespace, '/' and ':', such as what a shell would execute.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
trap cleanup EXIT

# shellcheck disable=SC2016 # it is not to be expanded
hostile='$(>executed)' stray=';>executed;'
# The shells find the command by its name, and are where a file would be created
mkdir "$scratch/here"
PATH=$(dirname "$(realpath "$TSREWRITE")"):$PATH

# offers HOST [LINE WORDS]...: on each line both shells offer exactly these words, a JSON array
offers() {
	local i shell lines=() words=() got

	for ((i = 2; i < $#; i += 2)); do
		lines+=("${!i}")
		words+=("${*:i + 1:1}")
	done
	for shell in bash zsh; do
		got=$("on_$1" "$selftests/lib/completion.py" $shell "$scratch/here" < \
			<(printf '%s\n' "${lines[@]}"))
		expect "$shell to offer ${words[*]} after ${lines[*]}, not $got" \
			[ "$got" = "$(printf '%s\n' "${words[@]}")" ]
	done
	expect "nothing to be executed" [ ! -e "$scratch/here/executed" ]
}

groups() {
	tsr group add alpha
	tsr group add beta.1
	offers firewall "tsrewrite group set " '["alpha", "beta.1", "default"]' \
		"tsrewrite group del alpha b" '["beta.1"]' \
		"tsrewrite flows port 53 group a" '["alpha"]'
}

devices() {
	offers firewall "tsrewrite detach " "[\"$hostile\", \"fw1\"]" \
		"tsrewrite drain f" '["fw1"]' \
		"tsrewrite -j group confirm f" '["fw1"]' \
		"tsrewrite attach " "[\"$stray\", \"fw0\"]"
}

# From outside of it
namespaces() {
	offers outside "tsrewrite -n $firewall" "[\"$firewall\"]" \
		"tsrewrite --netns=$firewall" "[\"--netns=$firewall\"]" \
		"tsrewrite -n $firewall group show al" '["alpha"]' \
		"tsrewrite --netns=$firewall detach f" '["fw1"]' \
		"tsrewrite --netns $firewall attach fw" '["fw0"]'
}

require_module
setup_hosts
for name in "$hostile" "$stray"; do
	ip -n "$firewall" link add name "$name" type veth peer name "peer${#name}" netns "$inside"
done
tsr attach fw1
tsr attach "$hostile"
run_cases groups "names of groups" \
	devices "devices that are attached, and that are not, whatever their names" \
	namespaces "in another namespace"
