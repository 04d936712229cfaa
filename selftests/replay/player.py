# SPDX-License-Identifier: GPL-2.0-only
"""Play the connections of a capture from their two ends, and judge what comes out."""
import collections
import struct

from end import EXACT, Outside
from packet import ACK, NOP, RST, SYN, tcp_sum

# What must not be, and what it is called
FAULTS = {
    "leaked": "TSvals that left as they were",
    "shown": "TSvals that show the offset",
    "ran_back": "TSvals that ran back outside",
    "wrong_echoes": "TSecrs delivered wrong",
    "wrong_checksums": "wrong checksums",
    "changed": "segments changed otherwise",
    "lost": "segments lost",
}

Context = collections.namedtuple(
    "Context", "track number flags tcp_at addresses places echo tsecr")


class Track:
    """A connection in a pass."""

    def __init__(self, connection, client_inside, earlier):
        self.connection = connection
        self.client_inside = client_inside
        self.outside = Outside(earlier and earlier.outside)
        self.is_asked = False       # with a TSopt in the SYN: nothing may leak
        self.is_stripped = False
        self.waits = {True: False, False: False}
        self.count = collections.Counter()
        self.first = {}             # of each fault, where and what

    def note_syn(self, segment, leaves):
        """Whether the inside end offers timestamps, or is offered them; an answer
        without refuses them."""
        if not segment.places:
            self.is_asked = False
        elif leaves or not segment.flags & ACK:
            self.is_asked = True

    def note_fault(self, fault, number, what):
        self.count[fault] += 1
        self.first.setdefault(fault, (number, what))


def frame_header(tags, kind):
    ethertype = kind.to_bytes(2, "big")
    return b"".join(struct.pack("!HH", *tag) for tag in tags) + ethertype


class Player:
    """One pass over a capture."""

    def __init__(self, make_path):
        """make_path() is given the judge of what comes out."""
        self.path = make_path(self)
        self.settled = {True: [], False: []}

    # Sending

    def play(self, track, segment, number):
        leaves = (segment.ends[0] == track.connection.client) == track.client_inside
        if track.waits[not leaves]:
            self.settle(not leaves)
        track.waits[leaves] = True
        self.settled[leaves].append(track)
        if segment.flags & SYN:
            track.note_syn(segment, leaves)
        for packet in segment.packets():
            self.send(track, packet, segment, number, leaves)
        if segment.flags & SYN and segment.places:
            self.settle(leaves)     # is it stripped?

    def send(self, track, packet, segment, number, leaves):
        echo = None
        if track.is_stripped:
            packet.strip()
        elif packet.places and not leaves and segment.flags & ACK:
            echo = track.outside.echo(segment.tsecr)
            packet.change_tsecrs(lambda tsecr: track.outside.echo(tsecr).tsecr)
        track.count["segments"] += 1
        head = frame_header(segment.tags, segment.kind)
        context = Context(track, number, segment.flags, len(head) + packet.tcp_at,
                          segment.addresses, [len(head) + place for place
                                              in packet.places], echo, segment.tsecr)
        self.path.send(leaves, head + packet.finish(), context)

    def settle(self, leaves):
        self.path.settle(leaves)
        for track in self.settled[leaves]:
            track.waits[leaves] = False
        self.settled[leaves].clear()

    def settle_all(self):
        self.settle(True)
        self.settle(False)

    # What comes out

    def lose(self, leaves, sent):
        sent.context.track.note_fault(
            "lost", sent.context.number, "it was sent "
            f"{'inside' if leaves else 'outside'} and did not come out")

    def come_out(self, leaves, sent, frame):
        context = sent.context
        if frame == sent.frame and not context.places:
            return
        if self.was_stripped(sent, frame):
            context.track.is_stripped = True
            context.track.count["stripped"] += 1
        elif leaves and context.flags & RST and self.has_lost_options(sent, frame):
            context.track.count["resets"] += 1
        elif not self.is_otherwise_same(sent, frame):
            context.track.note_fault("changed", context.number,
                                     describe_change(sent.frame, frame))
            return
        elif context.places:
            (self.judge_tsval if leaves else self.judge_tsecr)(sent, frame)
        if tcp_sum(context.addresses, frame[context.tcp_at:]) != 0xffff:
            context.track.note_fault("wrong_checksums", context.number,
                                     f"at the {'outside' if leaves else 'inside'} end")

    @staticmethod
    def was_stripped(sent, frame):
        return bool(sent.context.flags & SYN) and Player.has_lost_options(sent, frame)

    @staticmethod
    def has_lost_options(sent, frame):
        """All its TSopts, which are NOPs now."""
        places = sent.context.places
        return bool(places) and \
            all(frame[place - 2:place + 8] == bytes([NOP]) * 10 for place in places)

    @staticmethod
    def is_otherwise_same(sent, frame):
        """But for TSvals and TSecrs, which are judged apart, and the checksum."""
        if frame == sent.frame:
            return True
        if len(frame) != len(sent.frame):
            return False
        plain = bytearray(frame)
        at = sent.context.tcp_at + 16
        plain[at:at + 2] = sent.frame[at:at + 2]
        for place in sent.context.places:
            plain[place:place + 8] = sent.frame[place:place + 8]
        return plain == sent.frame

    def judge_tsval(self, sent, frame):
        context, track = sent.context, sent.context.track
        for nth, place in enumerate(context.places):
            (before, echoed), (after, echo) = \
                struct.unpack_from("!II", sent.frame, place), \
                struct.unpack_from("!II", frame, place)
            if echo != echoed:
                track.note_fault("changed", context.number,
                                 f"TSecr {echoed} left as {echo}")
            if before != after:
                track.count["rewritten"] += not nth
            elif not track.is_asked:
                track.count["not_agreed" if track.connection.has_syn() else
                            "mid_stream"] += not nth
            else:
                track.note_fault("leaked", context.number, f"TSval {before}")
            if not nth:
                self.hear(track, context, before, after)

    @staticmethod
    def hear(track, context, before, after):
        wrong = track.outside.hear(before, after, bool(context.flags & RST))
        if wrong == "shown":
            track.note_fault("shown", context.number,
                             f"TSval {before} left as {after}: the offset is "
                             f"{(after - before) % 2**32}, as TSval 0 showed")
        elif wrong == "ran back":
            track.note_fault("ran_back", context.number,
                             f"TSval {before} left as {after}")

    def judge_tsecr(self, sent, frame):
        context, track = sent.context, sent.context.track
        place = context.places[0]
        tsval, said = struct.unpack_from("!II", sent.frame, place)
        got, delivered = struct.unpack_from("!II", frame, place)
        if got != tsval:
            track.note_fault("changed", context.number,
                             f"TSval {tsval} arrived as {got}")
        echo = context.echo
        if echo is None:        # of no meaning without ACK
            if delivered != said:
                track.note_fault("wrong_echoes", context.number,
                                 f"TSecr {said} without ACK delivered as {delivered}")
        elif echo.kind != EXACT:
            track.count[echo.kind] += 1
        elif not track.outside.is_same(context.tsecr, delivered, said):
            track.note_fault("wrong_echoes", context.number,
                             f"TSecr {context.tsecr}, said as {said}, was "
                             f"delivered as {delivered}")
        else:
            track.count["restored" if said != delivered else "as_they_were"] += 1


def describe_change(sent, frame):
    if len(sent) != len(frame):
        return f"{len(sent)} bytes came out as {len(frame)}"
    at = next(i for i, (a, b) in enumerate(zip(sent, frame)) if a != b)
    return f"from byte {at + 12} on {frame[at:at + 8].hex()} instead of " \
        f"{sent[at:at + 8].hex()}"
