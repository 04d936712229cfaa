#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""flood.py KIND SOURCE TARGET PORT [--count N] [--rate N] - send forged segments

KIND is
    syn        SYNs with TSopt
    handshake  the same, and the third segment of each SYN-ACK, with a right echo
    echo       the same with a random echo
    rst, fin   segments of connections that may be there

SOURCE and TARGET are IPv4 addresses or networks. Source and target change with each
segment, as far as there are any, and so do the source's ports, unless --ports are given.
Whoever owns the source must not answer SYN-ACKs with RSTs: route it to a host that does
not have it.
"""
import argparse
import ipaddress
import random
import socket
import struct
import sys
import time

FLAGS = {"syn": 2, "handshake": 2, "echo": 2, "rst": 4, "fin": 17}


def total(data):
    words = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while words >> 16:
        words = (words & 0xffff) + (words >> 16)
    return words ^ 0xffff


def segment(source, target, ports, numbers, flags, stamps):
    """An IPv4 packet; the kernel adds its length and the checksum of the header."""
    options = b"\1\1\x08\x0a" + struct.pack("!LL", *stamps) if stamps else b""
    if flags & 2:
        options = b"\2\4\5\xb4" + options
    tcp = bytearray(struct.pack("!HHLLBBHHH", *ports, *numbers,
                                (20 + len(options)) // 4 << 4, flags, 65535, 0, 0))
    tcp += options
    pseudo = source + target + struct.pack("!HH", 6, len(tcp))
    tcp[16:18] = struct.pack("!H", total(pseudo + bytes(tcp)))
    return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), random.getrandbits(16),
                       0, 64, 6, 0, source, target) + tcp


class Flood:
    """What sends, and answers what comes back."""

    def __init__(self, args):
        self.args = args
        self.raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self.sources = hosts(args.source)
        self.targets = hosts(args.target)
        self.ports = ports(args.ports)
        self.wire = None
        if args.kind in ("handshake", "echo"):
            self.wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                      socket.htons(0x0800))
            self.wire.setblocking(False)

    def send(self, number):
        source = self.sources[number % len(self.sources)]
        target = self.targets[number % len(self.targets)]
        port = self.ports[number // len(self.sources) % len(self.ports)]
        between = (self.args.port, port) if self.args.answers else (port, self.args.port)
        self.put(source, target, between,
                 (random.getrandbits(32), random.getrandbits(32)),
                 FLAGS[self.args.kind], (now(), 0 if self.args.kind in
                                         ("syn", "handshake", "echo") else now()))

    def put(self, source, target, *rest):
        self.raw.sendto(segment(source, target, *rest), (socket.inet_ntoa(target), 0))

    def answer(self):
        """Each SYN-ACK to one of the sources."""
        while self.wire:
            try:
                packet = self.wire.recv(2048)
            except BlockingIOError:
                return
            tcp = packet[20:]
            if packet[0] != 0x45 or packet[9] != 6 or len(tcp) < 20 or \
                    packet[16:20] not in self.sources or tcp[13] != 18:
                continue
            port, own, seq, ack = struct.unpack("!HHLL", tcp[:12])
            self.put(packet[16:20], packet[12:16], (own, port), (ack, (seq + 1) % 2**32),
                     16, self.stamps(tcp))

    def stamps(self, tcp):
        """A host sends no TSopt if the SYN-ACK has none."""
        at = tcp.find(b"\x08\x0a", 20, (tcp[12] >> 4) * 4)
        if self.args.kind == "echo":
            return now(), random.getrandbits(32)
        return (now(), struct.unpack("!L", tcp[at + 2:at + 6])[0]) if at > 0 else None

    def run(self):
        begin = time.monotonic()
        for number in range(self.args.count):
            self.send(number)
            self.answer()
            early = begin + (number + 1) / self.args.rate - time.monotonic()
            if self.args.rate and early > 0:
                time.sleep(early)
        time.sleep(0.5 if self.wire else 0)
        self.answer()
        return time.monotonic() - begin


def now():
    return time.monotonic_ns() // 10**6 % 2**32


def hosts(text):
    network = ipaddress.ip_network(text)
    return [host.packed for host in network.hosts()]


def ports(text):
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("kind", choices=FLAGS)
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("port", type=int)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--rate", type=float, default=1e9, help="a second")
    parser.add_argument("--ports", default="2000-60000")
    parser.add_argument("--answers", action="store_true",
                        help="PORT is the source's, --ports are the target's")
    return parser.parse_args()


def main():
    args = options()
    seconds = Flood(args).run()
    print(f"{args.count} in {seconds:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
