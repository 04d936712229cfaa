#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Measure what this kernel's TCP makes of timestamps, as an inside host of a firewall.

The other host is this program, at a tun device of a network namespace that it makes.
Prints JSON: for each question what was measured, in words that are the same wherever the
behaviour is. Needs root; whoever runs it need not have tsrewrite loaded.
"""
import ctypes
import json
import pathlib
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from tun_peer import ACK, FIN, HERE, MOD, OTHER, Peer, RST, SYN, THERE     # noqa: E402

CLONE_NEWNET = 0x40000000
PORT = 80
SILENCE = 0.7           # what has not come by then does not come


class Client:
    """The kernel connects; what it has sent first is its SYN."""

    def __init__(self, peer, address=THERE):
        peer.drain()
        peer.port += 1
        self.peer, self.address, self.port = peer, address, peer.port
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.connect_ex((address, self.port))
        self.syn = peer.receive(lambda one: one.dport == self.port and one.flags & SYN)

    def answer(self, tsecr):
        self.peer.send(self.address, self.port, self.syn.sport, 1000, self.syn.seq + 1,
                       SYN | ACK, (7000, tsecr))
        return self.peer.receive(lambda one: one.dport == self.port and
                                 one.flags & (ACK | RST) and not one.flags & SYN)


class Server:
    """The kernel listens, and the other host connects."""

    def __init__(self, peer):
        self.peer = peer
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((HERE, PORT))
        self.listener.listen()
        self.listener.settimeout(SILENCE)

    def wanted(self, port):
        return lambda one: one.dport == port

    def open(self, tsval=7000, times=True, port=None):
        """SYN out, SYN-ACK in: (port, the SYN-ACK or another answer)."""
        self.peer.drain()
        if port is None:
            self.peer.port += 1
            port = self.peer.port
        self.peer.send(THERE, port, PORT, 1000, 0, SYN, (tsval, 0) if times else None)
        return port, self.peer.receive(self.wanted(port))

    def finish(self, port, answer, tsval=7001, tsecr=None, times=True):
        """The third segment; the connection, or None."""
        echo = answer.tsval if tsecr is None else tsecr
        self.peer.send(THERE, port, PORT, 1001, answer.seq + 1, ACK,
                       (tsval, echo) if times else None)
        try:
            return self.listener.accept()[0]
        except socket.timeout:
            return None

    def established(self):
        port, answer = self.open()
        return port, answer, self.finish(port, answer)

    def takes(self, times):
        """Whether data with these (TSval, TSecr) reach the program; a function of the
        SYN-ACK gives them."""
        port, answer, connection = self.established()
        self.peer.send(THERE, port, PORT, 1001, answer.seq + 1, ACK, times(answer), b"data")
        connection.settimeout(SILENCE)
        try:
            return connection.recv(10) == b"data"
        except socket.timeout:
            return False
        finally:
            connection.close()


def offset_of_clocks(peer):
    """Clients to two ports of one host, and to another host."""
    one, same, other = Client(peer), Client(peer), Client(peer, OTHER)
    if None in (one.syn, same.syn, other.syn) or one.syn.tsval is None:
        return "no TSopt is sent"

    def near(a, b):
        return min((a.syn.tsval - b.syn.tsval) % MOD, (b.syn.tsval - a.syn.tsval) % MOD) < 60000

    if not near(one, same):
        return "for each connection"
    return "for each host" if near(one, other) else "for each pair of hosts"


def echo_on_syn_ack(peer, off):
    client = Client(peer)
    tsecr = (client.syn.tsval + off) % MOD if off is not None else 0
    answer = client.answer(tsecr)
    if answer is None:
        return "ignored"
    return "refused by RST" if answer.flags & RST else "the connection comes up"


def echo_on_third(server, off):
    port, answer = server.open()
    connection = server.finish(port, answer, tsecr=(answer.tsval + off) % MOD)
    return "the connection comes up" if connection else "dropped"


def echo_later(server, off):
    taken = server.takes(lambda answer: (7002, answer.tsval + off))
    return "taken" if taken else "dropped"


def paws(server, behind):
    """Data whose TSval lies so far behind the last one, or ahead of it."""
    taken = server.takes(lambda answer: (7001 - behind, answer.tsval))
    return "taken" if taken else "dropped"


def time_wait(server, ahead):
    """A SYN on the port of a connection that the kernel has closed first."""
    port, answer, connection = server.established()
    connection.close()
    fin = server.peer.receive(lambda one: one.dport == port and one.flags & FIN)
    if fin is None:
        return "it does not close"
    server.peer.send(THERE, port, PORT, 1001, fin.seq + 1, FIN | ACK, (7010, fin.tsval))
    server.peer.receive(lambda one: one.dport == port, SILENCE)
    # A number that is behind, as that of another host may be: TSval alone decides
    server.peer.send(THERE, port, PORT, 500, 0, SYN, (7010 + ahead, 0))
    got = server.peer.receive(lambda one: one.dport == port)
    if got is None:
        return "ignored"
    return "taken at once" if got.flags & SYN else "refused, by the old connection's ACK"


def without_tsopt(server):
    port, answer = server.open(times=False)
    has = "has TSopt" if answer.tsval is not None else "has none"
    up = server.finish(port, answer, times=False)
    return f"SYN-ACK {has}, the connection {'comes up' if up else 'does not come up'}"


def tsopt_missing_later(server):
    return "taken" if server.takes(lambda answer: None) else "dropped"


def measure():
    peer = Peer()
    server = Server(peer)
    return {
        "offset of TSvals": offset_of_clocks(peer),
        "SYN-ACK that echoes the SYN": echo_on_syn_ack(peer, 0),
        "SYN-ACK with TSecr 0": echo_on_syn_ack(peer, None),
        "SYN-ACK with an echo from the future": echo_on_syn_ack(peer, 2**30),
        "SYN-ACK with an echo from the past": echo_on_syn_ack(peer, -2**30),
        "third segment with an echo from the future": echo_on_third(server, 2**30),
        "third segment with an echo from the past": echo_on_third(server, -2**30),
        "data with an echo from the future": echo_later(server, 2**30),
        "data with an echo from the past": echo_later(server, -2**30),
        "data with the last TSval": paws(server, 0),
        "data with a TSval 1 behind": paws(server, 1),
        "data with a TSval 2 behind": paws(server, 2),
        "data with a TSval 2^30 behind": paws(server, 2**30),
        "data with a TSval 2^30 ahead": paws(server, -2**30),
        "SYN in TIME-WAIT, TSval 1 ahead": time_wait(server, 1),
        "SYN in TIME-WAIT, the last TSval": time_wait(server, 0),
        "SYN in TIME-WAIT, TSval behind": time_wait(server, -1000),
        "SYN without TSopt": without_tsopt(server),
        "data without TSopt, agreed on": tsopt_missing_later(server),
    }


def main():
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    print(json.dumps(measure(), indent=1))


if __name__ == "__main__":
    main()
