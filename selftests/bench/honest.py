#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""honest.py - what ./attack has beside its floods

honest.py serve PORT
    an echo server for thousands of connections
honest.py connect PORT ADDRESS... [--rate N] [--seconds N] [--hold SECONDS]
    connections that say something, wait and say more; tells how they fared, as JSON
honest.py raw FILE
    which of the TSvals in a capture are the clock of this machine, as JSON
"""
import argparse
import asyncio
import json
import resource
import socket
import struct
import time

import dpkt

SAID = bytes(range(100))
PATIENCE = 100  # seconds; SYNs are sent again after 1, 3, 7, 15, 31 and 63
TCPI_OPT_TIMESTAMPS = 1

# How far a TSval may be from the clock at its capture, in ms: a SYN cookie changes the
# lowest six bits
BEHIND, AHEAD = 200, 50


async def echo(reader, writer):
    try:
        while data := await reader.read(4096):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    writer.close()


async def serve(port):
    resource.setrlimit(resource.RLIMIT_NOFILE, (1 << 17, 1 << 17))
    listener = socket.create_server(("::", port), family=socket.AF_INET6,
                                    dualstack_ipv6=True, backlog=4096)
    server = await asyncio.start_server(echo, sock=listener, backlog=4096)
    await server.serve_forever()


async def talk(reader, writer):
    writer.write(SAID)
    if await reader.readexactly(len(SAID)) != SAID:
        raise OSError("not what was said")


async def exchange(address, port, hold):
    reader, writer = await asyncio.open_connection(address, port)
    try:
        await talk(reader, writer)
        await asyncio.sleep(hold)
        await talk(reader, writer)
        info = writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP,
                                                          socket.TCP_INFO, 8)
        return bool(info[5] & TCPI_OPT_TIMESTAMPS)
    finally:
        writer.close()


async def try_one(args, address, found):
    begin = time.monotonic()
    try:
        tsopt = await asyncio.wait_for(exchange(address, args.port, args.hold), PATIENCE)
    except (OSError, EOFError, asyncio.TimeoutError) as error:
        found["errors"].append(f"{address}: {error!r}")
        return
    found["up"] += 1
    found["tsopt"] += tsopt
    found["slowest"] = max(found["slowest"], time.monotonic() - begin - args.hold)


async def connect(args):
    found = {"tried": int(args.rate * args.seconds), "up": 0, "tsopt": 0, "slowest": 0,
             "errors": []}
    begin = time.monotonic()
    tasks = []
    for number in range(found["tried"]):
        await asyncio.sleep(max(begin + number / args.rate - time.monotonic(), 0))
        address = args.address[number % len(args.address)]
        tasks.append(asyncio.create_task(try_one(args, address, found)))
    await asyncio.gather(*tasks)
    print(json.dumps(found))


def tsvals(path):
    """Time of capture and TSval of each segment that has one."""
    with open(path, "rb") as file:
        for when, frame in dpkt.pcap.Reader(file):
            tcp = dpkt.ethernet.Ethernet(frame).data.data
            if not isinstance(tcp, dpkt.tcp.TCP):
                continue
            for kind, value in dpkt.tcp.parse_opts(tcp.opts):
                if kind == dpkt.tcp.TCP_OPT_TIMESTAMP:
                    yield when, struct.unpack("!L", value[:4])[0]


def find_raw(path):
    to_clock = time.clock_gettime(time.CLOCK_MONOTONIC) - time.time()
    found = {"tsvals": 0, "raw": 0}
    for when, tsval in tsvals(path):
        clock = int((when + to_clock) * 1000)
        found["tsvals"] += 1
        found["raw"] += (tsval - clock + BEHIND) % 2**32 <= BEHIND + AHEAD
    print(json.dumps(found))


def options():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("serve")
    command.add_argument("port", type=int)
    command = commands.add_parser("connect")
    command.add_argument("port", type=int)
    command.add_argument("address", nargs="+")
    command.add_argument("--rate", type=float, default=5, help="a second")
    command.add_argument("--seconds", type=float, default=40)
    command.add_argument("--hold", type=float, default=3)
    commands.add_parser("raw").add_argument("file")
    return parser.parse_args()


def main():
    args = options()
    if args.command == "serve":
        asyncio.run(serve(args.port))
    elif args.command == "connect":
        asyncio.run(connect(args))
    else:
        find_raw(args.file)


if __name__ == "__main__":
    main()
