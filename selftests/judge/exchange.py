# SPDX-License-Identifier: GPL-2.0-only
"""What both wires show of one subject: a connection, or several on the same port.

A step is a segment on both wires, or on one of them where the device has dropped it, or
made it up. What is found in the steps is told by number, and by the wrong value.
"""
import collections

import dpkt

from wire import identity, take_pair

Step = collections.namedtuple("Step", "inner outer")
# What is wrong with a step: which value, on which wire, and why, in words
Wrong = collections.namedtuple("Wrong", "step wire field why")

SYN, ACK, RST = dpkt.tcp.TH_SYN, dpkt.tcp.TH_ACK, dpkt.tcp.TH_RST
SHOWN = 3       # of a handshake, and around what is wrong


def steps_of(inside, outside):
    """The segments of both wires, each beside its like, in the order of the wires."""
    waiting = collections.defaultdict(collections.deque)
    for segment in inside:
        waiting[identity(segment, False)].append(segment)
    left = collections.Counter(identity(segment, False) for segment in outside)
    paired = []
    for segment in outside:
        kind = identity(segment, False)
        queue = waiting[kind]
        paired.append(Step(take_pair(queue, segment, None, left[kind]) if queue else None,
                           segment))
        left[kind] -= 1
    alone = sorted((segment for queue in waiting.values() for segment in queue),
                   key=lambda segment: segment.number)
    return list(merge(paired, alone))


def merge(paired, alone):
    """Those that only the inside wire has come where their numbers say."""
    alone = collections.deque(alone)
    for step in paired:
        while alone and step.inner and alone[0].number < step.inner.number:
            yield Step(alone.popleft(), None)
        yield step
    for segment in alone:
        yield Step(segment, None)


class Exchange:
    """All segments to or from one port, of one family."""

    def __init__(self, inside, outside):
        self.steps = steps_of(inside, outside)

    def pairs(self):
        return [(number, step) for number, step in enumerate(self.steps)
                if step.inner and step.outer]

    def sides(self, wire):
        """The segments of one wire, numbered by step."""
        return [(number, getattr(step, wire)) for number, step in enumerate(self.steps)
                if getattr(step, wire)]

    def of_the_device(self):
        """How many segments only one wire has."""
        return len(self.steps) - len(self.pairs())

    def inside_values(self):
        return {segment.tsval for _, segment in self.sides("inner")
                if segment.leaves and segment.tsval is not None}

    def shown(self):
        """TSvals of inside that the outside wire has, and others that it has."""
        secret = self.inside_values()
        leaving = [(number, segment) for number, segment in self.sides("outer")
                   if segment.leaves and segment.tsval is not None]
        return ([Wrong(number, "outer", "tsval", "the inside host's own TSval is outside")
                 for number, segment in leaving if segment.tsval in secret],
                [number for number, segment in leaving if segment.tsval not in secret])

    def wrong_echoes(self):
        """Echoes that reach an inside host which never sent that value."""
        sent, wrong = collections.defaultdict(set), []
        for number, segment in self.sides("inner"):
            ends = segment.inside, segment.outside
            if segment.leaves:
                sent[ends].add(segment.tsval)
            elif segment.flags & ACK and segment.tsecr and segment.tsecr not in sent[ends]:
                wrong.append(Wrong(number, "inner", "tsecr", tell_sent(sent[ends])))
        return wrong

    def inexact_echoes(self):
        """Echoes of a value that was sent, but in another segment than the peer echoed."""
        origin, wrong = {}, []
        for number, (inner, outer) in self.pairs():
            if outer.leaves:
                origin[outer.inside, outer.outside, outer.tsval] = inner.tsval
                continue
            wanted = origin.get((outer.inside, outer.outside, outer.tsecr))
            if outer.flags & ACK and outer.tsecr and wanted is not None and \
                    inner.tsecr not in (wanted, None):
                wrong.append(Wrong(number, "inner", "tsecr",
                                   f"the segment that was echoed had {wanted}"))
        return wrong

    def echoes(self):
        """How many could be compared."""
        return sum(not outer.leaves and bool(outer.tsecr) and inner.tsecr is not None
                   for _, (inner, outer) in self.pairs())

    def runs_back(self):
        """SYNs whose outside TSval lies before one that their 4-tuple had."""
        highest, wrong = {}, []
        for number, segment in self.sides("outer"):
            if not segment.leaves or segment.tsval is None:
                continue
            ends = segment.inside, segment.outside
            before = highest.get(ends)
            if before is not None and (segment.tsval - before) % 2**32 >= 2**31:
                if segment.flags & SYN:
                    wrong.append(Wrong(number, "outer", "tsval",
                                       f"the last one of this port was {before}"))
            else:
                highest[ends] = segment.tsval
        return wrong

    def rejections(self):
        """RSTs of the inside host to what is not the answer to its SYN."""
        return [number for number, segment in self.sides("outer")
                if segment.leaves and segment.flags & RST]

    def handshake(self, wrong=None):
        """Steps that tell most: how it began, and what is around the wrong one; None
        where some are left out."""
        last = wrong.step if wrong else len(self.steps) - 1
        first = list(range(min(2 * SHOWN, len(self.steps))))
        around = [number for number in range(last - 1, last + SHOWN)
                  if 0 <= number < len(self.steps)] if wrong else []
        told, before = [], None
        for number in sorted({*first, *around}):
            if before is not None and number != before + 1:
                told.append(None)
            told.append((number, self.steps[number]))
            before = number
        return told


def tell_sent(values):
    values = {value for value in values if value is not None}
    if not values:
        return "the inside host has sent no TSval"
    if len(values) == 1:
        return f"the inside host has sent {min(values)} only"
    return f"the inside host has sent {min(values)} to {max(values)}"
