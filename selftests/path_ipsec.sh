#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# IPsec, with an xfrm interface and with policies alone. An xfrm interface shows what is
# in the tunnel, the device below it only ESP; policies without an interface show nothing
# of it.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/plug.sh
. "$selftests/lib/plug.sh"
# shellcheck source=selftests/lib/ipsec.sh
. "$selftests/lib/ipsec.sh"
trap cleanup EXIT

xfrm_interface() {
	plug xfrm
	attach fw1
	carries xfrm
}

# They are no stack: below the interface there is only ESP
both_attached() {
	local before

	before=$(counter egress_not_tcp)
	attach port
	carries both
	expect "ESP" [ "$(counter egress_not_tcp)" -gt $((before + 40)) ]
	detach port
	detach fw1
	forget_keys
}

policy_without_interface() {
	local inner

	unplug
	setup_link "$firewall" fw1 "$outside" out0
	setup_address "$firewall" fw1 $firewall4/24 $firewall6/64
	setup_address "$outside" out0 $outside4/24 $outside6/64
	ip -n "$outside" route add default via $firewall4
	ip -n "$outside" route add default via $firewall6
	without_offloads
	keys $firewall4 $outside4
	for inner in "10.0.1.0/24 $outside4" "fd00:1::/64 $outside6"; do
		# shellcheck disable=SC2086 # two words
		policies "$firewall" $firewall4 $outside4 $inner
		policies "$outside" $outside4 $firewall4 "${inner#* }" "${inner% *}"
	done
	attach fw1
	is_not_seen
	detach fw1
}

# ESP leaves; what was in it arrives at the device once more, deciphered
is_not_seen() {
	local before after numbers='"\(.egress_rewritten) \(.ingress_restored) " +
		"\(.egress_not_tcp) \(.egress_no_flow)"'

	read -ra before <<<"$(tsr -j stats | jq -r "$numbers")"
	four_ways policy
	read -ra after <<<"$(tsr -j stats | jq -r "$numbers")"
	expect "nothing rewritten" [ "${after[0]}" = "${before[0]}" ]
	expect "nothing restored" [ "${after[1]}" = "${before[1]}" ]
	expect "ESP" [ "${after[2]}" -gt $((before[2] + 40)) ]
	expect "no TCP on its way out" [ "${after[3]}" = "${before[3]}" ]
}

require_module
for part in esp4 xfrm_interface; do
	if ! modprobe -q $part; then
		ktap_skip_all "the kernel has no $part"
		exit "$KSFT_SKIP"
	fi
done
setup_hosts
without_offloads
if ! sa "$firewall" $here4 $there4 0x1 if_id 7 2>"$scratch/why"; then
	ktap_skip_all "no ESP with AES-GCM here: $(cat "$scratch/why")"
	exit "$KSFT_SKIP"
fi
ip -n "$firewall" xfrm state flush
serve outside 7 cat
serve inside 7 cat
tsr on >/dev/null 2>&1

run_cases \
	xfrm_interface "an xfrm interface: rewritten and restored in the tunnel" \
	both_attached "it and the device below it: rewritten once, beside ESP" \
	policy_without_interface "policies without an interface: untouched"
