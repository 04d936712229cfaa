#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Compare both wires of a firewall whose module was replaced, where TSopt was taken out meanwhile.

usage: reloaded.py INSIDE OUTSIDE HOST...

INSIDE and OUTSIDE are captures, without offloads; HOSTs are those outside.  Of each connection,
what has a TSopt on both wires must be moved by one number that is not 0, and what has none inside
must have none outside.  Prints how many segments were translated and how many lost their TSopt,
and exits with 1 if an inside TSval was shown or an echo was delivered wrong.
"""
import collections
import ipaddress
import sys

from capture import read_wire


def identity(segment):
    return (segment.leaves, segment.inside, segment.outside, segment.seq, segment.ack,
            segment.flags, segment.size, segment.packet)


def shift(inner, outer):
    """By how much what the firewall may change was moved, from inside to outside."""
    field = "tsval" if outer.leaves else "tsecr"
    return (getattr(outer, field) - getattr(inner, field)) % 2**32


def compare(inner, outer):
    """Yields what is wrong; counts what was translated and what lost its TSopt."""
    waiting = collections.defaultdict(collections.deque)
    for segment in inner:
        waiting[identity(segment)].append(segment)
    shifts, counts = {}, collections.Counter()
    for segment in outer:
        queue = waiting[identity(segment)]
        if not queue:
            continue    # one that was dropped on its way in
        other = queue.popleft()
        shown = segment.tsval if segment.leaves else other.tsval
        if shown is None:
            counts["stripped"] += 1
            continue
        if segment.tsval is None or other.tsval is None:
            yield f"a TSopt that was put in: {segment}"
            continue
        if not (segment.leaves or segment.tsecr):
            continue
        counts["translated"] += 1
        moved = shift(other, segment)
        usual = shifts.setdefault((segment.inside, segment.outside), moved)
        if not moved or moved != usual:
            yield f"moved by {moved}, not by {usual}: {segment}"
    print(f"# {len(shifts)} connections, {counts['translated']} segments translated, "
          f"{counts['stripped']} without TSopt")
    if len(shifts) == 0 or not counts["stripped"]:
        yield "nothing was translated, or nothing has lost its TSopt"


def main(inside, outside, *hosts):
    hosts = {ipaddress.ip_address(host) for host in hosts}
    problems = list(compare(read_wire(inside, hosts, False), read_wire(outside, hosts, False)))
    for problem in problems[:10]:
        print(f"# {problem}")
    return 1 if problems else 0


sys.exit(main(*sys.argv[1:]))
