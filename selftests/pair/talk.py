#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Connections that live long, of several kinds.

    talk.py serve PORT
    talk.py ask PORT COUNT ADDRESS...   COUNT connections of each kind to each address

Both ends check every byte. `ask` says "talking" once all are up, goes on until it gets SIGTERM,
has each connection show that it is alive, and prints JSON: how many of each kind there were, how
many have ended, why, and the longest time that one of them got nothing, in seconds.
"""
import asyncio
import collections
import json
import signal
import socket
import sys

KINDS = ("pingpong", "download", "upload", "idle", "half_closed")
STEP = 0.1          # seconds between two messages
BLOCK = 4000        # bytes of a message of a transfer
KEEPALIVE = 5       # seconds
PATIENCE = 60       # seconds that a connection has to show that it is alive


def pattern(begin, length):
    """What is at these places of each transfer."""
    return bytes((place ^ place >> 8) & 0xff for place in range(begin, begin + length))


async def check(reader, begin, length):
    got = await reader.readexactly(length)
    if got != pattern(begin, length):
        raise ValueError("other bytes than were sent")


class Server:
    """One connection's other end."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    async def run(self):
        kind = (await self.reader.readline()).decode().strip()
        self.writer.write(b"+")
        try:
            await getattr(self, kind)()
        except (OSError, asyncio.IncompleteReadError):
            pass
        self.writer.close()

    async def pingpong(self):
        while line := await self.reader.readline():
            self.writer.write(line)

    idle = pingpong

    async def download(self):
        """Until the connection ends; that the peer says no more does not end it."""
        begin = 0
        while True:
            self.writer.write(pattern(begin, BLOCK))
            await self.writer.drain()
            begin += BLOCK
            await asyncio.sleep(STEP)

    async def upload(self):
        """Says how much has come, for each message."""
        begin = 0
        while True:
            await check(self.reader, begin, BLOCK)
            begin += BLOCK
            self.writer.write(b"%d\n" % begin)


class Client:
    """A connection of a kind."""

    def __init__(self, kind, address, port):
        self.kind, self.address, self.port = kind, address, port
        self.reader = self.writer = self.failure = self.heard = None
        self.gap = 0.0
        self.stopping = False
        self.up = asyncio.get_running_loop().create_future()

    def note(self):
        now = asyncio.get_running_loop().time()
        if self.heard is not None:
            self.gap = max(self.gap, now - self.heard)
        self.heard = now

    async def run(self):
        try:
            await self.open()
            self.up.set_result(True)
            await getattr(self, self.kind)()
        except (OSError, ValueError, asyncio.IncompleteReadError) as error:
            self.failure = str(error) or type(error).__name__
            if not self.up.done():
                self.up.set_result(False)

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection(self.address, self.port)
        end = self.writer.get_extra_info("socket")
        end.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEPALIVE)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, KEEPALIVE)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 20)
        kind = "download" if self.kind == "half_closed" else self.kind
        self.writer.write(f"{kind}\n".encode())
        await self.reader.readexactly(1)
        self.note()

    async def say_and_hear(self, number):
        line = b"%d\n" % number
        self.writer.write(line)
        if await self.reader.readline() != line:
            raise ValueError("another answer, or none")
        self.note()

    async def pingpong(self):
        number = 0
        while not self.stopping:
            number += 1
            await self.say_and_hear(number)
            await asyncio.sleep(STEP)
        await self.say_and_hear(0)

    async def idle(self):
        while not self.stopping:
            await asyncio.sleep(STEP)
        self.heard = None
        await self.say_and_hear(0)

    async def download(self):
        """Alive is who gets more after the end was told."""
        begin, last = 0, False
        while not last:
            last = self.stopping
            await check(self.reader, begin, BLOCK)
            begin += BLOCK
            self.note()

    async def upload(self):
        begin, last = 0, False
        while not last:
            last = self.stopping
            self.writer.write(pattern(begin, BLOCK))
            await self.writer.drain()
            begin += BLOCK
            if int(await self.reader.readline()) != begin:
                raise ValueError("another number of bytes has come")
            self.note()
            await asyncio.sleep(STEP)

    async def half_closed(self):
        self.writer.write_eof()
        await self.download()


async def serve(port):
    async def run(reader, writer):
        await Server(reader, writer).run()

    server = await asyncio.start_server(run, None, port, backlog=1000)
    await server.serve_forever()


async def stop(clients, tasks):
    for client in clients:
        client.stopping = True
    _, late = await asyncio.wait(tasks.keys(), timeout=PATIENCE)
    for task in late:
        tasks[task].failure = "it hangs"


def report(clients):
    kinds = {}
    for kind in KINDS:
        ours = [client for client in clients if client.kind == kind]
        ended = collections.Counter(client.failure for client in ours if client.failure)
        kinds[kind] = {"connections": len(ours), "ended": sum(ended.values()), "why": ended,
                       "longest_gap": round(max(client.gap for client in ours), 2)}
    return kinds


async def ask(port, count, addresses):
    clients = [Client(kind, address, port) for kind in KINDS for address in addresses
               for _ in range(int(count))]
    tasks = {asyncio.create_task(client.run()): client for client in clients}
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    for client in clients:
        await client.up
    print("talking", flush=True)
    await told.wait()
    await stop(clients, tasks)
    print(json.dumps(report(clients)), flush=True)


def main(what, port, *rest):
    if what == "serve":
        asyncio.run(serve(int(port)))
    else:
        asyncio.run(ask(int(port), rest[0], rest[1:]))


main(*sys.argv[1:])
