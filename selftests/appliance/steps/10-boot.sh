#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The machine as Debian makes it: up, with nothing of ours

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
trap cleanup EXIT

has_systemd() {
	expect "systemd to be process 1" [ "$(cat /proc/1/comm)" = systemd ]
	expect "the system to be running" [ "$(systemctl is-system-running)" = running ]
	expect "no failed unit" no_unit_has_failed
}

has_its_kernel() {
	expect "the kernel to be one that dpkg has installed" \
		dpkg -s "linux-image-$(uname -r)"
	expect "its root to be the disk" [ "$(findmnt -no FSTYPE /)" = ext4 ]
}

run_cases has_systemd "systemd boots the machine, and no unit fails" \
	has_its_kernel "the kernel is the installed one"
