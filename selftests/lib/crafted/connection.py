# SPDX-License-Identifier: GPL-2.0-only
"""Both ends of a connection, played: its segments as they are sent and as they
must come out."""
import functools
import ipaddress
import itertools
import struct

from scapy.layers.inet import IP, IPOption, TCP
from scapy.layers.inet6 import IPv6
from scapy.packet import Raw
from scapy.utils import checksum

from crafted.lab import Mismatch, compare
from crafted.options import MOD, ts, usual

C_TAG, S_TAG = 0x8100, 0x88a8
HOP, ROUTING, FRAGMENT, AUTH, DEST = 0, 43, 44, 51, 60
# IPv6 extension headers, without their first byte
PADDED = b"\x00\x01\x04\0\0\0\0"
PADDED_LONG = b"\x01\x01\x0c" + bytes(12)
DONE_ROUTE = b"\x02\x04\x00\0\0\0\0" + bytes(16)
ROUTE = b"\x02\x04\x01\0\0\0\0" + bytes(16)
HOME = b"\x02\x01\x02\0\0\xc9\x10" + bytes(16)
ATOMIC = b"\0\0\0\0\0\0\x4d"
AH = b"\x04\0\0\0\0\x12\x34\0\0\0\1" + bytes(12)


# Scapy builds each kind of header once; what each segment has its own of is put in.
# In a guest it takes milliseconds for a layer.

@functools.lru_cache(maxsize=None)
def tcp_header(sport, dport, dataofs, urgptr, fields):
    """Sequence numbers and checksum are 0."""
    return bytes(TCP(sport=sport, dport=dport, dataofs=dataofs, urgptr=urgptr,
                     chksum=0, **dict(fields)))


@functools.lru_cache(maxsize=None)
def ipv4_header(ends, proto, size, options=(), **fragment):
    """Before so many bytes of payload."""
    packet = bytes(IP(src=ends[0], dst=ends[1], proto=proto, id=77,
                      options=[IPOption(option) for option in options],
                      **fragment) / Raw(bytes(size)))
    return packet[:len(packet) - size]


@functools.lru_cache(maxsize=None)
def ipv6_header(ends, number, size):
    return bytes(IPv6(src=ends[0], dst=ends[1], nh=number, fl=0x12345, plen=size))


@functools.lru_cache(maxsize=None)
def addresses(ends):
    return b"".join(ipaddress.ip_address(end).packed for end in ends)


def checksum_with(ends, number, data):
    """Over the pseudo-header as well: those of IPv4 and IPv6 come to the same."""
    return checksum(addresses(ends) + struct.pack("!II", len(data), number) + data)


class Connection:
    """Both ends of one, and what the outside has learned of its timestamps."""

    ENDS = {4: ("10.0.1.100", "198.51.100.100"),
            6: ("fd00:1::100", "2001:db8::100")}

    def __init__(self, lab, family, tags=(), port=None, ends=None):
        self.lab = lab
        self.family = family
        self.tags = tags
        self.port = port or next(lab.ports)
        self.ends = ends or self.ENDS[family]
        self.next = {True: 0x7ffffff0 + self.port, False: 1000 * self.port}
        self.clock = 0x10203040 + 7919 * self.port
        self.peer_clock = 0x70605040 - 104729 * self.port
        self.last = None        # the latest inside TSval
        self.offset = None

    def tick(self):
        self.clock += 37
        return self.clock % MOD

    def peer_tick(self):
        self.peer_clock += 41
        return self.peer_clock % MOD

    def outside(self, tsval):
        return (tsval + self.offset) % MOD or 1

    def impossible(self):
        """A TSecr that is no inside TSval, neither rewritten nor raw."""
        for ahead in itertools.count(12345, 0x1000000):
            tsecr = (self.outside(self.last) + ahead) % MOD
            if (self.last - tsecr) % MOD > 0x1000000 and tsecr:
                return tsecr

    # Building: Ethernet and VLAN by hand, IP and TCP by scapy

    def way(self, leaves):
        """Source and destination."""
        return tuple(self.ends if leaves else reversed(self.ends))

    def tcp(self, leaves, options, payload, doff=None, urgent=0, seq=0, ack=0,
            **fields):
        """A TCP segment with its checksum."""
        ports = (self.port, 443) if leaves else (443, self.port)
        doff = 5 + len(options) // 4 if doff is None else doff
        segment = bytearray(tcp_header(*ports, doff, urgent,
                                       tuple(fields.items())))
        struct.pack_into("!II", segment, 4, seq, ack)
        segment += options + payload
        struct.pack_into("!H", segment, 16,
                         checksum_with(self.way(leaves), 6, segment))
        return bytes(segment)

    def zeroing(self, leaves, times):
        """The payload by which the next segment's checksum becomes 0."""
        return self.tcp(leaves, usual(*times), bytes(2), flags="A",
                        seq=self.next[leaves] % MOD,
                        ack=self.next[not leaves] % MOD)[16:18]

    def packets(self, leaves, tcp, headers, cut, proto=6):
        """The IP packets with a segment: behind extension headers, given as
        (number, bytes), or behind IPv4 options; in two fragments."""
        if self.family == 4:
            return self.packets4(leaves, tcp, headers, cut, proto)
        number, chain = proto, b""
        for kind, body in reversed(headers):
            chain, number = bytes([number]) + body + chain, kind
        chain += tcp
        if not cut:
            return [self.packet6(leaves, number, chain)]
        first = struct.pack("!BBHI", number, 0, 1, 77) + chain[:cut]
        later = struct.pack("!BBHI", number, 0, cut, 77) + chain[cut:]
        return [self.packet6(leaves, FRAGMENT, part)
                for part in (first, later)]

    def packets4(self, leaves, tcp, options, cut, proto):
        def header(size, **fragment):
            return ipv4_header(self.way(leaves), proto, size, tuple(options),
                               **fragment)
        if not cut:
            return [header(len(tcp)) + tcp]
        return [header(cut, flags="MF") + tcp[:cut],
                header(len(tcp) - cut, frag=cut // 8) + tcp[cut:]]

    def packet6(self, leaves, number, payload):
        return ipv6_header(self.way(leaves), number, len(payload)) + payload

    def link(self):
        kinds = [C_TAG] if len(self.tags) < 2 else [S_TAG] + [C_TAG] * 2
        tags = b"".join(struct.pack("!HH", kind, tag)
                        for kind, tag in zip(kinds, self.tags))
        return tags + (b"\x08\x00" if self.family == 4 else b"\x86\xdd")

    def frames(self, leaves, times, how):
        """The frames of a segment with TSval and TSecr, without addresses."""
        how = dict(how)
        options = how.pop("options", usual)(*times)
        headers, cut = how.pop("headers", ()), how.pop("cut", None)
        padding = how.pop("padding", b"")
        mangle = how.pop("mangle", bytes)
        tcp = self.tcp(leaves, options, how.pop("payload", b""), **how)
        return [self.link() + mangle(ip) + padding
                for ip in self.packets(leaves, tcp, headers, cut)]

    # Sending

    def send(self, name, leaves, times, wanted_times, counter, how):
        """A segment crosses; wanted_times() says how it must come out."""
        origin = how.pop("origin", None)
        flags = how.setdefault("flags", "A")
        how.setdefault("seq", self.next[leaves] % MOD)
        how.setdefault("ack", "A" in flags and self.next[not leaves] % MOD)
        sent = self.frames(leaves, times, how)
        try:
            got, macs = [], []
            for number, frame in enumerate(sent):
                macs.append(self.lab.next_macs())
                got.append(self.lab.cross(
                    macs[-1] + frame, leaves,
                    "fragment" if number else counter, origin))
            if self.offset is None and counter == "rewritten":
                self.learn(macs[0] + sent[0], got[0], times)
            wanted = sent if wanted_times() == times else \
                self.frames(leaves, wanted_times(), how)
            if counter.startswith("dropped"):
                compare(got.pop(0), None)
                macs, wanted = macs[1:], wanted[1:]
            for came, mac, frame in zip(got, macs, wanted):
                compare(came, mac + frame, self.lab.mangled_zero)
        except Mismatch as mismatch:
            raise Mismatch(f"{name}, {'out' if leaves else 'in'}: "
                           f"{mismatch}") from mismatch
        self.next[leaves] = how["seq"] + len(how.get("payload", b"")) + \
            ("S" in flags) + ("F" in flags)

    def learn(self, sent, got, times):
        at = sent.index(ts(*times)) + 2
        if not got:
            raise Mismatch("it must not be dropped")
        self.offset = (int.from_bytes(got[at:at + 4], "big") - times[0]) % MOD
        if not self.offset:
            raise Mismatch("its TSval is not rewritten")

    def out(self, name, tsval=None, tsecr=None, counter="rewritten", seen=None,
            **how):
        """A segment leaves; untouched, if the counter is another one. Its TSval
        goes out as seen, where it cannot be of the clock."""
        if tsval is None:
            tsval = self.tick()
        if tsecr is None:
            tsecr = self.peer_clock if "A" in how.get("flags", "A") else 0
        self.send(name, True, (tsval, tsecr),
                  lambda: (seen or self.outside(tsval)
                           if counter == "rewritten" else tsval, tsecr),
                  counter, how)
        if seen is None:
            self.last = tsval

    def into(self, name, echo=None, tsecr=None, delivered=None,
             counter="restored", **how):
        """A segment arrives with the echo of an inside TSval, the last one
        unless given; or with a TSecr delivered as it is, or as given."""
        if tsecr is None:
            delivered = self.last if echo is None else echo
            tsecr = self.outside(delivered)
            if counter not in ("restored", "zeroed"):
                delivered = tsecr
        elif delivered is None:
            delivered = tsecr
        tsval = self.peer_tick()
        self.send(name, False, (tsval, tsecr), lambda: (tsval, delivered),
                  counter, how)

    def start_clock(self, name, **how):
        """The first TSval that is not 0, where those before were."""
        tsval = self.tick()
        start = self.outside(0)
        self.offset = (start + 1 - tsval) % MOD
        self.out(name, tsval=tsval, **how)
        return start

    def both(self, name, **how):
        """The same each way: translated, or the counter says why not."""
        back = dict(how)
        if how.get("counter") == "rewritten":
            back["counter"] = "restored"
        self.out(name, **how)
        self.into(name, **back)

    def begin(self, name="SYN", flags="S", **how):
        """The first segment outwards: its flow begins."""
        self.lab.expect("flow_created")
        self.out(name, flags=flags, **how)

    def establish(self):
        self.begin()
        self.into("SYN-ACK", flags="SA")
        self.out("ACK")
        return self


def established(lab, family):
    return Connection(lab, family).establish()


def flow_of(lab, conn):
    """What the command says of it."""
    flows = lab.tell("flows", "port", str(conn.port))
    if len(flows) != 1:
        raise Mismatch(f"{len(flows)} flows with port {conn.port}")
    return flows[0]
