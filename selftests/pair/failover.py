#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""failover.py KERNEL1 KERNEL2 [KERNEL] - two firewalls with keepalived, where the power of the
first one is cut, and comes back, with another KERNEL if there is one

New connections go on by the firewall that has the address, and are hidden by it.
"""
import sys
import time

from network import MOVE, TOP, Pair, kernel_named

sys.path.insert(0, str(TOP / "selftests/unit"))
from asserting import run_cases  # pylint: disable=wrong-import-position

SERVERS = {4: "203.0.113.10", 6: "[2001:db8:2::10]"}


def serve(pair):
    for version, address in SERVERS.items():
        pair.outside(f"setsid -f socat -u TCP{version}-LISTEN:7000,fork,reuseaddr,bind={address} "
                     "OPEN:/dev/null </dev/null >/dev/null 2>&1")


def connect(pair, version):
    address = SERVERS[version].strip("[]")
    pair.hosts.wait_for("ip netns exec inside timeout 5 "
                        f"bash -c 'echo hello >/dev/tcp/{address}/7000'", MOVE)


def goes_by(pair, firewall):
    for version in SERVERS:
        begun, verified = (firewall.counter(name) for name in ("flow_created", "echo_verified"))
        connect(pair, version)
        assert firewall.counter("flow_created") > begun, \
            f"IPv{version}: {firewall.name} hides no new connection"
        assert firewall.counter("echo_verified") > verified, \
            f"IPv{version}: {firewall.name} restores nothing"


def goes_by_the_first(pair, _):
    goes_by(pair, pair.firewalls[0])


def goes_by_the_second_when_the_power_of_the_first_is_cut(pair, _):
    first, second = pair.firewalls
    first.cut_power()
    begun = time.monotonic()
    second.wait_for_address()
    goes_by(pair, second)
    print(f"# after {time.monotonic() - begun:.1f} s")


def goes_by_the_first_when_it_is_back(pair, kernel):
    first = pair.firewalls[0]
    first.kernel = kernel_named(kernel)
    first.boot()
    first.wait_for_address()
    goes_by(pair, first)
    print(f"# with {first.ask('uname -r').strip()}")


CASES = [
    goes_by_the_first,
    goes_by_the_second_when_the_power_of_the_first_is_cut,
    goes_by_the_first_when_it_is_back,
]


def main(first, second, other=None):
    pair = Pair([first, second])
    try:
        pair.boot()
        serve(pair)
        return run_cases(CASES, pair, other or first)
    finally:
        pair.remove()


sys.exit(main(*sys.argv[1:]))
