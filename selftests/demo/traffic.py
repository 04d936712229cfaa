# SPDX-License-Identifier: GPL-2.0-only
"""What was measured of one phase: by dig, on both wires, by the counters."""
import dataclasses
import ipaddress
import json
import pathlib
import re
import sys

import dpkt

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import wire  # noqa: E402  pylint: disable=wrong-import-position

COUNTERS = ("egress_rewritten", "ingress_restored", "ingress_unrestored",
            "echo_verified", "echo_impossible", "PAWSActive")
SYN, ACK, RST = dpkt.tcp.TH_SYN, dpkt.tcp.TH_ACK, dpkt.tcp.TH_RST


@dataclasses.dataclass
class Carrier:
    """What the resolver asked one carrier, and what came of it."""
    name: str
    queries: int = 0     # on the inside wire, over UDP
    over_udp: int = 0    # on the inside wire: answers over UDP ...
    truncated: int = 0   # ... with TC
    over_tcp: int = 0    # on the inside wire: connections that were tried
    refused: int = 0     # on the outside wire: RSTs of the resolver
    answered: int = 0    # by dig: without error, whole, not empty

    @property
    def failed(self):
        return self.queries - self.answered


def is_answer(reply):
    """Whether a reply, as dig shows it, is a whole answer."""
    flags = re.search(r"^;; flags: ([a-z ]*);.* ANSWER: (\d+)", reply, re.M)
    return bool("status: NOERROR" in reply and flags
                and int(flags[2]) and "tc" not in flags[1].split())


def count_answers(carrier, files):
    for file in files:
        _, *replies = file.read_text().split(";; ->>HEADER<<-")
        carrier.answered += sum(map(is_answer, replies))


def dns_over_udp(path):
    """What a capture has of it: (server, whether it is an answer, truncated)."""
    with open(path, "rb") as file:
        for _, frame in dpkt.pcap.Reader(file):
            ip = dpkt.ethernet.Ethernet(frame).data
            udp = getattr(ip, "data", None)
            if isinstance(udp, dpkt.udp.UDP) and 53 in (udp.sport, udp.dport):
                answers = udp.sport == 53
                # dpkt does not know NAPTR; TC is in the header
                yield (ipaddress.ip_address(ip.src if answers else ip.dst),
                       answers, bool(udp.data[2] & 0x02))


def count_udp(carrier, server, packets):
    for host, answers, truncated in packets:
        if host == server:
            carrier.queries += not answers
            carrier.over_udp += answers
            carrier.truncated += answers and truncated


def count_tcp(carrier, server, segments, resets):
    carrier.over_tcp = len({segment.inside for segment in segments
                            if segment.leaves and segment.flags & SYN
                            and segment.outside[0] == server})
    carrier.refused = sum(segment.leaves and bool(segment.flags & RST)
                          and segment.outside[0] == server for segment in resets)


@dataclasses.dataclass
class Phase:
    carriers: list
    pairs: list          # (inside, outside): the TCP segments of both wires
    mispaired: str       # why there are no pairs
    counted: dict        # by how much each of COUNTERS rose

    def handshake(self):
        """The pairs SYN, SYN-ACK and what the resolver makes of it, or fewer."""
        found, end = [], None
        for inner, outer in self.pairs:
            kind = (outer.leaves, bool(outer.flags & SYN))
            if end in (None, inner.inside) and \
                    kind == ((True, True), (False, True), (True, False))[len(found)]:
                found.append((inner, outer))
                end = inner.inside
            if len(found) == 3:
                break
        return found


def read_wires(args, servers):
    """Both wires, their segments in pairs, and what is wrong with them."""
    wires = [], []
    try:
        for segments, path in zip(wires, (args.inside_wire, args.outside_wire)):
            segments += wire.read_wire(path, servers, False)
        return *wires, wire.pair_up(*wires), ""
    except wire.Mismatch as mismatch:
        return *wires, [], str(mismatch)


def compare(pairs, mode):
    """Hold both wires against what the mode must do, segment by segment."""
    if mode == "off":
        wire.check_off(pairs)
        return
    wires = wire.Wires(mode)
    for inner, outer in pairs:
        wires.pass_pair(inner, outer)
    wire.check_nothing_leaks(pairs)


def read_counters(directory):
    counters = json.loads((directory / "stats").read_text())
    kernel = json.loads((directory / "nstat").read_text())["kernel"]
    counters["PAWSActive"] = kernel["TcpExtPAWSActive"]
    return counters


def measure(args):
    directory, before = pathlib.Path(args.directory), pathlib.Path(args.before)
    servers = {"a": ipaddress.ip_address(args.carrier_a),
               "b": ipaddress.ip_address(args.carrier_b)}
    inside, outside, pairs, mispaired = read_wires(args, set(servers.values()))
    packets = list(dns_over_udp(args.inside_wire))
    carriers = []
    for name, server in servers.items():
        carrier = Carrier(name.upper())
        count_udp(carrier, server, packets)
        count_tcp(carrier, server, inside, outside)
        count_answers(carrier, directory.glob(f"dig.{name}.*"))
        carriers.append(carrier)
    earlier, later = read_counters(before), read_counters(directory)
    gained = {name: later[name] - earlier[name] for name in COUNTERS}
    return Phase(carriers, pairs, mispaired, gained)
