#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Make a file of `tsrewrite flows save` with many flows of one.

usage: flow_file.py FILE COUNT >OTHER

FILE has a flow over IPv4 at least; OTHER gets COUNT of it, whose inside addresses and ports differ.
"""
import gzip
import struct
import sys

INSIDE_ADDR, INSIDE_PORT = 1, 3     # enum tsrewrite_saved_attr


def attributes(data, at, end):
    """Type, and where the payload begins and ends."""
    while at < end:
        size, kind = struct.unpack_from("=HH", data, at)
        yield kind & 0x3fff, at + 4, at + size
        at += (size + 3) & ~3


def find_flow(data):
    """The first flow over IPv4: its attribute, and where address and port are in it."""
    for _, begin, end in attributes(data, 0, len(data)):
        places = {kind: (at - begin + 4, stop - at)
                  for kind, at, stop in attributes(data, begin, end)}
        if places[INSIDE_ADDR][1] == 4:
            return bytearray(data[begin - 4:end]), places[INSIDE_ADDR][0], places[INSIDE_PORT][0]
    raise SystemExit("flow_file.py: no flow over IPv4")


def main(path, count):
    head, _, data = gzip.open(path).read().partition(b"\n")
    flow, address, port = find_flow(data)
    with gzip.open(sys.stdout.buffer, "wb", compresslevel=1) as to:
        to.write(head + b"\n")
        for number in range(int(count)):
            struct.pack_into("!L", flow, address, 0x0a000000 + number // 50000)
            struct.pack_into("!H", flow, port, 10000 + number % 50000)
            to.write(flow)


main(*sys.argv[1:])
