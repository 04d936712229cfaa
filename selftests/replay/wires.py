# SPDX-License-Identifier: GPL-2.0-only
"""Both ends of a path, at which packets are sent and come out."""
import collections
import itertools
import socket
import time

from crafted.lab import SENTINEL, Wire

SO_RCVBUFFORCE = 33     # not in Python's socket
BATCH, BATCH_BYTES = 64, 1 << 20
BUFFER = 1 << 24
DEADLINE = 60


class DeadPath(Exception):
    """Nothing comes out any more, not even what no hook looks at."""


Sent = collections.namedtuple("Sent", "frame context")


class Path:
    """Sends frames in batches and hands what comes out to a judge. One CPU keeps the
    order, so that what has not come out before a later frame is lost: who sends must stay
    on a CPU."""

    def __init__(self, inside, outside, judge):
        """True is the wire inside: frames that leave are sent there."""
        self.wires = {True: Wire(inside, "in0"), False: Wire(outside, "out0")}
        for wire in self.wires.values():
            wire.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
        self.judge = judge
        self.serials = itertools.count(1)
        self.waiting = {True: {}, False: {}}
        self.bytes = {True: 0, False: 0}

    def macs(self):
        """To nobody, from the frame's number."""
        serial = next(self.serials) % 2**32
        return serial, b"\x02\xff\0\0\0\0\x02\0" + serial.to_bytes(4, "big")

    def send(self, leaves, frame, context):
        """A frame without MAC addresses."""
        serial, macs = self.macs()
        self.waiting[leaves][serial] = Sent(frame, context)
        self.bytes[leaves] += len(frame)
        self.wires[leaves].send(macs + frame)
        if len(self.waiting[leaves]) >= BATCH or self.bytes[leaves] > BATCH_BYTES:
            self.settle(leaves)

    def settle(self, leaves):
        """All that was sent has come out, or is lost."""
        self.take(leaves, 0)
        if self.waiting[leaves]:
            self.wait_for_sentinel(leaves)
        for sent in self.waiting[leaves].values():
            self.judge.lose(leaves, sent)
        self.waiting[leaves].clear()
        self.bytes[leaves] = 0

    def take(self, leaves, seconds):
        """What has come out. The serial number of the frame that none waited for."""
        while self.waiting[leaves] or seconds:
            frame = self.wires[not leaves].receive(seconds)
            if frame is None:
                return None
            serial = int.from_bytes(frame[8:12], "big")
            sent = self.waiting[leaves].pop(serial, None)
            if sent is None:
                return serial
            self.judge.come_out(leaves, sent, frame[12:])
        return None

    def wait_for_sentinel(self, leaves):
        serial, macs = self.macs()
        self.wires[leaves].send(macs + SENTINEL + bytes(46))
        end = time.monotonic() + DEADLINE
        while self.take(leaves, max(end - time.monotonic(), 0.001)) != serial:
            if time.monotonic() > end:
                raise DeadPath("nothing comes out at the "
                               f"{'outside' if leaves else 'inside'} end")
