# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the steps share, which run in the machine: all of the suite's lib.sh, where the
# machine is the firewall, and what follows.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"

# shellcheck disable=SC2034 # for the steps
share=/run/appliance

comment() { sed 's/^/# /'; } # what is said beside results

# For what must not happen: pause_seconds SECONDS
pause_seconds() { read -rt "$1" -u "$never"; }

# setup_hosts_around: as setup_hosts, with the machine itself as the firewall
setup_hosts_around() {
	setup_ns inside outside || return
	# shellcheck disable=SC2034 # for lib.sh
	firewall=machine
	ip netns attach machine $$ && connect_hosts
}

# A connection to port 7 outside, which serves it: it works, and no inside TSval leaves
rewrites() {
	local verified

	verified=$(counter echo_verified)
	echoes inside "$outside4" 7 && has_risen echo_verified "$verified" &&
		tsrewrite -j flows port 7 | jq -e 'all(.mode == "rewrite")' >/dev/null
}

# After a boot: the module, the saved state, and a device that comes later
is_on_as_saved() {
	expect "the module to be loaded" [ -d /sys/module/nf_tsrewrite ]
	expect "no failed unit" no_unit_has_failed
	expect "the state to be the saved one" tsrewrite restore /etc/tsrewrite/state --check
	setup_hosts_around
	serve outside 7 cat
	expect "the device to be confirmed" until_true fw1_is_confirmed
	expect "a connection to be rewritten" rewrites
}

fw1_is_confirmed() {
	tsrewrite -j status | jq -e '.devices[] | .name == "fw1" and .confirmed' >/dev/null
}

# Units

is_active() { systemctl is-active --quiet "$1"; } # UNIT
property() { systemctl show --value -p "$2" "$1"; } # UNIT PROPERTY

no_unit_has_failed() {
	local failed

	failed=$(systemctl --failed --plain --no-legend)
	[ -z "$failed" ] && return
	comment <<<"$failed"
	return 1
}

# has_logged UNIT TEXT: in this boot
has_logged() { journalctl -b -u "$1" --no-pager -o cat | grep -qF -- "$2"; }

# The module for the kernel that runs, where `make install-module` puts it
install_module() {
	install -D -m 0644 -t "/lib/modules/$(uname -r)/updates" \
		"$share/modules/$(uname -r)/nf_tsrewrite.ko" && depmod
}
