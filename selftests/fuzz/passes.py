#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Any bytes as a capture that is played both ways through a firewall that is right: nothing is
found wrong with it, and what is told is text and JSON."""
import json
import struct

import capture                      # which knows the way to the others
from packet import ACK
from player import Player, Track
from replay import Progress, passes_of
from report import as_json, lines

import guided

OFFSET = 0x12345678
MOD = 2**32


class Firewall:
    """A path through one that is right: it hides all TSvals, and restores the echoes of what
    it has hidden."""

    def __init__(self, judge):
        self.judge = judge
        self.sent = {}          # of each connection that hides, what has left

    def send(self, leaves, frame, context):
        out, track = bytearray(frame), context.track
        for place in context.places:
            tsval, tsecr = struct.unpack_from("!II", out, place)
            if leaves:
                tsval = self.hide(self.sent.setdefault(track, set()), tsval)
            elif context.flags & ACK and tsecr and track in self.sent:
                tsecr = self.restore(self.sent[track], tsecr)
            struct.pack_into("!II", out, place, tsval, tsecr)
        self.seal(out, context)
        sent = type("Sent", (), {"frame": frame, "context": context})
        self.judge.come_out(leaves, sent, bytes(out))

    @staticmethod
    def hide(sent, tsval):
        sent.add(tsval)
        return (tsval + OFFSET) % MOD or 1

    @staticmethod
    def restore(sent, tsecr):
        """1 may be of two."""
        inside = (tsecr - OFFSET) % MOD
        return inside - (tsecr == 1 and inside not in sent)

    @staticmethod
    def seal(frame, context):
        at = context.tcp_at
        frame[at + 16:at + 18] = bytes(2)
        struct.pack_into("!H", frame, at + 16,
                         0xffff - capture.tcp_sum(context.addresses, bytes(frame[at:])))

    def settle(self, leaves):
        """Nothing waits here."""


class Module:
    """What is asked before and after a pass: nothing is counted."""

    @staticmethod
    def forget(_room):
        """Nothing is known."""

    @staticmethod
    def stats():
        return {}


def check_track(track):
    """Of a clock that was 0, and on a 4-tuple that had a connection before, nobody can be
    right whatever it is that comes."""
    count = track.count
    assert not count["leaked"] + count["wrong_checksums"] + count["changed"] + \
        count["lost"], track.first
    if track.connection.earlier is None and not track.has_zero:
        assert not track.first, track.first


class Heard(Player):
    """A player that notes where a TSval is 0, or leaves as 1."""

    def send(self, track, packet, segment, number, leaves):
        if leaves and packet.places and segment.tsval in (0, -OFFSET % MOD):
            track.has_zero = True
        super().send(track, packet, segment, number, leaves)


Track.has_zero = False


def take(data):
    captured = capture.read_capture(data)
    passes = [] if captured.unreadable else passes_of([])
    for played in passes:
        played.play(captured, Heard(Firewall), Module, Progress(False))
        for track in played.tracks:
            check_track(track)
    capture.check_text(lines(captured, passes, True))
    json.dumps(as_json(captured, passes))


if __name__ == "__main__":
    guided.main(take, capture.REPLAY, capture.NUMBERS)
