# SPDX-License-Identifier: GPL-2.0-only
"""Cases of clocks that no Linux has: functions of the lab and of 4 or 6."""
from crafted.connection import Connection
from crafted.lab import Mismatch
from crafted.options import MOD


def begun_at(lab, family, tsval, retransmitted):
    """A connection whose SYN left at one tick, and again at another."""
    conn = Connection(lab, family)
    conn.begin(f"SYN at {tsval:#x}", tsval=tsval)
    lab.expect("syn_retransmitted")
    conn.out("SYN sent again", tsval=retransmitted % MOD, flags="S",
             seq=(conn.next[True] - 1) % MOD)
    conn.into("SYN-ACK of the first", flags="SA", echo=tsval)
    return conn


def follow(lab, family, conn):
    """Another connection on the 4-tuple, in the very same tick."""
    other = Connection(lab, family, port=conn.port)
    other.next = {leaves: number + 2**24 for leaves, number in conn.next.items()}
    lab.expect("flow_reused")
    other.out("SYN of the next", tsval=conn.last, flags="S")
    ahead = (other.outside(other.last) - conn.outside(conn.last)) % MOD
    if not 0 < ahead < 2**31:
        raise Mismatch(f"the next connection begins {ahead} after the one before")
    other.into("SYN-ACK of the next", flags="SA")
    other.out("ACK", tsval=conn.last)
    return other


def slow_clock(lab, family):
    """At 2 Hz and 100 Hz many segments have the same TSval."""
    for hertz in (2, 100):
        begin = 0x10000 * hertz
        conn = begun_at(lab, family, begin, begin + hertz)
        for tick in range(begin + hertz, begin + hertz + 3):
            for number in range(4):
                conn.out(f"{number} at {tick:#x}", tsval=tick, payload=b"data")
                conn.into(f"echo of {tick:#x}", payload=b"answer")
            conn.into("echo of the tick before", echo=max(tick - 1, begin))
        follow(lab, family, follow(lab, family, conn))


def fast_clock(lab, family):
    """At 1 MHz seconds are 2^20 ticks, and silences up to a quarter of a circle."""
    conn = begun_at(lab, family, 0xfff00000, 0xfff00000 + 10**6)
    clock = 0xfff00000 + 10**6
    for step in (1, 999, 10**6, 2**30, 1, 2**30, 2**30, 10**6):
        before, clock = clock, clock + step
        conn.out(f"{step} ticks later", tsval=clock % MOD, payload=b"data")
        conn.into("its echo", payload=b"answer")
        conn.into("echo of the one before", echo=before % MOD)
    follow(lab, family, conn)


def long_flow(lab, family):
    """At 1 kHz 25 days are half the circle, 50 days all of it."""
    half_day = 12 * 3600 * 1000
    for days in (25, 50):
        begin = 0x20000000
        conn = begun_at(lab, family, begin, begin + 1000)
        for number in range(1, 2 * days + 1):
            before, now = conn.last, (begin + number * half_day) % MOD
            conn.out(f"half day {number}", tsval=now, payload=b"data")
            conn.into("its echo", payload=b"answer")
            conn.into("echo of the half day before", echo=before)
        follow(lab, family, conn)


def wrapping_clock(lab, family):
    """Tick by tick over the wrap inside, from the SYN on or later."""
    for begin in (MOD - 1, MOD - 2, MOD - 6):
        conn = begun_at(lab, family, begin, begin + 1)
        ticks = [tick % MOD for tick in range(begin + 1, MOD + 5)]
        for tick in ticks:
            conn.out(f"at {tick:#x}", tsval=tick, payload=b"data")
            conn.into(f"echo of {tick:#x}", payload=b"answer")
        for tick in reversed(ticks):
            conn.into(f"echo of {tick:#x} again", echo=tick)
        follow(lab, family, conn)
