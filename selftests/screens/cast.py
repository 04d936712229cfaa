# SPDX-License-Identifier: GPL-2.0-only
"""A recording of a terminal in asciinema's format, version 2: a JSON object, then a JSON list
for each event: when, in seconds, its kind, and its data. Kind "o" is output, "m" a marker.
"""
import collections
import json

Cast = collections.namedtuple("Cast", "columns lines events")
IDLE = 2  # seconds: a player shows longer silence as that much


def write(file, cast, title):
    header = {"version": 2, "width": cast.columns, "height": cast.lines, "title": title,
              "idle_time_limit": IDLE, "env": {"SHELL": "/bin/bash", "TERM": "xterm-256color"}}
    print(json.dumps(header), file=file)
    for when, kind, data in cast.events:
        print(json.dumps([round(when, 3), kind, data]), file=file)


def read(file):
    """Raises ValueError if it is none"""
    header = json.loads(file.readline())
    if header.get("version") != 2:
        raise ValueError("this is no recording of version 2")
    return Cast(header["width"], header["height"], [tuple(json.loads(line)) for line in file])
