#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Forge segments of live connections.

Takes a request a line from standard input, sends one segment, and says so:

    SOURCE PORT TARGET PORT flags=LETTERS WHAT=VALUE ...

LETTERS are of SAFRP.  WHAT is seq, ack, tsval or tsecr: what the real source would
say next, plus VALUE; tsval=none leaves the TSopt out.

What the real ends would say next is read from a capture of one wire.  What is
forged is marked by its DSCP.
"""
import ipaddress
import socket
import struct
import sys
import time

import dpkt

from capture import dscp, payload_size, timestamps

DSCP = 2
FLAGS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16}


class Refusal(Exception):
    """It cannot be forged."""


class End:
    """What one end of a connection would say next."""

    def __init__(self):
        self.seq = self.ack = self.tsval = self.tsecr = 0

    def note(self, ip, tcp):
        self.seq = (tcp.seq + payload_size(ip, tcp) +
                    bool(tcp.flags & FLAGS["S"])) % 2**32
        self.ack = tcp.ack
        self.tsval, self.tsecr = timestamps(tcp)


class Wire:
    """A capture that grows, and what the ends would say next by it."""

    HEADER, RECORD = 24, 16

    def __init__(self, path):
        self.path = path
        self.at = self.HEADER
        self.ends = {}

    def frames(self):
        """Those that are new and whole."""
        with open(self.path, "rb") as file:
            if file.seek(0, 2) < self.at:
                self.at = self.HEADER  # it was begun anew
            file.seek(self.at)
            data = file.read()
        at = 0
        while at + self.RECORD <= len(data):
            size, = struct.unpack_from("=8xL", data, at)
            if at + self.RECORD + size > len(data):
                break
            yield data[at + self.RECORD:at + self.RECORD + size]
            at += self.RECORD + size
        self.at += at

    def read_on(self):
        for frame in self.frames():
            ip = dpkt.ethernet.Ethernet(frame).data
            if isinstance(getattr(ip, "data", None), dpkt.tcp.TCP) and \
                    dscp(ip) != DSCP:
                sender = ipaddress.ip_address(ip.src), ip.data.sport
                self.ends.setdefault(sender, End()).note(ip, ip.data)

    def what_is_next(self, source, target):
        """Of the source, once each has acknowledged what the other said."""
        for _ in range(300):
            self.read_on()
            end, other = self.ends.get(source), self.ends.get(target)
            if end and other and end.seq == other.ack and other.seq == end.ack:
                return end
            time.sleep(0.1)
        raise Refusal("the ends do not agree")


def build(end, ports, what):
    def number(field):
        return (getattr(end, field) + int(what.get(field, "0"), 0)) % 2**32

    flags = sum(FLAGS[letter] for letter in what["flags"])
    options = b""
    if what.get("tsval") != "none":
        options = b"\1\1\x08\x0a" + struct.pack("!LL", number("tsval"),
                                                number("tsecr"))
    return bytearray(struct.pack(
        "!HHLLBBHHH", *ports, number("seq"),
        number("ack") if flags & FLAGS["A"] else 0,
        (20 + len(options)) // 4 << 4, flags, 500, 0, 0) + options)


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def send(source, target, tcp):
    pseudo = source.packed + target.packed + struct.pack("!LL", len(tcp), 6)
    tcp[16:18] = struct.pack("!H", checksum(pseudo + bytes(tcp)))
    if source.version == 4:
        family = socket.AF_INET
        header = struct.pack("!BBHHHBBH", 0x45, DSCP << 2, 20 + len(tcp), 0, 0,
                             64, 6, 0)
    else:
        family = socket.AF_INET6
        header = struct.pack("!LHBB", 6 << 28 | DSCP << 22, len(tcp), 6, 64)
    with socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        raw.sendto(header + source.packed + target.packed + tcp,
                   (str(target), 0))


def forge(wire, request):
    words = request.split()
    source = ipaddress.ip_address(words[0]), int(words[1])
    target = ipaddress.ip_address(words[2]), int(words[3])
    what = dict(word.split("=") for word in words[4:])
    end = wire.what_is_next(source, target)
    send(source[0], target[0], build(end, (source[1], target[1]), what))


def main():
    wire = Wire(sys.argv[1])
    for request in sys.stdin:
        try:
            forge(wire, request)
            print("sent", flush=True)
        except Refusal as refusal:
            print(refusal, flush=True)


if __name__ == "__main__":
    main()
