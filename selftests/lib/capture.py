# SPDX-License-Identifier: GPL-2.0-only
"""The TCP segments of a capture."""
import collections
import functools
import ipaddress
import struct

import dpkt
import dpkt.sll2

LINKTYPE_RAW = 101      # as files call DLT_RAW
TIMESTAMP = dpkt.tcp.TCP_OPT_TIMESTAMP
FLAGS = dpkt.tcp.TH_SYN | dpkt.tcp.TH_ACK | dpkt.tcp.TH_FIN | dpkt.tcp.TH_RST


class Mismatch(Exception):
    """What the wires show is not as expected."""


Segment = collections.namedtuple(
    "Segment",
    "leaves inside outside seq ack flags size packet tsval tsecr number dscp")


def ones_complement_sum(data):
    """The sum of all 16-bit words, as RFC 1071 has it: carries come round, which is
    what they do modulo 0xffff. 0xffff where it is 0 modulo that, unless all are 0."""
    if len(data) % 2:
        data += b"\0"
    total = int.from_bytes(data, "big")
    return total and (total % 0xffff or 0xffff)


def verify_checksum(ip, raw, number):
    pseudo = ip.src + ip.dst + len(raw).to_bytes(4, "big") + b"\0\0\0\x06"
    if ones_complement_sum(pseudo + raw) != 0xffff:
        raise Mismatch(f"packet {number}: wrong TCP checksum")


def is_whole(ip, raw):
    size = ip.len - 4 * ip.hl if isinstance(ip, dpkt.ip.IP) else ip.plen
    return len(raw) == size


# There are few, and to make one takes longer than to read a header
address = functools.lru_cache(ipaddress.ip_address)


def timestamps(tcp):
    for kind, value in dpkt.tcp.parse_opts(tcp.opts):
        if kind == TIMESTAMP:
            return int.from_bytes(value[:4], "big"), \
                int.from_bytes(value[4:8], "big")
    return None, None


def packet_id(ip, tcp):
    """What tells two hosts' segments apart, should their numbers be the same."""
    label = ip.id if isinstance(ip, dpkt.ip.IP) else ip.flow
    return label, tcp.win


def dscp(ip):
    return (ip.tos if isinstance(ip, dpkt.ip.IP) else ip.fc) >> 2


def payload_size(ip, tcp, size=0):
    """BIG TCP says 0 for its length: then it is that of the packet."""
    if isinstance(ip, dpkt.ip.IP):
        return (ip.len or size) - 4 * ip.hl - 4 * tcp.off
    if ip.plen:
        return ip.plen - 4 * tcp.off
    return size - 40 - sum(header.length for header in
                           ip.all_extension_headers) - 4 * tcp.off


def read_ip(link, frame):
    """The IP packet in a frame of an Ethernet or an IP device, or of any; and how
    many bytes come before it."""
    if link == dpkt.pcap.DLT_EN10MB:
        return dpkt.ethernet.Ethernet(frame).data, 14
    if link == dpkt.pcap.DLT_LINUX_SLL2:
        return dpkt.sll2.SLL2(frame).data, 20
    if link == LINKTYPE_RAW:
        return (dpkt.ip6.IP6 if frame[0] >> 4 == 6 else dpkt.ip.IP)(frame), 0
    raise Mismatch(f"a capture of link type {link}")


def cut_up(segment, room):
    """As GSO does it: FIN is the last one's, IPv4 ids count up."""
    label, window = segment.packet
    step = segment.inside[0].version == 4
    for n, at in enumerate(range(0, max(segment.size, 1), room)):
        last = at + room >= segment.size
        yield segment._replace(
            seq=(segment.seq + at) % 2**32,
            flags=segment.flags & (FLAGS if last else ~dpkt.tcp.TH_FIN),
            size=min(room, segment.size - at),
            packet=((label + n * step) % 2**32, window))


def records(path):
    """A capture's link type and frames, and their sizes on the wire."""
    with open(path, "rb") as file:
        link = struct.unpack("=20xI", file.read(24))[0]
        while head := file.read(16):
            _, _, captured, size = struct.unpack("=4I", head)
            yield link, file.read(captured), size


def read_wire(path, outside_hosts, offloads, mtu=0):
    """The TCP segments of a capture, as seen from the firewall."""
    segments = []
    for number, (link, frame, size) in enumerate(records(path), 1):
        ip, at = read_ip(link, frame)
        if not isinstance(ip, (dpkt.ip.IP, dpkt.ip6.IP6)) or \
                not isinstance(ip.data, dpkt.tcp.TCP):
            continue
        tcp = ip.data
        if not offloads:
            raw = bytes(tcp)
            if is_whole(ip, raw):
                verify_checksum(ip, raw, number)
        source = (address(ip.src), tcp.sport)
        target = (address(ip.dst), tcp.dport)
        leaves = target[0] in outside_hosts
        tsval, tsecr = timestamps(tcp)
        segment = Segment(
            leaves, source if leaves else target,
            target if leaves else source, tcp.seq, tcp.ack,
            tcp.flags & FLAGS, payload_size(ip, tcp, size - at),
            packet_id(ip, tcp), tsval, tsecr, number, dscp(ip))
        room = mtu - (20 if source[0].version == 4 else 40) - 4 * tcp.off
        segments.extend(cut_up(segment, room) if mtu else [segment])
    return segments
