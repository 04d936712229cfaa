# SPDX-License-Identifier: GPL-2.0-only
"""What a phase must show, and whether it did."""
import collections

import traffic
import wire

Check = collections.namedtuple("Check", "expected seen passed")


def equals(what, expected, seen):
    return Check(f"{what}: {expected}", str(seen), expected == seen)


def at_least(what, least, seen):
    return Check(f"{what}: {least} or more", str(seen), seen >= least)


def check_udp(phase, queries):
    """The same in every phase: UDP has no timestamps."""
    a, b = phase.carriers
    for carrier in a, b:
        yield equals(f"queries to carrier {carrier.name}", queries, carrier.queries)
        yield equals(f"answers of carrier {carrier.name} over UDP",
                     carrier.queries, carrier.over_udp)
    yield equals("carrier A's answers truncated", a.queries, a.truncated)
    yield equals("carrier B's answers truncated", 0, b.truncated)
    yield equals("queries to carrier A tried over TCP", a.queries, a.over_tcp)
    yield equals("queries to carrier B tried over TCP", 0, b.over_tcp)


def check_wires(phase, mode):
    what = {"off": "no segment is changed",
            "rewrite": "each TSval is changed, each echo is restored",
            "bug": "each TSval is changed, no echo is restored"}[mode]
    try:
        if phase.mispaired:
            raise wire.Mismatch(phase.mispaired)
        traffic.compare(phase.pairs, mode)
        seen = ""
    except wire.Mismatch as mismatch:
        seen = str(mismatch).split(": Segment(", maxsplit=1)[0]
    yield Check(f"on both wires {what}", seen, not seen)
    yield equals("segments of a handshake with carrier A", 3, len(phase.handshake()))


def check_counters(phase, mode):
    """The firewall's own numbers must say the same as the wires."""
    leaving = sum(outer.leaves and outer.tsval is not None for _, outer in phase.pairs)
    echoes = sum(not outer.leaves and bool(outer.tsecr and outer.flags & traffic.ACK)
                 for _, outer in phase.pairs)
    for name, modes, wanted in (("egress_rewritten", ("rewrite", "bug"), leaving),
                                ("ingress_restored", ("rewrite",), echoes),
                                ("ingress_unrestored", ("bug",), echoes),
                                ("echo_verified", ("rewrite",), echoes),
                                ("echo_impossible", ("bug",), echoes)):
        yield equals(f"the firewall's counter {name}",
                     wanted if mode in modes else 0, phase.counted[name])


def check_answers(phase, mode):
    a, b = phase.carriers
    yield equals("queries answered by carrier B", b.queries, b.answered)
    if mode == "bug":
        yield equals("queries answered by carrier A", 0, a.answered)
        yield at_least("RSTs of the resolver to carrier A", a.queries, a.refused)
        yield at_least("the resolver's PAWSActive", a.queries, phase.counted["PAWSActive"])
    else:
        yield equals("queries answered by carrier A", a.queries, a.answered)
        yield equals("RSTs of the resolver to carrier A", 0, a.refused)
        yield equals("the resolver's PAWSActive", 0, phase.counted["PAWSActive"])


def judge(phase, mode, queries):
    return [*check_udp(phase, queries), *check_answers(phase, mode),
            *check_wires(phase, mode), *check_counters(phase, mode)]
