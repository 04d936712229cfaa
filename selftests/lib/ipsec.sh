# shellcheck shell=bash disable=SC2154,SC2034
# SPDX-License-Identifier: GPL-2.0-only
#
# IPsec between the firewall and the outside host. Wants lib.sh and plug.sh.

here4=192.0.2.1 there4=192.0.2.2
key=0x000102030405060708090a0b0c0d0e0f10111213

sa() { # NAMESPACE FROM TO SPI [OPTION...]
	ip -n "$1" xfrm state add src "$2" dst "$3" proto esp spi "$4" reqid 1 \
		mode tunnel flag af-unspec aead 'rfc4106(gcm(aes))' $key 128 "${@:5}"
}

policy() { # NAMESPACE DIRECTION FROM TO SOURCE DESTINATION [OPTION...]
	ip -n "$1" xfrm policy add src "$5" dst "$6" dir "$2" "${@:7}" \
		tmpl src "$3" dst "$4" proto esp reqid 1 mode tunnel
}

policies() { # NAMESPACE HERE THERE SOURCE DESTINATION [OPTION...]
	policy "$1" out "$2" "$3" "${@:4}" &&
		policy "$1" in "$3" "$2" "$5" "$4" "${@:6}" &&
		policy "$1" fwd "$3" "$2" "$5" "$4" "${@:6}"
}

keys() { # HERE THERE [OPTION...]
	local end

	for end in "$firewall" "$outside"; do
		sa "$end" "$1" "$2" 0x1001 "${@:3}" || return
		sa "$end" "$2" "$1" 0x1002 "${@:3}" || return
	done
}

forget_keys() {
	local end

	for end in "$firewall" "$outside"; do
		ip -n "$end" xfrm policy flush
		ip -n "$end" xfrm state flush
	done
}

plug_xfrm() {
	mtu=1400
	ip -n "$firewall" addr add $here4/30 dev port
	ip -n "$outside" addr add $there4/30 dev far
	ip -n "$firewall" link add fw1 type xfrm dev port if_id 7
	ip -n "$outside" link add out0 type xfrm dev far if_id 7
	keys $here4 $there4 if_id 7
	for any in 0.0.0.0/0 ::/0; do
		policies "$firewall" $here4 $there4 $any $any if_id 7
		policies "$outside" $there4 $here4 $any $any if_id 7
	done
}
