#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Draws the screens that a recording has marked: NAME.svg for each.

usage: render.py FILE.cast DIRECTORY
"""
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "lib")]

from cast import read
from screen import Screen, Stream
from svg import draw


def pictures(cast):
    """The name of each marker, and the screen at that time as SVG"""
    screen = Screen(cast.columns, cast.lines)
    stream = Stream(screen)
    for _, kind, data in cast.events:
        if kind == "o":
            stream.feed(data.encode())
        elif kind == "m":
            yield data, draw(screen, "\n".join(line.rstrip() for line in screen.display).strip())


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        recording = read(file)
    for name, picture in pictures(recording):
        with open(os.path.join(sys.argv[2], name + ".svg"), "w", encoding="utf-8") as file:
            file.write(picture)
        print(f"{name}.svg")
