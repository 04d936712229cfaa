#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Both ends of connections of many kinds, on sockets of the kernel's own.

    peer.py can KIND                      exits with 0 if the kernel can
    peer.py serve KIND ADDRESS PORT PEER  echoes, connection by connection
    peer.py talk KIND ADDRESS PORT        exits with 0 if all comes back

KIND is one of

    plain       TCP
    md5         signed by TCP-MD5 from the SYN on
    md5-later   from behind the handshake on, when the file --keyed is there
    ao          authenticated by TCP-AO
    mptcp       Multipath TCP
    fastopen    data on the SYN, if there is a cookie
"""
import argparse
import ipaddress
import os
import socket
import struct
import sys
import time

TCP_MD5SIG, TCP_AO_ADD_KEY = 14, 38
KEY = b"of no secrecy"
CHUNK = 20000


def sockaddr_storage(address):
    ip = ipaddress.ip_address(address)
    if ip.version == 4:
        return struct.pack("=HH4s120x", socket.AF_INET, 0, ip.packed)
    return struct.pack("=HHL16s104x", socket.AF_INET6, 0, 0, ip.packed)


def sign_md5(sock, peer):
    sock.setsockopt(socket.IPPROTO_TCP, TCP_MD5SIG, sockaddr_storage(peer) +
                    struct.pack("=BBHi80s", 0, 0, len(KEY), 0, KEY))


def authenticate(sock, peer):
    """struct tcp_ao_add, with one key for both directions"""
    prefix = ipaddress.ip_address(peer).max_prefixlen
    sock.setsockopt(
        socket.IPPROTO_TCP, TCP_AO_ADD_KEY, sockaddr_storage(peer) +
        struct.pack("=64siLHBBBBBB80s", b"cmac(aes128)", 0, 0, 0, prefix, 1, 1,
                    12, 0, len(KEY), KEY))


def new_socket(kind, address, peer):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    protocol = socket.IPPROTO_MPTCP if kind == "mptcp" else 0
    sock = socket.socket(family, socket.SOCK_STREAM, protocol)
    if kind == "md5":
        sign_md5(sock, peer)
    elif kind == "ao":
        authenticate(sock, peer)
    return sock


def serve(args):
    listener = new_socket(args.kind, args.address, args.peer)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if args.kind == "fastopen":
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 8)
    listener.bind((args.address, args.port))
    listener.listen()
    while True:
        connection, _ = listener.accept()
        if args.kind == "md5-later":
            sign_md5(connection, args.peer)
            with open(args.keyed, "w", encoding="ascii"):
                pass
        with connection:
            while data := connection.recv(CHUNK):
                connection.sendall(data)


def connect(args, data):
    """A connection that has said data."""
    sock = new_socket(args.kind, args.address, args.address)
    if args.kind == "fastopen":
        sock.sendto(data, socket.MSG_FASTOPEN, (args.address, args.port))
        sock.settimeout(60)
        return sock
    sock.settimeout(60)
    sock.connect((args.address, args.port))
    if args.kind == "md5-later":
        sign_md5(sock, args.address)
        while not os.path.exists(args.keyed):
            time.sleep(0.05)
    sock.sendall(data)
    return sock


def expect_back(sock, data):
    got = b""
    while len(got) < len(data):
        more = sock.recv(CHUNK)
        if not more:
            sys.exit("the end comes early")
        got += more
    if got != data:
        sys.exit("what comes back is not what was sent")


def talk(args):
    data = os.urandom(500)
    with connect(args, data) as sock:
        expect_back(sock, data)
        while args.until and not os.path.exists(args.until):
            sock.sendall(data)
            expect_back(sock, data)
            time.sleep(0.05)
        for _ in range(args.chunks):
            data = os.urandom(CHUNK)
            sock.sendall(data)
            expect_back(sock, data)
        sock.shutdown(socket.SHUT_WR)
        if sock.recv(1):
            sys.exit("more comes back than was sent")


def can(args):
    try:
        new_socket(args.kind, "127.0.0.1", "127.0.0.1").close()
    except OSError as error:
        sys.exit(f"this kernel has no {args.kind}: {error.strerror}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("role", choices=["can", "serve", "talk"])
    parser.add_argument("kind", choices=["plain", "md5", "md5-later", "ao", "mptcp",
                                         "fastopen"])
    parser.add_argument("address", nargs="?")
    parser.add_argument("port", nargs="?", type=int)
    parser.add_argument("peer", nargs="?")
    parser.add_argument("--keyed", help="a file that says: the server has its key")
    parser.add_argument("--until", help="say little until this file is there")
    parser.add_argument("--chunks", type=int, default=2,
                        help=f"then say so many times {CHUNK} bytes")
    args = parser.parse_args()
    {"can": can, "serve": serve, "talk": talk}[args.role](args)


if __name__ == "__main__":
    main()
