#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Any bytes as a capture: it is read as far as it can be, and what is wrong is told; each
segment of it makes packets that are read as the same segment again."""
import os
import pathlib
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
REPLAY = HERE.parent / "replay"
sys.path[:0] = [str(HERE), str(REPLAY), str(HERE.parent / "lib")]

from capture_file import Record                                     # noqa: E402
from packet import LARGEST, SYN, read_segment, tcp_sum, word_sum    # noqa: E402
from replay import Capture, Progress                                # noqa: E402
from report import capture_lines                                    # noqa: E402

import guided                                                       # noqa: E402
import packet                                                       # noqa: E402

RAW_IP = 101
# Link types, EtherTypes, what IPv6 has next; and what captures are told by
NUMBERS = (*packet.IP_LINKS, *packet.LOOP_LINKS, *packet.ETHERTYPES, *packet.TAGS,
           *packet.EXTENSIONS, *packet.PPP, packet.IPV4, packet.IPV6, packet.PPPOE,
           packet.FRAGMENT, packet.AUTHENTICATION, packet.TCP,
           0xa1b2c3d4, 0xa1b23c4d, 0x0a0d0d0a, 0x1a2b3c4d)
FILE = os.memfd_create("capture")


def put_file(data):
    os.ftruncate(FILE, 0)
    os.pwrite(FILE, data, 0)
    return f"/proc/self/fd/{FILE}"


def read_capture(data):
    capture = Capture(put_file(data), Progress(False))
    assert "cannot be read" not in (capture.unreadable or ""), capture.unreadable
    assert capture.packets == capture.played + sum(capture.unplayed.values())
    return capture


def check_text(lines):
    for line in lines:
        assert line.isprintable() and line.isascii(), line


def check_sums(sent):
    head = sent.data[:sent.tcp_at]
    assert sent.kind == packet.IPV6 or word_sum(head) == 0xffff
    assert tcp_sum(sent.addresses, sent.data[sent.tcp_at:]) == 0xffff


def check_packets(segment):
    """Those that are sent for it have its numbers, options and payload."""
    payload = 0
    for sent in segment.packets():
        data = sent.finish()
        assert len(data) <= LARGEST, len(data)
        check_sums(sent)
        again = read_segment(Record(RAW_IP, data, len(data)))
        assert again.ends == segment.ends and again.places == segment.places
        assert (again.tsval, again.tsecr) == (segment.tsval, segment.tsecr)
        assert again.seq == (segment.seq + payload) % 2**32
        assert (again.flags ^ segment.flags) & SYN == 0
        payload += again.payload
    assert payload == segment.payload, (payload, segment.payload)


def take(data):
    capture = read_capture(data)
    segments = [] if capture.unreadable else list(capture.segments())
    for _, _, segment in segments:
        check_packets(segment)
    assert len(segments) == capture.played
    check_text(capture_lines(capture, True))


if __name__ == "__main__":
    guided.main(take, REPLAY, NUMBERS)
