# SPDX-License-Identifier: GPL-2.0-only
"""The suite's results of two sides, case by case: a part of ./compare.py. Pure."""
from rows import Row, differing


def compare_suite(found, old, new):
    """A case that passes on the one side and fails on the other."""
    if old.suite is None and new.suite is None:
        return
    rows, same = [], 0
    for side, name in ((old, "the side to upgrade from"), (new, "the target")):
        if not side.suite:
            found.open.append(f"the suite did not run on {name}: "
                              f"{side.missing.get('suite', 'nothing is known of it')}")
    for program in sorted({**(old.suite or {}), **(new.suite or {})}):
        before, now = ((side.suite or {}).get(program) for side in (old, new))
        same += compare_program(found, rows, program, before, now)
    found.table(f"The suite, where results differ; the same: {same}", rows)


def compare_program(found, rows, program, before, now):
    """Adds rows; returns how many cases are the same."""
    if before is None or now is None or not before.cases or not now.cases:
        if not (before and now) or before.cases or now.cases:
            why = next((one.tools for one in (now, before) if one and not one.cases),
                       "it was not run on both")
            found.open.append(f"{program} was not run on both sides: {why}")
            rows.append(Row(program, count(before), count(now), "unclear"))
        return 0
    for one, name in ((before, "the side to upgrade from"), (now, "the target")):
        if one.tools:
            found.open.append(f"{program} did not run to its end on {name}: {one.tools}")
    for row in differing(before.cases, now.cases):
        judge_case(found, rows, program, row, now)
    return len([case for case in now.cases if before.cases.get(case) == now.cases[case]])


def judge_case(found, rows, program, row, now):
    what = f"{program}: {row.what}"
    if row.now == "not ok" and row.before == "ok" and row.what in now.blamed:
        found.open.append(f"{what}, where a tool of the test is to blame: "
                          f"{now.blamed[row.what]}")
        rows.append(Row(what, row.before, row.now, "unclear"))
    elif row.now == "not ok" and row.before == "ok":
        found.against.append(f"{what}: it passes before and fails now")
        rows.append(Row(what, row.before, row.now, "bad"))
    elif row.now == "not ok":
        found.look.append(f"{what}: it fails, and was not tried before")
        rows.append(Row(what, row.before, row.now, "unclear"))
    else:
        if row.before == "ok":
            found.look.append(f"{what}: it passes before and is not tried now")
        rows.append(Row(what, row.before, row.now))


def count(program):
    return "not run" if not program or not program.cases else f"{len(program.cases)} cases"
