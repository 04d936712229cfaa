# SPDX-License-Identifier: GPL-2.0-only
"""A mutant: a patch that puts one bug into the tree.

The head, before the diff, is plain text. Its first line says what the bug is. Lines of it
may be

	Programs: unit/handshake echo_restore.sh	that are to kill it, the cheapest first
	Faults: traffic		plain traffic does not pass, which is the bug
	Kernel: NAME		for guests, where it is not that of the run: see vm/kernel

A patch without a head is a mutant as well.
"""

import os
import re

FIELD = re.compile(r"^(Programs|Faults|Kernel):[ \t]*(.*)$")
BEGINS_DIFF = re.compile(r"^(diff |--- |Index: )")
CHANGED = re.compile(r"^(?:\+\+\+ b/|--- a/)(\S+)", re.MULTILINE)


class Mutant:
    def __init__(self, path, top):
        self.path = path
        self.name = os.path.splitext(os.path.relpath(path, top))[0]
        with open(path, encoding="utf-8", errors="surrogateescape") as patch:
            self.text = patch.read()
        self.files = sorted(set(CHANGED.findall(self.text)))
        self.subject, self.fields, self.diff = "", {}, ""
        self._read_head()

    def _read_head(self):
        lines = self.text.splitlines()
        for number, line in enumerate(lines):
            if BEGINS_DIFF.match(line):
                self.diff = "\n".join(lines[number:])
                break
            field = FIELD.match(line)
            if field:
                self.fields[field[1]] = field[2].split()
            elif line.strip() and not self.subject:
                self.subject = line.strip()

    @property
    def programs(self):
        return self.fields.get("Programs", [])

    @property
    def kernel(self):
        return (self.fields.get("Kernel") or [None])[0]

    @property
    def breaks_traffic(self):
        return "traffic" in self.fields.get("Faults", [])

    def touches(self, *places):
        return any(file.startswith(places) for file in self.files)

    def changes_module(self):
        return self.touches("kmod/")

    def changes_command(self):
        return self.touches("tools/", "kmod/include/", "kmod/defaults.h", "CHANGES")


def find(top, words):
    """All patches below top, or those that the words name: files, rooms, or parts of names"""
    paths = [
        os.path.join(room, name)
        for room, _, names in os.walk(top)
        for name in names
        if name.endswith(".patch")
    ]
    mutants = sorted((Mutant(path, top) for path in paths), key=lambda one: one.name)
    if not words:
        return mutants
    wanted = [os.path.splitext(os.path.relpath(word, top))[0] if word.endswith(".patch") else word
              for word in words]
    return [one for one in mutants if any(word in one.name for word in wanted)]
