#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh - in a guest that has booted by Secure Boot: see ./run

# shellcheck disable=SC2317 # check calls the functions

selftests=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=selftests/unit/cases.sh
. "$selftests/unit/cases.sh"
modules=/lib/modules/$(uname -r)
module=$modules/updates/nf_tsrewrite.ko
said=$(mktemp)

# The machine's own modules, and ours where make install puts it
install_module() {
	mount -t securityfs none /sys/kernel/security
	mount -t tmpfs none /lib/modules
	mkdir -p "$modules/updates"
	cp "$KERNEL/lib/modules/$(uname -r)"/modules.* "$modules"
	ln -s "$KERNEL/lib/modules/$(uname -r)/kernel" "$modules/kernel"
	cp "$TSREWRITE_KO" "$module"
	depmod
}

signature_is_required() {
	tsrewrite -j features | jq -e .signature_required >/dev/null
}

says() { # STATUS TEXT COMMAND...
	local status=$1 text=$2

	shift 2
	"$@" >"$said" 2>&1
	[ $? = "$status" ] && grep -qF -- "$text" "$said" && return
	sed 's/^/# /' "$said"
	return 1
}

unsigned_is_refused() {
	! modprobe nf_tsrewrite 2>"$said" && [ ! -d /sys/module/nf_tsrewrite ]
}

reason_is_told() {
	says 1 "Secure Boot: this kernel loads only signed modules, and it is unsigned" \
		tsrewrite status && says 0 "it is not signed: under Secure Boot no kernel loads it" \
		tsrewrite features
}

other_key_is_refused() {
	local work

	work=$(mktemp -d)
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=other -outform der \
		-keyout "$work/key" -out "$work/certificate" 2>/dev/null
	cp "$module" "$work/unsigned"
	"$SIGN_FILE" sha256 "$work/key" "$work/certificate" "$module"
	says 1 "Key was rejected" modprobe nf_tsrewrite
	cp "$work/unsigned" "$module"
}

signed_is_loaded() {
	"$selftests/vm/sign" -m "$module" "$SIGN_FILE" && modprobe nf_tsrewrite &&
		tsrewrite attach lo >/dev/null && tsrewrite detach lo >/dev/null
}

signer_is_told() {
	tsrewrite -j features | jq -e --arg kernel "$(uname -r)" \
		'.kernels[] | select(.kernel == $kernel).module.signer | test("(?i)snakeoil")' \
		>/dev/null
}

install_module
echo "TAP version 13"
echo "1..6"
check "the kernel loads signed modules alone, and that is told" signature_is_required
check "the unsigned module is refused" unsigned_is_refused
check "status and features say why" reason_is_told
check "so is one that was signed with a key which nobody knows" other_key_is_refused
check "signed with an enrolled key it is loaded, and works" signed_is_loaded
check "features tells by whom" signer_is_told
echo "# Totals: pass:$((cases - failed)) fail:$failed xfail:0 xpass:0 skip:0 error:0"
exit $((failed > 0))
