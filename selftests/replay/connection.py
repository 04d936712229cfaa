# SPDX-License-Identifier: GPL-2.0-only
"""The connections of a capture, and what the capture lacks of them."""
from packet import ACK, FIN, RST, SYN, show_end

MOD, WINDOW = 2**32, 2**30
HOLES = 1000            # remembered at a time


class Stream:
    """What one end has sent, by its sequence numbers."""

    def __init__(self):
        self.segments = 0
        self.isn = self.next = self.acked = None
        self.holes = []
        self.finished = False

    def note(self, segment):
        self.segments += 1
        if segment.flags & RST:
            return
        self.finished |= bool(segment.flags & FIN)
        if segment.flags & SYN:
            self.isn, self.next, self.holes = segment.seq, segment.next_seq(), []
            return
        if self.next is not None:
            self.fill(segment.seq, segment.next_seq())
            ahead = (segment.seq - self.next) % MOD
            if 0 < ahead < WINDOW and len(self.holes) < HOLES:
                self.holes.append((self.next, segment.seq))
        if self.next is None or 0 < (segment.next_seq() - self.next) % MOD < WINDOW:
            self.next = segment.next_seq()

    def fill(self, begin, end):
        if not self.holes:
            return
        left = []
        for first, last in self.holes:
            size = (last - first) % MOD
            low = min((begin - first) % MOD if (begin - first) % MOD < WINDOW
                      else 0, size)
            high = min((end - first) % MOD if (end - first) % MOD < WINDOW
                       else 0, size)
            if low >= high:
                left.append((first, last))
                continue
            if low:
                left.append((first, (first + low) % MOD))
            if high < size:
                left.append(((first + high) % MOD, last))
        self.holes = left

    def note_ack(self, ack):
        if self.acked is None or 0 < (ack - self.acked) % MOD < WINDOW:
            self.acked = ack

    def gaps(self):
        """How many there are, and of how many bytes; what nobody has sent in the
        capture and yet was acknowledged is one."""
        sizes = [(last - first) % MOD for first, last in self.holes]
        if None not in (self.acked, self.next):
            tail = (self.acked - self.next) % MOD
            if 0 < tail < WINDOW:
                sizes.append(tail)
        return len(sizes), sum(sizes)


class Connection:
    """Who its ends are, and what was captured of it."""

    def __init__(self, segment, number):
        self.first_packet = number
        source, target = segment.ends
        self.client, self.server = (source, target) \
            if sent_by_client(segment) else (target, source)
        self.opened = segment.flags & (SYN | ACK) if segment.flags & SYN else 0
        self.streams = {True: Stream(), False: Stream()}     # of client, of server
        self.reset = False
        self.cut = self.cut_bytes = 0
        self.in_pppoe = False
        self.timestamps = 0

    def has_syn(self):
        return self.opened == SYN

    def is_from_client(self, segment):
        return segment.ends[0] == self.client

    def is_followed_by(self, segment):
        """Whether a segment on the same 4-tuple begins another connection."""
        if segment.flags & (SYN | ACK | RST) != SYN:
            return False
        client = self.is_from_client(segment)
        own, other = self.streams[client], self.streams[not client]
        if own.isn is None:     # unless both ends open it at once
            return client or other.isn is None or self.reset or \
                other.acked is not None
        return own.isn != segment.seq or self.reset or \
            (own.finished and other.finished)

    def note(self, segment):
        client = self.is_from_client(segment)
        self.streams[client].note(segment)
        if segment.flags & RST:
            self.reset = True
        elif segment.flags & ACK:
            self.streams[not client].note_ack(segment.ack)
        if segment.missing:
            self.cut += 1
            self.cut_bytes += segment.missing
        self.in_pppoe |= segment.in_pppoe
        self.timestamps += bool(segment.places)

    def segments(self):
        return sum(stream.segments for stream in self.streams.values())

    def is_one_way(self):
        return not all(stream.segments for stream in self.streams.values())

    def gaps(self):
        if self.is_one_way():
            return 0, 0
        return tuple(map(sum, zip(*(stream.gaps() for stream in
                                    self.streams.values()))))

    def lacks(self):
        """What the capture does not have of it, in words."""
        said = []
        for client, end in ((True, self.client), (False, self.server)):
            if not self.streams[client].segments:
                said.append(f"one direction only, nothing from {show_end(end)}")
        if not self.opened:
            said.append("begins before the capture")
        elif not self.has_syn():
            said.append("its SYN is not in the capture")
        gaps, size = self.gaps()
        if gaps:
            said.append(f"{gaps} gap{'s'[:gaps > 1]} of {size} bytes")
        if self.cut:
            said.append(f"{self.cut} segment{'s'[:self.cut > 1]} cut by "
                        f"{self.cut_bytes} bytes")
        return said


def sent_by_client(segment):
    """By its SYN, or as far as ports can tell."""
    if segment.flags & SYN:
        return not segment.flags & ACK
    source, target = segment.ports
    return source >= target


class Connections:
    """Of a capture: each segment is given to one of them."""

    def __init__(self):
        self.all = []
        self.latest = {}

    def take(self, segment, number):
        """The index of the segment's connection."""
        tags = tuple(tci & 0xfff for _, tci in segment.tags)
        key = tags, frozenset(segment.ends)
        index = self.latest.get(key)
        if index is None or self.all[index].is_followed_by(segment):
            earlier, index = index, len(self.all)
            self.all.append(Connection(segment, number))
            self.all[-1].earlier = earlier
            self.latest[key] = index
        self.all[index].note(segment)
        return index
