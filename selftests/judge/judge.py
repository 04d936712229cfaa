#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Judge a device by what traffic.sh has left in a directory.

Prints the verdict and leaves report.html and judged.json beside the captures. Exits with
0 GO, 1 NO-GO, 2 it could not be judged, 3 harmless, but it hides nothing.
"""
import argparse
import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent / "lib"), str(HERE.parent / "report")]

# pylint: disable=wrong-import-position
from cases import cases_of                                          # noqa: E402
from page import page                                               # noqa: E402
from recording import Unreadable, read                              # noqa: E402
from told import as_json, lines, report                             # noqa: E402
from verdict import STATUS, judge                                   # noqa: E402


def write(directory, name, words):
    with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
        file.write(words)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="", help="what is judged, in words")
    parser.add_argument("--told", default="", help="the kernel that it was judged on")
    parser.add_argument("directory")
    args = parser.parse_args()
    try:
        recording = read(args.directory)
    except Unreadable as reason:
        print(f"could not judge\n   {reason}")
        return 2
    cases = cases_of(recording)
    verdict = judge(cases)
    about = [("device", args.device), ("kernel", args.told)]
    print(*lines(cases, verdict), sep="\n")
    write(args.directory, "judged.json", json.dumps(as_json(cases, verdict), indent=1))
    write(args.directory, "report.html", page(report(cases, verdict, about)))
    return STATUS[verdict.word]


if __name__ == "__main__":
    sys.exit(main())
