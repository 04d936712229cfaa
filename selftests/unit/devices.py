#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The judge of devices, and the report: each fault of a device is told with the value that
is wrong, what hides nothing is told apart, and the page loads nothing from elsewhere.

A device of a few lines is between the two wires.
"""
import html.parser
import ipaddress
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", room) for room in ("judge", "lib", "report")]

from asserting import run_cases
from capture import Segment
from cases import GOOD, HARM, OPEN, UNTOLD, Case, cases_of, detail
from page import Failure, Report, Table, page
from recording import Attempt, Recording, read_facts
from sequence import Arrow, Stamp, draw
from told import as_json, lines, report
from verdict import GO, HARMLESS, NO_GO, NOT_JUDGED, judge

SYN, ACK, RST = 2, 16, 4
INSIDE, OUTSIDE = "10.0.1.2", "198.51.100.2"
CLOCK, PEER = 500000, 9000000


class Device:
    """Moves TSvals on their way out by hide, and TSecrs back by restore."""

    def __init__(self, hide=0, restore=0, only_syn=False):
        self.hide, self.restore, self.only_syn = hide, restore, only_syn

    def outside(self, segment):
        if segment.leaves:
            moved = self.hide if not self.only_syn or segment.flags & SYN else 0
            return segment._replace(tsval=segment.tsval + moved)
        return segment

    def inside(self, segment):
        if not segment.leaves and segment.flags & ACK and segment.tsecr:
            return segment._replace(tsecr=segment.tsecr - self.restore)
        return segment


class Talk:
    """What both hosts say, and what each wire shows of it."""

    def __init__(self, device):
        self.device, self.inside, self.outside, self.number = device, [], [], 0

    def say(self, port, leaves, flags, tsval, tsecr, seq=1, inside_port=4001):
        self.number += 1
        segment = Segment(leaves, (ipaddress.ip_address(INSIDE), inside_port),
                          (ipaddress.ip_address(OUTSIDE), port), seq, 1, flags, 0,
                          (self.number, 1000), tsval, tsecr, self.number, 0)
        shown = self.device.outside(segment)
        self.outside.append(shown)
        self.inside.append(self.device.inside(segment))
        return shown

    def connection(self, port, at=CLOCK, isn=1):
        """A handshake and a few segments, in which the peer echoes what it has seen."""
        syn = self.say(port, True, SYN, at, 0, isn)
        self.say(port, False, SYN | ACK, PEER, syn.tsval, isn)
        for n in range(1, 4):
            sent = self.say(port, True, ACK, at + 10 * n, PEER + n, isn + n)
            self.say(port, False, ACK, PEER + 10 * n, sent.tsval, isn + n)


def recording(talk, works=True, names=("client", "udp"), **more):
    facts = {(name, 4): Attempt(works or name == "udp", 1) for name in names}
    return Recording(facts, talk.inside, talk.outside, **more)


def verdict_of(device, works=True):
    talk = Talk(device)
    talk.connection(7001)
    cases = cases_of(recording(talk, works))
    return judge(cases), cases


def is_go_if_all_is_hidden_and_restored():
    verdict, cases = verdict_of(Device(hide=777777, restore=777777))
    assert verdict.word == GO, verdict
    assert {case.outcome for case in cases} == {GOOD}, cases


def is_harmless_if_nothing_is_changed():
    verdict, cases = verdict_of(Device())
    assert verdict.word == HARMLESS, verdict
    assert [case.outcome for case in cases if case.question == "hides"] == [OPEN]
    assert "-" in " ".join(lines(cases, verdict)).split(), "there is nothing to restore"


def is_no_go_if_an_echo_is_not_restored():
    verdict, cases = verdict_of(Device(hide=777777), works=False)
    assert verdict.word == NO_GO, verdict
    case = next(case for case in cases if case.question == "restores")
    assert case.outcome == HARM and case.wrong.step == 1, case
    assert f"TSecr {CLOCK + 777777}" in detail(case) and f"sent {CLOCK} only" in detail(case)


def wrong_value_is_marked_and_no_other():
    verdict, cases = verdict_of(Device(hide=777777), works=False)
    text = page(report(cases, verdict, []))
    assert text.count("✗ TSecr") == 1, text.count("✗ TSecr")
    assert f"✗ TSecr {CLOCK + 777777}" in text and "✗ TSval" not in text


def is_no_go_if_the_first_value_is_always_restored():
    class First(Device):
        def inside(self, segment):
            if not segment.leaves and segment.tsecr:
                return segment._replace(tsecr=CLOCK)
            return segment

    verdict, cases = verdict_of(First(hide=777777))
    wrong = [case.question for case in cases if case.outcome == HARM]
    assert verdict.word == NO_GO and wrong == ["exactly"], (verdict, wrong)


def is_no_go_if_only_a_part_is_hidden():
    verdict, _ = verdict_of(Device(hide=777777, restore=0, only_syn=True))
    assert verdict.word == NO_GO, verdict
    assert any("others do not" in reason for reason in verdict.reasons), verdict
    one, other = (Case(name, "hides", outcome) for name, outcome in
                  (("out", GOOD), ("in", OPEN)))
    verdict = judge([one, other])
    assert verdict.word == NO_GO and "of in" in verdict.reasons[0], verdict


def is_no_go_if_what_needs_no_timestamps_fails():
    talk = Talk(Device(hide=777777, restore=777777))
    talk.connection(7001)
    broken = recording(talk)
    broken.facts["udp", 4] = Attempt(False, 1)
    verdict = judge(cases_of(broken))
    assert verdict.word == NO_GO and "UDP" in verdict.reasons[0], verdict


def is_not_judged_without_timestamps_or_by_a_device_that_answers_itself():
    assert judge([]).word == NOT_JUDGED
    cases = [Case("c", "hides", GOOD), Case("c", "exactly", UNTOLD, "the device answers itself")]
    assert judge(cases).word == NOT_JUDGED
    assert judge(cases).reasons == ["c: the device answers itself"]


def clocks_that_run_back_on_a_port_are_told():
    class Jumps(Device):
        def outside(self, segment):
            moved = 900000 if segment.seq < 100 else 300000
            return segment._replace(tsval=segment.tsval + moved) if segment.leaves else segment

        def inside(self, segment):
            moved = 900000 if segment.seq < 100 else 300000
            return segment if segment.leaves else segment._replace(tsecr=segment.tsecr - moved)

    talk = Talk(Jumps())
    talk.connection(7001)
    talk.connection(7003)
    talk.connection(7003, CLOCK + 1000, 100)
    found = cases_of(recording(talk, names=("client", "reuse")))
    case = next(case for case in found if case.outcome == HARM)
    assert "run back" in case.reason and case.wrong.field == "tsval", case


def damage_is_harm():
    talk = Talk(Device())
    talk.connection(7001)
    verdict = judge(cases_of(recording(talk, damage=["wrong TCP checksum"])))
    assert verdict.word == NO_GO and "checksum" in verdict.reasons[0], verdict


def attempts_have_to_work_each_time():
    lines_of_facts = ['{"name": "udp", "family": 4, "works": %s, "count": 1}' % works
                      for works in ("true", "false", "true")]
    assert not read_facts(lines_of_facts)["udp", 4].works


def json_tells_the_same():
    verdict, cases = verdict_of(Device(hide=777777), works=False)
    told = as_json(cases, verdict)
    assert told["status"] == 1 and told["reasons"] == verdict.reasons
    marked = [arrow["inside"].wrong for case in told["cases"] for arrow in case["arrows"]
              if arrow and arrow["why"]]
    assert "tsecr" in marked, marked


class Reader(html.parser.HTMLParser):
    """Tags that close what was opened, and what the page would load."""

    VOID = ("meta", "line", "path", "br")

    def __init__(self):
        super().__init__()
        self.open, self.loads = [], []

    def handle_starttag(self, tag, attrs):
        self.loads += [value for name, value in attrs if name in ("src", "href", "action")]
        if tag in ("script", "link", "iframe", "img"):
            self.loads.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"


def page_is_whole_and_loads_nothing():
    nasty = '<script src="x">&"'
    arrows = [Arrow(nasty, True, Stamp(1, 0), Stamp(2, 0)), None,
              Arrow("SYN ACK", False, Stamp(9, 2, "tsecr"), None, nasty)]
    text = page(Report(nasty, nasty, "bad", [nasty], [(nasty, nasty)],
                       [Failure(nasty, nasty, arrows), Failure("no diagram", "", [])],
                       [Table(nasty, [nasty], [[(nasty, "bad")], [nasty]], nasty)], [nasty]))
    reader = Reader()
    reader.feed(text)
    assert not reader.open and not reader.loads, (reader.open, reader.loads)
    assert "url(" not in text and "@import" not in text and "<script" not in text
    assert "prefers-color-scheme: dark" in text and "@media print" in text


def diagram_has_an_arrow_for_what_each_wire_has_shown():
    both = draw([Arrow("SYN", True, Stamp(1, 0), Stamp(2, 0))], "x")
    one = draw([Arrow("SYN", True, Stamp(1, 0), None)], "x")
    assert (both.count('class="arrow"'), one.count('class="arrow"')) == (2, 1)
    assert "TSval none" in draw([Arrow("SYN", True, Stamp(None, None), None)], "x")
    assert "· · ·" in draw([None], "x")


CASES = [
    is_go_if_all_is_hidden_and_restored, is_harmless_if_nothing_is_changed,
    is_no_go_if_an_echo_is_not_restored, wrong_value_is_marked_and_no_other,
    is_no_go_if_the_first_value_is_always_restored, is_no_go_if_only_a_part_is_hidden,
    is_no_go_if_what_needs_no_timestamps_fails,
    is_not_judged_without_timestamps_or_by_a_device_that_answers_itself,
    clocks_that_run_back_on_a_port_are_told, damage_is_harm, attempts_have_to_work_each_time,
    json_tells_the_same, page_is_whole_and_loads_nothing,
    diagram_has_an_arrow_for_what_each_wire_has_shown,
]


if __name__ == "__main__":
    sys.exit(run_cases(CASES))
