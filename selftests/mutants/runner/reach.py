# SPDX-License-Identifier: GPL-2.0-only
"""Which programs come by the functions that a mutant changes, as `make coverage` has found.

Without its map, and where a change is in no function, nobody knows.
"""

import os
import re

HUNK = re.compile(r"^@@ -(\d+)")
FILE = re.compile(r"^--- a/(\S+)")
# What begins at the start of a line, and has a parameter list, but ends in no semicolon
FUNCTION = re.compile(r"^[A-Za-z_][\w\s*]*?\**(\w+)\(")


def changed_lines(diff):
    """(file, number) of each line, as it is without the bug, that the diff takes away, and of
    each behind which it adds one"""
    path, number = None, 0
    for line in diff.splitlines():
        if FILE.match(line):
            path, number = FILE.match(line)[1], 0
        elif HUNK.match(line):
            number = int(HUNK.match(line)[1])
        elif line.startswith("-") and not line.startswith("---") and number:
            yield path, number
            number += 1
        elif line.startswith("+") and number:
            yield path, number - 1
        elif number:
            number += 1


def function_at(source, number):
    """The function that has that line of the source, or None"""
    for line in reversed(source[:number]):
        if line.startswith("}"):
            return None
        found = FUNCTION.match(line)
        if found and not line.rstrip().endswith(";") and not line.startswith("#"):
            return found[1]
    return None


class Reach:
    def __init__(self, tree, path=None):
        self.tree = tree
        self.map = self._read(path or os.path.join(tree, "build/coverage/map"))

    @staticmethod
    def _read(path):
        if not os.path.exists(path):
            return {}
        with open(path, encoding="ascii") as file:
            return {words[0]: words[1:] for words in map(str.split, file) if words}

    def _functions(self, mutant):
        for path, number in changed_lines(mutant.diff):
            try:
                with open(os.path.join(self.tree, path), encoding="utf-8") as file:
                    name = function_at(file.read().splitlines(), number)
            except OSError:
                name = None
            yield name and f"{path}:{name}"

    def programs(self, mutant):
        """Those that come by any of the functions, the cheapest first; None if that of a
        change is not known"""
        functions = set(self._functions(mutant))
        if not functions or not functions <= set(self.map):
            return None
        return list(dict.fromkeys(name for one in sorted(functions) for name in self.map[one]))
