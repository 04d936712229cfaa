#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Check what ICMP errors quote, on the wires before and behind a firewall.

A TCP header that is quoted on a wire must be that of a segment which the same
wire has shown, byte for byte: of one that left, as its host had sent it, of one
that arrived, as the other host had.  No TSval of inside appears outside.
Checksums are verified of whole packets.
"""
import argparse
import collections
import ipaddress
import sys

import dpkt

from capture import Mismatch, ones_complement_sum, read_wire, timestamps

ERRORS = {4: (3, 4, 5, 11, 12), 6: (1, 2, 3, 4)}
TCP, ICMP, ICMP6 = 6, 1, 58

Packet = collections.namedtuple("Packet", "family protocol src dst whole data")
Error = collections.namedtuple("Error", "leaves ends header tcp number")


def read_packet(data):
    """By hand: dpkt gives up where a quote ends too early."""
    if data[0] >> 4 == 4:
        size, total = (data[0] & 15) * 4, int.from_bytes(data[2:4], "big")
        found = 4, data[9], data[12:16], data[16:20]
    else:
        size, total = 40, 40 + int.from_bytes(data[4:6], "big")
        found = 6, data[6], data[8:24], data[24:40]
    return Packet(*found, len(data) >= total, data[size:total])


def verify_icmp(packet, number):
    pseudo = b"" if packet.family == 4 else packet.src + packet.dst + \
        len(packet.data).to_bytes(4, "big") + b"\0\0\0\x3a"
    if packet.whole and ones_complement_sum(pseudo + packet.data) != 0xffff:
        raise Mismatch(f"packet {number}: wrong ICMP checksum")


def read_errors(packets, outside):
    """The ICMP errors that quote a TCP header with its options."""
    for number, packet in packets:
        if packet.protocol not in (ICMP, ICMP6):
            continue
        verify_icmp(packet, number)
        if packet.data[0] not in ERRORS[packet.family]:
            continue
        quoted = read_packet(packet.data[8:])
        if quoted.protocol != TCP:
            continue
        header = quoted.data[:(quoted.data[12] >> 4) * 4]
        yield Error(ipaddress.ip_address(packet.dst) in outside,
                    (quoted.src, quoted.dst), header,
                    dpkt.tcp.TCP(header), number)


class Wire:
    """What a wire has shown."""

    def __init__(self, path, outside):
        with open(path, "rb") as file:
            packets = [(number, read_packet(frame[14:])) for number, (_, frame)
                       in enumerate(dpkt.pcap.Reader(file), 1)
                       if frame[12:14] in (b"\x08\x00", b"\x86\xdd")]
        self.headers = {(packet.src, packet.dst,
                         packet.data[:(packet.data[12] >> 4) * 4])
                        for _, packet in packets if packet.protocol == TCP}
        self.errors = list(read_errors(packets, outside))
        self.path = path

    def verify(self):
        for error in self.errors:
            if (*error.ends, error.header) not in self.headers:
                raise Mismatch(f"{self.path}: packet {error.number} quotes a "
                               f"segment that was not there: {error.tcp!r}")

    def translated(self, leaves):
        """How many had something to translate."""
        return sum(error.leaves == leaves and has_value(error)
                   for error in self.errors)


def has_value(error):
    tsval, tsecr = timestamps(error.tcp)
    if not error.leaves:
        return tsval is not None
    return bool(tsecr) and bool(error.tcp.flags & dpkt.tcp.TH_ACK)


def expect(what, got, wanted):
    if got != wanted:
        raise Mismatch(f"{got} errors {what}, not {wanted}")


def check(args):
    hosts = {ipaddress.ip_address(host) for host in args.outside}
    outside = Wire(args.outside_wire, hosts)
    inside = [Wire(path, hosts) for path in args.inside_wire]
    for wire in (outside, *inside):
        wire.verify()
    expect("left", outside.translated(True), args.leaving)
    expect("arrived", outside.translated(False), args.arriving)
    expect("arrived inside", sum(wire.translated(False) for wire in inside),
           args.arriving)

    secret = {segment.tsval for path in args.inside_wire
              for segment in read_wire(path, hosts, True) if segment.leaves}
    for error in outside.errors:
        if secret & {*timestamps(error.tcp)} - {None}:
            raise Mismatch(f"a TSval of inside appears outside: {error.tcp!r}")
    return f"{args.arriving} quotes arrived, {args.leaving} left, all true"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inside-wire", required=True, action="append")
    parser.add_argument("--outside-wire", required=True)
    parser.add_argument("--outside", action="append",
                        default=["198.51.100.2", "2001:db8::2"],
                        help="an address of an outside host")
    parser.add_argument("--arriving", type=int, default=0, metavar="COUNT",
                        help="errors that quote a TSval which had left")
    parser.add_argument("--leaving", type=int, default=0, metavar="COUNT",
                        help="errors that quote a TSecr which had arrived")
    args = parser.parse_args()
    try:
        print(check(args))
    except Mismatch as mismatch:
        print(mismatch)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
