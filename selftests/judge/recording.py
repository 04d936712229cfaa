# SPDX-License-Identifier: GPL-2.0-only
"""Reads what traffic.sh has left: what the ends noticed, and both wires, by subject."""
import collections
import ipaddress
import json
import os

from capture import Mismatch, read_wire
from exchange import Exchange
from quotes import Wire

OUTSIDE = {ipaddress.ip_address(host) for host in ("198.51.100.2", "2001:db8::2")}
# The server's port of each subject, as traffic.sh has it; DNS has its own
PORTS = {"client": 7001, "plain": 7002, "reuse": 7003, "behind": 7004, "quote": 7005,
         "server": 7011, "dns": 53}


class Unreadable(Exception):
    """There is nothing to judge by: why"""


Attempt = collections.namedtuple("Attempt", "works count")


class Recording:
    """facts: (name, family) -> Attempt; exchanges: the same -> Exchange; quoted: how
    often an error quoted what its wire had not shown, or a value of inside; damage: what
    no host should have got, in words."""

    def __init__(self, facts, inside, outside, wires=(), damage=()):
        self.facts = facts
        self.damage = list(damage)
        self.exchanges = {
            (name, family): Exchange(pick(inside, name, family), pick(outside, name, family))
            for name in PORTS for family in (4, 6)}
        self.secret = {segment.tsval for segment in inside
                       if segment.leaves and segment.tsval is not None}
        self.wires = wires

    def works(self, name, family):
        """True, False, or None if it was not tried."""
        attempt = self.facts.get((name, family))
        return attempt and attempt.works


def pick(segments, name, family):
    return [segment for segment in segments if segment.inside[0].version == family and
            PORTS[name] in (segment.inside[1], segment.outside[1])]


def read_facts(lines):
    """What was tried several times has to work each time."""
    facts = {}
    for line in lines:
        fact = json.loads(line)
        key = fact["name"], fact["family"]
        before = facts.get(key)
        facts[key] = Attempt(fact["works"] and (not before or before.works), fact["count"])
    return facts


def read_segments(path, damage):
    """With a wrong checksum each segment still tells what it says."""
    try:
        return read_wire(path, OUTSIDE, False)
    except Mismatch as mismatch:
        damage.append(f"on the wire {path.rsplit('.', 1)[-1]}, {mismatch}")
        return read_wire(path, OUTSIDE, True)


def read(directory):
    damage, paths = [], [os.path.join(directory, "judged." + wire)
                         for wire in ("inside", "outside")]
    try:
        with open(os.path.join(directory, "facts"), encoding="ascii") as file:
            facts = read_facts(file)
        inside, outside = (read_segments(path, damage) for path in paths)
        wires = [Wire(path, OUTSIDE) for path in paths]
    except (OSError, ValueError) as error:
        raise Unreadable(str(error)) from error
    except Mismatch as mismatch:        # of an ICMP checksum
        raise Unreadable(str(mismatch)) from mismatch
    if not inside or not outside:
        raise Unreadable("a wire has shown no segment at all")
    return Recording(facts, inside, outside, wires, damage)
