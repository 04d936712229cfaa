# SPDX-License-Identifier: GPL-2.0-only
"""A comparison, told on a terminal and as a report. Pure."""
from compare import GO, NO_GO, decide
from page import Failure, Report, Table, sentence
from sequence import Arrow, Stamp

SHOWN = 6       # failing connections with a diagram: more of the same tell no more
FEW = 8         # lines of a kind on the terminal; the report has all


def few(words):
    yield from words[:FEW]
    if len(words) > FEW:
        yield f"and {len(words) - FEW} more"


def lines(old, new, comparison):
    verdict, reasons = decide(comparison)
    yield f"from  {old.built or 'what could not be made'}"
    yield f"to    {new.built or 'what could not be made'}"
    yield ""
    if comparison.look:
        yield "worth a look, though it decides nothing:"
        yield from (f"   {words}" for words in few(comparison.look))
        yield ""
    yield verdict
    yield from (f"   {reason}" for reason in few(reasons))
    if verdict == NO_GO and comparison.open:
        yield "what could not be judged besides:"
        yield from (f"   {words}" for words in few(comparison.open))


def stamp(told):
    return told and Stamp(*told)


def arrow(told):
    return told and Arrow(told["label"], told["leaves"], stamp(told["inside"]),
                          stamp(told["outside"]), told["why"])


def failures(new):
    """Of each subject that is broken the case that has something to mark, if any."""
    chosen = {}
    for case in new.judge["cases"] if new.judge else []:
        if case["outcome"] == "BROKEN" and (
                case["subject"] not in chosen or
                case["detail"] and not chosen[case["subject"]]["detail"]):
            chosen[case["subject"]] = case
    return [Failure(case["subject"], sentence(case['reason'], case['detail']),
                    [arrow(told) for told in case["arrows"]])
            for case in list(chosen.values())[:SHOWN]]


def table(title, rows):
    return Table(title, ["", "from", "to"],
                 [[row.what, row.before, (row.now, row.kind)] for row in rows])


def report(old, new, comparison, date):
    verdict, reasons = decide(comparison)
    about = [("from", old.built or old.stopped or old.broken),
             ("to", new.built or new.stopped or new.broken), ("judged", date)]
    beside = [f"Worth a look: {words}" for words in comparison.look]
    if verdict == NO_GO:
        beside = [f"Could not be judged: {words}" for words in comparison.open] + beside
    kind = {GO: "good", NO_GO: "bad"}.get(verdict, "unclear")
    return Report("An upgrade, tried", verdict, kind, reasons, about, failures(new),
                  [table(*one) for one in comparison.tables], beside)
