# SPDX-License-Identifier: GPL-2.0-only
"""Cases and their verdict, told on a terminal, as a report and as JSON. Pure."""
import dpkt

from cases import GOOD, HARM, OPEN, QUESTIONS, detail
from page import Failure, Report, Table, sentence
from sequence import Arrow, Stamp
from verdict import GO, HARMLESS, NO_GO, STATUS, notes

COLUMNS = (*QUESTIONS, "quotes")
HEADS = {"works": "works", "hides": "hides", "restores": "restores", "exactly": "exactly",
         "quotes": "in ICMP"}
KINDS = {GOOD: "good", HARM: "bad"}
FLAGS = ((dpkt.tcp.TH_SYN, "SYN"), (dpkt.tcp.TH_FIN, "FIN"), (dpkt.tcp.TH_RST, "RST"),
         (dpkt.tcp.TH_ACK, "ACK"))
SHOWN = 6       # failing cases with a diagram: more of the same tell no more


def by_subject(cases):
    """subject -> question -> outcome, in the order in which subjects came."""
    rows = {}
    for case in cases:
        row = rows.setdefault(case.subject, {})
        if row.get(case.question) != HARM:
            row[case.question] = case.outcome
    return rows


def outcome_of(row, question):
    """Where nothing is hidden, there is nothing to restore."""
    if row.get("hides") == OPEN and question in ("restores", "exactly") and \
            row.get(question) == GOOD:
        return "-"
    return row.get(question, "")


def text_table(cases):
    rows = by_subject(cases)
    width = max((len(subject) for subject in rows), default=0)
    yield " " * width + "".join(f"  {HEADS[question]:>8}" for question in COLUMNS)
    for subject, row in rows.items():
        yield f"{subject:{width}}" + "".join(
            f"  {outcome_of(row, question):>8}" for question in COLUMNS).rstrip()


def lines(cases, verdict):
    yield from text_table(cases)
    yield ""
    yield verdict.word
    yield from (f"   {reason}" for reason in verdict.reasons)


def flags_in_words(segment):
    said = [name for flag, name in FLAGS if segment.flags & flag]
    if segment.size:
        said.append(f"{segment.size} bytes")
    return " ".join(said) or "no flags"


def stamp(segment, wire, wrong):
    if segment is None:
        return None
    marked = wrong.field if wrong and wrong.wire == wire else None
    return Stamp(segment.tsval, segment.tsecr, marked)


def arrows_of(case):
    """None where segments are left out."""
    arrows = []
    for told in case.exchange.handshake(case.wrong):
        if told is None:
            arrows.append(None)
            continue
        number, step = told
        wrong = case.wrong if case.wrong and case.wrong.step == number else None
        segment = step.inner or step.outer
        arrows.append(Arrow(flags_in_words(segment), segment.leaves,
                            stamp(step.inner, "inner", wrong),
                            stamp(step.outer, "outer", wrong), wrong.why if wrong else ""))
    return arrows


def failures(cases):
    """One for each subject that is broken: that which has something to mark, if any."""
    chosen = {}
    for case in cases:
        if case.outcome == HARM and (case.subject not in chosen or
                                     case.wrong and not chosen[case.subject].wrong):
            chosen[case.subject] = case
    return [Failure(case.subject, sentence(case.reason, detail(case)),
                    arrows_of(case) if case.exchange else [])
            for case in list(chosen.values())[:SHOWN]]


def table(cases, title="What was tried"):
    rows = [[subject] + [(outcome_of(row, question), KINDS.get(row.get(question), ""))
                         for question in COLUMNS]
            for subject, row in by_subject(cases).items()]
    return Table(title, ["", *HEADS.values()], rows)


def kind_of(word):
    return {GO: "good", NO_GO: "bad"}.get(word, "unclear")


def report(cases, verdict, about):
    beside = [] if verdict.word == HARMLESS else notes(cases)
    return Report("A device between two wires", verdict.word, kind_of(verdict.word),
                  verdict.reasons, about, failures(cases), [table(cases)],
                  [note for note in beside if note not in verdict.reasons])


def as_json(cases, verdict):
    return {"verdict": verdict.word, "status": STATUS[verdict.word], "reasons": verdict.reasons,
            "cases": [{"subject": case.subject, "question": case.question,
                       "outcome": case.outcome, "reason": case.reason, "detail": detail(case),
                       "arrows": [arrow and {"label": arrow.label, "leaves": arrow.leaves,
                                             "inside": arrow.inside, "outside": arrow.outside,
                                             "why": arrow.why}
                                  for arrow in arrows_of(case)] if case.outcome == HARM and
                       case.exchange else []}
                      for case in cases]}
