# SPDX-License-Identifier: GPL-2.0-only
"""Cases of the modes observe and strip: functions of the lab and of 4 or 6."""
import contextlib
import itertools

from crafted.connection import Connection, established
from crafted.lab import Mismatch
from crafted.options import (
    MD5, MOD, MSS, NOP, SACK_OK, SCALE, none, sack, sequence, ts)

RENAMED = {"egress_rewritten": "egress_observed",
           "ingress_restored": "ingress_observed",
           "ingress_zeroed": "ingress_observed"}


@contextlib.contextmanager
def mode(lab, name, back="rewrite"):
    lab.tell("mode", name)
    try:
        yield
    finally:
        lab.tell("mode", back)


def modes_of(lab, conn):
    return [(flow["mode"], flow["state"])
            for flow in lab.tell("flows", "port", str(conn.port))]


def expect_flows(lab, conn, *wanted):
    if modes_of(lab, conn) != list(wanted):
        raise Mismatch(f"flows are {modes_of(lab, conn)}, not {list(wanted)}")


# observe: offset 0 makes the outside the inside

def watched(lab, family):
    conn = Connection(lab, family)
    conn.offset = 0
    return conn


def both_observed(conn, name, **how):
    conn.both(name, counter="observed", **how)


def observed_client(lab, family):
    with mode(lab, "observe"):
        conn = watched(lab, family)
        conn.begin(counter="observed")
        lab.expect("syn_retransmitted")
        conn.out("SYN again", flags="S", seq=conn.next[True] - 1,
                 counter="observed")
        conn.into("SYN-ACK", flags="SA", counter="observed")
        expect_flows(lab, conn, ("observe", "established"))
        for size in (0, 1, 1400):
            both_observed(conn, f"{size} bytes", payload=bytes(size))
        both_observed(conn, "odd", options=sequence(NOP, ts))
        conn.into("TSecr 0", tsecr=0, counter="echo_zero")
        conn.into("no ACK", tsecr=7, flags="R", counter="no_ack",
                  seq=conn.next[False] + 1000)
        conn.next[False] -= 1000
        conn.both("no options", options=none, counter="no_tsopt")
        both_observed(conn, "FIN", flags="FA")
        lab.expect("flow_closed")
        conn.out("last ACK", counter="observed")
        expect_flows(lab, conn, ("observe", "closed"))


def observed_server(lab, family):
    with mode(lab, "observe"):
        conn = watched(lab, family)
        conn.into("SYN", tsecr=0, flags="S", counter="no_flow")
        conn.begin("SYN-ACK", flags="SA", counter="observed")
        conn.into("ACK", counter="observed")
        expect_flows(lab, conn, ("observe", "established"))
        both_observed(conn, "data", payload=b"data")
    both_observed(conn, "data in mode rewrite", payload=b"data")
    expect_flows(lab, conn, ("observe", "established"))


def garbled_echoes_observed(lab, family):
    with mode(lab, "observe"):
        conn = watched(lab, family)
        conn.begin(counter="observed")
        lab.expect("echo_impossible")
        conn.into("SYN-ACK of the future", flags="SA", counter="observed",
                  tsecr=(conn.last + 1) % MOD)
        for ahead in (1, 2**20, 2**30, -2**30):
            lab.expect("echo_impossible")
            conn.into(f"an echo {ahead} ahead", counter="observed",
                      tsecr=(conn.last + ahead) % MOD)
        conn.into("the right echo", counter="observed")
        expect_flows(lab, conn, ("observe", "established"))


def observed_fragments(lab, family):
    with mode(lab, "observe"):
        conn = watched(lab, family)
        conn.begin(counter="observed")
        conn.into("SYN-ACK", flags="SA", counter="observed")
        for cut in (8, 16, 24):
            conn.both(f"header cut at {cut}", cut=cut, payload=b"data",
                      counter="fragment")
        both_observed(conn, "cut behind the header", cut=40, payload=bytes(99))


def observed_fast_open(lab, family):
    with mode(lab, "observe"):
        conn = watched(lab, family)
        cookie = b"\x22\x0a" + bytes(range(8))
        conn.begin("SYN with cookie and data", payload=b"request",
                   counter="observed",
                   options=sequence(MSS, SACK_OK, ts, SCALE, cookie))
        conn.into("SYN-ACK of it all", flags="SA", payload=b"answer",
                  counter="observed")
        expect_flows(lab, conn, ("observe", "established"))
        both_observed(conn, "data", payload=b"data")


def script(lab, family, out, back, zeroed):
    """Of all kinds; what moves must be the same, but for the names."""
    conn = Connection(lab, family)
    if out == "observed":
        conn.offset = 0

    def two(tsval, tsecr):
        return ts(tsval, tsecr) + ts(tsval - 1, tsecr - 1)

    conn.begin(counter=out)
    conn.into("SYN-ACK", flags="SA", counter=back)
    times = [conn.clock + delta for delta in (1, 5, 900)]
    for tsval in times:
        conn.out("data", tsval=tsval, counter=out, payload=b"data")
    for tsval in reversed(times):
        conn.into("echo", echo=tsval, counter=back)
    lab.expect("duplicate_tsopt", 2)
    conn.out("2 TSopts", options=sequence(two), counter=out)
    conn.into("2 TSopts", options=sequence(two), counter=back)
    lab.expect("echo_impossible")
    conn.into("an echo of the future", echo=times[2] + 99, counter=back)
    conn.into("TSecr 0", tsecr=0, counter="echo_zero")
    lab.expect("flow_closed")
    conn.into("RST", flags="RA", counter=back)
    other = Connection(lab, family)
    if out == "observed":
        other.offset = 0
    other.begin(counter=out)
    lab.expect("echo_impossible")
    other.into("SYN-ACK, impossible", flags="SA", tsecr=other.impossible(),
               delivered=0 if zeroed == "zeroed" else None, counter=zeroed)


def observe_counts_as_rewrite(lab, family):
    moved = []
    for word, how in (("rewrite", ("rewritten", "restored", "zeroed")),
                      ("observe", ("observed",) * 3)):
        with mode(lab, word):
            before = lab.tell("stats")
            script(lab, family, *how)
            after = lab.tell("stats")
        counts = {}
        for counter, count in after.items():
            # What other cases have closed goes when it goes
            if count != before[counter] and counter != "flow_expired":
                name = RENAMED.get(counter, counter)
                counts[name] = counts.get(name, 0) + count - before[counter]
        moved.append(counts)
    if moved[0] != moved[1]:
        raise Mismatch(f"rewrite moves {moved[0]}, observe {moved[1]}")


# strip: options that are NOPs where a TSopt was

def gone(tsval, tsecr):
    return NOP * 10 if tsval is None else ts(tsval, tsecr)


USUAL = sequence(NOP * 2, gone)
LAYOUTS = [sequence(NOP * before, gone) for before in range(4)] + \
    [sequence(*order) for order in
     itertools.permutations((MSS, SACK_OK, SCALE, gone))] + \
    [sequence(gone, sack(1)), sequence(MSS, MD5, gone)]


def stripped(conn, name, leaves, tsecr=None, **how):
    """A segment crosses and loses its TSopts."""
    how.setdefault("options", USUAL)
    tsval = conn.tick() if leaves else conn.peer_tick()
    if tsecr is None:
        tsecr = 0x66666666 if "A" in how.get("flags", "A") else 0
    conn.send(name, leaves, (tsval, tsecr), lambda: (None, None), "stripped",
              how)


def both_plain(conn, name):
    conn.both(name, options=none, tsecr=0, counter="no_tsopt",
              payload=b"data")


def ask(conn, name="SYN", **how):
    conn.lab.expect("flow_created")
    stripped(conn, name, True, flags="S", **how)


def answer(conn):
    """The peer does without."""
    conn.lab.expect("flow_no_tsopt")
    conn.into("SYN-ACK without TSopt", flags="SA", tsecr=0,
              options=sequence(MSS), counter="no_tsopt")


def stripped_client(lab, family):
    with mode(lab, "strip"):
        conn = Connection(lab, family)
        ask(conn)
        expect_flows(lab, conn, ("strip", "embryonic"))
        lab.expect("syn_retransmitted")
        stripped(conn, "SYN again", True, flags="S", seq=conn.next[True] - 1)
        answer(conn)
        expect_flows(lab, conn, ("strip", "established"))
        both_plain(conn, "data")
        expect_flows(lab, conn)
        conn.out("TSopt nevertheless", tsecr=0, counter="no_flow")


def second_answer(lab, family):
    """The inside host has not taken the first one, whose checksum was wrong."""
    conn = Connection(lab, family)
    conn.begin()
    answer(conn)
    stripped(conn, "SYN-ACK with TSopt", False, flags="SA",
             seq=conn.next[False] - 1)
    stripped(conn, "third segment", True)
    stripped(conn, "data", True, payload=b"data")
    stripped(conn, "data", False, payload=b"data")


def stripped_layouts(lab, family):
    with mode(lab, "strip"):
        for number, options in enumerate(LAYOUTS):
            how = {"options": options, "payload": b"odd"[:number % 4]}
            ask(Connection(lab, family), f"SYN, layout {number}", **how)
            stripped(Connection(lab, family),
                     f"SYN from outside, layout {number}", False, flags="S",
                     **how)
        for before in range(2):
            options = sequence(NOP * before, gone, NOP, gone, gone)
            lab.expect("duplicate_tsopt", 2)
            ask(Connection(lab, family), "3 TSopts", options=options)
            stripped(Connection(lab, family), "3 TSopts", False, flags="S",
                     options=options)
        options = sequence(gone, NOP * 2, b"\x05\x00")
        ask(Connection(lab, family), "malformed behind it", options=options)
        stripped(Connection(lab, family), "malformed behind it", False,
                 flags="S", options=options)


def stripped_server(lab, family):
    with mode(lab, "strip"):
        conn = Connection(lab, family)
        stripped(conn, "SYN", False, flags="S")
        stripped(conn, "SYN again", False, flags="S",
                 seq=conn.next[False] - 1)
        expect_flows(lab, conn)
        conn.out("SYN-ACK", flags="SA", options=sequence(MSS), tsecr=0,
                 counter="no_tsopt")
        both_plain(conn, "data")
        expect_flows(lab, conn)


def asked_before_strip(lab, family):
    conn = Connection(lab, family)
    conn.into("SYN", tsecr=0, flags="S", counter="no_flow")
    with mode(lab, "strip"):
        conn.begin("SYN-ACK", flags="SA", tsecr=0x12345678)
        expect_flows(lab, conn, ("rewrite", "embryonic"))
        conn.into("third segment")
        conn.both("data", payload=b"data")


def unasked_answers(lab, family):
    """A peer that answers with a TSopt nobody asked for."""
    with mode(lab, "strip"):
        conn = Connection(lab, family)
        ask(conn)
        stripped(conn, "SYN-ACK", False, flags="SA",
                 options=sequence(MSS, NOP, gone))
        expect_flows(lab, conn, ("strip", "established"))
        stripped(conn, "data with TSopt", False, payload=b"data")
        conn.out("ACK without", options=none, tsecr=0, counter="no_tsopt")
        stripped(conn, "ACK with TSopt", True)
    stripped(conn, "data in mode rewrite", False, payload=b"data")


def crossing_syns_stripped(lab, family):
    with mode(lab, "strip"):
        conn = Connection(lab, family)
        ask(conn)
        stripped(conn, "SYN from outside", False, flags="S")
        lab.expect("syn_retransmitted")
        stripped(conn, "SYN-ACK", True, flags="SA",
                 seq=(conn.next[True] - 1) % MOD)
        stripped(conn, "SYN-ACK from outside", False, flags="SA",
                 seq=(conn.next[False] - 1) % MOD)
        expect_flows(lab, conn, ("strip", "established"))
        both_plain(conn, "data")
        late = Connection(lab, family)
        ask(late)
    stripped(late, "SYN from outside, mode rewrite", False, flags="S")
    early = Connection(lab, family)
    early.begin()
    with mode(lab, "strip"):
        early.into("SYN from outside, mode strip", flags="S", tsecr=9,
                   counter="no_ack")


def strip_spares_the_older(lab, family):
    conn = established(lab, family)
    with mode(lab, "strip"):
        conn.both("data", payload=b"data")
        expect_flows(lab, conn, ("rewrite", "established"))
        conn.out("ACK")
        lab.expect("flow_closed")
        conn.into("RST", flags="RA")
        stripped(conn, "SYN on a closed flow", False, flags="S",
                 seq=conn.next[False] + 0x10000000)
        conn.out("SYN-ACK", flags="SA", options=sequence(MSS), tsecr=0,
                 counter="no_tsopt")
    new = established(lab, family)
    new.both("data", payload=b"data")


def stripped_fragments(lab, family):
    with mode(lab, "strip"):
        conn = Connection(lab, family)
        ask(conn, "SYN in fragments", payload=bytes(99), cut=40)
        stripped(Connection(lab, family), "SYN in fragments", False,
                 flags="S", payload=bytes(99), cut=40)
