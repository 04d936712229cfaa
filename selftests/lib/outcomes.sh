# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# How the connections of groups fared, as the module has counted it. Wants lib.sh.

# count GROUP ARM COUNTER...: the numbers, in a line
count() {
	local group=$1 arm=$2 names

	shift 2
	names=$(printf ', .%s' "$@")
	tsr -j group | jq -r ".[] | select(.name == \"$group\") | .$arm |
		[${names:2}] | map(tostring) | join(\" \")"
}

# All that tells how a connection begins
outcomes=(attempts retransmitted answered established refused_by_peer refused_by_us timed_out)
outcome() { count "$1" "$2" "${outcomes[@]}"; }             # GROUP ARM
inbound_outcome() { count "$1" "$2" "${outcomes[@]/#/inbound_}"; } # GROUP ARM
has_outcome() { [ "$(outcome "$1" "$2")" = "$3" ]; }        # GROUP ARM NUMBERS
