#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Show the last act, second by second; exit with 1 if it is not what must be seen."""
import argparse
import sys
import textwrap

import watched
from phase import RED, Screen

# 6 December 2024: 34 hours and 10 minutes
OUTAGE = (34 * 60 + 10) * 60

MUST = "told, tripped, A answered again"


def at(time, who, *what):
    return (time, who, what)


def tenths(seconds):
    return f"{round(seconds, 1) + 0.0:.1f}"  # no -0.0


def alarm(seen):
    """In the service's own words."""
    incident = seen.alarm["incident"]
    estimated, confirmed = (watched.seconds(incident[f"{which}_onset"]) - seen.changed
                            for which in ("estimated", "confirmed"))
    return at(watched.seconds(seen.alarm["time"]), "tsrewrite watch",
              f"ALARM: {seen.title('opened')}",
              incident["figures"],
              f"onset: {tenths(estimated)} s estimated, {tenths(confirmed)} s confirmed",
              f"change before: {incident['change_before']}")


def events(seen):
    yield at(seen.moments["watch"], "", "tsrewrite watch has begun, with trip = off")
    before = seen.before
    yield at(seen.moments["change"], "tsrewrite health",
             f"{seen.health}: {len(before.answered)} of {len(before)} queries are answered")
    if seen.change:
        yield at(seen.changed, "tsrewrite monitor",
                 f"group carrier-a is set to bug by uid {seen.change['uid']}")
    if seen.a.failed:
        yield at(seen.a.failed[0].asked, "a resolver", "the first query that fails is asked")
    if seen.alarm:
        yield alarm(seen)
    if seen.update:
        yield at(watched.seconds(seen.update["time"]), "tsrewrite watch",
                 f"a second look: {seen.title('updated')}",
                 seen.update["incident"]["figures"])
    if seen.trip:
        yield at(seen.tripped, "tsrewrite monitor", "tripped: the service sets "
                 "group carrier-a to off: new connections pass untouched")
    if seen.healed:
        yield at(seen.healed, "a resolver", "the first query is asked that is answered again")
    if "old" in seen.moments:
        yield at(seen.moments["old"], "its two ends",
                 "a connection to carrier A, held since before, goes on")


def wrap(text, width):
    """No line begins with a percent sign."""
    return [line.replace("\0", " ") for line in textwrap.wrap(text.replace(" %", "\0%"), width)]


def lines(time, who, what):
    """Of one row: what is beside the time and who saw it, details below."""
    head, *rest = wrap(what[0], 48)
    rest += (line for text in what[1:] for line in wrap(text, 67))
    yield f"{tenths(time):>10}   {head:<50}{who}".rstrip()
    yield from (f"{'':13}{line}" for line in rest)


def show(seen, screen):
    print(f"\n   {'seconds':<10}{'what':<50}who saw it")
    for time, who, what in sorted(events(seen)):
        first, *rest = lines(time - seen.changed, who, what)
        print(screen.paint(RED, first) if what[0].startswith("ALARM") else first, *rest, sep="\n")


def show_queries(seen):
    print(f"\n   failed: {len(seen.a.failed)} of {len(seen.a)} queries to carrier A, "
          f"{len(seen.b.failed)} of {len(seen.b)} to B ({len(seen.tcp)} of them over TCP)")


def compare(seen):
    if seen.healed:
        print(f"""
   from the change to answers again
      December 2024   34 h 10 min ={OUTAGE:>11,} s
      here            {tenths(seen.healed - seen.changed):>24} s""")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--directory", required=True, help="what was measured")
    parser.add_argument("--summary", required=True, help="a file to add a line to")
    parser.add_argument("--color", action="store_true")
    args = parser.parse_args()

    seen = watched.Watched(args.directory)
    checks = watched.judge(seen)
    passed = all(check.passed for check in checks)
    screen = Screen(args.color)
    show(seen, screen)
    show_queries(seen)
    compare(seen)
    print()
    screen.verdict(checks)
    screen.summarize(args.summary, "6 watch", [(len(queries.answered), len(queries))
                                               for queries in (seen.a, seen.b)], MUST, passed)
    return not passed


if __name__ == "__main__":
    sys.exit(main())
