#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Behind a reboot: what was queued has been run, and the service waits for the module. Then
# Postfix, whose sendmail is setgid. Needs 60-commands.sh

# shellcheck source=selftests/appliance/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/appliance/commands.sh
. "$(dirname "$0")/../commands.sh"
trap cleanup EXIT

queue_outlives_a_reboot() {
	expect "what was queued" until_true has_run_in_order
	expect "in this boot" has_logged tsrewrite-run "running the command"
	expect "nothing is left" [ -z "$(ls /var/lib/tsrewrite/run)" ]
}

# The last one was queued; its incident goes on, as the service waits for the module
has_run_in_order() { has_run "opened,blue opened,closed,opened,"; }

waits_for_the_module() {
	expect "the service to run" is_active tsrewrite-watch
	expect "it to wait" has_logged tsrewrite-watch "waiting for the module nf_tsrewrite"
	expect "no restart" [ "$(property tsrewrite-watch NRestarts)" = 0 ]
	expect "it to know of the boot" knows_of_the_boot
	expect "the module" modprobe nf_tsrewrite
	expect "it to watch" until_true has_logged tsrewrite-watch "watching the connections"
	setup_group
}

# Under its restrictions it can tell
knows_of_the_boot() {
	jq -e '.changes | any(.text | contains("booted with kernel"))' /var/lib/tsrewrite/host.json \
		>"$scratch/knows"
}

postfix_sends_mail() {
	DEBIAN_FRONTEND=noninteractive apt-get install -yq \
		/var/local/packages/postfix/*.deb >"$scratch/apt" 2>&1 || comment <"$scratch/apt"
	postconf -e 'mydestination = localhost' 'myorigin = localhost' 'mynetworks_style = host'
	expect "Postfix to start" systemctl restart postfix
	rm -f /var/mail/*
	# shellcheck disable=SC2119 # no lines
	write_command
	expect "the settings" systemctl reload tsrewrite-watch
	lose_rules
	expect "mail by Postfix" until_true has_mail opened
	mend_rules
	expect "the end as well" until_true has_mail closed
	expect "no unit to have failed" no_unit_has_failed
}

# Why commands have a unit of their own
restrictions_of_the_service_forbid_it() {
	rm -f /var/mail/*
	echo "Subject: forbidden" >"$scratch/mail"
	chmod 755 "$scratch"
	expect "sendmail of a user without it" send_as_nobody no
	expect "that mail" until_true has_mail forbidden
	rm -f /var/mail/*
	expect_not "sendmail of a user with it" send_as_nobody yes
	expect_not "that mail" has_mail forbidden
}

# postdrop that may not write tries again for ever
send_as_nobody() { # NO_NEW_PRIVILEGES
	systemd-run --wait -q -p NoNewPrivileges="$1" -p User=nobody -p RuntimeMaxSec=30 \
		-p StandardInput="file:$scratch/mail" /usr/sbin/sendmail root
}

run_cases \
	queue_outlives_a_reboot "a command that was queued is run after a reboot" \
	waits_for_the_module "the service waits for the module at boot" \
	postfix_sends_mail "Postfix takes mail of commands" \
	restrictions_of_the_service_forbid_it "it would not under the service's restrictions"
