# shellcheck shell=bash disable=SC2016,SC2119,SC2120
# SPDX-License-Identifier: GPL-2.0-only
#
# What the steps about commands share: an incident that needs no traffic, and a command
# that says what it was told in each way that an operator may want. Wants lib.sh.

ran=/var/log/incidents

setup_group() {
	ip link show up0 >/dev/null 2>&1 || ip link add up0 type dummy
	tsrewrite attach up0 >/dev/null
	tsrewrite group add ours mode rewrite to 198.51.100.0/24 >/dev/null
}

lose_rules() {
	marked=$(date +%s)
	nft delete table netdev tsrewrite
}
mend_rules() { tsrewrite group set ours to 198.51.100.0/24 >/dev/null; }

write_settings() { # LINE...
	mkdir -p /etc/tsrewrite
	printf '%s\n' 'run = /usr/local/sbin/on-incident' 'run-timeout = 2m' "$@" \
		>/etc/tsrewrite/watch.conf
}

# write_command [LINE...]: lines that it begins with
write_command() {
	write_settings
	rm -f "$ran"
	printf '%s\n' '#!/bin/sh' "$@" 'echo "to stdout"' \
		'logger -t incident "$TSREWRITE_WHAT: $TSREWRITE_TITLE"' \
		'(echo "Subject: $TSREWRITE_WHAT"; echo; cat) | sendmail root' \
		"echo \"\$TSREWRITE_WHAT\" >>$ran" >/usr/local/sbin/on-incident
	chmod 755 /usr/local/sbin/on-incident
}

has_run() { [ "$(tr '\n' , 2>/dev/null <"$ran")" = "$1" ]; } # WHAT,...
has_said() { journalctl -b -t "$1" -o cat --no-pager | grep -qF -- "$2"; } # TAG TEXT
has_mail() { grep -rqsx "Subject: $1" /var/mail /var/spool/mail; } # SUBJECT

# Of the runner, since rules were lost
has_logged_since() { # TEXT
	journalctl -b -u tsrewrite-run --since "@$marked" -o cat --no-pager | grep -qF -- "$1"
}
