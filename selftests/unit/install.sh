#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What `make install` puts where, that nothing outside of DESTDIR is changed by it, and that
# `make uninstall` leaves nothing behind but what is not its own.

# shellcheck disable=SC2317 # check calls the functions

selftests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=selftests/unit/cases.sh
. "$selftests/unit/cases.sh"
top=$(dirname "$selftests")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$work/bin" "$top/build"
[ "$(id -u)" = 0 ] && namespace=(--mount) || namespace=(--mount --map-root-user)

# As long as nothing but DESTDIR is to be changed, depmod has nothing to do
printf '#!/bin/sh\necho "$@" >>%q\n' "$work/depmod-was-run" >"$work/bin/depmod"
chmod +x "$work/bin/depmod"

# make, with all file systems read-only but $work and build; what it says is in $work/said
# shellcheck disable=SC2016 # for the inner shell
confined() { # ARGUMENT...
	unshare "${namespace[@]}" -- sh -ec '
		mount --bind "$1" "$1"
		mount --bind "$2" "$2"
		mount -o remount,bind,ro /
		PATH=$1/bin:$PATH TMPDIR=$1 MAKEFLAGS=
		export PATH TMPDIR MAKEFLAGS
		shift 2
		exec make -s "$@"' sh "$work" "$top/build" "$@" >"$work/said" 2>&1
}
for_package() { confined -C "$top" "$@" DESTDIR="$root" PREFIX=/usr; }

files() { (cd "$1" && find . -type f -o -type l | sed 's/^\.//' | sort); } # DIRECTORY

expected_files() {
	local unit

	sort <<-END
		/etc/tsrewrite/watch.conf
		/usr/include/linux/tsrewrite.h
		/usr/sbin/tsrewrite
		/usr/share/bash-completion/completions/tsrewrite
		/usr/share/doc/tsrewrite/COPYING
		/usr/share/man/man5/tsrewrite-watch.conf.5
		/usr/share/man/man7/nf_tsrewrite.7
		/usr/share/man/man8/tsrewrite-watch.8
		/usr/share/man/man8/tsrewrite.8
		$(cd "$top/tools" && find ansible -type f | sed 's,^,/usr/share/tsrewrite/,')
		/usr/share/tsrewrite/conntrackd.conf
		/usr/share/tsrewrite/conntrackd.notify
		/usr/share/tsrewrite/grafana.json
		/usr/share/tsrewrite/keepalived.conf
		/usr/share/tsrewrite/tsrewrite.schema.json
		/usr/share/tsrewrite/tsrewrite.yaml
		/usr/share/tsrewrite/watch.conf
		$(if_there completion/_tsrewrite /usr/share/zsh/vendor-completions/_tsrewrite)
		$(if_there prometheus/tsrewrite.rules.yml /usr/share/tsrewrite/prometheus.rules.yml)
		$(for unit in "$top"/tools/systemd/*; do
			echo "/usr/lib/systemd/system/${unit##*/}"
		done)
	END
}

if_there() { [ ! -e "$top/tools/$1" ] || echo "$2"; }

installs_all() {
	for_package install-tools && [ -x "$root/usr/share/tsrewrite/conntrackd.notify" ] &&
		expected_files | grep . | diff - <(files "$root")
}

# A command is the first word, or stands behind what the shell begins one with
units_name_the_command() {
	local units=("$root"/usr/lib/systemd/system/*)

	! grep -E '^Exec.*(^|[^-./[:alnum:]_])tsrewrite ' "${units[@]}" | grep -v -- '-t tsrewrite ' &&
		grep -q '^ExecStart=/usr/sbin/tsrewrite watch' "${units[@]}" &&
		grep -q "if /usr/sbin/tsrewrite metrics" "${units[@]}"
}

# What a unit starts has to be there: so this is installed where it says, in $work
systemd_takes_the_units() {
	confined -C "$top" install-tools DESTDIR="$work/staged" PREFIX="$work/prefix" &&
		cp -a "$work/staged$work/prefix" "$work/prefix" &&
		systemd-analyze verify --man=no "$work"/prefix/lib/systemd/system/tsrewrite* \
			>"$work/said" 2>&1 && ! grep tsrewrite "$work/said"
}

keeps_settings() {
	echo "min-attempts = 9" >"$root/etc/tsrewrite/watch.conf"
	for_package install-tools && grep -q 'kept .*/etc/tsrewrite/watch.conf' "$work/said" &&
		grep -qx 'min-attempts = 9' "$root/etc/tsrewrite/watch.conf"
}

sample_has_every_key() {
	local key keys

	keys=$(sed -n '/settings_words\[\] = {/,/};/p' "$top/tools/watch/settings_value.c" |
		grep -o '"[a-z-]*"' | tr -d '"')
	[ "$keys" ] || return
	for key in $keys; do
		grep -q "^# \?$key = " "$top/tools/watch.conf" || { echo "# no $key"; return 1; }
	done
}

leaves_settings() {
	for_package uninstall && [ "$(files "$root")" = /etc/tsrewrite/watch.conf ] &&
		grep -q 'left .*/etc/tsrewrite' "$work/said"
}

leaves_nothing() {
	rm "$root/etc/tsrewrite/watch.conf"
	for_package install-tools && for_package uninstall && [ -z "$(files "$root")" ] &&
		! find "$root" -name 'tsrewrite*' | grep .
}

# As on a machine that systemd has booted, as far as files say it: none of the units is active
# shellcheck disable=SC2016 # for the inner shell
uninstalls_where_systemd_runs() {
	unshare "${namespace[@]}" -- sh -ec '
		mount -t tmpfs none /run
		mkdir -p /run/systemd/system
		export MAKEFLAGS= SYSTEMD_OFFLINE=1
		uninstall() {
			make -s -C "$1/tools" "$2" PREFIX=/run/prefix UNITDIR=/run/systemd/system \
				CONFDIR=/run/etc STATEDIR=/run/state O="$1/build/tools"
		}
		uninstall "$1" install
		for unit in tsrewrite-watch.service tsrewrite-watch@blue.service; do
			systemctl -q --runtime enable "$unit"
			! uninstall "$1" uninstall
			[ -e /run/systemd/system/tsrewrite-watch.service ]
			systemctl -q --runtime disable "$unit"
		done
		uninstall "$1" uninstall
		! ls -d /run/systemd/system/tsrewrite*
	' sh "$top" >"$work/said" 2>&1
	comment <"$work/said"
	[ "$(grep -c "is in use: systemctl disable --now" "$work/said")" = 2 ]
}

comment() { sed 's/^/# /'; }

# Into a build directory of its own
builds_without_systemd() {
	confined -C "$top/tools" SYSTEMD=no O="$work/bare" DESTDIR="$work/bare-root" install &&
		! ldd "$work/bare/tsrewrite" | grep -q systemd &&
		! files "$work/bare-root" | grep -E 'system/tsrewrite-(watch|run|journal)' &&
		files "$work/bare-root" | grep -q tsrewrite.service
}

says_what_it_has_not() {
	local command

	for command in watch 'monitor --journal'; do
		# shellcheck disable=SC2086 # words
		"$work/bare/tsrewrite" $command 2>"$work/said"
		[ $? = 1 ] && grep -q "$command: this build has no libsystemd" "$work/said" || return
	done
}

# The module as it was built for a guest, as `make install-module` would build it here;
# kbuild compresses it, which takes long with what is for debuggers
module_goes_below_destdir() {
	local kernel=$top/build/kernels/$1

	cp -a "$top/build/kmod/$1" "$work/kmod" && cp "$top/kmod/Makefile" "$work/kmod" &&
		sed -i "s,$top/build/kmod/$1,$work/kmod," "$work/kmod/modules.order" &&
		strip --strip-debug "$work"/kmod/nf_tsrewrite{,_ct}.ko &&
		confined -C "$work/kmod" KDIR="$kernel/headers" DESTDIR="$root" install &&
		[[ $(files "$root") == "/lib/modules/$1/updates/nf_tsrewrite.ko"*$'\n'"/lib/modules/$1/updates/nf_tsrewrite_ct.ko"* ]]
}

module_is_removed() {
	confined -C "$work/kmod" DESTDIR="$root" uninstall && [ -z "$(files "$root")" ]
}

without_headers_says_so() {
	! for_package install KDIR="$work/none" &&
		grep -q 'no kernel headers in .*none.*make install-module' "$work/said" &&
		[ -x "$root/usr/sbin/tsrewrite" ]
}

echo "TAP version 13"
check "the command and all that comes with it is installed, and nothing else" installs_all
check "units name the command where it was installed" units_name_the_command
check "systemd takes the units" systemd_takes_the_units
check "settings that are there are kept, and it is said" keeps_settings
check "the sample of settings has every key" sample_has_every_key
check "settings that were changed outlive uninstall" leaves_settings
check "nothing else does" leaves_nothing
check "units that are enabled are not uninstalled, and those that cannot be are" \
	uninstalls_where_systemd_runs
release=$(basename "$(realpath "$top/build/kernels/linux-image-6.12-cloud-amd64")")
if [ -e "$top/build/kmod/$release/nf_tsrewrite.ko" ]; then
	check "the module is installed below DESTDIR" module_goes_below_destdir "$release"
	check "and removed" module_is_removed
else
	echo "# no module for 6.12 has been built: make check does"
fi
check "without kernel headers all but the module is installed" without_headers_says_so
check "without libsystemd it is built and installed as well" builds_without_systemd
check "what needs it says so" says_what_it_has_not
check "depmod was never run" [ ! -e "$work/depmod-was-run" ]
echo "1..$cases"
exit $((failed > 0))
