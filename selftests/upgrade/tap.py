# SPDX-License-Identifier: GPL-2.0-only
"""What kselftest's runner has said: of each program its cases. Pure."""
import collections
import re

# cases: what each shows -> "ok", "not ok" or "skip"; tools: why the program could not be run,
# or was not run to its end, "" if it was; blamed: of cases that failed, those that did for
# what the test wants, and not for what it tries -> in whose words
Program = collections.namedtuple("Program", "cases tools blamed")

BEGIN = re.compile(r"^# selftests: (?:\S+: )?(\S+)$")
END = re.compile(r"^(?:not )?ok \d+ selftests: (?:\S+: )?(\S+?)(?: #.*)?$")
CASE = re.compile(r"^# (not ok|ok) (\d+) (?:- )?(.*?)(?: # SKIP.*)?$")
SKIP_ALL = re.compile(r"^# 1\.\.0(?: # SKIP (.*))?$")
# What is wrong with a test's own tools, or with a machine that is slow
OF_TOOLS = re.compile(
    r"ModuleNotFoundError|ImportError|AttributeError|command not found|No such file or "
    r"directory|cannot execute|error while loading shared libraries|Illegal instruction|"
    r"(?:unrecognized|invalid|unknown) option|terminated by timeout")


class Reader:
    """One program after the other."""

    def __init__(self):
        self.programs = {}
        self._forget()

    def _forget(self, name=None):
        self.name, self.cases, self.blamed, self.said, self.skipped = name, {}, {}, [], ""

    def take(self, line):
        begin, end, case = BEGIN.match(line), END.match(line), CASE.match(line)
        if end:
            self._finish(end[1], line)
        elif begin:
            self._forget(begin[1].rsplit("/", 1)[-1])
        elif case:
            self._note(case, line)
        elif SKIP_ALL.match(line):
            self.skipped = SKIP_ALL.match(line)[1] or "it has skipped all"
        else:
            self.said.append(line)

    def _note(self, case, line):
        """What was said since the case before tells why it failed."""
        name = unique(case[3], self.cases)
        self.cases[name] = "skip" if "# SKIP" in line else case[1]
        words = next((one for one in self.said if OF_TOOLS.search(one)), None)
        if case[1] == "not ok" and words:
            self.blamed[name] = words.lstrip("# ")
        self.said = []

    def _finish(self, name, line):
        why = ""
        if not self.cases:
            why = self.skipped or last_words(self.said) or "it ran no case"
        elif "TIMEOUT" in line:
            why = "it took too long"
        self.programs[name.rsplit("/", 1)[-1]] = Program(self.cases, why, self.blamed)
        self._forget()

    def end(self):
        if self.name:
            self.programs[self.name] = Program(
                self.cases, "the guest ended before the program did", self.blamed)


def read(lines):
    """name -> Program"""
    reader = Reader()
    for line in lines:
        reader.take(line.rstrip("\n"))
    reader.end()
    return reader.programs


def unique(name, cases):
    """Two cases may show the same in words."""
    if name not in cases:
        return name
    return next(f"{name} ({n})" for n in range(2, 1000) if f"{name} ({n})" not in cases)


def last_words(said):
    return next((line.lstrip("# ") for line in reversed(said) if line.strip("# ")), "")
