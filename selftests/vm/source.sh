# shellcheck shell=bash disable=SC2154 # the script's: here, source, objects
# SPDX-License-Identifier: GPL-2.0-only
#
# What debug-kernel and uml-kernel share: linux-source-6.12, unpacked once in
# $source, and a configuration of it in $objects, made from tinyconfig.

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
says_all() { # FRAGMENT
	! grep '^CONFIG_' "$1" | grep -vxFf "$objects/.config"
}

# By that fragment, and from where the source still is: they name it
is_configured() { # FRAGMENT
	cmp -s "$1" "$objects/$(basename "$1")" &&
		[ "$(readlink "$objects/source")" = "$source" ]
}

# configure FRAGMENT [MAKE-ARGUMENT...]: where it is not what it was
configure() {
	local fragment=$1

	shift
	mkdir -p "$objects"
	! is_configured "$fragment" || return 0
	make -s -C "$source" O="$objects" "$@" tinyconfig || return
	"$source/scripts/kconfig/merge_config.sh" -m -O "$objects" \
		"$objects/.config" "$fragment"
	make -s -C "$objects" "$@" olddefconfig
	says_all "$fragment" || return
	cp "$fragment" "$objects/"
}
