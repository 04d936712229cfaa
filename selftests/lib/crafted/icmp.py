# SPDX-License-Identifier: GPL-2.0-only
"""Cases of ICMP errors that quote a segment: functions of the lab and of 4 or 6.

A quote that arrives is of a segment that had left, and must come out as the
inside host had sent it; one that leaves is of a segment that had arrived, and
must come out as the outside host had sent it, checksums included."""
import copy
import struct
import time

from scapy.utils import checksum

from crafted.connection import (
    ATOMIC, Connection, DEST, DONE_ROUTE, FRAGMENT, HOP, PADDED, PADDED_LONG,
    ROUTE, ROUTING, checksum_with, established, flow_of)
from crafted.lab import Mismatch, compare
from crafted.modes import mode
from crafted.options import MOD, MSS, NOP, none, sack, sequence, ts

ERRORS = {4: [(3, code) for code in range(16)] + [(4, 0)] +
          [(5, code) for code in range(4)] + [(11, 0), (11, 1)] +
          [(12, code) for code in range(3)],
          6: [(1, code) for code in range(8)] + [(2, 0), (3, 0), (3, 1)] +
          [(4, code) for code in range(3)]}
OTHERS = {4: [(kind, 0) for kind in
              (0, 1, 2, 6, 8, 9, 10, 13, 14, 15, 16, 17, 18, 30, 40, 255)],
          6: [(kind, 0) for kind in
              (0, 5, 100, 127, 128, 129, 130, 133, 135, 136, 137, 255)]}
NUMBER = {4: 1, 6: 58}
TSECR_AT = 28   # in a TCP header with the usual options


def icmp(outer, leaves, kind, rest, data):
    """A message with its checksum."""
    message = bytes(kind) + bytes(2) + rest + data
    value = checksum(message) if outer.family == 4 else \
        checksum_with(outer.way(leaves), NUMBER[6], message)
    return message[:2] + struct.pack("!H", value) + message[4:]


def quote(conn, leaves, times, keep, how):
    """A segment's packet, so many bytes of TCP of it."""
    how = {"flags": "A", "payload": b"data of the quote", **how}
    how.setdefault("seq", conn.next[leaves] % MOD)
    how.setdefault("ack", "A" in how["flags"] and conn.next[not leaves] % MOD)
    packet = conn.frames(leaves, times, how)[0][len(conn.link()):]
    if keep is None:
        return packet
    ports = (conn.port, 443) if leaves else (443, conn.port)
    return packet[:packet.index(struct.pack("!HH", *ports)) + keep]


def cross(conn, name, leaves, sent, wanted, counter, kind=None,
          rest=b"\0\0\x05\x78", headers=(), cut=None, router=None, proto=None):
    """An error crosses with the quote that is sent, and must come out with the
    one that is wanted."""
    lab, outer = conn.lab, copy.copy(conn)
    if router:
        outer.ends = (router, conn.ends[1]) if leaves else \
            (conn.ends[0], router)

    def frames(data):
        message = icmp(outer, leaves, kind or ERRORS[conn.family][0], rest,
                       data)
        return [outer.link() + ip for ip in outer.packets(
            leaves, message, headers, cut, proto or NUMBER[conn.family])]

    later = "not_tcp" if conn.family == 4 else "fragment"
    before = frames(sent)
    behind = before if wanted == sent else frames(wanted)
    try:
        for number, (frame, want) in enumerate(zip(before, behind)):
            macs = lab.next_macs()
            got = lab.cross(macs + frame, leaves,
                            later if number else counter)
            compare(got, macs + want)
    except Mismatch as mismatch:
        raise Mismatch(f"{name}, quoted {'out' if leaves else 'in'}: "
                       f"{mismatch}") from mismatch


def arrives(conn, name, counter="quote_restored", times=None, keep=None,
            outer=None, behind=b"", **how):
    """An error about a segment that had left, given as inside sent it."""
    times = times or (conn.last, conn.peer_clock % MOD)
    left = (conn.outside(times[0]), times[1])
    sent = quote(conn, True, left, keep, how) + behind
    wanted = quote(conn, True, times, keep, how) + behind
    cross(conn, name, False, sent,
          wanted if counter == "quote_restored" else sent, counter,
          **(outer or {}))


def departs(conn, name, counter="quote_rewritten", times=None, keep=None,
            outer=None, behind=b"", **how):
    """An error about a segment that had arrived, given as inside got it; the
    TCP checksum tells of a TSecr behind the quote's end."""
    times = times or (conn.peer_clock % MOD, conn.last)
    came = (times[0], conn.outside(times[1]))
    sent = quote(conn, False, times, keep, how) + behind
    wanted = quote(conn, False, came, keep, how) + behind
    if keep is not None and 16 < keep < 32:
        wanted = without_checksum(wanted, keep)
    cross(conn, name, True, sent,
          wanted if counter == "quote_rewritten" else sent, counter,
          **(outer or {}))


def without_checksum(packet, keep):
    """The quote's, as much of it as there is."""
    at = len(packet) - keep + 16
    return packet[:at] + bytes(len(packet[at:at + 2])) + packet[at + 2:]


def either(conn, name, **how):
    arrives(conn, name, **how)
    departs(conn, name, **how)


def untouched(conn, name, **how):
    either(conn, name, counter="not_tcp", **how)


# Cases

def error_kinds(lab, family):
    conn = established(lab, family)
    router = {4: "192.0.2.33", 6: "2001:db8:99::33"}[family]
    for kind in ERRORS[family]:
        either(conn, f"type {kind[0]}, code {kind[1]}", outer={"kind": kind})
    either(conn, "from a router", outer={"router": router})
    either(conn, "the rest of the header all ones",
           outer={"rest": b"\xff" * 4, "kind": ERRORS[family][0]},
           payload=bytes(1200))
    conn.both("data behind them", payload=b"data")


def echoes_of_any_age(lab, family):
    """Not the latest value, but the very one."""
    conn = established(lab, family)
    times = [conn.last + delta for delta in (0, 1, 1000, 2**20)]
    for tsval in times[1:]:
        conn.out(f"TSval {tsval:#x}", tsval=tsval)
    for tsval in reversed(times):
        arrives(conn, f"TSval {tsval:#x}", times=(tsval, conn.peer_clock % MOD))
        departs(conn, f"TSecr {tsval:#x}", times=(conn.peer_clock % MOD, tsval))


def quote_lengths(lab, family):
    conn = established(lab, family)
    for keep in range(TSECR_AT):
        arrives(conn, f"{keep} bytes of TCP", "not_tcp", keep=keep)
    for keep in range(TSECR_AT, 40):
        arrives(conn, f"{keep} bytes of TCP", keep=keep)
    for keep in range(17):
        departs(conn, f"{keep} bytes of TCP", "not_tcp", keep=keep)
    for keep in (*range(17, TSECR_AT + 1), *range(TSECR_AT + 4, 40)):
        departs(conn, f"{keep} bytes of TCP", keep=keep)
    for keep in range(17, TSECR_AT):
        departs(conn, f"{keep} bytes without ACK", "not_tcp", keep=keep,
                flags="R")


def ones_complement(value):
    while value >> 16:
        value = (value & 0xffff) + (value >> 16)
    return value


def patched(tcp, at, new):
    """With other bytes there, and the checksum that goes with them."""
    total = ~int.from_bytes(tcp[16:18], "big") & 0xffff
    for index, byte in enumerate(new, at):
        shift = 0 if index % 2 else 8
        total += 0xffff - (tcp[index] << shift) + (byte << shift)
    tcp = tcp[:16] + struct.pack("!H", ~ones_complement(total) & 0xffff) + \
        tcp[18:]
    return tcp[:at] + new + tcp[at + len(new):]


def two(tsval, tsecr):
    return ts(tsval, tsecr) + ts(tsval, tsecr)


def cut_tsecr(lab, family):
    """What cannot be translated must not be seen, nor be told by the checksum."""
    conn = established(lab, family)
    for before in range(4):
        at = 20 + before + 6
        for here in (1, 2, 3):
            how = {"options": sequence(NOP * before, ts)}
            sent = quote(conn, False, (conn.peer_clock % MOD, conn.last),
                         at + here, how)
            head = len(sent) - at - here
            wanted = sent[:head] + without_checksum(
                sent[head:at + head] + bytes(here), at + here)
            cross(conn, f"{here} bytes of a TSecr at {at}", True, sent, wanted,
                  "quote_rewritten")
    times = conn.peer_clock % MOD, conn.last
    how = {"options": sequence(two)}
    for here in (1, 2, 3):
        sent = quote(conn, False, times, 36 + here, how)
        head = len(sent) - 36 - here
        tcp = patched(sent[head:], 36, bytes(here))
        tcp = patched(tcp, 26, struct.pack("!I", conn.outside(conn.last)))
        tcp = without_checksum(tcp, len(tcp))
        cross(conn, f"{here} bytes of the second TSecr", True, sent,
              sent[:head] + tcp, "quote_rewritten")


def cut_tsval(lab, family):
    """The second is cut, the first is whole."""
    conn = established(lab, family)
    left = conn.outside(conn.last), conn.peer_clock % MOD
    for keep in range(30, 36):
        sent = quote(conn, True, left, keep, {"options": sequence(two)})
        head = len(sent) - keep
        wanted = sent[:head] + patched(sent[head:], 22,
                                       struct.pack("!I", conn.last % MOD))
        cross(conn, f"{keep} bytes of two TSopts", False, sent, wanted,
              "quote_restored")


def layouts_in_quotes(lab, family):
    conn = established(lab, family)

    def several(tsval, tsecr):
        return b"".join(ts(tsval - i, tsecr - i) for i in range(count))

    for before in range(4):
        for size in (0, 1, 1300):
            either(conn, f"TSopt behind {before} NOPs, {size} bytes",
                   options=sequence(NOP * before, ts), payload=bytes(size))
    for blocks in (1, 2, 3):
        either(conn, f"{blocks} SACKs", options=sequence(sack(blocks), ts))
    for count in (2, 3, 4):
        either(conn, f"{count} TSopts", options=sequence(several))
        either(conn, f"{count} TSopts, the first at an odd offset",
               options=sequence(NOP, several) if count < 4 else
               sequence(several))
    either(conn, "a malformed option behind it",
           options=sequence(ts, NOP * 2, b"\x05\x00", NOP * 2))
    untouched(conn, "a malformed option before it",
              options=sequence(b"\x05\x00", ts))
    untouched(conn, "no options", options=none)
    untouched(conn, "no TSopt", options=sequence(MSS))
    untouched(conn, "TSopt behind EOL", options=sequence(b"\0", ts))
    for flags in ("FA", "PA", "RA", "PUA"):
        either(conn, f"flags {flags}", flags=flags, urgent=3)


def headers_around_quotes(lab, family):
    conn = established(lab, family)
    if family == 4:
        route, stamp = b"\x07\x0b\x04" + bytes(8), b"\x44\x0c\x05\0" + bytes(8)
        chains = {"record route": [route], "both": [route, stamp]}
        away = {"source route": [bytes([131, 7, 4, 192, 0, 2, 1])]}
    else:
        chains = {"hop-by-hop": [(HOP, PADDED)], "atomic": [(FRAGMENT, ATOMIC)],
                  "several": [(HOP, PADDED_LONG), (DEST, PADDED),
                              (ROUTING, DONE_ROUTE), (DEST, PADDED)]}
        away = {"routing header": [(ROUTING, ROUTE)]}
    for name, chain in chains.items():
        either(conn, f"{name} outside", outer={"headers": chain})
        either(conn, f"{name} quoted", headers=chain)
        either(conn, f"{name} both", headers=chain, outer={"headers": chain},
               options=sequence(NOP, ts))
    for name, chain in away.items():
        untouched(conn, f"{name} quoted", headers=chain)
        either(conn, f"{name} outside", counter="untracked",
               outer={"headers": chain})


def tags_around_quotes(lab, family):
    port = next(lab.ports)
    conns = [Connection(lab, family, tags=tags, port=port).establish()
             for tags in ((), (5,), (100, 5))]
    for conn in conns:
        either(conn, f"tags {conn.tags}")
    other = copy.copy(conns[0])
    other.tags = (6,)
    untouched(other, "tag of no flow")


def errors_in_fragments(lab, family):
    conn = established(lab, family)
    for cut in (120, 160):
        either(conn, f"cut at {cut}", outer={"cut": cut}, payload=bytes(500))
    either(conn, "a first fragment quoted", payload=bytes(99), cut=64)


def later_fragment(conn, leaves):
    how = {"flags": "A", "seq": 1, "ack": 1, "payload": bytes(99), "cut": 32}
    return conn.frames(leaves, (7, 8), how)[1][len(conn.link()):]


def behind_the_quote(lab, family):
    """RFC 4884: 128 bytes of quote or more, then objects."""
    conn = established(lab, family)
    label = b"\0\x08\1\1\0\x01\x01\xff"
    head = b"\x20\0" + bytes(2)
    head = head[:2] + struct.pack("!H", checksum(head + label))
    size = 20 if family == 4 else 40
    for kind in {4: [(3, 1), (11, 0), (12, 0)], 6: [(1, 4), (3, 0)]}[family]:
        rest = b"\0\x20\0\0" if family == 4 else b"\x10\0\0\0"
        either(conn, f"type {kind[0]}, objects", keep=128 - size,
               payload=bytes(900), behind=head + label,
               outer={"kind": kind, "rest": rest})
        either(conn, f"type {kind[0]}, padding and objects",
               payload=b"four", behind=bytes(128 - size - 36) + head + label,
               outer={"kind": kind, "rest": rest})
    either(conn, "trailing bytes", payload=b"", behind=b"\xa5" * 7)
    if family == 6:
        cut_by_objects(conn, head + label)


def cut_by_objects(conn, objects):
    """128 bytes of quote end in a TSval: what lies behind is no part of it."""
    keep = 128 - 40 - 3 * 16
    how = {"headers": [(DEST, PADDED_LONG)] * 3,
           "options": sequence(NOP * (keep - 24), ts)}
    outer = {"kind": (1, 4), "rest": b"\x10\0\0\0"}
    arrives(conn, "a TSval that objects cut", "not_tcp", keep=keep,
            outer=outer, behind=objects, **how)
    times = conn.peer_clock % MOD, conn.last
    sent = quote(conn, False, times, keep, how)
    cross(conn, "a TSopt that objects cut", True, sent + objects,
          without_checksum(sent, keep) + objects, "quote_rewritten", **outer)


def handshakes_in_quotes(lab, family):
    conn = Connection(lab, family)
    first = conn.next[True]
    conn.begin()
    syn = {"flags": "S", "seq": first, "payload": b"",
           "options": sequence(MSS, ts)}
    arrives(conn, "SYN of an embryonic flow", times=(conn.last, 0), **syn)
    state(lab, conn, "embryonic")
    conn.into("SYN-ACK", flags="SA")
    departs(conn, "SYN-ACK that arrived", flags="SA", seq=conn.next[False] - 1)
    arrives(conn, "SYN again", times=(conn.last, 0), **syn)
    server = Connection(lab, family)
    server.into("SYN", tsecr=0, flags="S", counter="no_flow")
    server.begin("SYN-ACK", flags="SA")
    arrives(server, "SYN-ACK that left", flags="SA", seq=server.next[True] - 1)
    departs(server, "SYN that arrived", "not_tcp", flags="S",
            times=(server.peer_clock % MOD, 0x12345678),
            seq=server.next[False] - 1)
    state(lab, server, "embryonic")
    server.into("ACK")
    departs(server, "third segment")


def state(lab, conn, wanted):
    got = flow_of(lab, conn)["state"]
    if got != wanted:
        raise Mismatch(f"the flow is {got}, not {wanted}")


def reuse(conn, flags, ahead):
    """Another connection asks for the 4-tuple."""
    new = Connection(conn.lab, conn.family, port=conn.port)
    new.next = {True: conn.next[True] + ahead, False: conn.next[False]}
    new.clock = conn.clock + 0x1234567
    new.isn = new.next[True] % MOD
    conn.lab.expect("flow_reused")
    new.out("a new connection's first segment", flags=flags)
    return new


def quotes_of_two_spans(lab, family):
    """Each with the offset of the connection that it is of; where the inside
    end's numbers are the committed one's next 2^30, it is that one's."""
    conn = established(lab, family)
    new = reuse(conn, "S", 0x40000000)
    if new.offset == conn.offset:
        raise Mismatch("two connections of the same offset")
    arrives(new, "the candidate's SYN", flags="S", seq=new.isn,
            times=(new.last, 0))
    either(conn, "the committed one's data")
    conn.both("the committed one's data")
    new.into("SYN-ACK", flags="SA")
    arrives(new, "the committed SYN", flags="S", seq=new.isn,
            times=(new.last, 0))
    either(new, "the new one's data")

    old = established(lab, family)
    new = reuse(old, "SA", 0x60000000)
    arrives(new, "the candidate's SYN-ACK", flags="SA", seq=new.isn)
    arrives(new, "data behind it", seq=new.isn + 1)
    either(old, "the committed one's data")


def echo_zero_in_quotes(lab, family):
    conn = established(lab, family)
    times = (conn.peer_clock % MOD, 0)
    departs(conn, "TSecr 0", "not_tcp", times=times)
    departs(conn, "TSecr 0 at an odd offset", "not_tcp", times=times,
            options=sequence(NOP, ts))
    # As it passed itself, see meaningless_echoes and duplicates
    departs(conn, "the first TSecr 0", "not_tcp", times=times,
            options=sequence(ts, lambda tsval, _: ts(tsval, 0x12345678)))
    departs(conn, "no ACK", "not_tcp", flags="R")
    arrives(conn, "TSecr 0", times=(conn.last, 0))


def quotes_of_no_flow(lab, family):
    unknown = Connection(lab, family)
    unknown.offset, unknown.last = 0x1000, 0x5000
    untouched(unknown, "no flow")
    untouched(unknown, "no flow, SYN", flags="S")
    conn = established(lab, family)
    other = copy.copy(conn)
    other.ends = (conn.ends[0], {4: "198.51.100.101",
                                 6: "2001:db8::101"}[family])
    untouched(other, "another address")
    other.ends = (conn.ends[1], conn.ends[0])
    untouched(other, "the other way round")


def quotes_in_other_modes(lab, family):
    with mode(lab, "off"):
        off = Connection(lab, family)
        off.offset = 0x1000
        off.out("SYN", flags="S", counter="mode_off")
        untouched(off, "mode off")
    with mode(lab, "observe"):
        seen = Connection(lab, family)
        seen.offset = 0
        seen.begin(counter="observed")
        seen.into("SYN-ACK", flags="SA", counter="observed")
        seen.offset = 0x1000
        untouched(seen, "mode observe")
    with mode(lab, "bug"):
        bug = Connection(lab, family)
        bug.begin()
        lab.expect("echo_impossible")
        bug.into("SYN-ACK", flags="SA", counter="unrestored")
        departs(bug, "mode bug", "not_tcp",
                times=(bug.peer_clock % MOD, bug.outside(bug.last)))
        arrives(bug, "mode bug")
    with mode(lab, "off"):
        conn = established_in(lab, family, "rewrite")
        either(conn, "begun before")


def established_in(lab, family, name):
    with mode(lab, name, back="off"):
        return established(lab, family)


def no_errors(lab, family):
    conn = established(lab, family)
    for kind in OTHERS[family]:
        untouched(conn, f"type {kind[0]}", outer={"kind": kind})
    untouched(conn, "the other family's number",
              outer={"proto": NUMBER[10 - family]})
    untouched(conn, "another protocol", outer={"proto": 17})


def quotes_of_others(lab, family):
    conn = established(lab, family)
    size = 20 if family == 4 else 40
    udp = struct.pack("!HHHH", conn.port, 443, 40, 0) + bytes(32)
    for leaves, way in ((True, False), (False, True)):
        whole = quote(conn, way, (conn.last, conn.last), None, {})
        ping = icmp(conn, way, {4: (8, 0), 6: (128, 0)}[family], bytes(4),
                    whole)
        error = icmp(conn, way, ERRORS[family][0], bytes(4), whole)
        for name, data in (
                ("UDP", conn.packets(way, udp, (), None, 17)[0]),
                ("an ICMP echo", conn.packets(way, ping, (), None,
                                              NUMBER[family])[0]),
                ("an ICMP error", conn.packets(way, error, (), None,
                                               NUMBER[family])[0]),
                ("a later fragment", later_fragment(conn, way)),
                ("another IP version", b"\x75" + whole[1:]),
                ("the other IP version",
                 bytes([whole[0] ^ 0x20]) + whole[1:]),
                ("data offset 4", quote(conn, way, (1, 2), None, {"doff": 4})),
                ("nothing", b""), ("a byte", whole[:1]),
                ("half an IP header", whole[:size // 2]),
                ("an IP header", whole[:size]),
                ("a packet without its TCP header",
                 without_payload(family, whole))):
            cross(conn, "quote of " + name, leaves, data, data, "not_tcp")
    conn.both("data behind them", payload=b"data")


def without_payload(family, packet):
    """By what its header says."""
    return packet[:2] + b"\0\x14" + packet[4:] if family == 4 else \
        packet[:4] + b"\0\0" + packet[6:]


def malformed_errors(lab, family):
    conn = established(lab, family)
    whole = quote(conn, True, (conn.last, 1), None, {})
    message = icmp(conn, False, ERRORS[family][0], bytes(4), whole)
    for leaves in (True, False):
        for size in (0, 1, 4, 7, 8, 9):
            packet = conn.packets(leaves, message[:size], (), None,
                                  NUMBER[family])[0]
            for padding in (b"", whole):
                frame = lab.next_macs() + conn.link() + packet + padding
                compare(lab.cross(frame, leaves, "not_tcp"), frame)
    # What lies behind the packet is no part of the quote
    packet = conn.packets(False, message, (), None, NUMBER[family])[0]
    size = len(packet) - 37
    short = packet[:2] + struct.pack("!H", size) + packet[4:] \
        if family == 4 else \
        packet[:4] + struct.pack("!H", size - 40) + packet[6:]
    frame = lab.next_macs() + conn.link() + short
    compare(lab.cross(frame, False, "not_tcp"), frame)


def quotes_change_no_flow(lab, family):
    conn = established(lab, family)
    before = flow_of(lab, conn)
    for name, how in (
            ("RST", {"flags": "RA"}), ("RST", {"flags": "R"}),
            ("FIN", {"flags": "FA"}), ("SYN", {"flags": "S"}),
            ("SYN-ACK", {"flags": "SA"})):
        arrives(conn, name, **how)
        departs(conn, name, "quote_rewritten" if "A" in how["flags"] else
                "not_tcp", **how)
    later = (conn.last + 2**24, conn.peer_clock % MOD)
    arrives(conn, "a later TSval", times=later)
    departs(conn, "a later TSecr", times=later[::-1])
    after = flow_of(lab, conn)
    for name in ("state", "last", "offset", "mode", "asymmetric"):
        if before[name] != after[name]:
            raise Mismatch(f"{name} was {before[name]}, is {after[name]}")
    lab.expect("echo_impossible")
    conn.into("an echo from the future", echo=later[0], payload=b"data")
    conn.both("data", payload=b"data")


def quotes_keep_no_flow(lab, family):
    conn = established(lab, family)
    end = time.monotonic() + lab.deadline
    while flow_of(lab, conn)["idle"] < 2:
        if time.monotonic() > end:
            raise Mismatch("its flow is never idle")
        time.sleep(0.1)
    either(conn, "quote of an idle flow")
    if flow_of(lab, conn)["idle"] < 2:
        raise Mismatch("a quote kept the flow alive")
    conn.out("data")
    if flow_of(lab, conn)["idle"] >= 2:
        raise Mismatch("a segment did not keep the flow alive")
