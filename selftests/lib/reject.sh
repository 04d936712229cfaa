# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0-only
#
# A chain of nft on one of the hosts, for what it refuses by ICMP or does to packets. For
# scripts that have lib.sh.

chain() { # HOST HOOK RULE...
	"on_$1" nft -f - <<-END
		table inet test {
			chain test {
				type filter hook $2 priority 0;
				${*:3};
			}
		}
	END
}

unchain() { "on_$1" nft delete table inet test; } # HOST

refuse() { # HOST HOOK MATCH
	chain "$1" "$2" "$3 reject with icmpx type admin-prohibited"
}
