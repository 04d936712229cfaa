#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The service is started again, as after an upgrade, and the fault is there by then: what is
# usual outlives it, so that this is told at once, and after which change.

# shellcheck source=selftests/lib/lib.sh
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source=selftests/lib/dns.sh
. "$(dirname "$0")/lib/dns.sh"
# shellcheck source=selftests/lib/watch.sh
. "$(dirname "$0")/lib/watch.sh"
trap cleanup EXIT

settings=('quiet = 5s' 'history = 60s')
usual=$scratch/state/usual.json
tsrewrite=$TSREWRITE

# The service was started at $started, a number of microseconds
restart_watch() {
	started=${EPOCHREALTIME/[.,]/}
	start_watch "${settings[@]}"
}

runs_for() { [ $((${EPOCHREALTIME/[.,]/} - started)) -ge $(($1 * 1000000)) ]; } # SECONDS

seconds_to_alarm() { jq -n "($(told "$opened.confirmed_onset | microseconds") - $started) / 1000000"; }
is_at_most() { [ "$(jq -n "$1 <= $2" 2>/dev/null)" = true ]; }

is_saved() { # NAME
	jq -e ".version == 1 and (.groups[] | select(.name == \"$1\") | .trial | length >= 1)" \
		"$usual" >/dev/null
}

learns_what_is_usual() {
	local deadline=120000

	expect "connections come up" until_true all_have_answers 10
	expect "no file, and no complaint of that" has_not_complained
	expect "a minute passes" until_true runs_for 70
	expect "nothing is told of that" [ ! -s "$scratch/watch.out" ]
	stop_watch
	expect "it is saved when the service ends" is_saved alpha
	expect "for root alone" [ "$(stat -c %a "$usual")" = 600 ]
}

fault_at_start_is_told() {
	lose_answers_of alpha
	restart_watch
	expect "an alarm" until_true has_opened
	echo "# from the start of the service to the alarm: $(seconds_to_alarm) s"
	expect "within 10 s" is_at_most "$(seconds_to_alarm)" 10
	expect "of the right group, and no other" \
		has_told 'map(.incident.group) | unique == ["alpha"]'
	expect "that they fail" has_told "$opened.kind == \"success\""
	expect "compared with what is usual" has_told "$opened.figures | contains(\"usual\")"
	expect "the service is well" has_not_complained
}

it_is_over() {
	find_answers
	expect "closed" until_true has_closed
	expect "because all is well" has_told '
		any(.what == "closed" and (.incident.end | contains("as usual")))'
	stop_watch
	expect "the fault was not learnt: it is saved" is_saved alpha
}

# Which shows that it is the file that does it
unknown_without_the_file() {
	mv "$usual" "$scratch/usual.json"
	lose_answers_of alpha
	restart_watch
	expect "some seconds pass" until_true runs_for 15
	expect "nothing is told" [ ! -s "$scratch/watch.out" ]
	stop_watch
	find_answers
	mv "$scratch/usual.json" "$usual"
}

# keeps_aside TEXT: the service says that of its file, once, and goes on
keeps_aside() {
	cp "$usual" "$scratch/damaged"
	rm -f "$usual.bad"
	start_watch "${settings[@]}"
	expect "a complaint: $1" grep -qF "$1" "$scratch/watch.err"
	expect "where it is kept" grep -qF "(it is kept as usual.json.bad)" "$scratch/watch.err"
	expect "one" [ "$(wc -l <"$scratch/watch.err")" = 1 ]
	expect "it is kept as it was" cmp -s "$scratch/damaged" "$usual.bad"
	expect "incidents are not lost" jq -e '.incidents | length >= 1' \
		"$scratch/state/incidents.json" >"$scratch/null"
	stop_watch
}

# A boot a second ago into another kernel, after packages were upgraded, as the service sees it
say_it_was_booted() {
	local day clock

	upgraded=$(date +%s)
	day=$(date -d "@$upgraded" +%F) clock=$(date -d "@$upgraded" +%T)
	mkdir -p /var/log/apt
	touch /var/log/dpkg.log /var/log/apt/history.log
	tr 0-9a-f 1-9a-f0 </proc/sys/kernel/random/boot_id >"$scratch/boot_id"
	cat >"$scratch/dpkg.log" <<-END
		$day $clock upgrade tzdata:all 2025a 2025b
		$day $clock upgrade linux-image-amd64:amd64 6.1.119-1 6.12.9-1
		$day $clock upgrade nftables:amd64 1.0.6-2 1.1.1-1
	END
	cat >"$scratch/history.log" <<-END

		Start-Date: $day  $clock
		Commandline: apt full-upgrade
	END
	cat >"$scratch/booted" <<-END
		#!/bin/sh
		mount --bind $scratch/boot_id /proc/sys/kernel/random/boot_id &&
		mount --bind $scratch/dpkg.log /var/log/dpkg.log &&
		mount --bind $scratch/history.log /var/log/apt/history.log || exit
		# The child has the clock
		setarch --uname-2.6 $tsrewrite "\$@" &
		service=\$!
		trap 'kill \$service' TERM
		wait \$service
		wait \$service
	END
	cat >"$scratch/another_boot" <<-END
		#!/bin/sh
		up=\$(cut -d . -f 1 /proc/uptime)
		exec unshare --mount --time --boottime -\$((up - 1)) $scratch/booted "\$@"
	END
	chmod +x "$scratch/booted" "$scratch/another_boot"
}

is_past() { [ "$(date +%s)" -gt "$1" ]; } # SECONDS

# has_machine KEY VALUE: the service keeps that of it
has_machine() { [ "$(jq -r ".$1" "$scratch/state/host.json")" = "$2" ]; }

upgrade_is_named() {
	local deadline=120000 change

	expect "the machine's boot is known" \
		has_machine boot_id "$(tr -d - </proc/sys/kernel/random/boot_id)"
	expect "its kernel" has_machine kernel "$(uname -r)"
	expect "the module" has_machine module_srcversion \
		"$(cat /sys/module/nf_tsrewrite/srcversion)"
	say_it_was_booted
	expect "the clock to go on" until_true is_past $((upgraded + 2))
	TSREWRITE=$scratch/another_boot
	lose_answers_of beta
	restart_watch
	TSREWRITE=$tsrewrite
	expect "an alarm" until_true has_opened
	change=$(told "$opened.change_before")
	echo "# change before: $change"
	expect "a boot" grep -q "Z booted with kernel 2\.6\.[^ ]* instead of $(uname -r); before" <<<"$change"
	expect "the upgrade before it" grep -qF "3 packages changed: \
linux-image-amd64 6.1.119-1 -> 6.12.9-1, nftables 1.0.6-2 -> 1.1.1-1 and 1 other by" <<<"$change"
	expect "and who did it" grep -q 'by ."apt full-upgrade' <<<"$change"
	expect "the service is well" has_not_complained
	find_answers
	expect "closed" until_true has_closed
	stop_watch
	expect "carriers learn of it that there was one" \
		grep -q 'change before: this firewall was booted' "$scratch/state/groups/beta.atom"
	expect_not "and no more" grep -qE 'kernel|packages' "$scratch/state/groups/beta.atom"
}

# And while the service runs, which is told what it is, and once
package_is_named() {
	local deadline=60000

	: >"$scratch/dpkg.log"
	TSREWRITE=$scratch/another_boot
	restart_watch
	TSREWRITE=$tsrewrite
	expect "watching" until_true runs_for 2
	echo "$(date '+%F %T') upgrade keepalived:amd64 1:2.2.7-1 1:2.2.8-1" >>"$scratch/dpkg.log"
	expect "it is known" until_true is_known_change \
		"package keepalived upgraded 1:2.2.7-1 -> 1:2.2.8-1"
	lose_answers_of gamma
	expect "an alarm" until_true has_opened
	expect "after that" has_told "$opened.change_before | contains(\"package keepalived\")"
	find_answers
	stop_watch
}

is_known_change() { jq -e ".changes | any(.text | contains(\"$1\"))" "$scratch/state/host.json"; }

damaged_files_are_kept_aside() {
	cp "$usual" "$scratch/usual.json"
	truncate -s 100 "$usual"
	keeps_aside "usual.json: line 1: "
	jq -c '.version = 2' "$scratch/usual.json" >"$usual"
	keeps_aside "it has version 2, and this program reads version 1"
	jq -c '.groups[].trial[][0] += 1000' "$scratch/usual.json" >"$usual"
	keeps_aside "in the future: the clock was wrong then, or is now"
	cp "$scratch/usual.json" "$usual"
}

require_module
require_dns
setup_hosts
tsr attach fw1 >/dev/null
setup_carriers rewrite
start_dns "${address[@]}"
restart_watch
for name in "${carriers[@]}"; do
	ask_without_end "$name" "${address[$name]}" 5
done

run_cases \
	learns_what_is_usual "what is usual is saved" \
	fault_at_start_is_told "a fault that is there when the service starts is told" \
	it_is_over "and closed when it is over" \
	unknown_without_the_file "without the file it is not known" \
	upgrade_is_named "an upgrade and a boot are the change before it" \
	package_is_named "a package that changes while the service runs is, too" \
	damaged_files_are_kept_aside "a file that is damaged is told of, and kept"
