# SPDX-License-Identifier: GPL-2.0-only
"""Cases of hosts that do odd things: functions of the lab and of 4 or 6."""
from crafted.connection import Connection, established, flow_of
from crafted.lab import Mismatch
from crafted.modes import mode, stripped
from crafted.options import MOD, MSS, SACK_OK, SCALE, none, sequence, ts

FAR = 2**30 + 4096      # ticks: more than a clock advances from segment to segment


def expect_state(lab, conn, wanted):
    got = flow_of(lab, conn)["state"]
    if got != wanted:
        raise Mismatch(f"the flow is {got}, not {wanted}")


# TSvals

def clock_behind_zero_client(lab, family):
    conn = Connection(lab, family)
    conn.begin("SYN with TSval 0", tsval=0)
    lab.expect("syn_retransmitted")
    conn.out("SYN with TSval 0 again", tsval=0, flags="S",
             seq=conn.next[True] - 1)
    conn.into("SYN-ACK", tsecr=conn.outside(0), delivered=0, flags="SA")
    zero = conn.start_clock("ACK with the clock")
    conn.into("an echo of the 0", tsecr=zero, delivered=0)
    conn.into("an echo of the clock", payload=b"data")
    conn.both("data", payload=b"data")


def clock_begins_with_the_second_syn(lab, family):
    conn = Connection(lab, family)
    conn.begin("SYN with TSval 0", tsval=0)
    lab.expect("syn_retransmitted")
    zero = conn.start_clock("SYN with the clock", flags="S",
                            seq=conn.next[True] - 1)
    conn.into("SYN-ACK of the first", tsecr=zero, delivered=0, flags="SA")
    conn.both("data", payload=b"data")


def clock_behind_zero_server(lab, family):
    conn = Connection(lab, family)
    conn.into("SYN", tsecr=0, flags="S", counter="no_flow")
    conn.begin("SYN-ACK with TSval 0", tsval=0, flags="SA")
    conn.into("ACK", tsecr=conn.outside(0), delivered=0)
    zero = conn.start_clock("data with the clock", payload=b"data")
    conn.into("an echo of the 0", tsecr=zero, delivered=0)
    conn.both("data", payload=b"data")


def never_a_clock(lab, family):
    conn = Connection(lab, family)
    conn.begin("SYN with TSval 0", tsval=0)
    conn.into("SYN-ACK", tsecr=conn.outside(0), delivered=0, flags="SA")
    for size in (0, 10):
        conn.out("TSval 0 for ever", tsval=0, payload=bytes(size))
        conn.into("its echo", tsecr=conn.outside(0), delivered=0)


def values_of_no_clock(lab, family):
    for conn in (established(lab, family), served(lab, family)):
        first = conn.last - 2 * 37
        for _ in range(2):
            conn.out("data", payload=b"data")
            seen = conn.outside(conn.last)
            for name, tsval in (("TSval 0", 0), ("far ahead", conn.last + FAR),
                                ("before the first", first - 1)):
                conn.out(name, tsval=tsval % MOD, seen=seen, payload=b"odd")
            conn.into("the echo of the last")
        conn.out("RST with TSval 0", tsval=0, seen=seen, flags="RA",
                 seq=conn.next[True] + 2**24)


def served(lab, family, port=None):
    conn = Connection(lab, family, port=port)
    conn.into("SYN", tsecr=0, flags="S", counter="no_flow")
    conn.begin("SYN-ACK", flags="SA")
    conn.into("ACK")
    return conn


def reset_without_a_flow(lab, family):
    conn = Connection(lab, family)
    conn.into("SYN", tsecr=0, flags="S", counter="no_flow")
    stripped(conn, "RST that refuses it", True, flags="RA", seq=0)
    with mode(lab, "off"):
        conn = Connection(lab, family)
        conn.into("SYN", tsecr=0, flags="S", counter="no_flow")
        conn.out("RST in mode off", flags="RA", counter="no_flow")
        lab.tell("group", "add", "hidden", "mode", "rewrite")
        conn = Connection(lab, family)
        conn.into("SYN", tsecr=0, flags="S", counter="no_flow")
        stripped(conn, "RST where a group hides", True, flags="RA", seq=0)
        lab.tell("group", "del", "hidden")


# Numbers

def born_again(lab, conn, name, tsval):
    """The same SYN as before, from a host whose clock began anew."""
    new = Connection(lab, conn.family, port=conn.port)
    before = conn.outside(conn.last)
    lab.expect("flow_reused")
    new.out(name, tsval=tsval, flags="S")
    if (new.outside(tsval) - before) % MOD >= 2**31:
        raise Mismatch(f"{name}: the outside clock runs back")
    new.clock = tsval
    new.into("SYN-ACK", flags="SA")
    new.out("ACK")
    new.both("data", payload=b"data")
    return new


def same_number_lower_clock(lab, family):
    conn = established(lab, family)
    lab.expect("flow_closed")
    conn.into("RST", flags="RA")
    conn = born_again(lab, conn, "after an RST", 90000)
    conn.out("FIN", flags="FA")
    conn.into("FIN", flags="FA")
    lab.expect("flow_closed")
    conn.out("last ACK")
    conn = born_again(lab, conn, "after FINs", 70000)
    born_again(lab, conn, "after nothing", 50000)


def answer_by_two_cookies(lab, family):
    """SYN cookies differ by the minute; the peer acknowledges the first."""
    conn = served(lab, family)
    lab.expect("flow_closed")
    conn.into("RST", flags="RA")
    conn.into("SYN", flags="S", tsecr=0, counter="no_ack")
    lab.expect("flow_reused")
    old = conn.outside(conn.last)
    conn.offset = None
    conn.out("SYN-ACK", flags="SA", seq=4096)
    if (conn.outside(conn.last) - old) % MOD >= 2**31:
        raise Mismatch("the outside clock runs back")
    first = conn.last
    lab.expect("syn_retransmitted")
    conn.out("SYN-ACK with another number", flags="SA", seq=8192)
    conn.next[True] = 4097
    conn.into("ACK of the first", echo=first)
    expect_state(lab, conn, "established")
    conn.both("data", payload=b"data")


def answers_of_another_connection(lab, family):
    conn = Connection(lab, family)
    conn.begin()
    stray = (conn.next[True] + 2**28) % MOD
    conn.into("challenge ACK", tsecr=conn.impossible(), ack=stray,
              counter="other_connection")
    conn.next[False] = 1000 * conn.port
    conn.out("RST to it", flags="R", seq=stray, options=none,
             counter="no_tsopt")
    conn.next[True] = (0x7ffffff0 + conn.port + 1) % MOD
    expect_state(lab, conn, "embryonic")
    lab.expect("syn_retransmitted")
    conn.out("SYN again", flags="S", seq=conn.next[True] - 1)
    conn.into("SYN-ACK", flags="SA")
    conn.both("data", payload=b"data")


def refusal_with_a_wrong_echo(lab, family):
    conn = Connection(lab, family)
    conn.begin()
    lab.expect("echo_impossible")
    tsecr = conn.impossible()
    conn.into("RST with a wrong TSecr", tsecr=tsecr, flags="RA", seq=0,
              delivered=(tsecr - conn.offset) % MOD)
    conn.next[False] = 1000 * conn.port
    expect_state(lab, conn, "embryonic")
    conn.into("SYN-ACK", flags="SA")
    expect_state(lab, conn, "established")
    conn.both("data", payload=b"data")


def data_of_a_syn_acknowledged(lab, family):
    cookie = b"\x22\x0a" + bytes(range(8))
    options = sequence(MSS, SACK_OK, ts, SCALE, cookie)
    conn = Connection(lab, family)
    conn.begin("SYN with data", payload=b"request", options=options)
    lab.expect("echo_impossible")
    conn.into("SYN-ACK of the data, wrong TSecr", tsecr=conn.impossible(),
              delivered=0, flags="SA", counter="zeroed")
    expect_state(lab, conn, "established")
    conn.both("data", payload=b"data")
    refused = Connection(lab, family)
    refused.begin("SYN with data", payload=b"request", options=options)
    lab.expect("flow_refused")
    refused.into("RST that acknowledges the data", flags="RA", seq=0,
                 options=none, counter="no_tsopt")


# How connections end

def abandoned_with_data_in_flight(lab, family):
    for leaves in (True, False):
        conn = established(lab, family)
        send = conn.out if leaves else conn.into
        go_on = conn.into if leaves else conn.out
        send("data", payload=bytes(1000))
        last = conn.last
        lab.expect("flow_closed")
        seq = conn.next[leaves]
        send("RST behind it", flags="R", seq=seq, options=none,
             counter="no_tsopt")
        expect_state(lab, conn, "closed")
        conn.next[leaves], conn.last = seq - 1000, last
        go_on("whoever goes on had not taken it")
        expect_state(lab, conn, "closing")
        conn.next[leaves] = seq
        lab.expect("flow_closed")
        send("RST behind it again", flags="R", seq=seq, options=none,
             counter="no_tsopt")
        expect_state(lab, conn, "closed")


def reset_outside_of_the_flight(lab, family):
    for leaves in (True, False):
        conn = established(lab, family)
        send = conn.out if leaves else conn.into
        send("data", payload=bytes(1000))
        seq = conn.next[leaves]
        for name, wrong in (("before", seq - 1001), ("behind", seq + 1),
                            ("far behind", seq + 2**24)):
            send(f"RST {name}", flags="R", seq=wrong % MOD, options=none,
                 counter="no_tsopt")
        expect_state(lab, conn, "established")
        conn.next[leaves] = seq


def half_closed(lab, family):
    for leaves in (True, False):
        conn = established(lab, family)
        send, answer = (conn.out, conn.into) if leaves else \
            (conn.into, conn.out)
        send("a FIN with a wrong number", flags="FA",
             seq=(conn.next[leaves] + 2**28) % MOD)
        conn.next[leaves] -= 2**28 + 1
        expect_state(lab, conn, "established")
        send("FIN", flags="FA")
        expect_state(lab, conn, "half-closed")
        for _ in range(3):
            answer("data, one way", payload=bytes(1000))
            send("its acknowledgment")
        expect_state(lab, conn, "half-closed")
        answer("FIN", flags="FA")
        expect_state(lab, conn, "closing")
        lab.expect("flow_closed")
        send("last ACK", options=none, counter="no_tsopt")
        expect_state(lab, conn, "closed")


def no_tsopt_any_more(lab, family):
    """As of a server behind SYN cookies that do not remember TSopt."""
    conn = established(lab, family)
    for _ in range(3):
        conn.out("data", payload=b"data")
        conn.into("its acknowledgment", options=none, counter="no_tsopt")
        conn.into("data", options=none, counter="no_tsopt", payload=b"data")
    flow = flow_of(lab, conn)
    if flow["asymmetric"]:
        raise Mismatch("the flow is asymmetric")
    lab.expect("flow_closed")
    conn.into("RST", flags="R", options=none, counter="no_tsopt",
              seq=conn.next[False])
    expect_state(lab, conn, "closed")
