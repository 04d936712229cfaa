#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Records a session of a shell on a terminal, from what stands in a script.

usage: record.py COLUMNS LINES TITLE <SCRIPT >FILE.cast

A line of the script is one of these; others are comments:

    $ COMMAND    typed at the prompt; goes on when the next prompt is there
    $$ COMMAND   typed at the prompt; goes on at once, as what it starts keeps running
    ^ KEYS       typed as they are, to end what keeps running; goes on at the next prompt
    -            a clean screen
    ? COMMAND    not shown: it is run again and again until it succeeds
    = NAME       the screen as it is now becomes NAME.svg

Exits with 1, and says why on stderr, if something does not happen within its time.
"""
import os
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]

from cast import Cast, write
from screen import Terminal

PROMPT = "\x1b]133;A\x07"  # where a prompt begins, as terminals that know of it have it
SHELL = ["bash", "--norc", "--noprofile", "-i"]
CLEAN = "\f"  # what the shell clears the screen for
PATIENCE = 240
TYPING = 0.03


class Recorder(Terminal):
    def __init__(self, columns, lines):
        os.environ.update(PS1=rf"\[{PROMPT}\e[1m\]# \[\e[0m\]", TERM="xterm-256color",
                          LC_ALL="C.UTF-8", HISTFILE="/dev/null")
        super().__init__(columns, lines, SHELL)
        self.events = []
        self.begun = time.monotonic()

    def add(self, kind, data):
        self.events.append((time.monotonic() - self.begun, kind, data))

    def look(self):
        """Records what has come since"""
        known = len(self.raw)
        self.read()
        if len(self.raw) > known:
            self.add("o", self.raw[known:].decode("utf-8", "replace").replace(PROMPT, ""))

    def wait(self, what, happens):
        until = time.monotonic() + PATIENCE
        while not happens():
            if time.monotonic() > until:
                shown = "\n".join(self.screen.display)
                raise TimeoutError(f"record.py: not seen: {what}; the screen has\n{shown}")
            time.sleep(0.05)
            self.look()

    def prompts(self):
        return self.raw.count(PROMPT.encode())

    def type(self, text):
        for key in text:
            os.write(self.master, key.encode())
            time.sleep(TYPING)
            self.look()

    def ask(self, command, enter="\n"):
        known = self.prompts()
        self.type(command + enter)
        self.wait(command, lambda: self.prompts() > known)


def play(recorder, line):
    what, _, words = line.rstrip("\n").partition(" ")
    if what == "$":
        recorder.ask(words)
    elif what == "$$":
        recorder.type(words + "\n")
    elif what == "^":
        recorder.ask(words, "")
    elif what == "-":
        recorder.ask(CLEAN, "")
    elif what == "?":
        recorder.wait(words, lambda: not subprocess.run(
            words, shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode)
    elif what == "=":
        recorder.look()
        recorder.add("m", words)


def main():
    columns, lines, title = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    recorder = Recorder(columns, lines)
    try:
        recorder.wait("a prompt", recorder.prompts)
        for line in sys.stdin:
            play(recorder, line)
    except TimeoutError as error:
        sys.exit(str(error))
    write(sys.stdout, Cast(columns, lines, recorder.events), title)


main()
