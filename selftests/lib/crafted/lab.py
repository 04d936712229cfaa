# SPDX-License-Identifier: GPL-2.0-only
"""The wires before and behind a firewall, and its counters."""
import collections
import ctypes
import itertools
import json
import select
import socket
import struct
import subprocess
import time

CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3
SENTINEL = b"\x88\xb5"          # an EtherType for local experiments: not IP
SOL_PACKET, PACKET_AUXDATA = 263, 8
PACKET_QDISC_BYPASS, PACKET_IGNORE_OUTGOING = 20, 23
TP_STATUS_VLAN_VALID = 1 << 4
# Beside the counters of each direction, those that must move as expected
EVENTS = ["flow_created", "flow_reused", "flow_refused", "flow_closed",
          "flow_no_tsopt", "syn_retransmitted", "duplicate_tsopt",
          "echo_impossible", "flow_asymmetric"]


class Mismatch(Exception):
    """What came out is not as expected."""


class Wire:
    """A packet socket on a device of a namespace."""

    def __init__(self, namespace, device, protocol=ETH_P_ALL, incoming=True,
                 bypass=False):
        libc = ctypes.CDLL(None, use_errno=True)
        with open("/proc/self/ns/net", encoding="ascii") as home, \
                open("/run/netns/" + namespace, encoding="ascii") as there:
            self.enter(libc, there)
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
            self.socket.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING,
                                   incoming)
            self.socket.setsockopt(SOL_PACKET, PACKET_QDISC_BYPASS, bypass)
            self.socket.bind((device, protocol))
            self.enter(libc, home)

    @staticmethod
    def enter(libc, namespace):
        if libc.setns(namespace.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")

    def send(self, frame):
        self.socket.send(frame)

    def receive(self, seconds):
        """The next frame, the VLAN tag put back into it, or None."""
        if not select.select([self.socket], [], [], max(seconds, 0))[0]:
            return None
        frame, beside, _, _ = self.socket.recvmsg(65536, 64)
        for level, kind, data in beside:
            if (level, kind) != (SOL_PACKET, PACKET_AUXDATA):
                continue
            status, tci, tpid = struct.unpack("=I12xHH", data[:20])
            if status & TP_STATUS_VLAN_VALID:
                frame = frame[:12] + struct.pack("!HH", tpid, tci) + frame[12:]
        return frame


class Lab:
    """Both ends, the wires between them and the firewall's counters."""

    def __init__(self, args):
        self.inside = Wire(args.inside, "in0")
        self.firewall = Wire(args.firewall, "fw1", 0)
        self.name = args.firewall
        self.outside = Wire(args.outside, "out0")
        self.deadline = args.deadline / 1000
        self.mangled_zero = args.mangled_zero
        self.command = [args.command, "-n", args.firewall, "-j"]
        self.serial = itertools.count(1)
        self.ports = itertools.count(args.port)
        self.expected = collections.Counter()
        self.sent = collections.Counter()
        self.seen_outside = None        # the last frame, as on that wire

    def tell(self, *words):
        return json.loads(subprocess.run([*self.command, *words], check=True,
                                         stdout=subprocess.PIPE).stdout)

    def counters(self):
        return {name: count for name, count in self.tell("stats").items()
                if name.startswith(("egress_", "ingress_")) or name in EVENTS}

    def expect(self, counter, times=1):
        self.expected[counter] += times

    def next_macs(self):
        """To nobody, so that no stack listens, from the frame's number."""
        return b"\x02\xff\0\0\0\0\x02\0" + next(self.serial).to_bytes(4, "big")

    def cross(self, frame, leaves, counter, origin=None):
        """Send a frame; what comes out at the other end, or None."""
        way = "egress" if leaves else "ingress"
        self.expect(f"{way}_{counter}")
        self.sent[way] += 1
        (origin or (self.inside if leaves else self.outside)).send(frame)
        if not counter.startswith("dropped"):
            return self.wait(frame, leaves)
        # What would have come out has, when the next one does
        behind = self.next_macs() + SENTINEL + bytes(46)
        got = self.cross(behind, leaves, "not_ip", origin)
        return None if got == behind else got

    def wait(self, frame, leaves):
        end = time.monotonic() + self.deadline
        while True:
            got = (self.outside if leaves else self.inside).receive(
                end - time.monotonic())
            if got is None:
                raise Mismatch("nothing came out")
            if got[6:12] == frame[6:12] or got[12:14] != SENTINEL:
                self.seen_outside = got if leaves else frame
                return got


def compare(got, wanted, mangled_zero=False):
    """Equal they must be; but skb_checksum_help() may have written 0 as 0xffff"""
    if got == wanted:
        return
    if wanted is None:
        raise Mismatch("not dropped")
    at = next((i for i, (a, b) in enumerate(zip(got, wanted)) if a != b),
              min(len(got), len(wanted)))
    if mangled_zero and wanted[at:at + 2] == bytes(2) and \
            got == wanted[:at] + b"\xff\xff" + wanted[at + 2:]:
        return
    raise Mismatch(f"from byte {at} on {got[at:at + 12].hex()}, not "
                   f"{wanted[at:at + 12].hex()}, in {got[:120].hex()}")


def drain(lab):
    for wire in (lab.inside, lab.outside):
        while wire.receive(0) is not None:
            pass
