# SPDX-License-Identifier: GPL-2.0-only
"""Cases of TCP: functions of the lab and of 4 or 6."""
import copy
import itertools

from crafted.connection import Connection, established
from crafted.modes import stripped
from crafted.options import (
    AO, EOL, MD5, MOD, MSS, NOP, SACK_OK, SCALE, none, sack, sequence, ts)


def client_inside(lab, family):
    conn = established(lab, family)
    times = [conn.clock + delta for delta in (64, 65, 97, 127, 128)]
    for tsval in times:
        conn.out(f"TSval {tsval:#x}", tsval=tsval, flags="PA", payload=b"data")
    # Each is the one echoed, not the latest, not the first
    for index in (2, 0, 4, 1, 3):
        conn.into(f"echo of {times[index]:#x}", echo=times[index],
                  payload=b"answer")
    lab.expect("syn_retransmitted")
    conn.out("SYN sent again", flags="S", seq=0x7ffffff0 + conn.port)


def server_inside(lab, family):
    conn = Connection(lab, family)
    conn.into("SYN", tsecr=0, flags="S", counter="no_flow")
    # Its low bits carry the state of a SYN cookie
    cookie = conn.tick() | 0x3f
    conn.begin("SYN-ACK", flags="SA", tsval=cookie)
    conn.into("ACK", echo=cookie)
    conn.into("data", echo=cookie, flags="PA", payload=b"request")
    conn.clock = cookie
    conn.out("data", flags="PA", payload=b"answer")
    conn.into("ACK")


def simultaneous_open(lab, family):
    conn = Connection(lab, family)
    conn.begin(tsecr=0xdeadbeef)
    conn.into("SYN with a TSecr", tsecr=0xdeadbeef, flags="S",
              counter="no_ack")
    lab.expect("syn_retransmitted")
    conn.out("SYN-ACK", flags="SA", seq=(conn.next[True] - 1) % MOD)
    conn.into("SYN-ACK", flags="SA", seq=(conn.next[False] - 1) % MOD)
    conn.both("data", payload=b"data")


def alignments(lab, family):
    for before in range(4):
        options = sequence(NOP * before, ts)
        conn = Connection(lab, family)
        conn.begin(f"SYN, {before} NOPs before", options=options)
        conn.into(f"SYN-ACK, {before} NOPs before", flags="SA",
                  options=options)
        for size in (0, 1, 2, 7, 1399, 1400):
            payload = bytes(i * i % 251 for i in range(size))
            conn.both(f"{before} NOPs before, {size} bytes", options=options,
                      payload=payload)


def zero_checksums(lab, family):
    """A sum of 0xffff is a checksum of 0, and never of 0xffff."""
    conn = established(lab, family)
    for number in range(4):
        tsval = conn.tick()
        conn.out(f"{number}: becomes 0", tsval=tsval, payload=conn.zeroing(
            True, (conn.outside(tsval), conn.peer_clock)))
        peer_tsval = copy.copy(conn).peer_tick()
        conn.into(f"{number}: becomes 0",
                  payload=conn.zeroing(False, (peer_tsval, conn.last)))
        tsval = conn.tick()
        conn.out(f"{number}: was 0", tsval=tsval,
                 payload=conn.zeroing(True, (tsval, conn.peer_clock)))
        peer_tsval = copy.copy(conn).peer_tick()
        conn.into(f"{number}: was 0", payload=conn.zeroing(
            False, (peer_tsval, conn.outside(conn.last))))


def option_orders(lab, family):
    names = {"MSS": MSS, "SACK": SACK_OK, "scale": SCALE, "TS": ts}
    for order in itertools.permutations(names):
        options = sequence(*(names[name] for name in order))
        conn = Connection(lab, family)
        conn.begin("SYN with " + " ".join(order), options=options)
        conn.into("SYN-ACK with " + " ".join(order), flags="SA",
                  options=options)


def sack_blocks(lab, family):
    conn = established(lab, family)
    for blocks in (1, 2, 3):
        conn.both(f"{blocks} SACKs before", options=sequence(sack(blocks), ts))
        conn.both(f"{blocks} SACKs behind", options=sequence(ts, sack(blocks)))


def header_lengths(lab, family):
    conn = established(lab, family)
    for size in range(12, 44, 4):
        for at in sorted({0, 1, size // 2 - 5, size - 11, size - 10}):
            conn.both(f"header of {20 + size}, TSopt at {at}", payload=b"odd",
                      options=sequence(NOP * at, ts, NOP * (size - 10 - at)))


def duplicates(lab, family):
    conn = established(lab, family)

    def options(tsval, tsecr):
        return b"".join(ts(tsval - i, tsecr - i) for i in range(count))

    def apart(tsval, tsecr):
        return sequence(NOP, ts, NOP * 2)(tsval, tsecr) + \
            sequence(NOP * 2, ts)(tsval - 1, tsecr - 1)

    for count in (2, 3, 4):
        lab.expect("duplicate_tsopt", 2)
        conn.both(f"{count} TSopts", options=sequence(options))
    lab.expect("duplicate_tsopt", 2)
    conn.both("2 TSopts, the first at an odd offset", options=sequence(apart))
    lab.expect("duplicate_tsopt")
    conn.into("the second TSecr 0", options=sequence(
        ts, lambda tsval, tsecr: ts(tsval, 0)))
    syn = Connection(lab, family)
    lab.expect("duplicate_tsopt", 2)
    syn.begin("SYN with 2 TSopts", options=sequence(ts, ts))
    syn.into("SYN-ACK with 2 TSopts", flags="SA", options=sequence(ts, ts))


# Bad wherever they are, and bad at the end of the header
BAD = {
    "length 0": b"\x08\x00" + bytes(10),
    "length 1": b"\x08\x01" + bytes(10),
    "another of length 0": b"\x05\x00" + NOP * 2,
}
# No TSopt, and passed over
OF_OTHER_LENGTH = {
    "length 4": b"\x08\x04" + bytes(2),
    "length 9": b"\x08\x09" + bytes(range(7)) + NOP * 3,
    "length 11": b"\x08\x0b" + bytes(range(9)) + NOP,
}
BAD_AT_END = {
    "TSopt past the header": NOP * 4 + b"\x08\x0a" + bytes(range(6)),
    "another option past the header": NOP * 2 + b"\x05\x0a" + bytes(range(4)),
    "no length byte": NOP * 3 + b"\x08",
}


def bad_options_in_syn(lab, family):
    for name, bad in {**BAD, **BAD_AT_END}.items():
        conn = Connection(lab, family)
        conn.out(f"SYN, {name}", flags="S", options=sequence(bad),
                 counter="bad_option")
        conn.out(f"data after SYN, {name}", counter="no_flow")
        options = sequence(ts, NOP * 2, bad)
        conn = Connection(lab, family)
        conn.begin(f"SYN, TSopt before {name}", options=options)
        conn.into(f"SYN-ACK, TSopt before {name}", flags="SA", options=options)
        conn.both(f"data after SYN, TSopt before {name}", payload=b"data")
        server = Connection(lab, family)
        server.begin(f"SYN-ACK that leaves, TSopt before {name}", flags="SA",
                     options=options)
        server.into("third segment")
    # Its answer has no TSopt that anybody finds, but it is one
    conn = Connection(lab, family)
    conn.begin()
    lab.expect("flow_no_tsopt")
    conn.into("SYN-ACK, TSopt behind length 0", flags="SA",
              options=sequence(BAD["length 0"], ts), counter="bad_option")


def options_of_other_length(lab, family):
    for name, other in OF_OTHER_LENGTH.items():
        syn = Connection(lab, family)
        syn.out(f"SYN, {name}", flags="S", options=sequence(other),
                counter="no_tsopt")
        for options in sequence(ts, NOP * 2, other), sequence(other, NOP * 2, ts):
            conn = Connection(lab, family)
            conn.begin(f"SYN, TSopt and {name}", options=options)
            conn.into(f"SYN-ACK, TSopt and {name}", flags="SA", options=options)
            conn.both(f"TSopt and {name}", options=options)
            conn.both(name, options=sequence(other), counter="no_tsopt")


def bad_options_in_flow(lab, family):
    conn = established(lab, family)
    for name, bad in {**BAD, **BAD_AT_END}.items():
        conn.both(name, options=sequence(bad), counter="bad_option")
        conn.both(f"TSopt before {name}", options=sequence(ts, NOP * 2, bad))
    for name, bad in BAD.items():
        conn.both(f"TSopt behind {name}", options=sequence(bad, ts),
                  counter="bad_option")


def end_of_list(lab, family):
    behind = ts(0x11111111, 0x22222222)
    conn = Connection(lab, family)
    conn.begin("SYN, TSopt, EOL, TSopt", options=sequence(ts, EOL, behind))
    conn.into("SYN-ACK, TSopt, EOL, TSopt", flags="SA",
              options=sequence(ts, EOL, behind))
    conn.both("TSopt, EOL, TSopt", options=sequence(NOP, ts, EOL, behind))
    conn.both("TSopt, EOL, malformed", options=sequence(ts, EOL, b"\x05\x00"))
    conn.both("EOL, TSopt", options=sequence(EOL, behind), counter="no_tsopt")
    conn.both("NOP, EOL, TSopt", options=sequence(NOP, EOL, behind),
              counter="no_tsopt")
    other = Connection(lab, family)
    other.out("SYN, EOL, TSopt", flags="S", options=sequence(EOL, behind),
              counter="no_tsopt")
    other.out("data without a flow", counter="no_flow")


def meaningless_echoes(lab, family):
    conn = Connection(lab, family)
    conn.into("SYN with a TSecr, no flow", tsecr=0x12345678, flags="S",
              counter="no_flow")
    conn.begin("SYN-ACK", flags="SA")
    conn.into("SYN with a TSecr", tsecr=0x12345678, flags="S",
              counter="no_ack", seq=(conn.next[False] - 1) % MOD)
    conn.into("TSecr 0", tsecr=0, counter="echo_zero")
    conn.into("ACK")
    conn.into("RST without ACK", tsecr=0x12345678, flags="R", counter="no_ack",
              seq=conn.next[False] + 1000)
    conn.into("TSecr 0 at an odd offset", tsecr=0, counter="echo_zero",
              options=sequence(NOP, ts))
    conn.out("TSecr 0", tsecr=0)
    conn.both("data", payload=b"data")


def resets(lab, family):
    refused = Connection(lab, family)
    refused.begin()
    lab.expect("flow_refused")
    refused.into("RST that answers a SYN", flags="RA", seq=0)
    conn = established(lab, family)
    ahead = conn.next[True] + 1000
    conn.out("RST with ACK, ahead", flags="RA", seq=ahead % MOD)
    conn.next[True] = ahead - 1000
    conn.out("ACK")
    conn.into("ACK")
    lab.expect("flow_closed")
    conn.into("RST with ACK", flags="RA")
    conn.out("RST without ACK", flags="R")


def without_tsopt(lab, family):
    conn = established(lab, family)
    conn.both("no options", options=none, counter="no_tsopt", payload=b"data")
    conn.both("a SACK", options=sequence(sack(2)), counter="no_tsopt")
    conn.both("RST", options=none, counter="no_tsopt", flags="R",
              seq=conn.next[False] + 1000)
    conn.next = {True: 0x7ffffff0 + conn.port + 1,
                 False: 1000 * conn.port + 1}
    conn.both("data with TSopt")
    conn = Connection(lab, family)
    conn.begin()
    lab.expect("flow_no_tsopt")
    conn.into("SYN-ACK without TSopt", flags="SA", options=sequence(MSS),
              counter="no_tsopt")
    conn.out("third segment", options=none, counter="no_tsopt")
    conn.out("TSopt nevertheless", counter="no_flow")


def never_zero(lab, family):
    conn = Connection(lab, family)
    conn.begin()
    # So that 0 lies ahead of it and the inside TSvals run forward
    while conn.outside(conn.last) < 3 * 2**30:
        conn = Connection(lab, family)
        conn.begin()
    conn.into("SYN-ACK", flags="SA")
    zero = -conn.offset % MOD
    for tsval in (zero - 1, zero, zero + 1):
        name = f"TSval that would be {tsval - zero}"
        conn.out(name, tsval=tsval % MOD)
        conn.into("echo of the " + name)
    conn.out("again, at an odd offset", tsval=zero, options=sequence(NOP, ts))
    conn.into("echo of the one before", echo=(zero - 1) % MOD)


def flags_of_any_kind(lab, family):
    for flags in ("SECN", "SEC", "SN", "SU", "SP"):
        conn = Connection(lab, family)
        conn.begin(f"SYN with flags {flags}", flags=flags)
        conn.into("SYN-ACK with AE", flags="SAN")
        for more in ("PA", "UA", "PUA", "ECNA", "FPUA"):
            conn.both(f"flags {more}", flags=more, urgent=3, payload=b"data!")
    odd = Connection(lab, family)
    stripped(odd, "SYN and RST", True, flags="SR")


def fast_open(lab, family):
    conn = Connection(lab, family)
    cookie = b"\x22\x0a" + bytes(range(8))
    conn.begin("SYN with cookie and data", payload=b"request",
               options=sequence(MSS, SACK_OK, ts, SCALE, cookie))
    conn.into("SYN-ACK of it all", flags="SA", payload=b"answer")
    conn.both("data", payload=b"data")


def impossible_syn_acks(lab, family):
    for before in range(3):
        conn = Connection(lab, family)
        conn.begin()
        lab.expect("echo_impossible")
        conn.into(f"SYN-ACK, {before} NOPs before", tsecr=conn.impossible(),
                  delivered=0, flags="SA", counter="zeroed",
                  options=sequence(MSS, NOP * before, ts))
        conn.both("data", payload=b"data")
    foreign = Connection(lab, family)
    foreign.begin()
    foreign.into("SYN-ACK that echoes a raw TSval", tsecr=foreign.last,
                 flags="SA", counter="foreign")
    foreign.out("ACK behind it", counter="no_flow")


def authentication(lab, family):
    ao = Connection(lab, family)
    options = sequence(ts, AO)
    ao.out("SYN with TCP-AO", flags="S", options=options, counter="tcp_ao")
    ao.out("no flow from it", counter="no_flow")
    conn = established(lab, family)
    conn.both("TCP-AO in a flow", options=options, counter="tcp_ao")
    md5 = Connection(lab, family)
    md5.begin("SYN with MD5", options=sequence(MSS, MD5, ts))
    md5.into("SYN-ACK with MD5", flags="SA", options=sequence(MD5, ts))
    md5.both("MD5", options=sequence(MD5, NOP, ts), payload=b"data")
