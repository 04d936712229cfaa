# SPDX-License-Identifier: GPL-2.0-only
"""What kselftest's runner has said: of each program its cases. Pure."""
import collections
import re

# cases: what each shows -> "ok", "not ok" or "skip"; tools: why it could not be run, or a
# case of it not be judged, for which what the test wants is to blame; "" if all could
Program = collections.namedtuple("Program", "cases tools said")

END = re.compile(r"^(?:not )?ok \d+ selftests: \S*?:? ?(\S+?)(?: #.*)?$")
CASE = re.compile(r"^# (not ok|ok) (\d+) (?:- )?(.*?)(?: # SKIP.*)?$")
SKIP_ALL = re.compile(r"^# 1\.\.0(?: # SKIP (.*))?$")
# What is wrong with a test's own tools, and not with what it tries
OF_TOOLS = re.compile(
    r"ModuleNotFoundError|ImportError|AttributeError|command not found|No such file or "
    r"directory|cannot execute|error while loading shared libraries|Illegal instruction|"
    r"(?:unrecognized|invalid|unknown) option|TIMEOUT")


def read(lines):
    """name -> Program. What did not end is left with what it had said."""
    programs, cases, said, why = {}, {}, [], ""
    for line in lines:
        line = line.rstrip("\n")
        end = END.match(line)
        if end:
            programs[end[1].rsplit("/", 1)[-1]] = finish(cases, said, why, line)
            cases, said, why = {}, [], ""
            continue
        skip, case = SKIP_ALL.match(line), CASE.match(line)
        if skip:
            why = skip[1] or "it has skipped all"
        elif case:
            cases[unique(case[3], cases)] = \
                "skip" if "# SKIP" in line else case[1]
        said.append(line)
    if cases or said and programs:
        programs["?"] = Program(cases, "the guest has ended before the program did", said)
    return programs


def unique(name, cases):
    """Two cases may show the same in words."""
    if name not in cases:
        return name
    return next(f"{name} ({n})" for n in range(2, 1000) if f"{name} ({n})" not in cases)


def finish(cases, said, why, line):
    if not cases:
        return Program({}, why or last_words(said) or "it ran no case", said)
    failed = "not ok" in cases.values() or line.startswith("not ok")
    blamed = next((one for one in said + [line] if OF_TOOLS.search(one)), "") if failed else ""
    return Program(cases, blamed.lstrip("# "), said)


def last_words(said):
    return next((line.lstrip("# ") for line in reversed(said) if line.strip("# ")), "")
