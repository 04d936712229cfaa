# SPDX-License-Identifier: GPL-2.0-only
"""The programs that may kill a mutant, and in which order they are tried.

First come those that the head of the patch names, then those that ../map has for the files
that it changes, then the cheapest that come by the function that it changes, if `make coverage`
has found any; and only if none of these kills it all the others that come by. Of each the
cheapest comes first, and the unit tests before what needs a guest.
"""

import os
import subprocess

from runner.reach import Reach

# A guest of its own, in which idle time passes at once: see ../../runner/suite
IDLE = {"clock_silence.sh", "watch_calm.sh"}
# Slow, and for what other kinds of devices, and other firewalls, do
EXTENDED = IDLE | {"device_kinds.sh", "judge.sh"}
NEAREST = 4     # so many of those that come by are tried first


def is_unit(program):
    return program.startswith("unit/")


class Programs:
    def __init__(self, tree):
        self.tree = tree
        self.seconds = self._read_durations()
        self.map = self._read_map()
        self.units = ["unit/" + name for name in self._list("selftests/unit", "list")]
        self.suite = [name for name in self._list("selftests", "list")
                      if name not in EXTENDED]
        self.known = {*self.units, *self.suite}
        self.reach = Reach(tree)

    def _list(self, room, goal):
        return subprocess.run(
            ["make", "-s", "-C", os.path.join(self.tree, room), goal],
            check=True, capture_output=True, text=True,
        ).stdout.split()

    def _read_durations(self):
        seconds = {}
        with open(os.path.join(self.tree, "selftests/runner/durations"), encoding="utf-8") as file:
            for line in file:
                words = line.split()
                if len(words) == 2 and words[0].isdigit():
                    seconds[words[1]] = int(words[0])
        return seconds

    def _read_map(self):
        lines = []
        with open(os.path.join(self.tree, "selftests/mutants/map"), encoding="utf-8") as file:
            for line in file:
                words = line.split("#")[0].split()
                if words:
                    lines.append((words[0], words[1:]))
        return sorted(lines, key=lambda line: -len(line[0]))

    def cost(self, program):
        return self.seconds.get(program, 1 if is_unit(program) else 60)

    def mapped(self, files):
        """What the longest beginnings of the files' names have in the map"""
        found = []
        for file in files:
            for start, programs in self.map:
                if file.startswith(start):
                    found += programs
                    break
        return sorted(set(found), key=self.cost)

    def first(self, mutant):
        """Of those that are there: a name in a patch or in the map may be that of another tree"""
        near = [one for one in self.reach.programs(mutant) or [] if one in self.known]
        named = mutant.programs + self.mapped(mutant.files) + near[:NEAREST]
        return self._in_order(one for one in named if one in self.known)

    def unknown(self, mutants):
        """Names that are none of a program here"""
        named = [name for one in mutants for name in self.mapped(one.files) + one.programs]
        return sorted(set(named) - self.known)

    def others(self, mutant):
        """The rest of the suite, or of those that come by what is changed, if that is known"""
        near = self.reach.programs(mutant)
        rest = sorted((one for one in self.units + self.suite if near is None or one in near),
                      key=self.cost)
        first = set(self.first(mutant))
        return [one for one in self._in_order(rest) if one not in first]

    @staticmethod
    def _in_order(programs):
        known = list(dict.fromkeys(programs))
        return [one for one in known if is_unit(one)] + [one for one in known if not is_unit(one)]

    def sources(self, program):
        """The files that make a program what it is, from the top of the tree"""
        if is_unit(program):
            name = program[len("unit/"):]
            room = "selftests/unit"
            if name.startswith("fuzz_"):
                room, name = "selftests/fuzz", name[len("fuzz_"):]
            source = name if "." in name else name + ".c"
            return [os.path.join(room, source), "selftests/unit/segment.h"]
        if program == "netlink":
            return ["selftests/netlink.c", "selftests/lib/genl.c"]
        return [os.path.join("selftests", program), "selftests/lib/lib.sh"]
