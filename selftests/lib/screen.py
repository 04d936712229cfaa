#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What does a program show on its terminal?

usage: screen.py COLUMNS LINES COMMAND...

Runs COMMAND in a terminal of its own. Each line on standard input is answered, with lines
that end with one that has only a dot:

    show            the lines of the screen, without the spaces at their ends
    keys TEXT       sends them; TEXT may have escapes as Python's strings have
    resize COLUMNS LINES
    signal NAME     sends it, as in TERM
    colours         how often colours were set
    end             waits until the program has ended: its exit status, or minus the number
                    of the signal that has ended it; and what it has left different from
                    what it found
"""
import fcntl
import os
import pty
import re
import selectors
import signal
import struct
import sys
import termios
import time

import pyte

PATIENCE = 30
COLOUR = re.compile(rb"\x1b\[(?:[0-9]*;)*(?:3[1-7]|4[1-7])(?:;[0-9]*)*m")
LEAVE = {"the alternate screen": (b"\x1b[?1049h", b"\x1b[?1049l"),
         "the keypad's mode": (b"\x1b[?1h", b"\x1b[?1l"),
         "an invisible cursor": (b"\x1b[?25l", b"\x1b[?25h")}


class Screen(pyte.Screen):
    """pyte's, and the lines between the margins can be scrolled"""

    def scroll_up(self, count=1):
        at = self.cursor.x, self.cursor.y
        self.cursor.y = self.margins.bottom if self.margins else self.lines - 1
        for _ in range(count or 1):
            self.index()
        self.cursor.x, self.cursor.y = at

    def scroll_down(self, count=1):
        at = self.cursor.x, self.cursor.y
        self.cursor.y = self.margins.top if self.margins else 0
        for _ in range(count or 1):
            self.reverse_index()
        self.cursor.x, self.cursor.y = at


class Stream(pyte.ByteStream):
    csi = {**pyte.ByteStream.csi, "S": "scroll_up", "T": "scroll_down"}
    events = pyte.ByteStream.events | {"scroll_up", "scroll_down"}


class Terminal:
    def __init__(self, columns, lines, command):
        self.screen = Screen(columns, lines)
        self.stream = Stream(self.screen)
        self.raw = b""
        self.status = None
        self.master, self.slave = pty.openpty()
        self.set_size(columns, lines)
        self.settings = termios.tcgetattr(self.slave)
        self.child = os.fork()
        if not self.child:
            self.become(command)
        os.set_blocking(self.master, False)

    def become(self, command):
        os.setsid()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
        for descriptor in range(3):
            os.dup2(self.slave, descriptor)
        os.close(self.master)
        os.execvp(command[0], command)

    def set_size(self, columns, lines):
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, size)

    def read(self):
        try:
            while data := os.read(self.master, 65536):
                self.raw += data
                self.stream.feed(data)
        except OSError:
            pass

    def left(self):
        """What the program has left different"""
        if termios.tcgetattr(self.slave) != self.settings:
            yield "the terminal's settings"
        for what, (begin, end) in LEAVE.items():
            if self.raw.rfind(begin) > self.raw.rfind(end):
                yield what

    def ended(self):
        """Nobody would wait for a program that writes more than the terminal takes"""
        until = time.monotonic() + PATIENCE
        while self.status is None and time.monotonic() < until:
            self.read()
            pid, status = os.waitpid(self.child, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            else:
                time.sleep(0.02)
        self.read()
        return self.status

    def answer(self, words):
        if words[0] == "show":
            return [line.rstrip() for line in self.screen.display]
        if words[0] == "keys":
            os.write(self.master, words[1].encode().decode("unicode_escape").encode())
        elif words[0] == "resize":
            columns, lines = int(words[1]), int(words[2])
            self.screen.resize(lines, columns)
            self.set_size(columns, lines)
        elif words[0] == "signal":
            os.kill(self.child, signal.Signals["SIG" + words[1]])
        elif words[0] == "colours":
            return [str(len(COLOUR.findall(self.raw)))]
        elif words[0] == "end":
            return [str(self.ended()), *self.left()]
        return []


def main():
    terminal = Terminal(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
    selector = selectors.DefaultSelector()
    selector.register(0, selectors.EVENT_READ)
    selector.register(terminal.master, selectors.EVENT_READ)
    while True:
        ready = [key.fd for key, _ in selector.select()]
        if terminal.master in ready:
            terminal.read()
        if 0 not in ready:
            continue
        line = sys.stdin.buffer.raw.readline().decode()
        if not line:
            break
        terminal.read()
        for answer in terminal.answer(line.split()):
            print(answer)
        print(".", flush=True)
    if terminal.status is None:
        os.kill(terminal.child, signal.SIGKILL)


if __name__ == "__main__":
    main()
