# SPDX-License-Identifier: GPL-2.0-only
"""Cases of connections one of whose directions seems to go another way."""
import time

from crafted.connection import Connection, established, flow_of
from crafted.lab import Mismatch
from crafted.options import MOD

FAR = 0x60000000        # beyond any window


def is_asymmetric(lab, conn):
    return flow_of(lab, conn)["asymmetric"]


def beyond_the_window(lab, family):
    """The inside end sends what no acknowledgment that was seen allows: second
    after second, or its sender is another."""
    conn = established(lab, family)
    far = (conn.next[True] + FAR) % MOD
    conn.out("what one forges", seq=far, payload=b"data")
    if is_asymmetric(lab, conn):
        raise Mismatch("a single segment made the connection asymmetric")
    end = time.monotonic() + lab.deadline
    while not is_asymmetric(lab, conn):
        if time.monotonic() > end:
            raise Mismatch("never asymmetric")
        conn.out("what is never answered", seq=far, payload=b"data")
        time.sleep(0.3)
    lab.expect("flow_asymmetric")


def forged_beside_answers(lab, family):
    """As long as the answers come by, nothing is asymmetric."""
    conn = established(lab, family)
    near = conn.next[True]
    end = time.monotonic() + 4.5    # four intervals at least
    while time.monotonic() < end:
        conn.out("what is forged", seq=(near + FAR) % MOD, payload=b"data")
        conn.next[True] = near
        conn.into("what is true", payload=b"answer")
        time.sleep(0.3)
    if is_asymmetric(lab, conn):
        raise Mismatch("asymmetric, with answers")


def another_far_ahead(lab, family):
    """A new connection's numbers are none of the old one's."""
    conn = established(lab, family)
    new = Connection(lab, family, port=conn.port)
    new.next = {True: conn.next[True] + FAR, False: conn.next[False]}
    lab.expect("flow_reused")
    new.out("SYN", flags="S")
    new.into("SYN-ACK", flags="SA")
    new.both("data", payload=b"data")
    if is_asymmetric(lab, new):
        raise Mismatch("asymmetric by another connection's number")
