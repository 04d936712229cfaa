# SPDX-License-Identifier: GPL-2.0-only
"""What was measured of the last act, and whether it is what must be seen."""
import calendar
import collections
import json
import pathlib
import re
import time

from verdict import Check, at_least, equals

# Times are seconds since the epoch
Query = collections.namedtuple("Query", "asked answered")


class Queries(list):
    """What some resolvers asked."""

    @property
    def failed(self):
        return [query for query in self if not query.answered]

    @property
    def answered(self):
        return [query for query in self if query.answered]

    def since(self, time):
        return Queries(query for query in self if time is not None and query.asked > time)


def read_queries(*files):
    """In the order in which they were asked."""
    lines = (line.split() for file in files for line in file.read_text().splitlines())
    return Queries(sorted(Query(int(asked) / 1e6, answer == "yes") for asked, answer in lines))


# Commands that begin, and that end well, are no complaints
OF_COMMANDS = re.compile(r'\S+ (running the command ".*" for ".*"'
                         r'|the command ".*" exited with status 0 after [0-9.]+ s)$')


def read_lines(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def read_moments(file):
    return {name: int(time) / 1e6 for name, time in map(str.split, file.read_text().splitlines())}


def seconds(text):
    """A point in time, as JSON has it: 2026-11-26T16:16:50.012345678Z."""
    whole, fraction = text.rstrip("Z").split(".")
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + float("." + fraction)


def first(items):
    return next(iter(items), None)


class Watched:
    """What the resolvers, the kernel's events and the service had to tell."""

    def __init__(self, directory):
        directory = pathlib.Path(directory)
        self.a, self.udp, self.tcp = (read_queries(*directory.glob(f"asked.{which}.*"))
                                      for which in ("a", "b.udp", "b.tcp"))
        self.b = Queries(self.udp + self.tcp)
        self.resolvers = len(list(directory.glob("asked.a.*")))
        self.before = read_queries(directory / "before")
        self.moments = read_moments(directory / "moments")
        self.health = json.loads((directory / "health").read_text())["health"]
        self.groups = {group["name"]: group
                       for group in json.loads((directory / "groups").read_text())}
        self.complaints = "\n".join(
            line for line in (directory / "complaints").read_text().splitlines()
            if not OF_COMMANDS.match(line))
        self.pid = int((directory / "pid").read_text())
        self.read_events(read_lines(directory / "events"))
        self.read_told(directory)

    def read_events(self, events):
        modes = [event for event in events if event["type"] == "group_changed"
                 and event["group"]["name"] == "carrier-a"]
        self.change = first(event for event in modes if event["group"]["mode"] == "bug")
        self.trip = first(event for event in modes if event["group"]["mode"] == "off"
                          and event["pid"] == self.pid)
        self.changed = seconds(self.change["time"]) if self.change else self.moments["change"]
        self.tripped = seconds(self.trip["time"]) if self.trip else None

    def read_told(self, directory):
        self.told = read_lines(directory / "told")
        self.alarm = first(told for told in self.told if told["what"] == "opened")
        # A second later more may be known than that something is wrong
        self.update = first(told for told in self.told if told["what"] == "updated" and
                            told["incident"]["verdict"] != self.alarm["incident"]["verdict"])
        titles = directory / "titles"
        self.titles = dict(line.split(" ", 1) for line in reversed(
            titles.read_text().splitlines())) if titles.exists() else {}

    @property
    def healed(self):
        """When the first query was asked that was answered again."""
        query = first(self.a.since(self.tripped).answered)
        return query and query.asked

    def title(self, what):
        """The first that was told of what was opened, or updated."""
        return self.titles.get(what, "")

    def verdict(self):
        """What it came to."""
        return self.told[-1]["incident"]["verdict"] if self.told else "none"

    def incidents(self, key):
        return ", ".join(sorted({str(told["incident"][key]) for told in self.told})) or "none"


def author(event):
    return f"by uid {event['uid']} pid {event['pid']} ({event['comm']})"


def check_service(seen):
    yield equals("health before the change", "well", seen.health)
    yield equals("groups of which an alarm is told", "carrier-a", seen.incidents("group"))
    yield equals("its verdict", "ours", seen.verdict())
    made = f"group changed carrier-a mode rewrite -> bug {author(seen.change)}" if seen.change else \
        "group changed carrier-a mode rewrite -> bug by uid 0"
    named = str(seen.alarm["incident"]["change_before"]) if seen.alarm else "none"
    yield Check(f"the change it names: {made}", named, made in named)
    yield equals("the mode that it trips the group to", "off",
                 next((told["incident"]["tripped_to"] for told in seen.told
                       if told["what"] == "tripped"), "none"))
    yield equals("the mode of group carrier-a", "off", seen.groups["carrier-a"]["mode"])
    yield equals("the mode of group carrier-b", "rewrite", seen.groups["carrier-b"]["mode"])
    yield equals("what the service complained of", "", seen.complaints)


def check_queries(seen):
    again = seen.a.since(seen.tripped)
    yield equals("queries that failed before the change", 0, len(seen.before.failed))
    yield at_least("queries to carrier A that failed", 1, len(seen.a.failed))
    yield at_least("queries to carrier A answered after the trip",
                   seen.resolvers, len(again.answered))
    yield equals("queries to carrier A asked after the trip that failed", 0, len(again.failed))
    yield equals("queries to carrier B over UDP that failed", 0, len(seen.udp.failed))
    yield equals("queries to carrier B over TCP that failed", 0, len(seen.tcp.failed))
    yield at_least("connections of group carrier-b that came up", len(seen.tcp.answered),
                   seen.groups["carrier-b"]["treated"]["established"])
    yield equals("an old connection to carrier A goes on", True, "old" in seen.moments)


def judge(seen):
    return [*check_service(seen), *check_queries(seen)]
