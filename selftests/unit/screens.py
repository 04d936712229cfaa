#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Pictures of screens: what stands in the SVG of a recording, where, and in which colours."""
import io
import os
import sys
import xml.etree.ElementTree as ElementTree

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", room) for room in ("screens", "lib")]

from asserting import run_cases
from cast import Cast, read, write
from render import pictures

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*output, columns=20, lines=4):
    """The SVG of a screen with that output, as a tree"""
    events = [(0.5, "o", data) for data in output] + [(1.0, "m", "it")]
    ((name, picture),) = pictures(Cast(columns, lines, events))
    assert name == "it", name
    return ElementTree.fromstring(picture)


def texts(tree):
    return [text.text for text in tree.iter(SVG + "text")]


def recording_is_what_players_read():
    file = io.StringIO()
    write(file, Cast(80, 24, [(0.25, "o", "a\r\n"), (1, "m", "x")]), "title")
    lines = file.getvalue().splitlines()
    assert lines[0].startswith('{"version": 2, "width": 80, "height": 24'), lines[0]
    assert lines[1] == '[0.25, "o", "a\\r\\n"]', lines[1]
    file.seek(0)
    assert read(file) == Cast(80, 24, [(0.25, "o", "a\r\n"), (1, "m", "x")])


def other_versions_are_refused():
    try:
        read(io.StringIO('{"version": 3, "width": 1, "height": 1}\n'))
    except ValueError:
        return
    raise AssertionError("it was read")


def screen_is_that_of_the_marker():
    events = [(0, "o", "before"), (1, "m", "one"), (2, "o", "\x1b[2J\x1b[Hafter"), (3, "m", "two")]
    shown = {name: texts(ElementTree.fromstring(svg))
             for name, svg in pictures(Cast(20, 4, events))}
    assert shown == {"one": ["before"], "two": ["after"]}, shown


def signs_of_xml_are_text():
    assert texts(drawn("a<b>&\"c")) == ["a<b>&\"c"]


def colours_are_those_of_who_looks():
    tree = drawn("plain \x1b[1;31malarm\x1b[0m")
    assert [text.get("class") for text in tree.iter(SVG + "text")] == [None, "red bold"]
    style = tree.find(SVG + "style").text
    assert "prefers-color-scheme: dark" in style and ".red { fill: var(--red); }" in style


def reverse_has_a_bar():
    bars = [bar.get("width") for bar in drawn("\x1b[7mGROUP   \x1b[0m").iter(SVG + "rect")
            if bar.get("class") == "bar"]
    assert bars == [f"{8 * 8.4:.1f}"], bars


def columns_line_up():
    (first, second) = drawn("a\r\n    b").iter(SVG + "text")
    assert second.text == "    b" and second.get("textLength") == f"{5 * 8.4:.1f}"
    assert first.get("x") == second.get("x") and int(second.get("y")) > int(first.get("y"))


def empty_lines_at_the_end_are_left_out():
    low, high = (drawn("x", lines=lines).get("viewBox") for lines in (2, 20))
    assert low == high, (low, high)


CASES = [recording_is_what_players_read, other_versions_are_refused,
         screen_is_that_of_the_marker, signs_of_xml_are_text, colours_are_those_of_who_looks,
         reverse_has_a_bar, columns_line_up, empty_lines_at_the_end_are_left_out]

if __name__ == "__main__":
    sys.exit(run_cases(CASES))
