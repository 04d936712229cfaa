# SPDX-License-Identifier: GPL-2.0-only
"""What was tried, and what came of it: a case for each subject and each question.

Pure: a recording goes in, cases come out.
"""
import collections

from capture import timestamps

# Outcomes. HARM: something is broken that works without the device; OPEN: nothing is
# broken, and nothing hidden; UNTOLD: it cannot be seen
GOOD, HARM, OPEN, UNTOLD = "yes", "BROKEN", "no", "?"
QUESTIONS = ("works", "hides", "restores", "exactly")

Case = collections.namedtuple("Case", "subject question outcome reason exchange wrong",
                              defaults=("", None, None))

SUBJECTS = {
    "client": "connection from inside",
    "server": "connection from outside",
    "plain": "host without timestamps",
    "reuse": "same port again, server in TIME-WAIT",
    "quote": "connection with ICMP errors",
    "udp": "UDP, whole and in fragments",
    "dns": "DNS, answer too long for UDP",
}
FIELDS = {"tsval": "TSval", "tsecr": "TSecr"}
WITH_TIMESTAMPS = ("client", "server", "quote", "dns", "reuse")


def title(name, family):
    return f"IPv{family}: {SUBJECTS[name]}"


def works(recording, name, family):
    attempt = recording.facts[name, family]
    exchange = recording.exchanges.get((name, family))
    if attempt.works:
        return Case(title(name, family), "works", GOOD)
    wrong = (exchange.wrong_echoes() if exchange else []) or [None]
    return Case(title(name, family), "works", HARM, why_not(exchange, wrong[0]), exchange,
                wrong[0])


def why_not(exchange, wrong):
    if exchange is None:
        return "no answer comes back"
    if not exchange.steps:
        return "neither wire has shown a segment of it"
    if not exchange.pairs():
        return "it does not come up: no segment of one wire is on the other"
    if wrong:
        return "it does not come up, or stops"
    return "it does not come up, or stops, though no echo is wrong"


def detail(case):
    """The wrong value, in words."""
    if not case.wrong:
        return ""
    wrong = case.wrong
    value = getattr(getattr(case.exchange.steps[wrong.step], wrong.wire), wrong.field)
    who = "The inside host gets" if wrong.wire == "inner" else "The outside wire shows"
    return f"{who} {FIELDS[wrong.field]} {value}, and {wrong.why}."


def hides(recording, name, family):
    exchange = recording.exchanges[name, family]
    shown, hidden = exchange.shown()
    what = title(name, family), "hides"
    if shown and hidden:
        return Case(*what, HARM, "some TSvals leave as they are, and others do not",
                    exchange, shown[0])
    if shown:
        return Case(*what, OPEN)
    return Case(*what, GOOD if exchange.inside_values() else UNTOLD)


def restores(recording, name, family):
    exchange = recording.exchanges[name, family]
    wrong = exchange.wrong_echoes()
    what = title(name, family), "restores"
    if wrong:
        return Case(*what, HARM, "echoes are not restored: the inside host gets TSecrs of "
                    "what it never sent", exchange, wrong[0])
    return Case(*what, GOOD if exchange.echoes() else UNTOLD)


def restores_exactly(recording, name, family):
    exchange = recording.exchanges[name, family]
    strange = {one.step for one in exchange.wrong_echoes()}
    wrong = [one for one in exchange.inexact_echoes() if one.step not in strange]
    what = title(name, family), "exactly"
    if wrong:
        return Case(*what, HARM, "echoes are restored to a TSval that the inside host has "
                    "sent, but in another segment than that which was echoed", exchange, wrong[0])
    if strange or not exchange.echoes():
        return Case(*what, UNTOLD)
    if exchange.of_the_device() > len(exchange.pairs()):
        return Case(*what, UNTOLD, "the device answers itself: what it lets through has no "
                    "like on the other wire", exchange)
    return Case(*what, GOOD)


def survives_reuse(recording):
    """A server in TIME-WAIT takes a SYN at once only if its TSval is later than the last."""
    exchange = recording.exchanges["reuse", 4]
    rejected = exchange.rejections()
    wrong = (exchange.runs_back() or [None])[0]
    if recording.works("reuse", 4) and not rejected and not wrong:
        return Case(title("reuse", 4), "works", GOOD)
    reason = "the next connection on the same port does not come up"
    if rejected:
        reason = "the server does not take the SYN of the next connection at once"
    if wrong:
        reason = "outside TSvals run back from one connection to the next on the same port"
    return Case(title("reuse", 4), "works", HARM, reason, exchange, wrong)


def quoted(recording, family):
    """ICMP errors quote what their wire has shown, and nothing of inside is outside."""
    what = title("quote", family), "quotes"
    if not recording.works("quote", family):
        return Case(*what, UNTOLD)
    wires = dict(zip(("inside", "outside"), recording.wires))
    for name, wire in wires.items():
        for error in of_family(wire, family):
            if (*error.ends, error.header) not in wire.headers:
                return Case(*what, HARM, f"an ICMP error on the {name} wire quotes a segment "
                            f"that was not there{whose(error, recording.secret)}")
    if not all(of_family(wire, family) for wire in wires.values()):
        return Case(*what, HARM, "an ICMP error of one wire is not on the other")
    return Case(*what, GOOD)


def whose(error, secret):
    return ", with a TSval of inside" if secret & {*timestamps(error.tcp)} - {None} else ""


def of_family(wire, family):
    return [error for error in wire.errors if (len(error.ends[0]) == 4) == (family == 4)]


def tried(recording, names):
    return [(name, family) for family in (4, 6) for name in names
            if recording.works(name, family) is not None]


def cases_of(recording):
    """All of them, in the order in which they are told."""
    found = [works(recording, *one) for one in tried(recording, SUBJECTS)
             if one[0] != "reuse"]
    if recording.works("reuse", 4) is not None:
        found.append(survives_reuse(recording))
    for ask in hides, restores, restores_exactly:
        found += [ask(recording, *one) for one in tried(recording, WITH_TIMESTAMPS)]
    found += [quoted(recording, family) for _, family in tried(recording, ["quote"])]
    found += [Case("each segment", "works", HARM, words) for words in recording.damage]
    return found
