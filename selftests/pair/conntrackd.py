#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""conntrackd.py KERNEL1 KERNEL2 - two NAT gateways with keepalived and conntrackd, where the power
of the first one is cut under load, and comes back

The offsets of rewritten connections are in the labels that conntrackd replicates, so that the
connections go on. What conntrackd loses by itself is told first, with rewriting off.
"""
import json
import sys
import time

from network import TOP, Pair

sys.path.insert(0, str(TOP / "selftests/unit"))
from asserting import run_cases  # pylint: disable=wrong-import-position

TALK = TOP / "selftests/pair/talk.py"
PORT = 7001
COUNT = 4           # connections of each kind, for each IP version
WHILE = 5           # seconds that connections go on, before and after


def serve(pair):
    pair.outside(f"setsid -f {TALK} serve {PORT} </dev/null >/run/served 2>&1")
    pair.hosts.wait_for(f"ip netns exec outside bash -c '</dev/tcp/127.0.0.1/{PORT}'")


class Talk:
    """Connections of all kinds from inside, which go on while something happens."""

    def __init__(self, pair):
        self.pair = pair
        pair.inside(f"setsid -f {TALK} ask {PORT} {COUNT} 203.0.113.10 2001:db8:2::10 "
                    "</dev/null >/run/asked 2>&1")
        pair.hosts.wait_for("grep -q talking /run/asked")
        self.go_on()

    @staticmethod
    def go_on():
        """What passes in that time is what is to be tried."""
        time.sleep(WHILE)

    def end(self):
        """How many connections have ended, and the longest gap of the others, in seconds."""
        self.go_on()
        self.pair.hosts.ask(f"pkill -TERM -f '{TALK} ask'")
        kinds = json.loads(self.pair.hosts.wait_for("grep longest_gap /run/asked", 120))
        for kind, found in kinds.items():
            print(f"# {kind:12} {found['connections']:3} connections, {found['ended']:3} ended, "
                  f"longest gap {found['longest_gap']:5.2f} s  {found['why'] or ''}")
        return sum(found["ended"] for found in kinds.values())


def set_mode(pair, mode):
    for firewall in pair.firewalls:
        firewall.ask(f"tsrewrite {mode}")


def cut_and_come_back(pair):
    """Returns how many connections were lost when the power was cut."""
    first, second = pair.firewalls
    talk = Talk(pair)
    first.cut_power()
    second.wait_for_address()
    ended = talk.end()
    first.boot()
    first.wait_for_address()
    first.wait_for("conntrackd -C /run/conntrackd.conf -s | grep -q 'current active'")
    return ended


def no_more_is_lost_with_rewriting_than_without(pair):
    set_mode(pair, "off")
    lost = cut_and_come_back(pair)
    print(f"# conntrackd loses {lost} connections by itself")
    set_mode(pair, "on")
    ended = cut_and_come_back(pair)
    assert ended <= lost, f"{ended} connections ended, {lost} with rewriting off"


def connections_were_resumed_by_their_labels(pair):
    second = pair.firewalls[1]
    assert second.counter("flow_resumed"), "no flow was resumed"
    assert not second.counter("echo_impossible"), "impossible echoes"


def nothing_is_lost_when_the_address_goes_and_comes_back(pair):
    """What the first one knows is old by then."""
    first, second = pair.firewalls
    talk = Talk(pair)
    first.ask("pkill keepalived")
    second.wait_for_address()
    talk.go_on()
    first.start_keepalived()
    first.wait_for_address()
    ended = talk.end()
    assert not ended, f"{ended} connections ended"
    assert not first.counter("echo_impossible"), "impossible echoes"


CASES = [
    no_more_is_lost_with_rewriting_than_without,
    connections_were_resumed_by_their_labels,
    nothing_is_lost_when_the_address_goes_and_comes_back,
]


def main(first, second):
    pair = Pair([first, second], is_gateway=True)
    try:
        pair.boot()
        serve(pair)
        return run_cases(CASES, pair)
    finally:
        pair.remove()


sys.exit(main(*sys.argv[1:]))
