#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The judge of the wires: segments that nothing but their timestamps tells apart.

Two acknowledgements may leave a machine of several CPUs in another order than
they came in. Whoever pairs them wrongly accuses a firewall that is right; whoever
pairs them by what suits acquits one that is not.
"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "lib"))

from capture import Mismatch, Segment
from wire import Wires, pair_up

OFFSET = 1000000
SYN, ACK = 0x02, 0x10
INSIDE, OUTSIDE = ("192.0.2.2", 40000), ("198.51.100.2", 5000)


def segment(leaves, tsval, tsecr, flags=ACK, seq=1):
    return Segment(leaves=leaves, inside=INSIDE, outside=OUTSIDE, seq=seq, ack=1,
                   flags=flags, size=0, packet=None, tsval=tsval, tsecr=tsecr,
                   number=0, dscp=0)


def leaving(tsval, offset=0, **kwargs):
    return segment(True, tsval + offset, 77, **kwargs)


def arriving(tsecr, offset=0, tsval=77):
    return segment(False, tsval, tsecr + offset)


def begin(offset=0):
    """A SYN, and a first segment that tells the flow's offset."""
    return [leaving(10, offset, flags=SYN, seq=0), leaving(11, offset, seq=9)]


def judge(inside, outside, kind="rewrite"):
    wires = Wires(kind)
    for pair in pair_up(begin() + inside, begin(OFFSET) + outside):
        wires.pass_pair(*pair)
    return wires.count


def accused(inside, outside, kind="rewrite"):
    try:
        judge(inside, outside, kind)
    except Mismatch:
        return True
    return False


def in_order():
    count = judge([leaving(20), leaving(27), arriving(20), arriving(27)],
                  [leaving(20, OFFSET), leaving(27, OFFSET),
                   arriving(20, OFFSET), arriving(27, OFFSET)])
    return count["rewritten"] == 4 and count["restored"] == 2


def another_order_leaving():
    return not accused([leaving(20), leaving(27)],
                       [leaving(27, OFFSET), leaving(20, OFFSET)])


def another_order_arriving():
    return not accused([leaving(20), leaving(27), arriving(27), arriving(20)],
                       [leaving(20, OFFSET), leaving(27, OFFSET),
                        arriving(20, OFFSET), arriving(27, OFFSET)])


def another_order_in_bug_mode():
    return not accused([leaving(20), leaving(27),
                        arriving(27, OFFSET), arriving(20, OFFSET)],
                       [leaving(20, OFFSET), leaving(27, OFFSET),
                        arriving(20, OFFSET), arriving(27, OFFSET)], "bug")


def one_is_lost():
    return accused([leaving(20), leaving(27)], [leaving(27, OFFSET)])


def one_is_moved():
    return accused([leaving(20), leaving(27)],
                   [leaving(20, OFFSET), leaving(27, OFFSET + 1)])


def both_are_moved():
    """By what would be right for the other, and more."""
    return accused([leaving(20), leaving(27)],
                   [leaving(20, OFFSET + 8), leaving(27, OFFSET - 6)])


def one_is_not_restored():
    return accused([leaving(20), leaving(27), arriving(20), arriving(27)],
                   [leaving(20, OFFSET), leaving(27, OFFSET),
                    arriving(20, OFFSET), arriving(27)])


def first_of_three_is_dropped():
    """A SYN-ACK that found no memory, and two that did, before an answer to the first."""
    def answers(tsvals, offset=0):
        return [leaving(tsval, offset, flags=SYN | ACK, seq=0) for tsval in tsvals]

    inside = answers([10, 20, 30]) + [arriving(20), arriving(30)]
    outside = answers([20, 30], OFFSET) + [arriving(20, OFFSET), arriving(30, OFFSET)]
    wires = Wires("rewrite")
    try:
        for pair in pair_up(inside, outside, dropped=1):
            wires.pass_pair(*pair)
    except Mismatch:
        return False
    return wires.count["restored"] == 2


CASES = {
    "in order": in_order,
    "in another order, leaving": another_order_leaving,
    "in another order, arriving": another_order_arriving,
    "in another order, arriving, never restored": another_order_in_bug_mode,
    "one is lost": one_is_lost,
    "the first of three is dropped": first_of_three_is_dropped,
    "one is moved by another number": one_is_moved,
    "both are": both_are_moved,
    "one is not restored": one_is_not_restored,
}


def main():
    failed = 0
    print(f"TAP version 13\n1..{len(CASES)}")
    for number, (name, case) in enumerate(CASES.items(), 1):
        right = case()
        failed += not right
        print(f"{'ok' if right else 'not ok'} {number} {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
