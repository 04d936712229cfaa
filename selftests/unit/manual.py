#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The manual: each command, setting, limit, metric and word of an incident has an entry on the
page where it is looked for, and what a page refers to is there.

What there is, is asked of the command, or read from the tables of its source.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from asserting import run_cases

TOP = pathlib.Path(__file__).resolve().parents[2]
TSREWRITE = TOP / "build/tools/tsrewrite"
PAGES = {page.name: page.read_text() for page in (TOP / "Documentation/man").glob("*.[0-9]")}
FAMILY = re.compile(r'"([a-z_]+)",\s*"(gauge|counter|info)"|\[[A-Z]+\] = \{ "(device_[a-z]+)"')
SUFFIXES = {"counter": "_total", "info": "_info"}
STRING = r'"([a-z_-]+)"'


def entries(page):
    """The words of a page's entries"""
    return {word for line in re.findall(r"^\.It (.*)", PAGES[page], re.M) for word in line.split()}


def source(path, table):
    """What table, a regular expression, finds in a file"""
    found = re.findall(table, (TOP / path).read_text(), re.S)
    assert found, f"{path} has nothing of this kind: {table}"
    return found


def all_are_entries(words, page):
    missing = sorted(set(words) - entries(page))
    assert words and not missing, f"{page} has no entry for {', '.join(missing)}"


def commands():
    listed = json.loads(subprocess.run([TSREWRITE, "-j", "help"], check=True,
                                       stdout=subprocess.PIPE).stdout)
    all_are_entries([command["name"] for command in listed], "tsrewrite.8")


def settings_of_the_service():
    (table,) = source("tools/watch/settings_value.c", r"settings_words\[\] = \{(.*?)\};")
    all_are_entries(re.findall(STRING, table), "tsrewrite-watch.conf.5")


def environment_of_the_setting_run():
    words = source("tools/watch/job.c", r'\bPREFIX "([A-Z]+)"')
    all_are_entries([f"TSREWRITE_{word}" for word in words], "tsrewrite-watch.conf.5")


def limits_and_modes():
    (table,) = source("tools/client/config.c", r"config_settings\[\] = \{(.*?)\};")
    modes = json.loads(subprocess.run([TSREWRITE, "-j", "features"], check=True,
                                      stdout=subprocess.PIPE).stdout)["modes"]
    all_are_entries(re.findall(STRING, table) + modes, "nf_tsrewrite.7")


def metrics():
    families = [(gauge or device) + SUFFIXES.get(kind, "") for path in
                (TOP / "tools/cmd").glob("metrics*.c")
                for gauge, kind, device in FAMILY.findall(path.read_text())]
    families += source("tools/cmd/metrics_watch.c", r'"(\w+_timestamp_seconds)"')
    families += source("tools/cmd/metrics.c", r'write_scoped\(to, "(\w+)"')
    assert len(families) > 20, families
    all_are_entries(families, "tsrewrite-watch.8")


def kinds_and_verdicts():
    words = "tools/client/incident_words.c"
    kinds = re.findall(STRING, " ".join(source(words, r"#define OF_\w+ ([^\n]*)")))
    all_are_entries(kinds, "tsrewrite-watch.8")
    (verdicts,) = source(words, r"incident_verdicts\[\] = \{(.*?)\}")
    for verdict in re.findall(STRING, verdicts):
        assert f".Pq Va {verdict}" in PAGES["tsrewrite-watch.8"], f"no word on {verdict}"


def references():
    ours = {tuple(name.rsplit(".", 1)) for name in PAGES}
    for name, text in PAGES.items():
        for page, section in re.findall(r"Xr (\S*tsrewrite\S*) (\d)", text):
            assert (page, section) in ours, f"{name}: there is no {page}({section})"
        for heading, page, section in re.findall(
                r"\b([A-Z][A-Z ]+[A-Z]) in\n\.Xr (\S*tsrewrite\S*) (\d)", text):
            assert f"\n.Sh {heading}\n" in PAGES[f"{page}.{section}"], \
                f"{name}: {page}({section}) has no section {heading}"


def is_said_once():
    """A sentence on two pages would be changed on one of them"""
    seen = {}
    for name, text in PAGES.items():
        for line in text.splitlines():
            if len(line) < 60 or line.startswith((".", "#")):
                continue
            assert line not in seen, f"{name} and {seen[line]} both have: {line}"
            seen[line] = name


CASES = [commands, settings_of_the_service, environment_of_the_setting_run, limits_and_modes,
         metrics, kinds_and_verdicts, references, is_said_once]

if __name__ == "__main__":
    sys.exit(run_cases(CASES))
