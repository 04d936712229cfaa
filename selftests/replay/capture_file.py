# SPDX-License-Identifier: GPL-2.0-only
"""The packets of a pcap or pcapng file, by hand: each with its link type and
its size on the wire, which tell what was cut."""
import collections
import gzip
import os
import stat
import struct
import zlib

Record = collections.namedtuple("Record", "link data size")

PCAP = {b"\xd4\xc3\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">",    # microseconds
        b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\x3c\x4d": ">"}    # nanoseconds
PCAPNG = b"\x0a\x0d\x0d\x0a"
PCAPNG_ORDER = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
BLOCKS = SECTION, INTERFACE, OLD_PACKET, SIMPLE, ENHANCED = 0x0a0d0d0a, 1, 2, 3, 6
LARGEST = 1 << 24       # of a packet, and of what is read at once
ENDS_EARLY = "it ends within a packet"


class NoCapture(Exception):
    """There is no packet to be had from the file, and why."""


class Damage(Exception):
    """The file cannot be read beyond some packet, and why."""


def open_capture(path):
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise NoCapture("not a regular file: it must be read more than once")
    with open(path, "rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path) if packed else open(path, "rb")


def read_exactly(file, size, why=ENDS_EARLY):
    if size > LARGEST:
        raise Damage(f"it says that a packet has {size} bytes")
    data = file.read(size)
    if len(data) < size:
        raise Damage(why)
    return data


def pass_over(file, size):
    """Whatever a file says, it is not all in memory at once."""
    while size:
        step = min(size, LARGEST)
        read_exactly(file, step)
        size -= step


def read_head(file, size):
    """What each packet begins with; nothing at the file's end."""
    data = file.read(size)
    if data and len(data) < size:
        raise Damage(ENDS_EARLY)
    return data


def pcap_records(file, order):
    header = read_exactly(file, 20, "it ends within its header")
    link = struct.unpack(order + "16xI", header)[0] & 0x3ffffff
    while head := read_head(file, 16):
        captured, size = struct.unpack(order + "8x2I", head)
        yield Record(link, read_exactly(file, captured), size)


def pcapng_blocks(file):
    """The byte order, the type and the body of each block that matters here."""
    order = "<"
    while head := read_head(file, 8):
        body = b""
        if head[:4] == PCAPNG:
            body = read_exactly(file, 4)
            if body not in PCAPNG_ORDER:
                raise Damage("a section of it has no byte order")
            order = PCAPNG_ORDER[body]
        kind, size = struct.unpack(order + "2I", head)
        left = size - 12 - len(body)
        if left < 0:
            raise Damage(f"it says that a block has {size} bytes")
        if kind not in BLOCKS:
            pass_over(file, left + 4)
            continue
        body += read_exactly(file, left)
        read_exactly(file, 4)
        yield order, kind, body


def cut_out(body, at, size):
    if at + size > len(body):
        raise Damage("a packet of it is larger than the block that has it")
    return body[at:at + size]


def pcapng_records(file):
    links, cuts = [], []
    for order, kind, body in pcapng_blocks(file):
        try:
            if kind == SECTION:
                links, cuts = [], []
            elif kind == INTERFACE:
                link, cut = struct.unpack_from(order + "H2xI", body)
                links.append(link)
                cuts.append(cut or LARGEST)
            elif kind == SIMPLE:
                size, = struct.unpack_from(order + "I", body)
                yield Record(links[0], cut_out(body, 4, min(size, cuts[0])), size)
            elif kind in (ENHANCED, OLD_PACKET):
                device, captured, size = struct.unpack_from(
                    order + ("I8x2I" if kind == ENHANCED else "H10x2I"), body)
                yield Record(links[device], cut_out(body, 20, captured), size)
        except IndexError as error:
            raise Damage("a packet of it is of no interface") from error
        except struct.error as error:
            raise Damage("a block of it is too short") from error


def records(path):
    """Raises OSError where the file cannot be read, NoCapture, and Damage behind the
    last packet that can be read."""
    try:
        with open_capture(path) as file:
            magic = file.read(4)
            if magic in PCAP:
                yield from pcap_records(file, PCAP[magic])
            elif magic == PCAPNG:
                file.seek(0)
                yield from pcapng_records(file)
            else:
                raise NoCapture("neither pcap nor pcapng, nor one of them in gzip"
                                if magic else "empty")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Damage("what gzip has packed ends early, or is not as it was") from error
