#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Show what was measured of a phase; exit with 1 if it is not what must be seen."""
import argparse
import sys
import textwrap

import traffic
import verdict

MUST = {"off": "all answered, clock in view",
        "rewrite": "all answered, clock hidden",
        "bug": "B answered, A's TCP refused"}

NOTES = {"off": ["Outside can read the resolver's clock{clock}."],
         "rewrite": ["Outside sees another clock; the resolver gets its own one back. The firewall",
                     "verified {echo_verified} echoes; {echo_impossible} were impossible."],
         "bug": ["A's SYN-ACK echoes what the resolver never sent: it answers RST ({refused}",
                 "times) and counts PAWSActive ({PAWSActive}). Yet each query got its answer over",
                 "UDP, and B's needs no more: that is why nothing looked broken. This firewall",
                 "would have told: its echo check found {echo_impossible} impossible echoes."]}

GREEN, RED = "32", "31"


class Screen:
    """Prints, with colours where there are any."""

    def __init__(self, coloured):
        self.coloured = coloured

    def paint(self, colour, text):
        return f"\033[{colour}m{text}\033[m" if self.coloured and colour else text

    def table(self, carriers):
        print("""
              queries   answered   of these    tried      answered
                 sent   over UDP   truncated   over TCP   in the end   failed""")
        for c in carriers:
            failed = f"{c.failed:>9}"
            print(f"   carrier {c.name}{c.queries:>9}{c.over_udp:>11}{c.truncated:>12}"
                  f"{c.over_tcp:>11}{c.answered:>13}"
                  f"{self.paint(RED, failed) if c.failed else failed}")

    def handshake(self, pairs):
        print("""
   a handshake      on the inside wire      on the outside wire
   with carrier A    TSval      TSecr        TSval      TSecr""")
        for (inner, outer), remark in zip(pairs, remarks(pairs)):
            print(f"   {kind(outer):<8}{'-->' if outer.leaves else '<--'}"
                  f"{number(inner.tsval):>12}{number(inner.tsecr):>11}  "
                  f"{number(outer.tsval):>11}{number(outer.tsecr):>11}   "
                  f"{self.paint(*remark)}")

    def verdict(self, checks, also=""):
        for check in checks:
            if not check.passed:
                print(f"   {self.paint(RED, 'not ok')}  {wrap('expected', check.expected)}")
                print(f"           {wrap('seen', check.seen)}")
        if all(check.passed for check in checks):
            print(f"   {self.paint(GREEN, 'ok')}: {len(checks)} expectations met{also}")

    def summarize(self, file, phase, answers, must, passed):
        """Add a line; answers are pairs: how many of how many."""
        columns = "".join(f"{f'{some}/{of}':>8}" for some, of in answers)
        outcome = self.paint(GREEN, "ok") if passed else self.paint(RED, "not ok")
        with open(file, "a", encoding="ascii") as summary:
            print(f"   {phase:<10}{columns}   {must:<36}{outcome}", file=summary)


def wrap(label, text):
    return f"{label:<10}" + textwrap.fill(text, 58).replace("\n", "\n" + 21 * " ")


def number(value):
    return "-" if value is None else str(value)


def kind(segment):
    if segment.flags & traffic.RST:
        return "RST"
    if segment.flags & traffic.SYN:
        return "SYN-ACK" if segment.flags & traffic.ACK else "SYN"
    return "ACK"


def remarks(pairs):
    """A colour and a word for each segment of a handshake, from its values."""
    asked = pairs[0][0].tsval if pairs else None
    for inner, outer in pairs:
        if not outer.leaves:
            changed = "untouched" if inner.tsecr == outer.tsecr else "restored"
            yield (GREEN, f"echo {changed}") if inner.tsecr == asked else (RED, "WRONG ECHO")
        elif outer.flags & traffic.RST:
            yield RED, "refused"
        elif outer.flags & traffic.SYN:
            yield ("", "clock in view") if inner.tsval == outer.tsval else (GREEN, "clock hidden")
        else:
            yield GREEN, "connected"


def clock(pairs):
    """What the TSval of Linux says to who reads it: milliseconds since boot."""
    with open("/proc/uptime", encoding="ascii") as file:
        uptime = float(file.read().split()[0])
    seconds = pairs[0][1].tsval / 1000
    if 0 <= uptime - seconds < 60:
        return f": it has been up for {seconds:.0f} s"
    return ""


def notes(phase, mode):
    pairs = phase.handshake()
    values = {"clock": clock(pairs) if pairs else "", "refused": phase.carriers[0].refused,
              **phase.counted}
    return [note.format(**values) for note in NOTES[mode]]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", required=True)
    parser.add_argument("--expect", required=True, choices=sorted(MUST))
    parser.add_argument("--queries", required=True, type=int, help="to each carrier")
    parser.add_argument("--inside-wire", required=True)
    parser.add_argument("--outside-wire", required=True)
    parser.add_argument("--carrier-a", required=True, help="its DNS server's address")
    parser.add_argument("--carrier-b", required=True)
    parser.add_argument("--before", required=True, help="directory: the counters before")
    parser.add_argument("--directory", required=True, help="dig's output, the counters")
    parser.add_argument("--summary", required=True, help="a file to add a line to")
    parser.add_argument("--color", action="store_true")
    args = parser.parse_args()

    phase = traffic.measure(args)
    checks = verdict.judge(phase, args.expect, args.queries)
    passed = all(check.passed for check in checks)
    screen = Screen(args.color)
    screen.table(phase.carriers)
    screen.handshake(phase.handshake())
    print()
    if passed:
        print("\n".join(f"   {note}" for note in notes(phase, args.expect)))
    screen.verdict(checks, f"; {len(phase.pairs)} TCP segments were compared on both wires")
    screen.summarize(args.summary, f"{args.number} {args.expect}",
                     [(c.answered, c.queries) for c in phase.carriers], MUST[args.expect], passed)
    return not passed


if __name__ == "__main__":
    sys.exit(main())
