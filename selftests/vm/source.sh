# shellcheck shell=bash disable=SC2154 # the script's: here, source, objects
# SPDX-License-Identifier: GPL-2.0-only
#
# What guest-kernel and uml-kernel share: linux-source-6.12, unpacked once in
# $source, and a configuration of it in $objects, made from tinyconfig, for $ARCH if
# that is set.

tar=/usr/src/linux-source-6.12.tar.xz

unpack() {
	[ ! -e "$source/.unpacked" ] || return 0
	[ -e "$tar" ] || die "no $tar: apt install linux-source-6.12"
	echo "unpacking linux-source-6.12" >&2
	mkdir -p "$(dirname "$source")"
	tar -C "$(dirname "$source")" -xf "$tar"
	touch "$source/.unpacked"
}

# A choice that the source no longer has, or has under another name, would be
# missed by nobody
says_all() { # FRAGMENT...
	! cat "$@" | grep '^CONFIG_' | grep -vxFf "$objects/.config"
}

# By those fragments, and from where the source still is: they name it
is_configured() { # FRAGMENT...
	cat "$@" | cmp -s - "$objects/fragments" &&
		[ "$(readlink "$objects/source")" = "$source" ]
}

# configure FRAGMENT...: where it is not what it was. No fragment takes back what
# another chooses
configure() {
	mkdir -p "$objects"
	! is_configured "$@" || return 0
	make -s -C "$source" O="$objects" tinyconfig || return
	"$source/scripts/kconfig/merge_config.sh" -m -O "$objects" \
		"$objects/.config" "$@"
	make -s -C "$objects" olddefconfig
	says_all "$@" || return
	cat "$@" >"$objects/fragments"
}
