# SPDX-License-Identifier: GPL-2.0-only
"""Cases of what carries TCP: functions of the lab and of 4 or 6."""
from crafted.connection import (
    AH, ATOMIC, AUTH, Connection, DEST, DONE_ROUTE, FRAGMENT, HOME, HOP,
    PADDED, PADDED_LONG, ROUTE, ROUTING, established)
from crafted.lab import Mismatch, Wire, compare
from crafted.options import NOP, sack, sequence, ts


def fragments(lab, family):
    conn = established(lab, family)
    for size in (3, 700, 1401):
        for cut in (32, 40, 200):
            if cut < 32 + size:
                name = f"{size} bytes cut at {cut}"
                conn.both(name, payload=(bytes(range(250)) * 6)[:size],
                          cut=cut)
    conn.both("options at an odd offset, cut behind them", cut=48,
              options=sequence(NOP, ts, sack(1)), payload=b"odd bytes")
    whole = Connection(lab, family)
    whole.begin("SYN in fragments", payload=bytes(99), cut=40)


def short_fragments(lab, family):
    conn = established(lab, family)
    for cut in (8, 16, 24):
        conn.both(f"header cut at {cut}", cut=cut, payload=b"data",
                  counter="dropped_fragment")
    conn.both("data", payload=b"data")
    unknown = Connection(lab, family)
    for cut in (8, 16, 24):
        unknown.both(f"header of no flow cut at {cut}", cut=cut, tsecr=1,
                     payload=b"data", counter="fragment")


def options_of_ip(lab, family):
    conn = Connection(lab, family)
    option = b"\x07\x0b\x04" + bytes(8)
    stamp = b"\x44\x0c\x05\x00" + bytes(8)
    router = b"\x94\x04\x00\x00"
    conn.begin("SYN with record route", headers=[option])
    conn.into("SYN-ACK with timestamps", headers=[stamp], flags="SA")
    for name, headers in (("record route", [option]), ("timestamps", [stamp]),
                          ("router alert", [router]),
                          ("all three", [router, option, stamp])):
        conn.both(name, headers=headers, payload=b"data")


def source_routes(lab, family):
    conn = established(lab, family)
    for name, kind in (("loose", 131), ("strict", 137)):
        route = bytes([kind, 7, 4, 192, 0, 2, 1])
        for what, headers in ((name, [route]),
                              (name + " behind NOPs", [b"\1", b"\1", route])):
            conn.both(what, headers=headers, counter="untracked")
    Connection(lab, family).out("SYN, source route", flags="S",
                                headers=[bytes([131, 7, 4, 192, 0, 2, 1])],
                                counter="untracked")


def extension_headers(lab, family):
    conn = Connection(lab, family)
    conn.begin("SYN behind hop-by-hop options", headers=[(HOP, PADDED)])
    conn.into("SYN-ACK behind destination options", flags="SA",
              headers=[(DEST, PADDED)])
    for name, headers in (
            ("hop-by-hop", [(HOP, PADDED)]),
            ("destination", [(DEST, PADDED_LONG)]),
            ("routing header that is done", [(ROUTING, DONE_ROUTE)]),
            ("atomic fragment", [(FRAGMENT, ATOMIC)]),
            ("eight headers", [(DEST, PADDED)] * 8),
            ("all of them", [(HOP, PADDED_LONG), (DEST, PADDED),
                             (ROUTING, DONE_ROUTE),
                             (FRAGMENT, ATOMIC), (DEST, PADDED)])):
        conn.both(name, headers=headers, payload=b"odd")
        conn.both(name + ", odd offset", headers=headers,
                  options=sequence(NOP, ts))
    conn.both("options in the first fragment", payload=bytes(100), cut=64,
              headers=[(DEST, PADDED)])


def untracked_headers(lab, family):
    conn = established(lab, family)
    for name, headers in (
            ("routing header", [(ROUTING, ROUTE)]),
            ("home address", [(DEST, HOME)]),
            ("AH", [(AUTH, AH)]),
            ("AH behind hop-by-hop", [(HOP, PADDED), (AUTH, AH)]),
            ("nine headers", [(DEST, PADDED)] * 9)):
        conn.both(name, headers=headers, counter="untracked")
        Connection(lab, family).out(f"SYN, {name}", headers=headers, flags="S",
                                    counter="untracked")
    conn.both("another header", headers=[(253, PADDED)], counter="not_tcp")


def mapped_addresses(lab, _family):
    conn = established(lab, 4)
    mapped = Connection(lab, 6, port=conn.port,
                        ends=["::ffff:" + end for end in conn.ends])
    mapped.out("SYN", flags="S", counter="untracked")
    mapped.both("data", tsecr=conn.outside(conn.last), counter="untracked")
    plain = Connection.ENDS[6]
    for ends in ((plain[0], mapped.ends[1]), (mapped.ends[0], plain[1])):
        half = Connection(lab, 6, ends=ends)
        half.out(f"SYN, {ends}", flags="S", counter="untracked")
        half.into(f"SYN, {ends}", flags="S", tsecr=0, counter="untracked")
    conn.both("data of IPv4")


def patched(at, *values):
    return lambda ip: ip[:at] + bytes(values) + ip[at + len(values):]


def malformed(lab, family):
    conn = established(lab, family)
    for doff in (0, 4):
        conn.both(f"data offset {doff}", doff=doff, counter="malformed")
    conn.both("data offset past the packet", doff=15, counter="malformed")
    conn.both("half a TCP header", mangle=half_header(family),
              counter="malformed")
    conn.both("TCP header only in the padding", counter="malformed",
              mangle=length_of(family, 12))
    conn.both("options only in the padding", counter="malformed",
              mangle=length_of(family, 20))
    conn.both("longer than the frame", counter="malformed",
              mangle=length_of(family, 60))
    conn.both("another IP version", mangle=patched(0, 0x75),
              counter="malformed")
    conn.both("half an IP header", mangle=lambda ip: ip[:12],
              counter="malformed")
    syn = Connection(lab, family)
    syn.out("SYN with data offset 4", flags="S", doff=4, counter="malformed")
    conn.both("data", payload=b"data")


def length_of(family, tcp):
    """Says that so many bytes follow the IP header."""
    return patched(2, 0, 20 + tcp) if family == 4 else patched(4, 0, tcp)


def half_header(family):
    size = 20 if family == 4 else 40
    return lambda ip: length_of(family, 14)(ip)[:size + 14]


def malformed_ipv4(lab, family):
    conn = established(lab, family)
    for name, mangle in (("header of 16 bytes", patched(0, 0x44)),
                         ("header of 60 bytes, total 52", patched(0, 0x4f)),
                         ("total length 19", patched(2, 0, 19)),
                         ("total length 0", patched(2, 0, 0))):
        conn.both(name, mangle=mangle, counter="malformed")
    conn.both("a later fragment alone", mangle=patched(6, 0, 5),
              counter="fragment")
    conn.both("another protocol", mangle=patched(9, 17), counter="not_tcp")


def malformed_ipv6(lab, family):
    conn = established(lab, family)
    conn.both("extension header past the packet", counter="malformed",
              headers=[(HOP, b"\xff" + PADDED[1:])])
    conn.both("half an extension header", counter="malformed",
              mangle=lambda ip: length_of(6, 4)(patched(6, DEST)(ip)))
    conn.both("payload length 0", counter="malformed",
              mangle=length_of(6, 0))
    conn.both("a later fragment alone", counter="fragment",
              headers=[(FRAGMENT, b"\0\0\x40\0\0\0\x4d")])
    conn.both("another protocol", mangle=patched(6, 17), counter="not_tcp")


def padding_is_no_payload(lab, family):
    conn = established(lab, family)
    # Only exact numbers close a flow
    conn.out("FIN", flags="FA", padding=bytes(6))
    conn.into("FIN", flags="FA", padding=b"\xff" * 7)
    lab.expect("flow_closed")
    conn.out("last ACK", padding=b"\xaa" * 46)
    conn.into("ACK sent again", padding=b"\xaa" * 46)


def vlan_tags(lab, family):
    port = next(lab.ports)
    conns = [Connection(lab, family, tags=tags, port=port)
             for tags in ((), (5,), (6,), (100, 5), (100, 6), (5, 100))]
    for conn in conns:
        conn.begin(f"SYN, tags {conn.tags}")
    if len({conn.offset for conn in conns}) < len(conns):
        raise Mismatch("two flows of the same offset")
    for conn in conns:
        conn.into(f"SYN-ACK, tags {conn.tags}", flags="SA")
        conn.both(f"data, tags {conn.tags}", payload=b"odd",
                  options=sequence(NOP, ts))
        conn.both(f"fragments, tags {conn.tags}", payload=bytes(99), cut=64)
        # Its tag is in the packet: that of a bridged one is beside it
        conn.out(f"out of the firewall itself, tags {conn.tags}",
                 payload=b"data", origin=lab.firewall)
        conn.into(f"echo of that, tags {conn.tags}")
    flows = [(flow.get("vlan"), flow.get("vlan_inner"))
             for flow in lab.tell("flows", "port", str(port))]
    if sorted(flows, key=str) != sorted(
            [(conn.tags + (None, None))[:2] for conn in conns], key=str):
        raise Mismatch(f"flows with the tags {flows}")


def tag_priority(lab, family):
    conn = Connection(lab, family, tags=(5,))
    conn.begin()
    conn.tags = (5 | 7 << 13,)
    conn.into("SYN-ACK of another priority", flags="SA")
    conn.out("data of another priority", payload=b"data")
    conn.out("in the packet", payload=b"data", origin=lab.firewall)


def three_tags(lab, family):
    conn = Connection(lab, family, tags=(100, 5, 6))
    conn.out("SYN", flags="S", counter="untracked")
    conn.out("SYN out of the firewall itself", flags="S", counter="untracked",
             origin=lab.firewall)
    conn.into("SYN", flags="S", tsecr=0, counter="untracked")


def capture_on_the_device(lab, family):
    """Who captures shares a packet's bytes: they must not change under him."""
    tap = Wire(lab.name, "fw1", incoming=False)
    conn = Connection(lab, family)
    try:
        for name, step, how in (
                ("SYN", conn.begin, {}),
                ("SYN-ACK", conn.into, {"flags": "SA"}),
                ("data", conn.out, {"payload": b"data"}),
                ("answer", conn.into, {"payload": bytes(999)})):
            step(name, **how)
            captured = tap.receive(lab.deadline)
            if captured is None:
                raise Mismatch(f"{name}: not captured")
            compare(captured, lab.seen_outside)
    finally:
        tap.socket.close()


def sent_past_the_queue(lab, family):
    """The hook of such a packet is called with softirqs enabled: where locks are
    checked, the kernel reports one that is taken so, and in a softirq as well."""
    wire = Wire(lab.name, "fw1", 0, bypass=True)
    conn = Connection(lab, family)
    try:
        conn.begin("SYN", origin=wire)
        conn.into("SYN-ACK", flags="SA")
        conn.out("ACK", origin=wire)
        conn.out("data", payload=b"data", origin=wire)
        conn.into("its echo")
        conn.out("FIN", flags="FA", origin=wire)
        conn.into("FIN", flags="FA")
        lab.expect("flow_closed")
        conn.out("the last ACK", origin=wire)
    finally:
        wire.socket.close()


def one_counter_each(lab, _family):
    now = lab.counters()
    for way in ("egress", "ingress"):
        total = sum(count for name, count in now.items()
                    if name.startswith(way + "_"))
        print(f"# {way}: {lab.sent[way]} frames")
        if total != lab.sent[way]:
            raise Mismatch(f"{way}: {lab.sent[way]} frames, {total} counted")
