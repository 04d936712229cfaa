# SPDX-License-Identifier: GPL-2.0-only
"""Reads what ./look has left of one side. The only part here that knows files."""
import json
import os
import re

import tap

HOOK = re.compile(r"^\s*([+-]?\d+)\s+(.*?)\s*$")


class Side:
    """built: what it is, in words; stopped: why it could not be tried; broken: why it does
    not work at all; the rest: what was seen of it, None where that could not be had, and
    then missing says why."""

    def __init__(self, built="", stopped="", broken="", **seen):
        self.built, self.stopped, self.broken = built, stopped, broken
        self.missing = seen.pop("missing", {})
        for name in ("versions", "sysctls", "modules", "hooks", "features", "stack", "memory",
                     "judge", "suite", "replay", "packets"):
            setattr(self, name, seen.pop(name, None))
        assert not seen, seen


def words_by_first(text):
    rows = (line.split(None, 1) for line in text.splitlines() if line.strip())
    return {row[0]: row[1].strip() if len(row) > 1 else "" for row in rows}


def sysctls(text):
    return {name.strip(): " ".join(value.split()) for name, _, value in
            (line.partition("=") for line in text.splitlines() if "=" in line)}


def hooks(text):
    """family, hook, priority and function, as nft lists them in any version."""
    found, family, hook = [], "", ""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("family"):
            family = line.split()[1]
        elif line.startswith("hook"):
            hook = line.split()[1]
        elif HOOK.match(line):
            priority, function = HOOK.match(line).groups()
            found.append(f"{family} {hook} {int(priority)} {function}")
    return found


def replay(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def packets(text):
    return {f"IPv{row['family']} {row['subject']} {row['sequence']}": row["instructions"]
            for row in json.loads(text)["packets"] if row["subject"] in ("hook", "device")}


def suite(text):
    return tap.read(text.splitlines())


FILES = {"versions": ("versions", words_by_first), "sysctls": ("sysctls", sysctls),
         "modules": ("modules", str.splitlines), "hooks": ("hooks", hooks),
         "features": ("features.json", json.loads), "stack": ("stack.json", json.loads),
         "memory": ("memory", words_by_first), "judge": ("judge/judged.json", json.loads),
         "suite": ("suite.tap", suite), "replay": ("replay.json", replay),
         "packets": ("packets.json", packets)}


def text_of(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return None


def last_line(text):
    lines = [line for line in (text or "").splitlines() if line.strip()]
    return lines[-1] if lines else ""


def read(directory):
    """The side of DIRECTORY, as ./run and ./look have left it."""
    out = os.path.join(directory, "out")
    side = Side(last_line(text_of(os.path.join(directory, "built"))),
                last_line(text_of(os.path.join(directory, "stopped"))),
                last_line(text_of(os.path.join(directory, "broken"))))
    if side.stopped or side.broken:
        return side
    if text_of(os.path.join(out, "load.failed")) is not None:
        side.broken = "the module does not load: " + \
            last_line(text_of(os.path.join(out, "load.error")))
        return side
    for name, (file, parse) in FILES.items():
        text = text_of(os.path.join(out, file))
        if text is None:
            continue
        try:
            setattr(side, name, parse(text))
        except (ValueError, KeyError, IndexError) as error:
            side.missing[name] = f"{file} cannot be read: {error}"
        # The runner fails where a case does
        if text_of(os.path.join(out, file + ".failed")) is not None and \
                name not in ("suite", "replay"):
            side.missing[name] = last_line(text_of(os.path.join(out, file + ".error"))) or \
                f"{file} could not be had"
    return side
