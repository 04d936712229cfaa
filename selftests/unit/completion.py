#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Completion in bash and zsh: what is offered where, and that it is never executed.

The shells are real, interactive and on terminals. Groups and devices, which only the
module knows, are in selftests/completion.sh.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "lib"))

from completion import Shell

TSREWRITE = os.path.join(HERE, "../../build/tools/tsrewrite")
# Each would leave the file `executed` if a shell expanded or executed its name
FILES = ["$(touch executed)", "`touch executed`", "a;touch executed;", "b&touch executed",
         "it's", 'say "no"', "line\nbreak", "back\\slash", "hist!ory", "st*r", "~tilde",
         "dollar$HOME", "plain", "-rf", "@at", "tab\tbed", "ü"]
FOLDER = "sub folder"


class Lines:
    """Lines completed by one shell in a directory of files with hostile names"""

    def __init__(self, name):
        self.scratch = tempfile.mkdtemp()
        self.directory = os.path.join(self.scratch, "here")
        os.makedirs(os.path.join(self.directory, FOLDER))
        for file in FILES:
            with open(os.path.join(self.directory, file), "w", encoding="ascii"):
                pass
        self.shell = Shell(name, self.directory, self.scratch)

    def nothing_executed(self):
        return not os.path.exists(os.path.join(self.directory, "executed"))


def differs(what, got, wanted):
    if got == wanted:
        return False
    print(f"# {what}: got {got!r}, not {wanted!r}")
    return True


def check(lines, wanted):
    """Whether on each line of `wanted` exactly that is offered, and nothing was executed"""
    wrong = [differs(line, lines.shell.offered(line), words) for line, words in wanted.items()]
    return not any(wrong) and lines.nothing_executed()


def files(lines):
    """Names that would pass for options are offered after ./ alone"""
    paths = {file for file in FILES if file[0] != "-"} | {FOLDER + "/"}
    return check(lines, {f"tsrewrite {command} ": paths for command in
                         ("group load", "watch", "watch --check", "restore", "save")}) and \
        check(lines, {"tsrewrite restore ./-": {"./-rf"},
                      "tsrewrite restore pla": {"plain"},
                      "tsrewrite watch --run su": {FOLDER + "/"},
                      "tsrewrite watch --queue /tmp pla": {"plain"}})


def files_of_prefixes(lines):
    files_at = {"@" + file for file in FILES} | {f"@{FOLDER}/"}
    return check(lines, {"tsrewrite group add asia to @": files_at,
                         "tsrewrite group set asia to @": files_at,
                         "tsrewrite group set asia to add @": files_at,
                         "tsrewrite group set asia to del @pl": {"@plain"},
                         "tsrewrite group set asia mode off to @-": {"@-rf"}})


def quoted_lines(lines):
    """What TAB makes of a word that is typed with quotes"""
    typed = {"'pl": "'plain' ", '"pl': '"plain" ', "'$(": "'$(touch executed)' ",
             "\\$\\(": "\\$\\(touch\\ executed\\) ", "it\\'": "it\\'s ",
             "\\`": "\\`touch\\ executed\\` ", "a\\;": "a\\;touch\\ executed\\; ",
             "su": "sub\\ folder/"}
    begin = "tsrewrite group load "
    wrong = [differs(word, lines.shell.complete(begin + word), begin + whole)
             for word, whole in typed.items()]
    return not any(wrong) and lines.nothing_executed()


def words(lines):
    modes = {"off", "rewrite", "bug", "observe", "strip"}
    filters = {"inside", "outside", "port", "state", "mode", "zone", "group"}
    return check(lines, {
        "tsrewrite mode ": modes,
        "tsrewrite -n 'a b' -j mode o": {"off", "observe"},
        "tsrewrite attach eth0 ": {"zone"},
        "tsrewrite attach --ab": {"--absent"},
        "tsrewrite drain eth0 ": {"stop"},
        "tsrewrite detach --f": {"--force"},
        "tsrewrite watch --c": {"--check"},
        "tsrewrite restore --c": {"--check"},
        "tsrewrite watch --q": {"--queue"},
        "tsrewrite group --w": {"--watch"},
        "tsrewrite group ": {"show", "add", "set", "del", "load", "confirm"},
        "tsrewrite group add asia ": {"mode", "to", "port", "canary", "count", "id"},
        "tsrewrite group set asia mode off ": {"to", "port", "canary", "count"},
        "tsrewrite group set asia count ": {"on", "off"},
        "tsrewrite group set asia mode ": modes,
        "tsrewrite group set asia to a": {"any", "add"},
        "tsrewrite group add asia to a": {"any"},
        "tsrewrite group set asia port ": {"any"},
        "tsrewrite flows ": filters | {"save", "load"},
        "tsrewrite flush zone 3 ": filters - {"zone"},
        "tsrewrite flows state ": {"embryonic", "established", "half-closed", "closing",
                                   "closed"},
        "tsrewrite config set when-full ": {"strip", "pass"},
        "tsrewrite config set limit 5 lim": set(),
        "tsrewrite config set ma": {"machine-limit", "mark-mask"},
        "tsrewrite config show ": set(),
        "tsrewrite status ": set(),
    })


def commands(lines):
    """Each command that help knows is offered, and each key of config"""
    known = json.loads(subprocess.run([TSREWRITE, "-j", "help"], check=True,
                                      capture_output=True).stdout)
    missing = {command["name"] for command in known} - lines.shell.offered("tsrewrite ")
    missing |= {command["name"] for command in known} - lines.shell.offered("tsrewrite help ")
    return not differs("commands that are not offered", missing, set())


CASES = {
    "words": words,
    "every command": commands,
    "files, whatever their names": files,
    "files of prefixes, after @": files_of_prefixes,
    "words in quotes": quoted_lines,
}


def main():
    shells = [name for name in ("bash", "zsh") if shutil.which(name)]
    if len(shells) < 2:
        print("1..0 # SKIP zsh is not installed")
        return 4
    failed = number = 0
    print(f"TAP version 13\n1..{len(CASES) * len(shells)}")
    for shell in shells:
        lines = Lines(shell)
        for name, case in CASES.items():
            number += 1
            passed = case(lines)
            failed += not passed
            print(f"{'ok' if passed else 'not ok'} {number} {shell}: {name}")
        shutil.rmtree(lines.scratch)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
