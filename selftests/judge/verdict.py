# SPDX-License-Identifier: GPL-2.0-only
"""GO, NO-GO or neither, by cases alone."""
import collections

from cases import GOOD, HARM, OPEN, UNTOLD

GO, NO_GO, NOT_JUDGED, HARMLESS = "GO", "NO-GO", "could not judge", "harmless, hides nothing"
STATUS = {GO: 0, NO_GO: 1, NOT_JUDGED: 2, HARMLESS: 3}

Verdict = collections.namedtuple("Verdict", "word reasons")


def gather(cases):
    """Each reason once, with the subjects that it holds for."""
    subjects = collections.defaultdict(list)
    for case in cases:
        if case.subject not in subjects[case.reason]:
            subjects[case.reason].append(case.subject)
    return [f"{'; '.join(named)}: {reason}" if reason else "; ".join(named)
            for reason, named in subjects.items()]


def judge(cases):
    """What is broken decides first; then whether all is hidden, nothing, or a part."""
    broken = [case for case in cases if case.outcome == HARM]
    asked = [case for case in cases if case.question == "hides"]
    hidden = [case for case in asked if case.outcome == GOOD]
    shown = [case for case in asked if case.outcome == OPEN]
    if broken:
        return Verdict(NO_GO, gather(broken))
    if not hidden and not shown:
        return Verdict(NOT_JUDGED, ["no connection with timestamps was seen"])
    if hidden and shown:
        return Verdict(NO_GO, ["only a part is hidden: the inside host's TSvals are outside "
                               f"of {'; '.join(case.subject for case in shown)}"])
    if shown:
        return Verdict(HARMLESS, ["TSvals leave as they are, and nothing that was tried is "
                                  "broken"] + notes(cases))
    unseen = [case for case in cases if case.question == "exactly" and case.outcome == UNTOLD]
    if unseen:
        return Verdict(NOT_JUDGED, gather([case._replace(
            reason=case.reason or "no echo could be compared") for case in unseen]))
    return Verdict(GO, ["no TSval of inside is outside, each echo is that of the segment which "
                        "was echoed, and nothing that was tried is broken"])


def notes(cases):
    """What is told beside a verdict that it does not decide."""
    return gather([case for case in cases if case.outcome == UNTOLD and case.reason])
