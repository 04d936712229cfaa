#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Many short connections, one after the other on each of several tracks.

serve PORT        answer; either side may end a connection first
talk ADDRESS PORT connect, say, compare what comes back, until a file is gone
flood ADDRESS PORT  SYNs from addresses that answer nothing

talk reports how many connections worked, and why others did not, as JSON.
"""
import argparse
import asyncio
import collections
import json
import os
import random
import socket
import struct

# Who closes first, and how many bytes come
HEADER = struct.Struct("!BI")
CLIENT, SERVER, ABORT = range(3)


async def answer(reader, writer):
    try:
        first, size = HEADER.unpack(await reader.readexactly(HEADER.size))
        while size:
            data = await reader.read(min(size, 65536))
            if not data:
                break
            size -= len(data)
            writer.write(data)
            await writer.drain()
        if first != SERVER:
            await reader.read()
    except (OSError, asyncio.IncompleteReadError):
        pass
    writer.close()


async def serve(args):
    server = await asyncio.start_server(answer, None, args.port, backlog=1024)
    async with server:
        await server.serve_forever()


async def converse(args):
    reader, writer = await asyncio.open_connection(args.address, args.port)
    try:
        first = random.choice((CLIENT, SERVER, SERVER, ABORT))
        said = os.urandom(random.choice((1, 100, 2000, 20000)))
        writer.write(HEADER.pack(first, len(said)) + said)
        if await reader.readexactly(len(said)) != said:
            raise ValueError("other bytes came back")
        if first == SERVER:
            await reader.read()
        if first == ABORT:
            writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    finally:
        writer.close()


async def keep_talking(args, count, errors):
    while os.path.exists(args.go):
        try:
            await asyncio.wait_for(converse(args), args.patience)
            count["worked"] += 1
        except (OSError, EOFError, ValueError, asyncio.TimeoutError) as error:
            count["failed"] += 1
            errors[f"{type(error).__name__}: {error}"] += 1
            await asyncio.sleep(0.1)
        await asyncio.sleep(args.pause)


async def talk(args):
    count, errors = collections.Counter(worked=0, failed=0), collections.Counter()
    await asyncio.gather(*(keep_talking(args, count, errors)
                           for _ in range(args.tracks)))
    with open(args.report, "w") as report:
        json.dump({**count, "errors": errors}, report)


def total(data):
    words = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while words >> 16:
        words = (words & 0xffff) + (words >> 16)
    return words ^ 0xffff


def syn(source, target, source_port, port):
    tcp = bytearray(struct.pack("!HHLLHHHH", source_port, port,
                                random.getrandbits(32), 0, 8 << 12 | 2, 65535,
                                0, 0))
    tcp += b"\1\1\x08\x0a" + struct.pack("!LL", random.getrandbits(32), 0)
    pseudo = source + target + struct.pack("!HH", 6, len(tcp))
    tcp[16:18] = struct.pack("!H", total(pseudo + bytes(tcp)))
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0,
                     source, target)
    return ip + tcp


def flood(args):
    target = socket.inet_aton(args.address)
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    for i in range(args.count):
        source = socket.inet_aton(f"203.0.113.{random.randrange(1, 255)}")
        raw.sendto(syn(source, target, 1024 + i, args.port), (args.address, 0))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("serve", "talk", "flood"):
        command = commands.add_parser(name)
        if name != "serve":
            command.add_argument("address")
        command.add_argument("port", type=int)
        command.add_argument("--go", help="talk as long as this file exists")
        command.add_argument("--report", help="file")
        command.add_argument("--tracks", type=int, default=3)
        command.add_argument("--pause", type=float, default=0.05)
        command.add_argument("--patience", type=float, default=60)
        command.add_argument("--count", type=int, default=100)
    args = parser.parse_args()
    if args.command == "flood":
        flood(args)
    else:
        asyncio.run(serve(args) if args.command == "serve" else talk(args))


if __name__ == "__main__":
    main()
