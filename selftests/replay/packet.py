# SPDX-License-Identifier: GPL-2.0-only
"""The TCP segment in a captured packet, and the packet that is sent for it.

What a capture does to packets is undone: bytes that were cut off are zeros,
checksums are right, and what offloads put together beyond 64 KiB is cut up.
"""
import socket
import struct

ETHERNET, PPP_ETHER, SLL, SLL2 = 1, 51, 113, 276
# Where the EtherType is, and where what it tells of begins
ETHERTYPES = {ETHERNET: (12, 14), PPP_ETHER: (None, 0), SLL: (14, 16), SLL2: (0, 20)}
IP_LINKS = (12, 14, 101, 228, 229)      # raw IP, as various systems number it
LOOP_LINKS = (0, 108)
IPV4, IPV6, PPPOE = 0x0800, 0x86dd, 0x8864
TAGS = (0x8100, 0x88a8, 0x9100)
ETHERTYPE_MIN = 0x0600  # less is a length
PPP = {0x0021: IPV4, 0x0057: IPV6}
EXTENSIONS = (0, 43, 60, 135, 139, 140)
FRAGMENT, AUTHENTICATION, TCP = 44, 51, 6
FIN, SYN, RST, PSH, ACK, CWR = 1, 2, 4, 8, 16, 128
EOL, NOP, TSOPT = 0, 1, 8
LARGEST = 65000         # of a packet that is sent, so that devices take it
MOST = 1 << 20          # of a captured packet: BIG TCP has half of that


class Unplayed(Exception):
    """Why a packet is not played."""


def word_sum(data):
    """RFC 1071's sum of 16-bit words: carries come round, as modulo 0xffff."""
    if len(data) % 2:
        data = bytes(data) + b"\0"
    total = int.from_bytes(data, "big")
    return total and (total % 0xffff or 0xffff)


def network_layer(record):
    """Its EtherType, VLAN tags, bytes, where they begin; whether it was in PPPoE."""
    link, data, _ = record
    if link in IP_LINKS or link in LOOP_LINKS:
        at = 4 if link in LOOP_LINKS else 0
        return {4: IPV4, 6: IPV6}.get(data[at] >> 4, 0), (), at, False
    if link not in ETHERTYPES:
        raise Unplayed(f"link type {link}")
    kind_at, at = ETHERTYPES[link]
    kind = struct.unpack_from("!H", data, kind_at)[0] if at else PPPOE
    tags = []
    while kind in TAGS:
        tci, inner = struct.unpack_from("!HH", data, at)
        tags.append((kind, tci))
        kind, at = inner, at + 4
    if kind == PPPOE:
        kind, at = ppp_protocol(data, at + 6)
        return kind, tuple(tags), at, True
    return kind, tuple(tags), at, False


def ppp_protocol(data, at):
    """And where its packet begins: the number may be compressed to one byte."""
    size = 1 if data[at] & 1 else 2
    protocol = int.from_bytes(data[at:at + size], "big")
    if protocol not in PPP:
        raise Unplayed("PPP without IP")
    return PPP[protocol], at + size


def ipv6_payload(data):
    """Where it begins and what it is."""
    kind, at = data[6], 40
    while kind in EXTENSIONS:
        kind, at = data[at], at + 8 * data[at + 1] + 8
    if kind == AUTHENTICATION:
        raise Unplayed("IPv6 authentication header")
    if kind == FRAGMENT:
        raise Unplayed("fragment")
    return kind, at


def timestamp_places(header):
    """Where TSvals are in a TCP header: of all TSopts before EOL, or before what
    is malformed."""
    places, at = [], 20
    while at < len(header) and header[at] != EOL:
        if header[at] == NOP:
            at += 1
            continue
        if at + 1 >= len(header):
            break
        size = header[at + 1]
        if size < 2 or at + size > len(header) or \
                (header[at] == TSOPT and size != 10):
            break
        if header[at] == TSOPT:
            places.append(at + 2)
        at += size
    return places


def read_segment(record):
    """Raises Unplayed."""
    try:
        return Segment(record)
    except (IndexError, struct.error) as error:
        raise Unplayed("cut before the TCP header") from error


class Segment:
    """A TCP segment as it was captured."""

    def __init__(self, record):
        kind, self.tags, at, self.in_pppoe = network_layer(record)
        if kind not in (IPV4, IPV6):
            raise Unplayed(f"EtherType {kind:#06x}" if kind >= ETHERTYPE_MIN else "not IP")
        self.kind = kind
        self.ip = record.data[at:]
        self.read_ip(max(record.size - at, 0))
        self.read_tcp()

    def read_ip(self, on_the_wire):
        ip = self.ip
        if self.kind == IPV4:
            self.tcp_at = 4 * (ip[0] & 15)
            proto, size = ip[9], struct.unpack_from("!H", ip, 2)[0] or on_the_wire
            if struct.unpack_from("!H", ip, 6)[0] & 0x3fff:
                raise Unplayed("fragment")
            self.addresses = ip[12:20]
        else:
            proto, self.tcp_at = ipv6_payload(ip)
            size = struct.unpack_from("!H", ip, 4)[0]
            size = size + 40 if size else on_the_wire
            self.addresses = ip[8:40]
        if proto != TCP:
            raise Unplayed("not TCP")
        if ip[0] >> 4 != (4 if self.kind == IPV4 else 6) or \
                self.tcp_at < (20 if self.kind == IPV4 else 40) or \
                self.tcp_at > LARGEST // 2 or not self.tcp_at + 20 <= size <= MOST:
            raise Unplayed("malformed")
        self.missing = max(size - len(ip), 0)
        self.ip = ip[:size]

    def read_tcp(self):
        tcp = self.ip[self.tcp_at:]
        if len(tcp) < 20:
            raise Unplayed("cut within the TCP header")
        self.ports = struct.unpack_from("!HH", tcp)
        self.seq, self.ack = struct.unpack_from("!II", tcp, 4)
        self.flags = tcp[13]
        self.header = 4 * (tcp[12] >> 4)
        if self.header < 20 or self.header > len(tcp) + self.missing:
            raise Unplayed("malformed")
        if len(tcp) < self.header:
            raise Unplayed("cut within the TCP header")
        self.places = timestamp_places(tcp[:self.header])
        self.payload = len(tcp) + self.missing - self.header
        self.tsval = self.tsecr = None
        if self.places:
            self.tsval, self.tsecr = struct.unpack_from("!II", tcp, self.places[0])

    @property
    def ends(self):
        """Source and destination, each an address and a port."""
        half = len(self.addresses) // 2
        return (self.addresses[:half], self.ports[0]), \
            (self.addresses[half:], self.ports[1])

    def has_right_checksum(self):
        """None where it was cut: then nobody can tell."""
        if self.missing:
            return None
        return tcp_sum(self.addresses, self.ip[self.tcp_at:]) == 0xffff

    def next_seq(self):
        return (self.seq + self.payload + bool(self.flags & SYN) +
                bool(self.flags & FIN)) % 2**32

    def packets(self):
        """Those to send, without checksums; cut up as GSO does, if it is too large."""
        if len(self.ip) + self.missing <= LARGEST:
            yield Packet(self, bytearray(self.ip + bytes(self.missing)), self.tcp_at)
            return
        headers = self.tcp_at + self.header
        data = self.ip[headers:] + bytes(self.missing)
        head, tcp_at = bytearray(self.ip[:headers]), self.tcp_at
        if self.kind == IPV6 and head[6] == 0:          # the jumbogram's length
            del head[40:tcp_at]
            head[6], tcp_at = TCP, 40
        step = LARGEST - len(head)
        for at in range(0, len(data), step):
            part = bytearray(head)
            struct.pack_into("!I", part, tcp_at + 4, (self.seq + at) % 2**32)
            if at + step < len(data):
                part[tcp_at + 13] &= ~(FIN | PSH)
            if at:
                part[tcp_at + 13] &= ~CWR
            yield Packet(self, part + data[at:at + step], tcp_at)


def tcp_sum(ip_addresses, tcp):
    pseudo = ip_addresses + struct.pack("!II", len(tcp), TCP)
    total = word_sum(pseudo) + word_sum(tcp)
    return total and (total % 0xffff or 0xffff)


class Packet:
    """One to send. Its timestamps may still be changed; finish() seals it."""

    def __init__(self, segment, data, tcp_at):
        self.data, self.tcp_at = data, tcp_at
        self.kind, self.addresses = segment.kind, segment.addresses
        self.places = [tcp_at + place for place in segment.places]

    def change_tsecrs(self, change):
        for place in self.places:
            tsecr, = struct.unpack_from("!I", self.data, place + 4)
            struct.pack_into("!I", self.data, place + 4, change(tsecr))

    def strip(self):
        """As a host would say it that had not agreed on timestamps."""
        for place in self.places:
            self.data[place - 2:place + 8] = bytes([NOP]) * 10
        self.places = []

    def finish(self):
        data, at = self.data, self.tcp_at
        if self.kind == IPV4:
            struct.pack_into("!H", data, 2, len(data))
            data[10:12] = bytes(2)
            struct.pack_into("!H", data, 10, 0xffff - word_sum(data[:at]))
        else:
            struct.pack_into("!H", data, 4, len(data) - 40)
        data[at + 16:at + 18] = bytes(2)
        struct.pack_into("!H", data, at + 16,
                         0xffff - tcp_sum(self.addresses, data[at:]))
        return bytes(data)


def show_end(end):
    address, port = end
    if len(address) == 4:
        return f"{socket.inet_ntop(socket.AF_INET, address)}:{port}"
    return f"[{socket.inet_ntop(socket.AF_INET6, address)}]:{port}"
