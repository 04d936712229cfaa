# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# The test module, tsrw_test_skb.ko: see modules/skb/main.c for what can be told to it.

test_skb=/proc/net/tsrw_test_skb

load_test_module() {
	local file

	[ -e $test_skb ] && return
	for file in ${TSREWRITE_TEST_KO:+"$TSREWRITE_TEST_KO"} \
		"$selftests/../build/modules/$(uname -r)/tsrw_test_skb.ko" \
		"$selftests/modules/tsrw_test_skb.ko"; do
		insmod "$file" 2>/dev/null && test_module_is_ours=1 && return
	done
	return 1
}

unload_test_module() {
	[ ! "${test_module_is_ours:-}" ] || { tell off && rmmod tsrw_test_skb; }
} 2>/dev/null

# tell WORDS...: to the test module, in the firewall
tell() {
	on_firewall sh -c "echo '$*' >$test_skb"
}
