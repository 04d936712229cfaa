#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Play captures both ways through the module, and tell what became of them.

Each TCP connection is played from its two ends, at two packet sockets, with a bridge
between them whose outer port is attached.  Sent are the captured segments with their
captured timestamps, but for one thing: the outside end echoes what it has really seen,
which is the rewritten TSval, where the capture has the echo of the inside TSval.  So
what is delivered inside must be what the capture has.  Time is not played: all goes
as fast as it can.
"""
import argparse
import collections
import ipaddress
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))

# pylint: disable=wrong-import-position
from capture_file import Damage, NoCapture, records                 # noqa: E402
from connection import Connections                                  # noqa: E402
from packet import Unplayed, read_segment                           # noqa: E402
from player import Player, Track                                    # noqa: E402
from report import as_json, judge, lines                            # noqa: E402
from wires import DeadPath, Path                                    # noqa: E402

PROGRESS = 5            # seconds


class Capture:
    """A file, read once to know its connections."""

    def __init__(self, path, progress):
        self.path = path
        self.packets = self.played = self.pppoe = self.wrong_checksums = 0
        self.unplayed = collections.Counter()
        self.damage = None
        self.unreadable = None      # why there is nothing to play
        self.owners = []            # of each segment that is played, its connection
        self.connections = []
        try:
            self.read(progress)
        except NoCapture as reason:
            self.unreadable = f"it is {reason}"
        except OSError as error:
            self.unreadable = f"it cannot be read: {error.strerror}"

    def segments(self):
        """Those that can be played: the connection, the packet's number, the segment.
        A file that somebody writes to may have more by now."""
        owners = iter(self.owners)
        for number, record in self.records():
            try:
                segment = read_segment(record)
            except Unplayed:
                continue
            owner = next(owners, None)
            if owner is None:
                return
            yield owner, number, segment

    def records(self):
        try:
            yield from enumerate(records(self.path), 1)
        except Damage as damage:
            self.damage = str(damage)

    def read(self, progress):
        connections = Connections()
        for number, record in self.records():
            self.packets = number
            progress.at(f"reading {self.path}", number)
            try:
                segment = read_segment(record)
            except Unplayed as reason:
                self.unplayed[str(reason)] += 1
                continue
            self.owners.append(connections.take(segment, number))
            self.pppoe += segment.in_pppoe
            self.wrong_checksums += segment.has_right_checksum() is False
        self.played = len(self.owners)
        self.connections = connections.all


class Progress:
    """A line every few seconds, of what takes long."""

    def __init__(self, wanted):
        self.wanted = wanted
        self.last = time.monotonic()

    def at(self, what, count):
        if not self.wanted or count % 1000 or \
                time.monotonic() < self.last + PROGRESS:
            return
        self.last = time.monotonic()
        print(f"   {what}: {count:,}", file=sys.stderr, flush=True)


class Command:
    """What drives the module, in the firewall's namespace."""

    def __init__(self, command, namespace):
        self.words = [command, "-n", namespace]

    def run(self, *words):
        return subprocess.run([*self.words, *words], check=True,
                              stdout=subprocess.PIPE).stdout

    def forget(self, room):
        """No flow is left of what was played before, and there is room for so many: as
        time is not played, none expires."""
        self.run("flush", "--force")
        config = json.loads(self.run("-j", "config"))
        for key, word in (("limit", "limit"), ("inbound_limit", "inbound-limit")):
            if config[key] < room:
                self.run("config", "set", word, str(room))

    def stats(self):
        return {name: count for name, count in
                json.loads(self.run("-j", "stats")).items()
                if isinstance(count, int)}


class Pass:
    """A capture is played once, with one end of each connection inside."""

    def __init__(self, heading, is_client_inside):
        """The latter says of a connection True, False, or None: not played."""
        self.heading, self.is_client_inside = heading, is_client_inside
        self.name = " ".join(heading)
        self.tracks, self.moved, self.troubles = [], {}, []
        self.totals = collections.Counter()

    def play(self, capture, player, firewall, progress):
        firewall.forget(len(capture.connections))
        before = firewall.stats()
        self.play_segments(capture, player, progress)
        after = firewall.stats()
        self.moved = {name: after[name] - before.get(name, 0) for name in after
                      if after[name] != before.get(name, 0)}
        self.add_up()

    def play_segments(self, capture, player, progress):
        tracks = {}
        for index, (owner, number, segment) in enumerate(capture.segments()):
            if owner not in tracks:
                tracks[owner] = self.new_track(capture, owner, tracks)
            if tracks[owner]:
                player.play(tracks[owner], segment, number)
            progress.at(f"playing, {self.name}", index)
        player.settle_all()
        self.tracks = [track for track in tracks.values() if track]
        for track in self.tracks:
            track.outside = None    # it has judged, and may be large

    def new_track(self, capture, owner, tracks):
        connection = capture.connections[owner]
        client_inside = self.is_client_inside(connection)
        if client_inside is None:
            return None
        earlier = tracks.get(connection.earlier)
        if earlier and (earlier.client_inside == client_inside) != \
                (earlier.connection.client == connection.client):
            earlier = None      # to the module it is another flow
        return Track(connection, client_inside, earlier)

    def add_up(self):
        for track in self.tracks:
            self.totals.update(track.count)
        self.totals["connections"] = len(self.tracks)
        self.totals["impossible"] = self.moved.get("echo_impossible", 0)
        played = self.totals["unseen"] + self.totals["strange"]
        if self.totals["impossible"] > played:
            self.troubles.append(f"the module found {self.totals['impossible']} echoes "
                                 f"impossible, and {played} may have been")
        full = sum(self.moved.get(name, 0) for name in
                   ("egress_table_full", "egress_stripped_no_room",
                    "egress_dropped_no_room", "ingress_stripped_no_room"))
        if full:
            self.troubles.append(f"the flow table was full for {full} segments: raise "
                                 "machine-limit (tsrewrite config), or play less at a time")


def passes_of(prefixes):
    if not prefixes:
        return [Pass(("client", "inside"), lambda connection: True),
                Pass(("server", "inside"), lambda connection: False)]

    def is_inside(end):
        address = ipaddress.ip_address(end[0])
        return any(address in prefix for prefix in prefixes)

    def is_client_inside(connection):
        client, server = is_inside(connection.client), is_inside(connection.server)
        return client if client != server else None

    return [Pass(("inside", "as given"), is_client_inside)]


def prefix_list(words):
    try:
        return [ipaddress.ip_network(word, strict=False) for word in words.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(error) from error


def options():
    parser = argparse.ArgumentParser(prog="replay", usage=argparse.SUPPRESS,
                                     description=__doc__.splitlines()[0])
    parser.add_argument("-j", "--json", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true",
                        help="all connections that lack something or went wrong")
    parser.add_argument("--inside", type=prefix_list, metavar="PREFIX,...", default=[],
                        help="these addresses are inside, in one pass; unless given, "
                        "there are two: who sent the first SYN is inside, then outside")
    parser.add_argument("--command", default="tsrewrite")
    for host in ("inside", "firewall", "outside"):
        parser.add_argument("--" + host + "-namespace", required=True)
    parser.add_argument("capture", nargs="+")
    return parser.parse_args()


def replay(path, args, player, firewall):
    progress = Progress(not args.json)
    capture = Capture(path, progress)
    passes = [] if capture.unreadable else passes_of(args.inside)
    for played in passes:
        played.play(capture, player, firewall, progress)
    if args.json:
        print(json.dumps(as_json(capture, passes)), flush=True)
    else:
        print("\n".join(lines(capture, passes, args.verbose)), flush=True)
    return judge(capture, passes)[0]


def main():
    args = options()
    # What is sent by one CPU comes out in the same order: see Path
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    player = Player(lambda judge_of_frames: Path(
        args.inside_namespace, args.outside_namespace, judge_of_frames))
    firewall = Command(args.command, args.firewall_namespace)
    status = 0
    try:
        for path in args.capture:
            if not replay(path, args, player, firewall):
                status = 1
    except (DeadPath, OSError, subprocess.CalledProcessError) as error:
        print(f"replay: cannot go on with {path}: {error}", file=sys.stderr)
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main())
