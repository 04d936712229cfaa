#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Write captures to replay, into a directory: each is of one or two connections that
scapy builds, as various captures have them."""
import gzip
import pathlib
import struct
import sys

from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Dot1AD, Dot1Q, Ether
from scapy.layers.ppp import PPP, PPPoE
from scapy.packet import Raw

ENDS = {4: ("10.0.1.2", "198.51.100.2"), 6: ("fd00:1::2", "2001:db8::2")}
NETWORK = {4: IP, 6: IPv6}
HEAD = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
ETHERNET, RAW_IP, SLL, SLL2 = 1, 101, 113, 276

# From the client, flags, payload, TSval, TSecr; a clock that jumps over 2^31
HANDSHAKE = [(True, "S", b"", 0x7ffffff0, 0), (False, "SA", b"", 70, 0x7ffffff0),
             (True, "A", b"", 0x7ffffff4, 70)]
DATA = [(True, "PA", b"request" * 40, 0x7ffffffc, 70),
        (False, "A", b"", 80, 0x7ffffffc),
        (False, "PA", b"answer" * 150, 81, 0x7ffffffc),
        (True, "A", b"", 0x80000004, 81),
        (False, "PA", b"answer" * 150, 82, 0x80000004),
        (True, "A", b"", 0x80000008, 82),
        (True, "FA", b"", 0x80000009, 82),
        (False, "FA", b"", 90, 0x80000009),
        (True, "A", b"", 0x80000010, 90)]


def connection(family=4, port=4001, script=None, isn=1000, later=0):
    """Its IP packets. Sequence numbers of all are as if nothing were left out."""
    following = {True: isn, False: 2 * isn}
    for client, flags, payload, tsval, tsecr in script or HANDSHAKE + DATA:
        ends = ENDS[family] if client else ENDS[family][::-1]
        ports = (port, 443) if client else (443, port)
        tcp = TCP(sport=ports[0], dport=ports[1], flags=flags, seq=following[client],
                  ack=following[not client] if "A" in flags else 0,
                  options=[("NOP", None), ("NOP", None),
                           ("Timestamp", (tsval + later if client else tsval,
                                          tsecr + later if not client else tsecr))])
        yield client, NETWORK[family](src=ends[0], dst=ends[1]) / tcp / Raw(payload)
        following[client] += len(payload) + ("S" in flags) + ("F" in flags)


def ethernet(layers=None, **kwargs):
    for client, packet in connection(**kwargs):
        yield client, bytes(HEAD / layers / packet if layers else HEAD / packet)


def cooked(link):
    for _, packet in connection():
        if link == SLL:
            yield struct.pack("!HHH8sH", 0, 1, 6, b"", 0x0800) + bytes(packet)
        else:
            yield struct.pack("!HHIHBB8s", 0x0800, 0, 2, 1, 0, 6, b"") + bytes(packet)


def write_pcap(path, frames, link=ETHERNET, snaplen=262144, order="<"):
    with open(path, "wb") as file:
        file.write(struct.pack(order + "IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, snaplen, link))
        for number, frame in enumerate(frames):
            data = frame[:snaplen]
            file.write(struct.pack(order + "IIII", 1700000000, number, len(data),
                                   len(frame)) + data)


def block(order, kind, body):
    body += bytes(-len(body) % 4)
    size = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + size + body + size


def write_pcapng(path, frames_of_links, order=">"):
    """An interface for each link type, whose packets alternate."""
    with open(path, "wb") as file:
        file.write(block(order, 0x0a0d0d0a,
                         struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0, -1)))
        for link in frames_of_links:
            file.write(block(order, 1, struct.pack(order + "HHI", link, 0, 0)))
        for frames in zip(*frames_of_links.values()):
            for interface, frame in enumerate(frames):
                file.write(block(order, 6, struct.pack(
                    order + "5I", interface, 0, 0, len(frame), len(frame)) + frame))


def with_bad_checksums(frames):
    """As a host's own capture has them that leaves checksums to its device."""
    for client, frame in frames:
        yield frame[:50] + b"\x12\x34" + frame[52:] if client else frame


def big_tcp():
    """A packet of 70000 bytes says that it has none, as IPv4's BIG TCP."""
    script = HANDSHAKE + [(True, "PA", b"\x55" * 30000, 0x7ffffffc, 70),
                          (False, "A", b"", 80, 0x7ffffffc)]
    frames = [frame for _, frame in ethernet(script=script)]
    big = frames[3]
    frames[3] = big[:16] + bytes(2) + big[18:] + b"\x55" * 40000
    return frames


def jumbo():
    """The same of IPv6, which has a header for it."""
    frames = frames_of(ethernet(family=6, script=HANDSHAKE))
    tcp = bytes(TCP(sport=4001, dport=443, flags="PA", seq=1001, ack=2001, chksum=0,
                    options=[("NOP", None), ("NOP", None),
                             ("Timestamp", (0x7ffffffc, 70))])) + b"\x55" * 70000
    hop = struct.pack("!BBBBI", 6, 0, 0xc2, 4, len(tcp) + 8)
    ip6 = bytearray(bytes(IPv6(src=ENDS[6][0], dst=ENDS[6][1], nh=0)))
    ip6[4:6] = bytes(2)
    frames.append(bytes(HEAD)[:12] + b"\x86\xdd" + bytes(ip6) + hop + tcp)
    return frames


def frames_of(pairs, client=None):
    return [frame for leaves, frame in pairs if client in (None, leaves)]


def complete(to):
    plain = frames_of(ethernet())
    write_pcap(to / "plain.pcap", plain)
    (to / "packed.pcap.gz").write_bytes(gzip.compress((to / "plain.pcap").read_bytes()))
    write_pcap(to / "sums.pcap", with_bad_checksums(ethernet()), order=">")
    write_pcap(to / "ipv6.pcap", frames_of(ethernet(family=6)))
    write_pcap(to / "vlan.pcap", frames_of(ethernet(Dot1Q(vlan=7))) +
               frames_of(ethernet(Dot1AD(vlan=8) / Dot1Q(vlan=9), family=6)))
    write_pcap(to / "pppoe.pcap", frames_of(ethernet(PPPoE(sessionid=4) / PPP())))
    write_pcap(to / "sll.pcap", cooked(SLL), SLL)
    write_pcap(to / "sll2.pcap", cooked(SLL2), SLL2)
    write_pcap(to / "raw.pcap", [bytes(p) for _, p in connection(family=6)], RAW_IP)
    write_pcap(to / "again.pcap", plain +
               frames_of(ethernet(isn=500000, later=50)))
    write_pcap(to / "big.pcap", big_tcp())
    write_pcap(to / "jumbo.pcap", jumbo())
    write_pcapng(to / "two.pcapng", {
        ETHERNET: plain, RAW_IP: [bytes(p) for _, p in connection(family=6)]})


def incomplete(to):
    plain = frames_of(ethernet())
    write_pcap(to / "oneway.pcap", frames_of(ethernet(), client=True))
    write_pcap(to / "cut.pcap", plain, snaplen=80)
    write_pcap(to / "gap.pcap", plain[:5] + plain[6:])
    write_pcap(to / "midstream.pcap", plain[3:])
    (to / "damaged.pcap").write_bytes((to / "plain.pcap").read_bytes()[:-9])
    (to / "no.pcap").write_bytes(b"this is no capture at all")
    (to / "empty.pcap").write_bytes(b"")


def main():
    to = pathlib.Path(sys.argv[1])
    complete(to)
    incomplete(to)


if __name__ == "__main__":
    main()
